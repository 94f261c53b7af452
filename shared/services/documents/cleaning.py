"""Versions of documents that were replaced, taken away, or staged by a run that died: removed a day later, unless the
offer, or what is published of it, has them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import cast

from shared.domain.documents.passage import texts_of
from shared.domain.instants import instant
from shared.domain.offers import documents
from shared.domain.offers.offer import Offer, stored_offer
from shared.services.offering.writing import change_offer
from shared.services.ports import OFFERS, BlobStore, Clock, Document, DocumentStore, DueKey, Stored
from shared.services.sweep import PAGE, Report, sweep
from shared.services.uploads.document_staging import DocumentStaging


class DocumentCleaning:
    def __init__(
        self, store: DocumentStore, blobs: BlobStore, clock: Clock, budget: timedelta, stopping: asyncio.Event
    ) -> None:
        """`budget` and `stopping` end a run between two offers."""
        self._store = store
        self._staging = DocumentStaging(store, blobs)
        self._clock = clock
        self._budget = budget
        self._stopping = stopping

    async def clean(self) -> Report:
        """Remove the versions that nobody has needed for a day. `done` counts versions."""
        until = self._clock()

        async def next_page(after: DueKey | None) -> list[Stored]:
            return await self._store.find_pending(OFFERS, instant(until), PAGE, after)

        return await sweep(next_page, "pendingAt", self._clean_offer, self._budget, self._stopping)

    async def _clean_offer(self, stored: Stored, report: Report) -> None:
        """Texts and files first, then the event: a run after a crash in between finds nothing more to remove."""
        owner, id = stored.document["organizationId"], stored.document["id"]
        found = await self._store.get(OFFERS, owner, id)
        if found is None:
            report.skipped["the offer is gone"] += 1
            return
        offer = stored_offer(found.document)
        done, put_off = set[str](), set[str]()
        for event in documents.due(offer, self._clock()):
            upload, document = event["payload"]["uploadId"], event["payload"]["documentId"]
            match _need(offer, upload):
                case "draft":
                    report.skipped["in force"] += 1
                    done.add(event["id"])
                case "published":
                    report.skipped["published still"] += 1
                    put_off.add(event["id"])
                case _:
                    await self._staging.remove_texts(owner, [(document, upload)])
                    await self._staging.remove_files(owner, id, upload)
                    report.done += 1
                    done.add(event["id"])
        if done or put_off:
            await self._settle(cast(Document, offer), done, put_off)

    async def _settle(self, offer: Document, done: set[str], put_off: set[str]) -> None:
        def decide(now: Offer | None) -> tuple[Offer | None, None]:
            return now and documents.settled(now, done, put_off, self._clock()), None

        await change_offer(self._store, offer["organizationId"], offer["id"], decide)


def _need(offer: Offer, upload: str) -> str | None:
    if upload in texts_of(offer["documents"]).values():
        return "draft"
    if upload in documents.needed(offer) or documents.is_being_published(offer):
        return "published"
    return None
