"""A process beside the test that writes to the same file: `python -m tests.contract.sqlite_child <task> <file> ...`.

write <file> <name>            inserts from 16 tasks until killed; prints each id once it is acknowledged
count <file> <times>           raises the version of referral r1 that often, in competition with others
fill <file> <bytes>            writes until no file may grow past that, then frees the limit and writes once more
"""

from __future__ import annotations

import asyncio
import itertools
import resource
import signal
import sys
from pathlib import Path

from shared.adapters.sqlite import SqliteStore
from shared.services.ports import REFERRALS, ChangedMeanwhile, StoreUnavailable
from tests.contract.samples import read, referral


def say(line: str) -> None:
    """Tell the test, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def write(file: str, name: str) -> None:
    store = SqliteStore(Path(file))
    numbers = itertools.count()

    async def one() -> None:
        for n in numbers:
            await store.insert(REFERRALS, referral(f"{name}-{n}", search=f"number {n}"))
            say(f"{name}-{n}")

    await asyncio.gather(*(one() for _ in range(16)))


async def count(file: str, times: str) -> None:
    store = SqliteStore(Path(file))
    done = 0
    while done < int(times):
        held = await read(store)
        try:
            await store.replace(held, REFERRALS, held.document | {"version": held.document["version"] + 1})
        except ChangedMeanwhile:
            continue
        done += 1
    await store.close()


async def fill(file: str, limit: str) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    store = SqliteStore(Path(file))
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), resource.RLIM_INFINITY))
    large = "x" * 50_000
    for n in itertools.count():
        batch = [store.insert(REFERRALS, referral(f"r{n}-{k}", notes=large)) for k in range(5)]
        results = await asyncio.gather(*batch, return_exceptions=True)
        for k, result in enumerate(results):
            say(f"r{n}-{k}" if not isinstance(result, BaseException) else type(result).__name__)
        if any(isinstance(result, StoreUnavailable) for result in results):
            break
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await store.insert(REFERRALS, referral("after"))
    say("after")
    await store.close()


if __name__ == "__main__":
    asyncio.run({"write": write, "count": count, "fill": fill}[sys.argv[1]](*sys.argv[2:]))
