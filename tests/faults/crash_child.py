"""A process that dies at one store call: `python -m tests.faults.crash_child <scenario> <folder> <n> before|after`.

Exit code 70 if it died there, 0 if the scenario ended with fewer than `n` calls.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from shared.bootstrap import Services
from tests.faults.announcing_scenarios import ANNOUNCING_SCENARIOS
from tests.faults.contact_scenarios import CONTACT_SCENARIOS
from tests.faults.scenarios import REFERRAL_SCENARIOS
from tests.faults.stores import WatchedStore
from tests.faults.world import services_on

CRASHED: Final = 70


class Scenario(Protocol):
    """Something to interrupt, on a world of its own. `calls` is how many store calls it makes at least."""

    @property
    def calls(self) -> int: ...

    async def prepare(self, folder: Path) -> None: ...

    async def run(self, services: Services) -> None: ...

    async def assert_recovers(self, folder: Path) -> None: ...


SCENARIOS: Final[dict[str, Scenario]] = {**REFERRAL_SCENARIOS, **CONTACT_SCENARIOS, **ANNOUNCING_SCENARIOS}


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
    die = dying_at(int(n))
    hooks = {"before": die} if moment == "before" else {"done": die, "refused": die}
    store = WatchedStore(services.store, **hooks)
    await SCENARIOS[name].run(Services(services.settings, store, services.blobs, services.clock, services.stopping))
    await services.close()


if __name__ == "__main__":
    asyncio.run(run(*sys.argv[1:]))
