"""The outbox: what must happen elsewhere because of a change, written in the same document as the change.

Events to one target go in `seq` order. A failing event waits longer each time and holds back only its own target; after
`MAX_ATTEMPTS` it is `failed` with a reason until somebody sends it again. None of this is a domain change: it raises no
version, moves no `updatedAt`, writes no history (DESIGN section 3).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, cast

from shared.domain.errors import NotAllowed, NotPossible
from shared.domain.instants import instant
from shared.domain.organizations.organization import Caller
from shared.domain.referrals.document import Event, Referral
from shared.domain.referrals.life_cycle import allowed_actions, is_team
from shared.domain.referrals.referral import line_of, pending_at

MAX_ATTEMPTS: Final = 10
FIRST_DELAY: Final = timedelta(seconds=5)
LONGEST_DELAY: Final = timedelta(hours=1)


def posted(
    referral: Referral, type: str, target: Mapping[str, str], payload: Mapping[str, Any], at: datetime
) -> dict[str, Any]:
    """The values that add one event to the referral's outbox, due at once."""
    return posted_all(referral, [(type, target, payload)], at)


def posted_all(
    referral: Referral, events: list[tuple[str, Mapping[str, str], Mapping[str, Any]]], at: datetime
) -> dict[str, Any]:
    """The same for several."""
    seq = referral["outboxSeq"]
    added: list[Event] = [
        {
            "id": f"{referral['id']}-{seq + n}",
            "seq": seq + n,
            "type": type,
            "target": dict(target),
            "payload": dict(payload),
            "attempts": 0,
            "notBefore": instant(at),
        }
        for n, (type, target, payload) in enumerate(events, start=1)
    ]
    return {"outbox": [*referral["outbox"], *added], "outboxSeq": seq + len(added)}


def due_events(referral: Referral, now: datetime) -> list[Event]:
    """What may be delivered now: for each target the events from its head on, as long as none is waiting or failed."""
    due: list[Event] = []
    held: set[str] = set()
    for event in referral["outbox"]:
        if line_of(event) in held:
            continue
        if "failed" in event or event["notBefore"] > instant(now):
            held.add(line_of(event))
        else:
            due.append(event)
    return due


def with_outbox(referral: Referral, outbox: list[Event]) -> Referral:
    """The referral with another outbox; nothing else changes."""
    return cast(Referral, {**referral, "outbox": outbox, "pendingAt": pending_at(outbox)})


def settled(referral: Referral, delivered: set[str], failures: Mapping[str, str], now: datetime) -> Referral:
    """The referral once some of its events (by id) took their effect and others failed, each with its reason."""
    return with_outbox(
        referral,
        [
            after_failure(event, failures[event["id"]], now) if event["id"] in failures else event
            for event in referral["outbox"]
            if event["id"] not in delivered
        ],
    )


def after_failure(event: Event, why: str, now: datetime) -> Event:
    """The event after an attempt that did not work: it waits, or is given up with the reason."""
    attempts = event["attempts"] + 1
    delay: timedelta = min(FIRST_DELAY * 2 ** (attempts - 1), LONGEST_DELAY)
    later = cast(Event, {**event, "attempts": attempts, "notBefore": instant(now + delay)})
    if attempts >= MAX_ATTEMPTS:
        later["failed"] = why
    return later


def sent_again(referral: Referral, caller: Caller, now: datetime) -> Referral:
    """Every failed event starts anew. Raises NotAllowed for others than the team, NotPossible where none has failed."""
    if not is_team(referral, "edit", caller):
        raise NotAllowed("This is for the referral's team.")
    if not any("failed" in event for event in referral["outbox"]):
        allowed = allowed_actions(referral, caller, now)
        raise NotPossible("Everything has been delivered or is on its way.", allowed=allowed)
    return with_outbox(referral, [_anew(event, now) if "failed" in event else event for event in referral["outbox"]])


def _anew(event: Event, now: datetime) -> Event:
    fresh: dict[str, Any] = {**event, "attempts": 0, "notBefore": instant(now)}
    fresh.pop("failed", None)
    return cast(Event, fresh)


def is_applied(target: Mapping[str, Any], source_id: str, seq: int) -> bool:
    """Whether this event's effect is in the target already."""
    return bool(target["applied"].get(source_id, 0) >= seq)


def applying(target: Referral, source_id: str, seq: int) -> dict[str, Any]:
    """The values that mark an event's effect as taken, in the same write as the effect."""
    return {"applied": {**target["applied"], source_id: seq}}
