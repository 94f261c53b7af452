"""The delivery of outbox events of every kind, beside a bare loop of the same two writes an event on the same file.

    python -m benchmarks.delivery [events a round]

Each round starts from a copy of one file: other referrals, and sources with one event each still to deliver. An event
makes a copy or changes one, and settles its source. The loop's documents were made before its clock started: it neither
reads nor decides, it only writes.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, cast

from benchmarks.bare_loop import fill, seconds_of
from benchmarks.figures import Figure, table
from shared.adapters.sqlite import SqliteStore
from shared.domain.engagements import invitations, mirrors
from shared.domain.instants import instant
from shared.domain.referrals import outbox
from shared.domain.referrals.document import Event, Referral
from shared.services.organizations.organizations import Organizations
from shared.services.organizations.routing import Routing
from shared.services.ports import REFERRALS, Document, DueKey, Stored
from shared.services.referrals.delivery import EFFECTS, Delivery
from shared.services.sweep import AT_ONCE, PAGE
from tests.faults.world import with_organizations
from tests.scale.engagements import NOW, WINDOW, referrals
from tests.scale.pending import KINDS, pending

ROUNDS: Final = 3
OTHERS: Final = 30_000
EVENTS: Final = 10_000
SLOWEST: Final = 5.0  # ms an event: 200 a second
FLOORS: Final = {"a commit a write": 1, f"a commit per {AT_ONCE} writes": AT_ONCE}
Changes = list[tuple[Stored | None, Document]]


def measure(events: int = EVENTS) -> list[Figure]:
    """The mix, median of the rounds beside its floors; then a tenth as many of each kind alone, once."""
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        what = f"delivery of {events:,} of every kind among {OTHERS:,} others"
        mixed = _measured(Path(folder), what, events, tuple(KINDS), OTHERS, ROUNDS)
        alone = [_measured(Path(folder), f"{events // 10:,} {kind}", events // 10, (kind,), 0, 1)[-1] for kind in KINDS]
    return [*mixed, *alone]


def _measured(folder: Path, what: str, events: int, kinds: tuple[str, ...], others: int, rounds: int) -> list[Figure]:
    original, copy = folder / "original.db", folder / "copy.db"
    original.unlink(missing_ok=True)
    fill(original, cast(Any, referrals(others, 0)))
    fill(original, cast(Any, (one for each in pending(events, kinds) for one in each.stored)))
    asyncio.run(_with_organizations(original))
    seconds: dict[str, list[float]] = {name: [] for name in ("ours", *FLOORS)}
    for _ in range(rounds):
        shutil.copyfile(original, copy)
        seconds["ours"].append(asyncio.run(_delivered(copy, events)))
        for name, per_commit in FLOORS.items():
            _forget(copy)
            shutil.copyfile(original, copy)
            seconds[name].append(seconds_of(copy, asyncio.run(_changes_of(copy, events)), per_commit))
        _forget(copy)
    took = {name: statistics.median(found) for name, found in seconds.items()}
    rate = events / took["ours"]
    speed = Figure(f"{what}: time of one", took["ours"] / events * 1000, "ms", limit=SLOWEST)
    return [
        speed,
        *(Figure(what, rate, "/s", events / took[name], f"bare loop, {name}", True, 3.0) for name in FLOORS),
    ]


def _forget(copy: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{copy}{suffix}").unlink(missing_ok=True)


async def _with_organizations(path: Path) -> None:
    store = SqliteStore(path)
    await with_organizations(store)
    await store.close()


async def _delivered(path: Path, events: int) -> float:
    """Seconds; it must be all of them, and nothing else."""
    store, stopping = SqliteStore(path), asyncio.Event()
    organizations = Organizations(store, lambda: NOW)
    routing = Routing(store, organizations, lambda: NOW)
    delivery = Delivery(store, organizations, routing, lambda: NOW, WINDOW, timedelta(hours=1), stopping)
    began = time.perf_counter()
    report = await delivery.deliver()
    seconds = time.perf_counter() - began
    assert report.as_facts() == {"done": events, "skipped": {}, "failed": {}, "remaining": False}
    await store.close()
    return seconds


async def _changes_of(path: Path, events: int) -> Changes:
    """The two writes that deliver each source's one event."""
    store = SqliteStore(path)
    changes: Changes = []
    after: DueKey | None = None
    while page := await store.find_pending(REFERRALS, instant(NOW), PAGE, after):
        for stored in page:
            changes += await _changes(store, stored)
        last = page[-1].document
        after = (last["pendingAt"], last["organizationId"], last["id"])
    await store.close()
    assert len(changes) == 2 * events
    return changes


async def _changes(store: SqliteStore, stored: Stored) -> Sequence[tuple[Stored | None, Document]]:
    source = cast(Referral, stored.document)
    (event,) = source["outbox"]
    target = await store.get(REFERRALS, event["target"]["organizationId"], event["target"]["id"])
    effect = cast(Document, _effect(source, event, target))
    if event["type"] == invitations.SENT:
        source = invitations.with_receipt(source, effect)
    return [(target, effect), (stored, cast(Document, outbox.settled(source, {event["id"]}, {}, NOW)))]


def _effect(source: Referral, event: Event, target: Stored | None) -> Referral:
    at, payload, seq = event["target"], event["payload"], event["seq"]
    if event["type"] == invitations.SENT:
        return invitations.received(at, payload, source["id"], seq, NOW, invitations.Reception(WINDOW))
    if event["type"] == mirrors.OPENED:
        return mirrors.mirrored(at, payload, source["id"], seq, NOW)
    assert target is not None
    decide, _ = EFFECTS[event["type"]]
    after = decide(cast(Referral, target.document), payload, source["id"], seq, NOW)
    assert after is not None
    return after


if __name__ == "__main__":
    print(table(measure(*map(int, sys.argv[1:]))))
