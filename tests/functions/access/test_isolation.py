"""One organization's data never appears in another's lists, reads, searches or errors."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.functions.access.secrets_game import MOVES, PERSONAS, Game
from tests.functions.desk import Desk, open_desk

Moves = list[tuple[str, str, int]]
LIKELY: Final = ["answer", "answer", "ask for help", "timers", *MOVES]
MOVE: Final = st.tuples(st.sampled_from(list(PERSONAS)), st.sampled_from(LIKELY), st.integers(0, 59))


OPENING: Final[Moves] = [
    *((partner, "create", kind) for partner in ("contoso", "fabrikam", "tailspin") for kind in (2, 3)),
    *(("vendor", "create", pick) for pick in (0, 1, 2, 3)),
    *(("vendor", "recommend", pick) for pick in (0, 1)),
    *(("vendor", "inquire", pick) for pick in (0, 1)),
    ("vendor", "timers", 1),
]
"""A private deal and a request for help of each partner, an opportunity and a lead with consent and without,
inquiries of customers; delivered."""


async def play(moves: Moves) -> Game:
    """The opening and all moves on a new desk, then everybody looks everywhere."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_desk(Path(folder)) as desk:
            game = Game(desk)
            await game.subscribe()
            for who, move, pick in [*OPENING, *moves]:
                await game.step(who, move, pick)
            await desk.deliver()
            await desk.announce()
            await game.look_everywhere()
            return game


@settings(
    max_examples=15,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(st.lists(MOVE, min_size=10, max_size=25))
def test_nobody_sees_what_is_not_theirs(moves: Moves) -> None:
    """Random moves by three partners and the vendor; every answer to everybody is searched for others' marks."""
    asyncio.run(play(moves))


async def test_the_game_would_notice(desk: Desk) -> None:
    """What does travel is seen by its receiver, so the marks reach the other side and are looked for there."""
    game = Game(desk)
    await game.step("fabrikam", "create", 2)
    await desk.deliver()
    item = await game.of("vendor", 0)
    assert item is not None
    assert "vendor" in game.marks.seers[int(item["name"].removeprefix("zq").removesuffix("zq"))]
    await game.step("vendor", "answer", 1)
    await desk.deliver()
    await game.look_everywhere()
    for seers in game.marks.seers:
        seers.discard("vendor")
    try:
        await game.look_everywhere()
    except AssertionError as noticed:
        assert "vendor saw mark" in str(noticed)
    else:
        raise AssertionError("the vendor reads marks that are not its own, and nobody noticed")
