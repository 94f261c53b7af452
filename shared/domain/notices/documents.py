"""The documents of container `notifications`: one notice for one person, one mail, one call of a webhook.

`box` is where a list finds it: `inapp:{user}`, `mail:{user}`, `webhook:{subscription}`, `digest:{id}`. `unread` is the
box of a notice nobody has opened. `pendingAt` says when something is to be sent, `dueAt` when the document goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from shared.domain.ids import derived_id
from shared.domain.instants import instant
from shared.domain.notices.notice import Channel, Notice

SCHEMA: Final = 1

WAITING: Final = "waiting"
SENT: Final = "sent"
FAILED: Final = "failed"
SKIPPED: Final = "skipped"
PUT_ASIDE: Final = "in_digest"

Document = dict[str, Any]


@dataclass(frozen=True)
class Keeping:
    """How long notifications are kept; people's notices and what was sent alike."""

    kept_for: timedelta

    def of(self, at: datetime) -> dict[str, Any]:
        """When the document goes: for our own timer, and in seconds for Cosmos DB, which may be first."""
        return {"dueAt": instant(at + self.kept_for), "ttl": int(self.kept_for.total_seconds())}


def notification_id(key: str, channel: Channel, recipient: str) -> str:
    """One a notice, way and recipient, however often it is told."""
    return derived_id("notification", key, channel, recipient)


def inapp_box(user: str) -> str:
    return f"inapp:{user}"


def mail_box(recipient: str) -> str:
    return f"mail:{recipient}"


def webhook_box(subscription_id: str) -> str:
    return f"webhook:{subscription_id}"


def digest_box(digest_id: str) -> str:
    return f"digest:{digest_id}"


def inapp_of(notice: Notice, user: str, now: datetime, keeping: Keeping) -> Document:
    """A notice in one person's list, unread."""
    box = inapp_box(user)
    return {
        **_of(notification_id(notice.key, "inapp", user), notice.organization_id, "inapp", box, now, keeping),
        "user": user,
        "unread": box,
        "readAt": None,
        "event": notice.event,
        "at": instant(notice.at),
        "subject": dict(notice.subject),
        "pendingAt": None,
    }


def mail_of(notice: Notice, user: str, now: datetime, keeping: Keeping) -> Document:
    """The same by mail, to the address the person has when it is sent, in the language chosen then."""
    id = notification_id(notice.key, "mail", user)
    return {
        **_of(id, notice.organization_id, "mail", mail_box(user), now, keeping),
        **_to_be_sent(now),
        "user": user,
        "event": notice.event,
        "at": instant(notice.at),
        "subject": dict(notice.subject),
    }


def address_mail_of(notice: Notice, address: str, now: datetime, keeping: Keeping) -> Document:
    """The same to an address that is nobody's here, such as a location's contact; kept until it is sent."""
    id = notification_id(notice.key, "mail", f"address:{address.casefold()}")
    return {
        **_of(id, notice.organization_id, "mail", mail_box("address"), now, keeping),
        **_to_be_sent(now),
        "to": address,
        "event": notice.event,
        "at": instant(notice.at),
        "subject": dict(notice.subject),
    }


def customer_mail_of(
    key: str, organization_id: str, mail: Mapping[str, Any], now: datetime, keeping: Keeping
) -> Document:
    """A mail to a customer: `mail` has kind, to, language, referralId, facts. The address is kept until it is sent."""
    id = notification_id(key, "mail", f"customer:{mail['kind']}")
    return {
        **_of(id, organization_id, "mail", mail_box("customer"), now, keeping),
        **_to_be_sent(now),
        "customer": dict(mail),
        "event": f"customer.{mail['kind']}",
        "at": instant(now),
        "subject": {"referralId": mail["referralId"]},
    }


def digest_of(
    digest_id: str, organization_id: str, user: str, due: datetime, now: datetime, keeping: Keeping
) -> Document:
    """The mail that gathers what went beyond the mails of a day."""
    return {
        **_of(digest_id, organization_id, "mail", mail_box(user), now, keeping),
        **_to_be_sent(due),
        "user": user,
        "event": "digest",
        "at": instant(due),
        "subject": {},
    }


def webhook_of(
    key: str,
    organization_id: str,
    subscription_id: str,
    payload: Mapping[str, Any],
    now: datetime,
    keeping: Keeping,
) -> Document:
    """One call of one subscriber. `payload` is what it gets: type, timestamp, data."""
    id = notification_id(key, "webhook", subscription_id)
    return {
        **_of(id, organization_id, "webhook", webhook_box(subscription_id), now, keeping),
        **_to_be_sent(now),
        "subscriptionId": subscription_id,
        "event": payload["type"],
        "at": payload["timestamp"],
        "payload": dict(payload),
        "answered": None,
    }


def _of(id: str, organization_id: str, channel: Channel, box: str, now: datetime, keeping: Keeping) -> Document:
    return {
        "schema": SCHEMA,
        "id": id,
        "organizationId": organization_id,
        "kind": channel,
        "box": box,
        "unread": None,
        "createdAt": instant(now),
        **keeping.of(now),
    }


def _to_be_sent(due: datetime) -> Document:
    return {
        "status": WAITING,
        "attempts": 0,
        "firstDueAt": instant(due),
        "pendingAt": instant(due),
        "claimedUntil": None,
        "sentAt": None,
        "reason": None,
    }
