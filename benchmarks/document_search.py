"""Searches over the texts of 20,000 published pages and slides, beside reading as many passages as a search ranks.

python -m benchmarks.document_search [passages]        (or BENCH_PASSAGES; 20,000 take about a minute and 0.4 GB)
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure, table
from shared.adapters.sqlite import SqliteStore
from shared.services.documents.search import DocumentSearch
from tests.scale.passages import fill, floor, search_times
from tests.scale.profiles import p95

EACH: Final = 25
LIMIT: Final = 100.0  # milliseconds


def measure() -> list[Figure]:
    """One figure of the clock for all searches together, and one of the processor's time for each kind."""
    count = int(os.environ.get("BENCH_PASSAGES", "20000"))
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        path = Path(folder) / "store.db"
        began = time.perf_counter()
        fill(path, count)
        size, seconds = path.stat().st_size / 1e9, time.perf_counter() - began
        print(f"   {count:,} passages, {size:.1f} GB, written in {seconds:.0f} s", flush=True)
        return asyncio.run(searches(path, count))


async def searches(path: Path, count: int) -> list[Figure]:
    store = SqliteStore(path)
    took = await search_times(DocumentSearch(store), EACH)
    least = await floor(store)
    await store.close()
    everything = [one for times in took.values() for one in times]
    figures = [
        Figure(f"search of {count:,} passages, p95", p95(one.wall for one in everything), "ms", limit=LIMIT),
        Figure("the same in processor's time", p95(one.cpu for one in everything), "ms", least, "reading 200 passages"),
    ]
    return figures + [
        Figure(f"  {name}, p95", p95(one.cpu for one in times), "ms", least, "") for name, times in took.items()
    ]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        os.environ["BENCH_PASSAGES"] = sys.argv[1]
    print(table(measure()))
