"""Keeps each organization's response record in step with its referrals: a follower of their changes, and a daily
timer for what changes by itself, when a close date passes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Protocol, cast
from weakref import WeakValueDictionary

from shared.domain.errors import Unavailable
from shared.domain.insights import contribution, record
from shared.domain.insights.placement import public_record
from shared.domain.insights.record import Record
from shared.domain.instants import instant, today
from shared.domain.organizations.organization import Caller
from shared.domain.referrals.announcing import Numbered
from shared.domain.referrals.document import Referral
from shared.domain.referrals.referral import upgraded
from shared.services.ports import (
    ORGANIZATIONS,
    REFERRALS,
    ChangedMeanwhile,
    Clock,
    Document,
    DocumentStore,
    DueKey,
    Stored,
)
from shared.services.sweep import PAGE, Report, sweep
from shared.services.writing import written

ATTEMPTS: Final = 5  # to write where others count too; giving up costs nothing, the next run comes back
MOST_IN_FLIGHT: Final = 64
CLEARED_AT_ONCE: Final = 32


class PublishedRecords(Protocol):
    """Where the directory keeps the public part of a record."""

    async def with_record(self, organization_id: str, record: Document) -> None:
        """Show this record from now on; nothing where the organization is not in the directory.
        Raises StoreUnavailable, Unavailable."""
        ...


@dataclass(eq=False)
class _Wanted:
    """A referral to be counted, and what was; None where it is not there any more."""

    id: str
    counted: contribution.Counted | None = None
    is_done: bool = False


class Records:
    def __init__(
        self,
        store: DocumentStore,
        directory: PublishedRecords,
        clock: Clock,
        budget: timedelta,
        stopping: asyncio.Event,
    ) -> None:
        self._store = store
        self._directory = directory
        self._clock = clock
        self._budget = budget
        self._stopping = stopping
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._wanted: dict[str, list[_Wanted]] = {}

    async def read(self, caller: Caller) -> Record | None:
        """The caller's organization's, as it is stored; None before anything was counted."""
        stored = await self._stored(caller.organization_id)
        return _record(stored) if stored else None

    async def public(self, organization_id: str) -> Document | None:
        """What the directory shows of it now; None before anything was counted. Raises StoreUnavailable."""
        stored = await self._stored(organization_id)
        return public_record(_record(stored)["total"], self._today()) if stored else None

    async def follow(self, referral: Referral, entries: Sequence[Numbered]) -> Mapping[str, Any]:
        """Count the referral as it is now. Answers `counted`, what the record holds of it; nothing where the referral
        says so already. What the entries were does not matter. Raises StoreUnavailable, ChangedMeanwhile."""
        if not contribution.is_counted(referral) or _says_so_already(referral):
            return {}
        id, mine = referral["organizationId"], _Wanted(referral["id"])
        self._wanted.setdefault(id, []).append(mine)
        async with self._locks.setdefault(id, asyncio.Lock()):
            if not mine.is_done:  # else whoever was before took it along, or failed and left it to us
                waiting = self._wanted.pop(id, [])
                await self._count(id, waiting if mine in waiting else [*waiting, mine])
        return {"counted": mine.counted} if mine.counted else {}

    async def _count(self, id: str, wanted: Sequence[_Wanted]) -> None:
        """Many changes of one run meet at one document; those that wait are counted in one write."""
        for _ in range(ATTEMPTS):
            stored = await self._stored(id)
            found = await asyncio.gather(*(self._referral(id, one.id) for one in wanted))  # after it: see known_of
            before = after = _record(stored) if stored else record.empty(id, self._clock())
            counted: list[contribution.Counted | None] = []
            for fresh in found:
                after, what = record.counted(after, fresh, self._clock()) if fresh else (after, None)
                counted.append(what)
            if after is before or await self._put(stored, await self._cleared(after)):
                await self._publish(after)
                for one, what in zip(wanted, counted, strict=True):
                    one.counted, one.is_done = what, True
                return
        raise ChangedMeanwhile

    async def refresh(self) -> Report:
        """Publish anew the records whose figures change because a close date is over. A second run finds none."""
        until = instant(self._clock())

        async def next_page(after: DueKey | None) -> list[Stored]:
            return await self._store.find_due(ORGANIZATIONS, until, PAGE, after)

        return await sweep(next_page, "dueAt", self._refresh, self._budget, self._stopping)

    async def _refresh(self, stored: Stored, report: Report) -> None:
        """Published first: breaking off in between publishes it once more."""
        if stored.document["kind"] != "record":
            report.skipped["no record"] += 1
            return
        before = _record(stored)
        await self._publish(before)
        if await self._put(stored, record.due(before, self._clock())):
            report.done += 1
        else:
            report.skipped["it is being counted; the next run comes back"] += 1

    async def _publish(self, known: Record) -> None:
        """Raises ChangedMeanwhile where others write the listing, too: the next run comes back."""
        try:
            await self._directory.with_record(known["organizationId"], public_record(known["total"], self._today()))
        except Unavailable:
            raise ChangedMeanwhile from None

    def _today(self) -> str:
        return today(self._clock()).isoformat()

    async def _cleared(self, known: Record) -> Record:
        """Where much is in flight, without what the referrals themselves say by now. What was counted last stays."""
        if len(known["inFlight"]) <= MOST_IN_FLIGHT:
            return known
        oldest = list(known["inFlight"].items())[:CLEARED_AT_ONCE]
        found = await asyncio.gather(*(self._referral(known["organizationId"], id) for id, _ in oldest))
        landed = [
            id
            for (id, counted), referral in zip(oldest, found, strict=True)
            if referral is None or referral["counted"] == counted
        ]
        return record.settled(known, landed)

    async def _stored(self, organization_id: str) -> Stored | None:
        return await self._store.get(ORGANIZATIONS, organization_id, record.ID)

    async def _referral(self, organization_id: str, id: str) -> Referral | None:
        stored = await self._store.get(REFERRALS, organization_id, id)
        return upgraded(stored.document) if stored else None

    async def _put(self, stored: Stored | None, after: Record) -> bool:
        """Whether nobody was first."""
        return await written(self._store, ORGANIZATIONS, stored, cast(Document, after))


def _record(stored: Stored) -> Record:
    return cast(Record, stored.document)


def _says_so_already(referral: Referral) -> bool:
    """Whether this very state is what was counted and stored: most changes, such as notes, move no figure."""
    known = cast(contribution.Counted | None, referral["counted"])
    if known is None:
        return False
    return known["facts"] == contribution.facts_of(referral, outside=known["facts"]["outside"])
