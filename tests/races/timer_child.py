"""One instance's timer, in a process of its own: `python -m tests.races.timer_child expire|deliver <folder> <now>`.

Says `ready`, waits for a line, then says `stored` or `refused` for every write once it is answered, and at the end the
report as JSON.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import orjson

from shared.bootstrap import Services, build
from shared.settings import Settings
from tests.faults.stores import WatchedStore


def say(line: str) -> None:
    """Tell the test, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def telling(outcome: str) -> Callable[[str], None]:
    """Says how writes went; reads are not told."""

    def tell(operation: str) -> None:
        if operation in ("insert", "replace"):
            say(outcome)

    return tell


async def run(timer: str, folder: str, now: str) -> None:
    clock = datetime.fromisoformat(now)
    built = build(Settings(local_data=Path(folder)), lambda: clock)
    store = WatchedStore(built.store, done=telling("stored"), refused=telling("refused"))
    services = Services(built.settings, store, built.blobs, built.clock, built.stopping)
    say("ready")
    await asyncio.to_thread(sys.stdin.readline)
    work = services.expiry.expire_unanswered if timer == "expire" else services.delivery.deliver
    report = await work()
    say(orjson.dumps(report.as_facts()).decode())
    await services.close()


if __name__ == "__main__":
    asyncio.run(run(*sys.argv[1:]))
