"""The deadline desk and the reminders among many referrals.

    python -m benchmarks.deadlines [referrals]          (or BENCH_REFERRALS; 100,000 take about a minute)

A reminder run with little to do is measured beside one over everything that waits, which is what looking through all
received referrals every hour would cost. Nobody is told anything here: telling is the notices' own.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

from benchmarks.bare_loop import fill
from benchmarks.figures import Figure, table
from shared.adapters.sqlite import SqliteStore
from shared.domain.deadlines.ranking import KINDS
from shared.domain.notices.notice import Notice
from shared.domain.organizations.organization import Caller, Role
from shared.services.deadlines.calendar import calendar_of
from shared.services.deadlines.desk import DeadlineDesk, DeadlineRequest
from shared.services.deadlines.reminders import Reminders
from shared.services.organizations.people import People
from shared.settings import Settings
from tests.scale.engagements import NOW, PARTNERS, engagements, referrals

ROUNDS: Final = 30
CALLER: Final = Caller(PARTNERS[0], "contoso-admin", frozenset({Role.REFERRALS_ADMIN}))
HOUR: Final = timedelta(hours=1)


class Silent:
    """Counts what it is told. No organization here names a contact for a location."""

    def __init__(self) -> None:
        self.told = 0

    async def tell(self, notice: Notice) -> None:
        self.told += 1

    async def contact(self, organization_id: str, location_id: str) -> None:
        return None


def measure() -> list[Figure]:
    """CPU; medians, and of the desk the 95th percentile."""
    count = int(os.environ.get("BENCH_REFERRALS", "100000"))
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        path = Path(folder) / "store.db"
        began = time.perf_counter()
        waiting = (one.copy for one in engagements(count // 10, 0))
        fill(path, cast(Any, itertools.chain(referrals(count, 0), waiting)))
        print(
            f"   {count:,} referrals and {count // 10:,} more received, written in {time.perf_counter() - began:.0f} s",
            flush=True,
        )
        return asyncio.run(measured(path, count))


async def measured(path: Path, count: int) -> list[Figure]:
    store = SqliteStore(path)
    try:
        return [*await of_the_desk(store, count), *await of_reminders(store, count)]
    finally:
        await store.close()


async def of_the_desk(store: SqliteStore, count: int) -> list[Figure]:
    desk = DeadlineDesk(store, lambda: NOW, "vendor")
    spent = sorted([await seconds(lambda: desk.ranked(DeadlineRequest(), CALLER)) for _ in range(ROUNDS)])
    items, _ = await desk.running(CALLER, frozenset(KINDS), mine=False)
    written = list[float]()
    for _ in range(3):
        began = time.process_time()
        content = calendar_of(items, "Deadlines", "https://cosell.example")
        written.append(time.process_time() - began)
    what = f"{len(items):,} deadlines ranked, of {count:,} referrals"
    return [
        Figure(f"{what}: median", statistics.median(spent) * 1000, "ms of CPU"),
        Figure(f"{what}: p95", spent[int(len(spent) * 0.95)] * 1000, "ms of CPU"),
        Figure(
            f"the same as a calendar of {len(content) / 1000:,.0f} KB: the first time", written[0] * 1000, "ms of CPU"
        ),
        Figure("and again", written[-1] * 1000, "ms of CPU"),
    ]


async def of_reminders(store: SqliteStore, count: int) -> list[Figure]:
    """The first run tells what is current of everything that waits; then one an hour for two days."""
    silent, hourly, told = Silent(), list[float](), list[int]()
    first = await seconds(lambda: run(store, silent, NOW))
    everything = silent.told
    for hour in range(1, 49):
        before = silent.told
        hourly.append(await seconds(lambda at=NOW + hour * HOUR: run(store, silent, at)))  # type: ignore[misc]
        told.append(silent.told - before)
    idle = [await seconds(lambda: run(store, silent, NOW + 48 * HOUR)) for _ in range(ROUNDS)]
    at_once = f"a run over all {everything:,} that wait, of {count:,} referrals"
    return [
        Figure(at_once, first * 1000, "ms of CPU"),
        Figure(f"an hourly run, {statistics.mean(told):.0f} to tell", statistics.median(hourly) * 1000, "ms of CPU"),
        Figure("a run with nothing to tell", statistics.median(idle) * 1000, "ms of CPU"),
    ]


async def run(store: SqliteStore, silent: Silent, now: datetime) -> None:
    def clock() -> datetime:
        return now

    before = Settings().reminders
    people = People(store, clock)
    report = await Reminders(store, silent, people, silent, clock, before, HOUR, asyncio.Event()).send()
    assert not report.failed
    assert not report.remaining


async def seconds(call: Callable[[], Awaitable[object]]) -> float:
    """Of CPU: the same on a busy machine."""
    began = time.process_time()
    await call()
    return time.process_time() - began


if __name__ == "__main__":
    if len(sys.argv) > 1:
        os.environ["BENCH_REFERRALS"] = sys.argv[1]
    print(table(measure()))
