"""How a timer walks through what is due (DESIGN.md section 3: "Timers")."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from shared.services.ports import DueKey, Stored
from shared.services.sweep import Report, sweep

MINUTE = timedelta(minutes=1)


class Due:
    """Pages of `page` items each, and who asked for what."""

    def __init__(self, count: int, page: int = 10) -> None:
        self.items = [
            Stored({"id": f"{n:04}", "organizationId": "contoso", "dueAt": f"t{n:04}"}, "token") for n in range(count)
        ]
        self.page = page
        self.asked: list[DueKey | None] = []

    async def next_page(self, after: DueKey | None) -> list[Stored]:
        self.asked.append(after)
        rest = [item for item in self.items if after is None or item.document["id"] > after[2]]
        return rest[: self.page]


async def test_everything_due_is_handled_once_in_order_of_time() -> None:
    """Page by page, each asked for from the last item's key on."""
    due, handled = Due(25), []

    async def handle(stored: Stored, report: Report) -> None:
        handled.append(stored.document["id"])
        report.done += 1

    report = await sweep(due.next_page, "dueAt", handle, MINUTE, asyncio.Event())
    assert (report.done, report.remaining) == (25, False)
    assert handled == sorted(handled)
    assert due.asked[:2] == [None, ("t0009", "contoso", "0009")]


async def test_a_failing_item_holds_back_no_other() -> None:
    """It is counted by its kind; the others are done; the walk goes past it."""
    due = Due(30)

    async def handle(stored: Stored, report: Report) -> None:
        if stored.document["id"] in ("0003", "0017"):
            raise KeyError("broken document")
        report.done += 1

    report = await sweep(due.next_page, "dueAt", handle, MINUTE, asyncio.Event())
    assert (report.done, dict(report.failed), report.remaining) == (28, {"KeyError": 2}, False)


async def test_at_most_sixteen_items_are_worked_on_at_once() -> None:
    """More would starve requests."""
    now, most = 0, 0

    async def handle(stored: Stored, report: Report) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0)
        now -= 1

    await sweep(Due(100, page=100).next_page, "dueAt", handle, MINUTE, asyncio.Event())
    assert 1 < most <= 16


async def test_it_stops_between_items_when_its_time_is_up() -> None:
    """And says that something remains."""

    async def handle(stored: Stored, report: Report) -> None:
        await asyncio.sleep(0.02)
        report.done += 1

    report = await sweep(Due(1000, page=100).next_page, "dueAt", handle, timedelta(seconds=0.05), asyncio.Event())
    assert 0 < report.done < 1000
    assert report.remaining


async def test_it_stops_between_items_when_the_host_stops() -> None:
    """What runs is finished, nothing new is begun."""
    stopping = asyncio.Event()

    async def handle(stored: Stored, report: Report) -> None:
        report.done += 1
        if report.done == 5:
            stopping.set()

    report = await sweep(Due(100).next_page, "dueAt", handle, MINUTE, stopping)
    assert 5 <= report.done <= 20
    assert report.remaining


async def test_nothing_due_is_one_question() -> None:
    """And an empty report."""
    due = Due(0)

    async def handle(stored: Stored, report: Report) -> None:
        raise AssertionError

    report = await sweep(due.next_page, "dueAt", handle, MINUTE, asyncio.Event())
    assert (due.asked, report.as_facts()) == ([None], {"done": 0, "skipped": {}, "failed": {}, "remaining": False})
