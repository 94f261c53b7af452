"""One instance's timer, in a process of its own: `python -m tests.races.timer_child <one of TIMERS> <folder> <now>`.

Says `ready`, waits for a line, then says `stored` or `refused` for every write once it is answered, and at the end the
report as JSON.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import orjson

from shared.bootstrap import Services, build
from shared.services.sweep import Report
from shared.settings import Settings
from tests.faults.stores import WatchedStore

TIMERS: Final[Mapping[str, Callable[[Services], Awaitable[Report]]]] = {
    "expire": lambda services: services.expiry.expire_unanswered(),
    "deliver": lambda services: services.delivery.deliver(),
    "remind": lambda services: services.reminders.send(),
}


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
    report = await TIMERS[timer](services)
    say(orjson.dumps(report.as_facts()).decode())
    await services.close()


if __name__ == "__main__":
    asyncio.run(run(*sys.argv[1:]))
