"""Whole plays: planned by a number, played to the end, and cut down to what they need when they fail.

Chance is spread evenly. Hypothesis' state machines were tried first: of fifty plays they made most from a few, by
repeating and mutating, and reached too little.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Final

from tests.network.chance import KINDS, OTHERWISE, WEIGHTS, Chance, Picks
from tests.network.play import Play

LENGTH: Final = 40
Plan = list[tuple[str, Picks]]


def planned(number: str) -> Plan:
    """The steps of a play. Each has its chance by itself, so that leaving one out leaves the others as they are."""
    chance = random.Random(number)

    def pick() -> int:
        return chance.randrange(1000)

    def kill_at() -> int | None:
        return chance.randint(1, 16) if chance.random() < 0.2 else None

    return [(chance.choice(KINDS), Picks(pick(), pick(), pick(), pick(), kill_at())) for _ in range(LENGTH)]


async def play_through(plan: Plan, *, hidden: bool, counted: Counter[str], said: list[str]) -> None:
    """One play: what it came to is counted, what was done is said."""
    play = Play(hidden=hidden)
    play.stage.said = said
    try:
        await play.stage.world.start()
        await play.stage.watch.observe()
        await _steps(Chance(play), plan)
        await _end(play)
    finally:
        await play.stage.world.end()
    play.stage.count(f"HIDE_CUSTOMER_UNTIL_ACCEPTED={hidden}")
    counted.update(play.stage.record.counted)


async def _steps(chance: Chance, plan: Plan) -> None:
    """What is not possible now is another step instead."""
    for kind, picks in plan:
        for name in (kind, *OTHERWISE):
            if step := WEIGHTS[name][0](chance, picks):
                chance.play.stage.count("steps")
                await step
                break


async def _end(play: Play) -> None:
    await play.timers.drain()
    await play.stage.settled.look_everywhere()
    await play.actions.try_everything()
    play.stage.count("examples")
    for _, one in play.stage.record.invited_copies():
        play.stage.count(f"invitations: {one['kind']} {one['status']}")
    for copy in play.stage.copies.values():
        what = "mirrors" if copy.get("mirror") else "referrals"
        play.stage.count(f"{what}: {copy['outcome'] or copy['stage']}")


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
