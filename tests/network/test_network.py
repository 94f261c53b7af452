"""Three organizations, and an outsider who must see nothing, at random: DOMAIN.md's network holds whatever happens."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

import pytest

from tests.network.chance import Plan, planned, play_through
from tests.network.world import seeded_store

SHARDS: Final = 2  # tests of their own, so that both cores have some
REACHED: Final = (
    *(f"invitations: {kind} {status}" for kind in ("help", "opportunity", "partner")
      for status in ("accepted", "declined", "expired", "withdrawn", "won", "lost")),
    *(f"mirrors: {end}" for end in ("accepted", "won", "lost", "error", "withdrawn")),
    *(f"referrals: {end}" for end in ("won", "lost", "declined", "expired", "withdrawn", "error")),
    "re-invitations", "late deliveries", "actions during a delivery", "deliveries during an action",
    "withdraw-consent: done",
    *(f"kills: deliver at {n}" for n in range(1, 9)),
)  # fmt: skip
"""What plays must come to, or they show nothing."""


@pytest.fixture(autouse=True)
def _signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform says that it validates tokens."""
    monkeypatch.setenv("WEBSITE_AUTH_ENABLED", "True")


class PlayFailed(AssertionError):
    """A play went wrong; the text is the shortest that does, and how to play it again."""


def played(number: str) -> Counter[str]:
    """One play, always the same for a number; what it came to."""
    plan, hidden = planned(number), number.endswith(("1", "3", "5", "7", "9"))
    failure, counted, _ = attempted(plan, hidden=hidden)
    if failure is None:
        return counted
    short = smallest(plan, lambda fewer: attempted(fewer, hidden=hidden)[0] is not None)
    failure, _, said = attempted(short, hidden=hidden)
    raise PlayFailed("\n".join([f"play {number!r}, hidden={hidden}:", *said, repr(failure)])) from failure


def attempted(plan: Plan, *, hidden: bool) -> tuple[BaseException | None, Counter[str], list[str]]:
    """What went wrong, if anything; what the play came to; what was done."""
    counted: Counter[str] = Counter()
    said: list[str] = []
    seeded_store()
    try:
        asyncio.run(play_through(plan, hidden=hidden, counted=counted, said=said))
    except (Exception, BaseExceptionGroup) as failure:  # noqa: BLE001 - whatever it is, it is to be cut down
        return failure, counted, said
    return None, counted, said


def smallest(plan: Plan, fails: Callable[[Plan], bool]) -> Plan:
    """A plan from which no step can be left out: first halves are tried, then ever smaller pieces."""
    size = len(plan) // 2
    while size:
        start = 0
        while start < len(plan):
            fewer = plan[:start] + plan[start + size :]
            if fails(fewer):
                plan = fewer
            else:
                start += size
        size //= 2
    return plan


def all_played(numbers: Iterator[str]) -> Counter[str]:
    total: Counter[str] = Counter()
    for number in numbers:
        total += played(number)
    return total


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_network_holds_whatever_people_and_timers_do(
    shard: int, record_property: Callable[[str, object], None]
) -> None:
    """The same plays each time."""
    total = all_played(f"{shard}/{n}" for n in range(104))
    record_property("statistics", dict(total))
    assert [what for what in REACHED if not total[what]] == [], "plays no longer reach this"


@pytest.mark.fuzz
@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_network_holds_in_plays_never_played_before(
    shard: int, record_property: Callable[[str, object], None]
) -> None:
    """FUZZ_SEED plays the same again; FUZZ_PLAYS says how many."""
    seed = os.environ.get("FUZZ_SEED") or secrets.token_hex(4)
    total = all_played(f"{seed}/{shard}/{n}" for n in range(int(os.environ.get("FUZZ_PLAYS", "2000")) // SHARDS))
    record_property("statistics", {f"seed {seed}": 1, **total})


def test_a_failing_play_is_cut_down_to_the_steps_it_needs() -> None:
    """The shrinking itself: two steps far apart are what is left."""
    plan = planned("any")
    assert smallest(plan, lambda fewer: plan[3] in fewer and plan[33] in fewer) == [plan[3], plan[33]]
