"""The clocks of one referral, as they are stored with it (DOMAIN: life cycle, "Flame", "Registration of a won deal").

No clock of its own here: what a stored deadline means at an instant is `ranking`'s to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, Literal, NotRequired, TypedDict

from shared.domain.instants import NEVER, from_instant, instant

if TYPE_CHECKING:
    from shared.domain.referrals.document import Referral

Kind = Literal["answer", "their_answer", "flame", "registration", "close_date"]

REGISTRATION_WINDOW: Final = timedelta(days=60)
"""A won deal is registered within 60 days of signature (DOMAIN); the day it was won stands for that until then."""

_TOOK_IT_ON: Final = frozenset({"accepted", "won", "lost"})
"""Of a help request: the vendor accepted it, whatever came of it later (DOMAIN: "The trap")."""


class Deadline(TypedDict):
    """`at` is the first instant that is too late. `day` is the last day in time, where days are what counts; `who` and
    `invitationId` are the organization asked; `senderId` is who sent the deal that is to be registered."""

    kind: Kind
    at: str
    day: NotRequired[str]
    who: NotRequired[str]
    invitationId: NotRequired[str]
    senderId: NotRequired[str]


def deadlines_of(referral: Referral) -> list[Deadline]:
    """Every clock that runs, the earliest first; none for a mirror, which is somebody else's business."""
    if referral["mirror"]:
        return []
    found = [*_answer(referral), *_flame(referral), *_theirs(referral), *_close(referral), *_registration(referral)]
    return sorted(found, key=lambda one: one["at"])


def earliest(deadlines: list[Deadline]) -> str:
    """What the desk's index is sorted by."""
    return deadlines[0]["at"] if deadlines else NEVER


def _answer(referral: Referral) -> Iterator[Deadline]:
    if referral["stage"] == "received" and referral["expiresAt"] is not None:
        yield {"kind": "answer", "at": referral["expiresAt"]}


def _flame(referral: Referral) -> Iterator[Deadline]:
    if referral["stage"] != "archived" and referral["hotUntil"] is not None:
        yield {"kind": "flame", "at": referral["hotUntil"]}


def _theirs(referral: Referral) -> Iterator[Deadline]:
    if referral["stage"] != "accepted":
        return
    for one in referral["invitations"]:
        if one["status"] == "pending" and one["expiresAt"] is not None:
            yield {
                "kind": "their_answer", "at": one["expiresAt"], "who": one["targetName"], "invitationId": one["id"],
            }  # fmt: skip


def _close(referral: Referral) -> Iterator[Deadline]:
    day: str | None = referral["estimatedCloseDate"]  # a lead may have none
    if referral["stage"] == "accepted" and day is not None:
        yield {"kind": "close_date", "at": _end_of(day), "day": day}


def _end_of(day: str) -> str:
    last = date.fromisoformat(day)
    if last == date.max:
        return NEVER
    return instant(datetime.combine(last + timedelta(days=1), time(), UTC))


def _registration(referral: Referral) -> Iterator[Deadline]:
    if not _may_be_registered(referral) or referral["archivedAt"] is None:
        return
    at = from_instant(referral["archivedAt"]) + REGISTRATION_WINDOW
    found: Deadline = {"kind": "registration", "at": instant(at), "day": at.date().isoformat()}
    sender = referral["sender"]
    yield found if sender is None else {**found, "senderId": sender["organizationId"]}


def _may_be_registered(referral: Referral) -> bool:
    """Won, not registered, and partner-led or taken on by the vendor. Which solutions and values are eligible is the
    registration's own to decide."""
    is_partners = referral["organizationKind"] == "partner" and referral["kind"] == "deal"
    if not is_partners or referral["outcome"] != "won" or referral["registration"] is not None:
        return False
    if referral["dealType"] == "co_sell" and referral["sender"] is None:
        return any(one["kind"] == "help" and one["status"] in _TOOK_IT_ON for one in referral["invitations"])
    return referral["dealType"] in ("co_sell", "partner_led")
