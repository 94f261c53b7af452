"""The expiry sweep among many referrals, beside a bare loop of the same conditional updates on the same file.

    python -m benchmarks.sweep [referrals]          (or BENCH_REFERRALS; 1,000,000 take about 10 minutes and 6 GB)

A fiftieth of the referrals is swept, in rounds; between them the loop expires as many others, whose new documents were
made before its clock started: it neither reads nor decides, it only writes.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

from benchmarks.bare_loop import fill, seconds_of
from benchmarks.figures import Figure, table
from shared.adapters.sqlite import SqliteStore
from shared.domain.instants import from_instant, instant
from shared.domain.referrals import stage_changes
from shared.domain.referrals.document import Referral
from shared.services.ports import REFERRALS, Document, DueKey, Stored
from shared.services.referrals.expiry import Expiry
from shared.services.sweep import AT_ONCE
from tests.scale.engagements import NOW, referrals

ROUNDS: Final = 4
KINDS: Final = (
    3  # the sweep, and the loop with a commit for each and with a commit for as many as the sweep has at once
)
BUDGET: Final = timedelta(hours=1)


def measure() -> list[Figure]:
    """The rates are medians of the rounds."""
    count = int(os.environ.get("BENCH_REFERRALS", "1000000"))
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        path = Path(folder) / "store.db"
        began = time.perf_counter()
        fill(path, cast(Any, referrals(count, KINDS * (count // 50))))
        gigabytes = path.stat().st_size / 1e9
        print(f"   {count:,} referrals, {gigabytes:.1f} GB, written in {time.perf_counter() - began:.0f} s", flush=True)
        return asyncio.run(rounds(path, count))


async def rounds(path: Path, count: int) -> list[Figure]:
    """In turns: sweep, a commit each, a commit for several."""
    store = SqliteStore(path)
    for line in (*store.explain_due(REFERRALS, "dueAt"), *store.explain_due(REFERRALS, "dueAt", ("", "", ""))):
        print(f"   {line}")
    size = count // 50 // ROUNDS
    swept: list[float] = []
    each: list[float] = []
    several: list[float] = []
    done = 0
    for _ in range(ROUNDS):
        until = await due_until(store, size)
        number = len(await due(store, until))
        swept.append(number / await sweep(store, until, number))
        done += number
        for rates, per_commit in ((each, 1), (several, AT_ONCE)):
            changes = await expired(store, await due_until(store, size))
            rates.append(len(changes) / await asyncio.to_thread(seconds_of, path, changes, per_commit))
    await sweep(store, NOW, len(await due(store, NOW)))  # what the rounds left over
    await sweep(store, NOW, 0)
    await store.close()
    ours = statistics.median(swept)
    what = f"sweep of {done:,} due among {count:,}"
    return [
        Figure(what, ours, "/s", statistics.median(each), "bare loop, a commit each", True, 3.0),
        Figure(what, ours, "/s", statistics.median(several), f"bare loop, a commit per {AT_ONCE}", True, 3.0),
    ]


async def sweep(store: SqliteStore, now: datetime, number: int) -> float:
    """Seconds to expire them; it must be all of them, and nothing else."""
    began = time.perf_counter()
    report = await Expiry(store, lambda: now, BUDGET, asyncio.Event()).expire_unanswered()
    seconds = time.perf_counter() - began
    assert report.as_facts() == {"done": number, "skipped": {}, "failed": {}, "remaining": False}
    return seconds


async def due_until(store: SqliteStore, number: int) -> datetime:
    """The instant at which this many are due (and those due together with the last)."""
    last = (await due(store, NOW, number))[-1].document
    return from_instant(last["dueAt"])


async def due(store: SqliteStore, now: datetime, most: int = 10**9) -> list[Stored]:
    """The first of them."""
    found: list[Stored] = []
    after: DueKey | None = None
    while len(found) < most and (page := await store.find_due(REFERRALS, instant(now), 500, after)):
        found += page
        last = page[-1].document
        after = (last["dueAt"], last["organizationId"], last["id"])
    return found[:most]


async def expired(store: SqliteStore, now: datetime) -> list[tuple[Stored | None, Document]]:
    """Each document due, as read and as it will be."""
    changes: list[tuple[Stored | None, Document]] = []
    for stored in await due(store, now):
        after = stage_changes.expired(cast(Referral, stored.document), now)
        assert after is not None
        changes.append((stored, cast(Document, after)))
    return changes


if __name__ == "__main__":
    if len(sys.argv) > 1:
        os.environ["BENCH_REFERRALS"] = sys.argv[1]
    print(table(measure()))
