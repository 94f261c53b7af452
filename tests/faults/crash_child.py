"""A process that dies at one store call: `python -m tests.faults.crash_child <scenario> <folder> <n> before|after`.

Exit code 70 if it died there, 0 if the scenario ended with fewer than `n` calls.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from shared.bootstrap import Services
from tests.faults.scenarios import SCENARIOS, services_on, waiting_copies
from tests.faults.stores import WatchedStore

CRASHED: Final = 70


def dying_at(n: int) -> Callable[[str], None]:
    """Ends the process at its n-th call: no handler runs, no thread is waited for."""
    calls = 0

    def count(operation: str) -> None:
        nonlocal calls
        calls += 1
        if calls == n:
            os._exit(CRASHED)

    return count


async def run(name: str, folder: str, n: str, moment: str) -> None:
    services = services_on(Path(folder))
    target = await waiting_copies(services)
    die = dying_at(int(n))
    hooks = {"before": die} if moment == "before" else {"done": die, "refused": die}
    store = WatchedStore(services.store, **hooks)
    watched = Services(services.settings, store, services.blobs, services.clock, services.stopping)
    await SCENARIOS[name].run(watched, target)
    await watched.close()


if __name__ == "__main__":
    asyncio.run(run(*sys.argv[1:]))
