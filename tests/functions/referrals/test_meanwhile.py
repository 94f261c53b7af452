"""Somebody acts between what a timer finds and what it writes (DESIGN.md section 3: "Timers")."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.services.ports import DocumentStore, DueKey, Stored
from tests.functions.deals import Body, a_deal_with_help, an_acceptance
from tests.functions.desk import WINDOW, Desk, ok, open_desk

TICK = timedelta(microseconds=1)


class MeanwhileStore:
    """A DocumentStore by delegation; `meanwhile` happens once, right after a timer has found something."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        self.meanwhile: Callable[[], Awaitable[Any]] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def find_due(self, container: str, until: str, limit: int, after: DueKey | None = None) -> list[Stored]:
        return await self._then(await self._store.find_due(container, until, limit, after))

    async def find_pending(self, container: str, until: str, limit: int, after: DueKey | None = None) -> list[Stored]:
        return await self._then(await self._store.find_pending(container, until, limit, after))

    async def find_unannounced(
        self, container: str, until: str, limit: int, after: DueKey | None = None
    ) -> list[Stored]:
        return await self._then(await self._store.find_unannounced(container, until, limit, after))

    async def _then(self, found: list[Stored]) -> list[Stored]:
        happens, self.meanwhile = self.meanwhile, None
        if happens:
            await happens()
        return found


@pytest.fixture
async def between(tmp_path: Path) -> AsyncIterator[tuple[Desk, MeanwhileStore]]:
    made: list[MeanwhileStore] = []

    def wrap(store: DocumentStore) -> DocumentStore:
        made.append(MeanwhileStore(store))
        return made[0]  # type: ignore[return-value]

    async with open_desk(tmp_path, wrap=wrap) as desk:
        yield desk, made[0]


@pytest.mark.parametrize(("action", "body"), [("accept", an_acceptance()), ("decline", {"reason": 1})])
async def test_they_answered_first_is_a_skip_with_a_reason(
    between: tuple[Desk, MeanwhileStore], action: str, body: Body
) -> None:
    """Answered in the last microsecond, by another instance's clock; the sweep leaves it alone and says why."""
    desk, store = between
    own, copy = await desk.sent()

    async def answer_in_time() -> None:
        desk.clock.move(-TICK)
        ok(await desk.act(copy["id"], action, body))
        desk.clock.move(TICK)

    desk.clock.move(WINDOW)
    store.meanwhile = answer_in_time
    report = await desk.expire()
    assert (report.done, sum(report.failed.values())) == (0, 0)
    assert list(report.skipped.values()) == [1]
    assert all(reason for reason in report.skipped)
    await desk.deliver()
    status = (await desk.read(own["id"], "vendor-seller"))["invitations"][0]["status"]
    assert status == {"accept": "accepted", "decline": "declined"}[action]
    assert "expire" not in [entry["action"] for entry in (await desk.read(copy["id"]))["history"]]


async def test_a_note_meanwhile_does_not_keep_a_referral_from_expiring(
    between: tuple[Desk, MeanwhileStore],
) -> None:
    """A change that answers nothing is met again: the sweep reads anew and expires it, the note is kept."""
    desk, store = between
    _, copy = await desk.sent()

    async def note_in_time() -> None:
        desk.clock.move(-TICK)
        ok(await desk.act(copy["id"], "notes", {"text": "x"}))
        desk.clock.move(TICK)

    desk.clock.move(WINDOW)
    store.meanwhile = note_in_time
    assert (await desk.expire()).done == 1
    seen = await desk.read(copy["id"])
    assert (seen["outcome"], len(seen["noteEntries"])) == ("expired", 1)


async def test_an_edit_meanwhile_is_kept_when_the_delivery_is_settled(between: tuple[Desk, MeanwhileStore]) -> None:
    """Taking the event out of the sender's copy must not take the edit back, nor deliver twice."""
    desk, store = between
    own = await desk.created(a_deal_with_help())

    async def edit() -> None:
        ok(await desk.edit_now(own["id"], {"name": "Renamed meanwhile"}))

    store.meanwhile = edit
    assert (await desk.deliver()).done == 1
    assert (await desk.deliver()).done == 1  # the edit, for the vendor to see
    assert (await desk.deliver()).done == 0
    seen = await desk.read(own["id"])
    assert (seen["name"], seen["invitations"][0]["status"]) == ("Renamed meanwhile", "pending")
    await desk.copy_of(own, "vendor-seller")


async def test_a_win_meanwhile_withdraws_what_is_just_being_delivered(between: tuple[Desk, MeanwhileStore]) -> None:
    """The invitation arrives, the withdrawal follows it; both sides end alike."""
    desk, store = between
    own = await desk.created(a_deal_with_help())

    async def win() -> None:
        ok(await desk.act(own["id"], "win"))

    store.meanwhile = win
    for _ in range(3):
        await desk.deliver()
    copy = await desk.copy_of(own, "vendor-seller")
    assert (copy["stage"], copy["outcome"]) == ("archived", "withdrawn")
    assert (await desk.read(own["id"]))["invitations"][0]["status"] == "withdrawn"
