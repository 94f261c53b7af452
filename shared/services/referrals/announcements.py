"""What follows a change: each new entry of a referral's history is shown to the followers, at least once.

A follower writes to the store only, under ids that follow from the referral and the entry's number, so that being shown
an entry twice changes nothing more. When all have seen it, the referral's `announced` says so.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, Protocol, cast

from shared.domain.instants import instant
from shared.domain.referrals.announcing import Numbered, announced, news, postponed
from shared.domain.referrals.document import Referral
from shared.domain.referrals.referral import upgraded
from shared.services.ports import REFERRALS, ChangedMeanwhile, Clock, DocumentStore, DueKey, Stored, StoreUnavailable
from shared.services.sweep import PAGE, Report, sweep

log = logging.getLogger(__name__)

ATTEMPTS: Final = 5  # to note that it is done, where others write too; giving up costs nothing, the next run comes back


class Follower(Protocol):
    """Something that happens because of changes."""

    async def follow(self, referral: Referral, entries: Sequence[Numbered]) -> Mapping[str, Any]:
        """What these new entries lead to; the same ones may come again. Answers bookkeeping fields to be stored in the
        referral. Raises StoreUnavailable, ChangedMeanwhile: the next run comes back."""
        ...


class Announcements:
    def __init__(
        self,
        store: DocumentStore,
        followers: Sequence[Follower],
        clock: Clock,
        budget: timedelta,
        stopping: asyncio.Event,
    ) -> None:
        self._store = store
        self._followers = followers
        self._clock = clock
        self._budget = budget
        self._stopping = stopping

    async def announce(self) -> Report:
        """Follow up everything that is news. `done` counts history entries. A second run finds nothing to do."""
        until = instant(self._clock())

        async def next_page(after: DueKey | None) -> list[Stored]:
            return await self._store.find_unannounced(REFERRALS, until, PAGE, after)

        return await sweep(next_page, "noticeAt", self._follow_up, self._budget, self._stopping)

    async def _follow_up(self, stored: Stored, report: Report) -> None:
        referral = upgraded(stored.document)
        entries = news(referral)
        bookkeeping: dict[str, Any] = {}
        try:
            for follower in self._followers:
                bookkeeping |= await follower.follow(referral, entries)
        except (StoreUnavailable, ChangedMeanwhile) as error:
            report.skipped[f"{type(error).__name__}; the next run comes back"] += 1
            return
        except Exception:  # news nobody can read must not be tried every two seconds for ever; sweep logs it
            await self._postpone(stored)
            raise
        await self._settle(stored, referral["announced"] + len(entries), bookkeeping, report)
        report.done += len(entries)

    async def _postpone(self, stored: Stored) -> None:
        try:
            after = postponed(upgraded(stored.document), self._clock())
            await self._store.replace(stored, REFERRALS, cast(dict[str, Any], after))
        except (StoreUnavailable, ChangedMeanwhile) as error:
            log.warning("the news of %s were not postponed: %r", stored.document["organizationId"], error)

    async def _settle(self, stored: Stored, count: int, bookkeeping: Mapping[str, Any], report: Report) -> None:
        found: Stored | None = stored
        for _ in range(ATTEMPTS):
            if found is None:
                return
            referral = upgraded(found.document)
            after = announced(referral, count, bookkeeping, self._clock())
            if after is None:
                return
            try:
                await self._store.replace(found, REFERRALS, cast(dict[str, Any], after))
            except ChangedMeanwhile:
                found = await self._store.get(REFERRALS, referral["organizationId"], referral["id"])
            else:
                return
        report.skipped["others are changing the referral; the next run comes back"] += 1
