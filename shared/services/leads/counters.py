"""How many inquiries one client may send an hour, kept in the store; and the sweep of what is kept only for a while.

A client over its limit is remembered in this process, so a flood costs a look into a table and no store operation.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final
from weakref import WeakValueDictionary

from shared.domain.errors import TooMany
from shared.domain.ids import derived_id
from shared.domain.instants import instant
from shared.domain.leads.inquirer import COUNTER, PARTITION, going
from shared.services.ports import (
    WORK,
    ChangedMeanwhile,
    Clock,
    DocumentStore,
    Query,
    Where,
)
from shared.services.sweep import AT_ONCE
from shared.services.writing import written

WINDOW: Final = timedelta(hours=1)
REMEMBERED: Final = 10_000  # clients over their limit, in this process
ATTEMPTS: Final = 5
PAGE: Final = 200
PAGES: Final = 25  # of one run of the sweep


class InquiryLimits:
    """`most` inquiries of one client in each hour of the clock, all instances together."""

    def __init__(self, store: DocumentStore, clock: Clock, most: int) -> None:
        self._store = store
        self._clock = clock
        self._most = most
        self._over: OrderedDict[str, datetime] = OrderedDict()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def take(self, client: str) -> None:
        """Count one inquiry of this client. Raises TooMany."""
        self.check(client)
        lock = self._locks.setdefault(client, asyncio.Lock())
        async with lock:  # whoever waited may find the limit reached by those before
            self.check(client)
            await self._count(client)

    async def clean(self) -> int:
        """Delete what has outlived its time, where the store does not do so itself; how many documents were.

        Bounded: the next run goes on.
        """
        cleaned = 0
        for _ in range(PAGES):
            page = await self._store.find(WORK, PARTITION, outdated_query(self._clock()))
            ids = [item["id"] for item in page.items]
            for start in range(0, len(ids), AT_ONCE):
                cleaned += sum(await asyncio.gather(*(self._delete(id) for id in ids[start : start + AT_ONCE])))
            if not page.more:
                break
        return cleaned

    async def _delete(self, id: str) -> bool:
        stored = await self._store.get(WORK, PARTITION, id)
        if stored is None:
            return False
        try:
            await self._store.delete(stored, WORK)
        except ChangedMeanwhile:
            return False  # it was written since, and is needed again
        return True

    def check(self, client: str) -> None:
        """Ask this process's memory alone: before anything of a request is read. Raises TooMany."""
        until, now = self._over.get(client), self._clock()
        if until is None:
            return
        if now < until:
            raise TooMany(
                "Too many inquiries came from where you are; try again later.",
                retry_after=(until - now).total_seconds(),
            )
        del self._over[client]

    async def _count(self, client: str) -> None:
        for _ in range(ATTEMPTS):
            now = self._clock()
            start = now.replace(minute=0, second=0, microsecond=0)
            id = derived_id("client", client, instant(start))
            stored = await self._store.get(WORK, PARTITION, id)
            count: int = stored.document["count"] if stored else 0
            if count >= self._most:
                self._remember(client, start + WINDOW)
                self.check(client)
            if await written(self._store, WORK, stored, {**going(id, start, 2 * WINDOW), "count": count + 1}):
                return
        raise TooMany("Too many inquiries come from where you are at once; try again.", retry_after=1)

    def _remember(self, client: str, until: datetime) -> None:
        self._over[client] = until
        if len(self._over) > REMEMBERED:
            self._over.popitem(last=False)


def outdated_query(now: datetime) -> Query:
    """What nobody needs any more; the longest outdated first."""
    return Query((Where("type", "eq", COUNTER), Where("sortName", "lt", instant(now))), "sortName", limit=PAGE)
