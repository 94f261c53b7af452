"""The attempts of a mail or a webhook call: claimed by one sender, tried ever later for a day, then given up.

A claim is one conditional write. Who dies with a claim lets it lapse: `pendingAt` is when it does. An outcome is
written over the claim, so that of two senders with one claim lapsed only one is believed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from shared.domain.instants import from_instant, instant
from shared.domain.notices.documents import FAILED, PUT_ASIDE, SENT, SKIPPED, WAITING, Document, digest_box

CLAIM: Final = timedelta(minutes=2)  # longer than any one call may take
DELAYS: Final = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
)
"""After the last one it stays at four hours, until the day is over."""
GIVEN_UP_AFTER: Final = timedelta(hours=24)
LONGEST_REASON: Final = 300


def is_due(document: Document, now: datetime) -> bool:
    pending_at = document["pendingAt"]
    return pending_at is not None and pending_at <= instant(now)


def claimed(document: Document, now: datetime) -> Document:
    """Mine to send until the claim lapses."""
    until = instant(now + CLAIM)
    return {**document, "claimedUntil": until, "pendingAt": until, "attempts": document["attempts"] + 1}


def released(document: Document, later: datetime) -> Document:
    """Not tried: it waits, and the attempt does not count."""
    return {**document, "claimedUntil": None, "pendingAt": instant(later), "attempts": document["attempts"] - 1}


def postponed(document: Document, later: datetime, why: str | None = None) -> Document:
    """Not even claimed: its receiver is busy or out of order."""
    return {**document, "pendingAt": instant(later), "reason": _short(why) if why else document["reason"]}


def sent(document: Document, now: datetime, **more: Any) -> Document:
    """Done. What was personal of it goes with it."""
    return _ended(document, SENT, None, sentAt=instant(now), **more)


def skipped(document: Document, why: str) -> Document:
    """Not to be sent after all."""
    return _ended(document, SKIPPED, why)


def put_aside(document: Document, digest_id: str) -> Document:
    """For the digest, which finds it in its own box."""
    return _ended({**document, "box": digest_box(digest_id)}, PUT_ASIDE, None)


def failed(document: Document, why: str, **more: Any) -> Document:
    """Given up; a redelivery starts anew."""
    return _ended(document, FAILED, why, **more)


def is_over(document: Document, now: datetime) -> bool:
    """Whether it has been tried, or put off, for a day."""
    return now >= from_instant(document["firstDueAt"]) + GIVEN_UP_AFTER


def after_failure(
    document: Document, why: str, now: datetime, *, wait: timedelta | None = None, **more: Any
) -> Document:
    """It waits for its next attempt, at least as long as the receiver asked; or it is given up after a day."""
    delay = DELAYS[min(document["attempts"], len(DELAYS)) - 1]
    later = now + max(delay, wait or timedelta(0))
    if is_over(document, later):
        return failed(document, why, **more)
    return {
        **document,
        **more,
        "claimedUntil": None,
        "pendingAt": instant(later),
        "reason": _short(why),
        "asked": False,
    }


def anew(document: Document, now: datetime) -> Document:
    """Sent again from the beginning, under the same id: a receiver that has it already knows it. Somebody asked for it,
    so it is tried however the receiver does otherwise."""
    start = instant(now)
    return {
        **document,
        "status": WAITING,
        "attempts": 0,
        "firstDueAt": start,
        "pendingAt": start,
        "claimedUntil": None,
        "sentAt": None,
        "reason": None,
        "asked": True,
    }


def _ended(document: Document, status: str, why: str | None, **more: Any) -> Document:
    ended = {
        **document, "status": status, "pendingAt": None, "claimedUntil": None, "reason": _short(why) if why else None
    } | more  # fmt: skip
    if "customer" in ended:
        ended["customer"] = {"kind": ended["customer"]["kind"], "referralId": ended["customer"]["referralId"]}
    if "to" in ended:
        ended["to"] = None
    return ended


def _short(why: str) -> str:
    return why[:LONGEST_REASON]
