"""Few mails singly, the rest of a day in one: which of a person's mails goes how."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from shared.domain.ids import derived_id
from shared.domain.instants import instant, today
from shared.domain.notices.documents import SCHEMA, Document

KEPT: Final = timedelta(days=2)
MARGIN: Final = timedelta(minutes=5)
"""A mail is put aside for a digest at least this long before it is sent, longer than a claim holds: none is written
into a digest that is gone."""


def day_id(organization_id: str, user: str, now: datetime) -> str:
    return derived_id("mail-day", organization_id, user, today(now).isoformat())


def new_day(organization_id: str, user: str, now: datetime) -> Document:
    """The mails one person got singly on one day (UTC)."""
    return {
        "schema": SCHEMA,
        "id": day_id(organization_id, user, now),
        "organizationId": organization_id,
        "kind": "mailday",
        "box": f"mailday:{user}",
        "unread": None,
        "createdAt": instant(now),
        "pendingAt": None,
        "dueAt": instant(now + KEPT),
        "ttl": int(KEPT.total_seconds()),
        "mails": [],
    }


def with_mail(day: dict[str, Any], mail_id: str, most: int) -> dict[str, Any] | None:
    """The day with this mail among those sent singly; itself where it was one; None where it goes into the digest."""
    if mail_id in day["mails"]:
        return day
    if len(day["mails"]) >= most:
        return None
    return {**day, "mails": [*day["mails"], mail_id]}


def digest_time(now: datetime, hour: int) -> datetime:
    """When what is put aside now is sent: the next time it is that hour (UTC)."""
    at = (now + MARGIN).replace(hour=hour, minute=0, second=0, microsecond=0)
    return at if at >= now + MARGIN else at + timedelta(days=1)


def digest_id(organization_id: str, user: str, at: datetime) -> str:
    return derived_id("digest", organization_id, user, instant(at))
