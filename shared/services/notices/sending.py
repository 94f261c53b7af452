"""Sending: what waits in container `notifications` is claimed, sent and settled, each receiver in its own lane.

At least once: who dies between sending and settling lets the claim lapse, and it is sent again under the same
Message-ID or webhook-id. Two senders at once are harmless; of two claims one is written.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from shared.domain.instants import instant
from shared.domain.notices import attempts
from shared.domain.notices.documents import FAILED, SENT
from shared.services.notices.lanes import AT_ONCE, Lane
from shared.services.notices.ports import NotDelivered
from shared.services.ports import (
    NOTIFICATIONS,
    ChangedMeanwhile,
    Clock,
    Document,
    DocumentStore,
    Stored,
    StoreUnavailable,
)
from shared.services.sweep import PAGE, Report, sweep

log = logging.getLogger(__name__)

LOOKED_AT: Final = 50  # pages in one look for work
AGAIN: Final = 1.0  # seconds between two looks while something is under way
NO_WAY: Final = timedelta(minutes=10)  # until it is looked at again whether there is a way
UNREADABLE: Final = timedelta(hours=1)
NOT_SET_UP: Final = "No mail server is set up; not tried."


class Way(Protocol):
    """How one kind of notification goes out."""

    def lane_of(self, document: Document) -> str:
        """Which receiver it is for."""
        ...

    async def send(self, document: Document) -> Document:
        """Send it: the document as it is then (`attempts.sent`, `skipped`, `put_aside`). Raises NotDelivered."""
        ...

    async def given_up(self, document: Document, why: str) -> None:
        """Tell whom it concerns; called before it is written, maybe twice. Raises StoreUnavailable."""
        ...


class Sending:
    def __init__(
        self,
        store: DocumentStore,
        ways: Mapping[str, Way],
        clock: Clock,
        budget: timedelta,
        stopping: asyncio.Event,
    ) -> None:
        self._store = store
        self._ways = ways
        self._clock = clock
        self._budget = budget
        self._stopping = stopping
        self._lanes: dict[str, Lane] = {}
        self._idle = asyncio.Event()

    async def send(self) -> Report:
        """Send everything that is due, and what becomes due meanwhile. `done` counts what was sent."""
        report = Report()
        deadline = asyncio.get_running_loop().time() + self._budget.total_seconds()
        under_way: set[tuple[str, str]] = set()
        async with asyncio.TaskGroup() as group:
            while not self._must_stop(deadline):
                try:
                    found = await self._look(under_way, group, deadline, report)
                except StoreUnavailable as error:  # what is under way may still be settled
                    report.skipped[f"{type(error).__name__}; the next run comes back"] += 1
                    break
                if not found and not self._is_busy():
                    break
                await self._pause()
        report.remaining = any(lane.waiting for lane in self._lanes.values())
        self._tidy()
        return report

    async def clean(self) -> Report:
        """Delete what has been kept long enough. `done` counts documents."""
        until = instant(self._clock())

        async def next_page(after: Any) -> list[Stored]:
            return await self._store.find_due(NOTIFICATIONS, until, PAGE, after)

        async def delete(stored: Stored, report: Report) -> None:
            try:
                await self._store.delete(stored, NOTIFICATIONS)
            except ChangedMeanwhile:
                report.skipped["somebody reads it at this moment"] += 1
            else:
                report.done += 1

        return await sweep(next_page, "dueAt", delete, self._budget, self._stopping)

    def _must_stop(self, deadline: float) -> bool:
        return self._stopping.is_set() or asyncio.get_running_loop().time() >= deadline

    async def _pause(self) -> None:
        """Until everything under way is done, or a second has passed."""
        self._idle.clear()
        if self._is_busy():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._idle.wait(), AGAIN)

    def _is_busy(self) -> bool:
        return any(lane.is_busy for lane in self._lanes.values())

    async def _look(
        self, under_way: set[tuple[str, str]], group: asyncio.TaskGroup, deadline: float, report: Report
    ) -> bool:
        """Whether anything new was found for the lanes."""
        until, after, found = instant(self._clock()), None, False
        for _ in range(LOOKED_AT):
            page = await self._store.find_pending(NOTIFICATIONS, until, PAGE, after)
            put_off: list[Stored] = []
            for stored in page:
                key = (stored.document["organizationId"], stored.document["id"])
                if key in under_way:
                    continue
                lane = self._lane(stored.document)
                if lane is None or lane.is_full or self._is_held(lane, stored):
                    put_off.append(stored)
                    continue
                under_way.add(key)
                found = True
                lane.waiting.append(stored)
                self._work(group, lane, under_way, deadline, report)
            await self._put_off(put_off, report)
            if len(page) < PAGE or self._must_stop(deadline):
                break
            last = page[-1].document
            after = (last["pendingAt"], last["organizationId"], last["id"])
        return found

    async def _put_off(self, those: Sequence[Stored], report: Report) -> None:
        """What no lane takes now waits a while, so that nobody looks at it again meanwhile; after a day it is over."""

        async def put_off(stored: Stored) -> None:
            lane, now = self._lane(stored.document), self._clock()
            later = lane.free_at(now) if lane else now + NO_WAY
            why = lane.why_held if lane and lane.is_held(now) else None if lane else NOT_SET_UP
            if why and attempts.is_over(stored.document, now):
                after = attempts.failed(stored.document, why)
                await self._given_up(after, why)
            else:
                after = attempts.postponed(stored.document, later, why)
            await self._written(stored, after, report)
            report.skipped[_kind_of(why) or "its receiver is busy; put off"] += 1

        await asyncio.gather(*(self._isolated(stored, put_off(stored), report) for stored in those))

    async def _given_up(self, document: Document, why: str) -> None:
        way = self._ways.get(document["kind"])
        if way is not None:
            await way.given_up(document, why)

    def _is_held(self, lane: Lane, stored: Stored) -> bool:
        return lane.is_held(self._clock()) and not stored.document.get("asked", False)

    def _lane(self, document: Document) -> Lane | None:
        """Its receiver's; None where there is no way to send such a thing."""
        kind = document.get("kind", "")
        way = self._ways.get(kind)
        if way is None:
            return None
        name = f"{kind}:{way.lane_of(document)}"
        return self._lanes.setdefault(name, Lane(name))

    def _work(
        self, group: asyncio.TaskGroup, lane: Lane, under_way: set[tuple[str, str]], deadline: float, report: Report
    ) -> None:
        """One more worker for the lane, if it has too few."""

        async def work() -> None:
            try:
                while lane.waiting and not self._must_stop(deadline):
                    stored = lane.waiting.popleft()
                    await self._isolated(stored, self._one(stored, lane, report), report)
                    under_way.discard((stored.document["organizationId"], stored.document["id"]))
            finally:
                lane.working -= 1
                if not self._is_busy():
                    self._idle.set()

        if lane.working < AT_ONCE:
            lane.working += 1
            group.create_task(work())

    async def _isolated(self, stored: Stored, work: Awaitable[None], report: Report) -> None:
        try:
            await work
        except StoreUnavailable as error:
            report.skipped[f"{type(error).__name__}; the next run comes back"] += 1
        except Exception as error:  # one document's fault must not end the others' run, nor be met again at once
            report.failed[type(error).__name__] += 1
            log.exception("notification %s of %s", stored.document["id"], stored.document["organizationId"])
            await self._set_aside(stored, report)

    async def _set_aside(self, stored: Stored, report: Report) -> None:
        """What nobody can read is looked at again in an hour, maybe by another version, until its time is over."""
        later = instant(self._clock() + UNREADABLE)
        try:
            await self._written(stored, {**stored.document, "pendingAt": later}, report)
        except StoreUnavailable as error:
            log.warning("it was not set aside: %r", error)

    async def _one(self, stored: Stored, lane: Lane, report: Report) -> None:
        now = self._clock()
        if self._is_held(lane, stored):
            await self._written(stored, attempts.postponed(stored.document, lane.free_at(now), lane.why_held), report)
            return
        mine = await self._written(stored, attempts.claimed(stored.document, now), report)
        if mine is None:
            return
        began = time.perf_counter()
        after = await self._attempted(mine.document, lane, began)
        if await self._written(mine, after, report) is None:
            return
        if after["status"] == SENT:
            report.done += 1
        elif after["status"] == FAILED or after["pendingAt"] is not None:
            report.failed[_kind_of(after["reason"])] += 1
        else:
            report.skipped[after["reason"] or after["status"]] += 1

    async def _attempted(self, document: Document, lane: Lane, began: float) -> Document:
        """The document after one attempt, whatever came of it."""
        way = self._ways[document["kind"]]
        try:
            after = await way.send(document)
        except NotDelivered as failure:
            if failure.in_order:
                lane.worked(time.perf_counter() - began)
            else:
                lane.failed(time.perf_counter() - began, self._clock(), str(failure))
            return await self._not_delivered(document, failure)
        except StoreUnavailable:
            raise
        except Exception as error:  # what nobody can send must not be tried every two minutes for ever
            log.exception("notification %s of %s", document["id"], document["organizationId"])
            return await self._not_delivered(document, NotDelivered(f"Our fault: {type(error).__name__}."))
        lane.worked(time.perf_counter() - began)
        return after

    async def _not_delivered(self, document: Document, failure: NotDelivered) -> Document:
        now, why = self._clock(), str(failure)
        answered = {"answered": failure.status} if "answered" in document else {}
        if failure.permanent:
            after = attempts.failed(document, why, **answered)
        else:
            after = attempts.after_failure(document, why, now, wait=failure.wait, **answered)
        if after["status"] == FAILED:
            await self._given_up(after, why)
        return after

    async def _written(self, stored: Stored, after: Document, report: Report) -> Stored | None:
        """None where somebody else wrote it first."""
        try:
            return await self._store.replace(stored, NOTIFICATIONS, after)
        except ChangedMeanwhile:
            report.skipped["another sender was first"] += 1
            return None

    def _tidy(self) -> None:
        """Forget what is not worth remembering: lanes in order, and what waits in them is in the store."""
        now: datetime = self._clock()
        for lane in self._lanes.values():
            lane.waiting.clear()
        self._lanes = {name: lane for name, lane in self._lanes.items() if lane.failures or lane.is_held(now)}


def _kind_of(reason: str | None) -> str:
    """A reason as a report counts it: without what is one receiver's own."""
    return (reason or "").partition(": ")[0].partition(" (")[0][:80]
