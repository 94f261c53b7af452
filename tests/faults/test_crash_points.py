"""The process dies before and after every single store call; a fresh start finishes, and nothing is doubled."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import sys
from pathlib import Path

import pytest

from tests.faults.crash_child import CRASHED, SCENARIOS

QUICK = ("create", "accept")


async def died_at(scenario: str, folder: Path, n: int, moment: str) -> bool:
    """Whether there was an n-th call to die at."""
    command = (sys.executable, "-m", "tests.faults.crash_child", scenario, str(folder), str(n), moment)
    child = await asyncio.create_subprocess_exec(*command)
    code = await child.wait()
    assert code in (0, CRASHED)
    return code == CRASHED


async def interrupted_everywhere(scenario: str, folder: Path) -> int:
    """Every point in turn, each on the same world; the number of calls there were."""
    world = folder / "world"
    await SCENARIOS[scenario].prepare(world)
    for n in itertools.count(1):
        for moment in ("before", "after"):
            copy = folder / f"{n}-{moment}"
            shutil.copytree(world, copy)
            died = await died_at(scenario, copy, n, moment)
            await SCENARIOS[scenario].assert_recovers(copy)
            shutil.rmtree(copy)
            if not died:
                assert moment == "before"
                return n - 1
    raise AssertionError


@pytest.mark.parametrize(
    "scenario",
    [pytest.param(name, marks=pytest.mark.slow if name in QUICK else pytest.mark.faults) for name in SCENARIOS],
)
async def test_dying_at_any_store_call_loses_and_doubles_nothing(scenario: str, tmp_path: Path) -> None:
    """Every point is enumerated until the work ends without meeting one."""
    assert await interrupted_everywhere(scenario, tmp_path) >= SCENARIOS[scenario].calls
