"""A notice: what is said, before it is known to whom and by which way; and the events there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias, get_args

Event: TypeAlias = Literal[
    "lead.received", "lead.hot", "referral.received", "referral.accepted", "referral.declined", "referral.expired",
    "referral.withdrawn", "referral.won", "referral.lost", "referral.error", "invitation.accepted",
    "invitation.declined", "invitation.expired", "invitation.won", "invitation.lost", "note.received",
    "sender.changed", "consent.withdrawn", "reminder", "escalation", "delivery.failed",
]  # fmt: skip
"""What people are told. A lead is `lead.hot` where its customer asked to be contacted, else `lead.received`."""

EVENTS: Final[tuple[Event, ...]] = get_args(Event)

Channel: TypeAlias = Literal["inapp", "mail", "webhook"]

MAILED: Final[frozenset[Event]] = frozenset(
    {"lead.received", "lead.hot", "referral.received", "referral.expired", "referral.withdrawn", "invitation.accepted",
     "invitation.declined", "invitation.expired", "note.received", "consent.withdrawn", "reminder", "escalation",
     "delivery.failed"}
)  # fmt: skip
"""What is mailed to whoever chose nothing else; in the app everything is."""

MOST_TOLD: Final = 200  # people of one organization, where no team is named


@dataclass(frozen=True)
class Notice:
    """What is said. Told twice under one `key`, it reaches each person once.

    `key` is stable: `{referral id}:{history entry}`, `{referral id}:reminder:P3D:{expiresAt}`. `subject` holds the
    facts texts are made of (`facts_of`, and e.g. `daysLeft`): nothing that is withheld, nobody's contact data.
    `recipients` are user ids; None is everybody who works on referrals there. `by` is who did it, and is not told.
    `addresses` get a mail besides, whoever they are: a location's contact.
    """

    key: str
    organization_id: str
    event: Event
    at: datetime
    subject: Mapping[str, Any]
    recipients: tuple[str, ...] | None = None
    by: str | None = None
    addresses: tuple[str, ...] = ()


def facts_of(referral: Mapping[str, Any]) -> dict[str, Any]:
    """The subject of a notice about this referral: short facts, no person of the customer's."""
    return {
        "referralId": referral["id"],
        "kind": referral["kind"],
        "name": referral["name"],
        "customerName": referral["customerName"],
        "senderName": referral["senderName"],
        "expiresAt": referral["expiresAt"],
        "stage": referral["stage"],
        "outcome": referral["outcome"],
    }


def team_of(referral: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Whom a notice about this referral is for: its team; None where it has none."""
    return tuple(dict.fromkeys(referral["teamMembers"])) or None
