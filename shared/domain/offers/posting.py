"""What an offer, or its snapshot, says must still be done because of it: events in its own document (DESIGN section 3).

Two timers look for them by two fields: `dueAt` of what others wait for, `pendingAt` of what is cleared away by night.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from shared.domain.instants import instant

OFFER_PUBLISHED: Final = "offer.published"
"""Bring the snapshot up to date with the offer."""
OFFER_REVIEWED: Final = "offer.reviewed"
"""Tell the offer what the vendor decided or recorded on its snapshot."""
_AWAITED: Final = (OFFER_PUBLISHED, OFFER_REVIEWED)
FIRST_DELAY: Final = timedelta(seconds=10)
LONGEST_DELAY: Final = timedelta(hours=1)

Outbox = list[dict[str, Any]]


def posted(document: Mapping[str, Any], type: str, now: datetime) -> dict[str, Any]:
    """The values of a document that has one event more, due at once."""
    seq = document["outboxSeq"] + 1
    event = {
        "id": f"{document['id']}-{seq}",
        "seq": seq,
        "type": type,
        "target": {"kind": "offer"},
        "payload": {},
        "attempts": 0,
        "notBefore": instant(now),
    }
    return {**with_outbox([*document["outbox"], event]), "outboxSeq": seq}


def due(document: Mapping[str, Any], now: datetime) -> set[str]:
    """The ids of the awaited events that may be worked on now."""
    return {each["id"] for each in document["outbox"] if each["type"] in _AWAITED and each["notBefore"] <= instant(now)}


def settled(document: Mapping[str, Any], event_ids: set[str]) -> dict[str, Any]:
    """The values of a document without these events."""
    return with_outbox([each for each in document["outbox"] if each["id"] not in event_ids])


def postponed(document: Mapping[str, Any], event_ids: set[str], now: datetime) -> dict[str, Any]:
    """The values of a document whose events could not be worked on: they wait, longer each time."""
    return with_outbox([_later(each, now) if each["id"] in event_ids else each for each in document["outbox"]])


def with_outbox(outbox: Outbox) -> dict[str, Any]:
    """The values that go with an outbox."""
    awaited = [each["notBefore"] for each in outbox if each["type"] in _AWAITED]
    rest = [each["notBefore"] for each in outbox if each["type"] not in _AWAITED and "failed" not in each]
    return {"outbox": outbox, "dueAt": min(awaited, default=None), "pendingAt": min(rest, default=None)}


def _later(event: dict[str, Any], now: datetime) -> dict[str, Any]:
    delay: timedelta = min(FIRST_DELAY * 2 ** min(event["attempts"], 20), LONGEST_DELAY)
    return {**event, "attempts": event["attempts"] + 1, "notBefore": instant(now + delay)}
