"""Three organizations, and an outsider who must see nothing, at random: DOMAIN.md's network holds whatever happens."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.network.machine import NetworkMachine

SHARDS: Final = 4  # tests of their own, so that both cores have some
STEPS: Final = 40


@pytest.fixture(autouse=True)
def _signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform says that it validates tokens."""
    monkeypatch.setenv("WEBSITE_AUTH_ENABLED", "True")


def played(examples: int, chance: int, phases: tuple[Phase, ...] = (Phase.generate, Phase.shrink)) -> Counter[str]:
    """So many plays from one seed; what they came to."""
    machine: Any = type("Network", (NetworkMachine,), {"counted": Counter(), "runner": asyncio.Runner()})
    wanted = settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=phases,
        print_blob=True,
    )
    with machine.runner:
        run_state_machine_as_test(seed(chance)(machine), settings=wanted)
    counted: Counter[str] = machine.counted
    return counted


@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_network_holds_whatever_people_and_timers_do(
    shard: int, record_property: Callable[[str, object], None]
) -> None:
    """The same plays each time."""
    counted = played(50, shard)
    record_property("statistics", dict(counted))
    assert_reached(counted)
