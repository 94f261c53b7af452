"""How a timer goes through everything that is due: in order of time, a few at a time, each on its own.

It walks by keyset, so an item that fails holds back no other; it stops between items when its time is up or the host
stops; and it says what it did, what it skipped and why, what failed, and whether something remains.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from shared.services.ports import DueKey, Stored

log = logging.getLogger(__name__)

AT_ONCE: Final = 16
PAGE: Final = 200

NextPage = Callable[[DueKey | None], Awaitable[list[Stored]]]


@dataclass
class Report:
    """What a run came to. `skipped` and `failed` count by reason; `remaining` says it stopped before the end."""

    done: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    remaining: bool = False

    def as_facts(self) -> dict[str, Any]:
        """For a log line."""
        return {
            "done": self.done,
            "skipped": dict(self.skipped),
            "failed": dict(self.failed),
            "remaining": self.remaining,
        }


Handle = Callable[[Stored, Report], Awaitable[None]]


async def sweep(
    next_page: NextPage, due_field: str, handle: Handle, budget: timedelta, stopping: asyncio.Event
) -> Report:
    """Handle everything `next_page` gives, at most `AT_ONCE` at a time, for at most `budget`.

    `due_field` is the field the pages are ordered by, before organizationId and id.
    """
    report = Report()
    loop = asyncio.get_running_loop()
    deadline = loop.time() + budget.total_seconds()

    def must_stop() -> bool:
        return stopping.is_set() or loop.time() >= deadline

    async def work(items: Iterator[Stored]) -> None:
        for stored in items:
            if must_stop():
                report.remaining = True
                return
            await _isolated(stored, handle, report)

    after: DueKey | None = None
    while not report.remaining and (page := await next_page(after)):
        last = page[-1].document
        after = (last[due_field], last["organizationId"], last["id"])
        items = iter(page)
        async with asyncio.TaskGroup() as workers:
            for _ in range(min(AT_ONCE, len(page))):
                workers.create_task(work(items))
    return report


async def _isolated(stored: Stored, handle: Handle, report: Report) -> None:
    try:
        await handle(stored, report)
    except Exception as error:  # one item's fault, whatever it is, must not end the others' run
        report.failed[type(error).__name__] += 1
        log.exception("item %s of %s failed", stored.document["id"], stored.document["organizationId"])
