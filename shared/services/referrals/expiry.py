"""The sweep that ends what nobody answered in time (DOMAIN: life cycle, "expire")."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, Final, cast

from shared.domain.instants import instant
from shared.domain.referrals import stage_changes
from shared.domain.referrals.referral import upgraded
from shared.services.ports import REFERRALS, ChangedMeanwhile, Clock, DocumentStore, DueKey, Stored
from shared.services.sweep import PAGE, Report, sweep

ATTEMPTS: Final = 3
ANSWERED_FIRST: Final = "they answered first"


class Expiry:
    def __init__(self, store: DocumentStore, clock: Clock, budget: timedelta, stopping: asyncio.Event) -> None:
        self._store = store
        self._clock = clock
        self._budget = budget
        self._stopping = stopping

    async def expire_unanswered(self) -> Report:
        """Expire every received referral whose time is up. A second run finds nothing to do."""
        until = instant(self._clock())

        async def next_page(after: DueKey | None) -> list[Stored]:
            return await self._store.find_due(REFERRALS, until, PAGE, after)

        return await sweep(next_page, "dueAt", self._expire, self._budget, self._stopping)

    async def _expire(self, stored: Stored, report: Report) -> None:
        found: Stored | None = stored
        for _ in range(ATTEMPTS):
            after = stage_changes.expired(upgraded(found.document), self._clock()) if found else None
            if found is None or after is None:
                report.skipped[ANSWERED_FIRST] += 1
                return
            try:
                await self._store.replace(found, REFERRALS, cast(dict[str, Any], after))
            except ChangedMeanwhile:
                document = stored.document
                found = await self._store.get(REFERRALS, document["organizationId"], document["id"])
            else:
                report.done += 1
                return
        report.skipped["others are changing it; the next run comes back"] += 1
