"""Files that lie in `uploads` and that no run ever finished: the trigger missed them, or gave up (DESIGN, "Blobs"). And
records that wait for a version nobody can read any more."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

from shared.domain.instants import instant
from shared.domain.offers.upload import FINAL, UNROUTED, upload_id
from shared.services.ports import (
    UPLOADS,
    UPLOADS_CONTAINER,
    BlobFacts,
    BlobStore,
    Clock,
    DocumentStore,
    StoreUnavailable,
)
from shared.services.sweep import Report
from shared.services.uploads.intake import Uploads
from shared.services.uploads.overtaken import Overtaken

PATIENCE: Final = timedelta(hours=1)  # a file or a run younger than this is still the trigger's


class UploadReconciliation:
    def __init__(
        self,
        store: DocumentStore,
        blobs: BlobStore,
        uploads: Uploads,
        clock: Clock,
        budget: timedelta,
        stopping: asyncio.Event,
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._uploads = uploads
        self._overtaken = Overtaken(store, blobs, clock)
        self._clock = clock
        self._budget = budget
        self._stopping = stopping

    async def reconcile(self) -> Report:
        """Take in each file that has no record, or one that has waited for an hour. `done` counts files taken in, and
        records ended whose version was replaced or taken away."""
        report = Report()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._budget.total_seconds()
        owners: set[str] = set()
        async for facts in self._blobs.list(UPLOADS_CONTAINER):
            owners.add(facts.path.partition("/")[0])
            if self._stopping.is_set() or loop.time() >= deadline:
                report.remaining = True
                break
            if why := await self._settled(facts):
                report.skipped[why] += 1
                continue
            try:
                await self._uploads.ingest(facts.path, facts.length)
                report.done += 1
            except Exception as error:  # noqa: BLE001  one file's fault must not hold back the others; its record says more
                report.failed[type(error).__name__] += 1
        for owner in sorted(owners):
            await self._settle_left(owner, report)
        return report

    async def _settle_left(self, owner: str, report: Report) -> None:
        try:
            report.done += await self._overtaken.settle_left(owner, instant(self._clock() - PATIENCE))
        except StoreUnavailable as error:
            report.failed[type(error).__name__] += 1

    async def _settled(self, facts: BlobFacts) -> str | None:
        """Why there is nothing to do for this version, or None."""
        recent = instant(self._clock() - PATIENCE)
        for owner in (facts.path.partition("/")[0], UNROUTED):
            stored = await self._store.get(UPLOADS, owner, upload_id(facts.path, facts.etag))
            if stored and stored.document["status"] in FINAL:
                return "finished"
            if stored and stored.document["updatedAt"] > recent:
                return "under way"
        return "just arrived" if instant(facts.modified_at) > recent else None
