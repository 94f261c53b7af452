"""Contacts lists that no offer has needed for a day: refused files, lists replaced twice, what was undone."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, cast

from shared.domain.instants import instant
from shared.domain.offers import offer as offers
from shared.domain.offers import upload as uploads
from shared.domain.offers.offer import Offer
from shared.domain.offers.posting import OFFER_PUBLISHED
from shared.domain.offers.upload import chunk_id
from shared.services.ports import (
    CONTACTS,
    DERIVED_CONTAINER,
    OFFERS,
    BlobStore,
    ChangedMeanwhile,
    Clock,
    Document,
    DocumentStore,
    DueKey,
    Stored,
)
from shared.services.sweep import PAGE, Report, sweep
from shared.services.uploads.contact_diffs import diff_path


class ContactCleaning:
    def __init__(
        self, store: DocumentStore, blobs: BlobStore, clock: Clock, budget: timedelta, stopping: asyncio.Event
    ) -> None:
        """`budget` and `stopping` end a run between two offers."""
        self._store = store
        self._blobs = blobs
        self._clock = clock
        self._budget = budget
        self._stopping = stopping

    async def clean(self) -> Report:
        """Remove the chunks of imports that an offer has not needed for a day. `done` counts imports."""
        until = instant(self._clock())

        async def next_page(after: DueKey | None) -> list[Stored]:
            return await self._store.find_pending(OFFERS, until, PAGE, after)

        return await sweep(next_page, "pendingAt", self._clean_offer, self._budget, self._stopping)

    async def _clean_offer(self, stored: Stored, report: Report) -> None:
        """Chunks first, then the event: a run after a crash in between finds nothing more to remove."""
        found = await self._store.get(OFFERS, stored.document["organizationId"], stored.document["id"])
        if found is None:
            report.skipped["the offer is gone"] += 1
            return
        offer = offers.stored_offer(found.document)
        due = uploads.due_retirements(offer, self._clock())
        if not due:
            report.skipped["other things of the offer are due"] += 1
            return
        kept = [event["payload"]["importId"] for event in due if not await self._settled(offer, event, report)]
        try:
            after = uploads.settled(offer, {event["id"] for event in due})
            after = cast(Offer, {**after, **uploads.retiring(after, kept, self._clock())})
            await self._store.replace(found, OFFERS, cast(Document, after))
        except ChangedMeanwhile:
            report.skipped["others are changing it; the next run comes back"] += 1

    async def _settled(self, offer: Offer, event: dict[str, Any], report: Report) -> bool:
        """Whether nobody needs to look at the import again before the offer changes."""
        import_id = event["payload"]["importId"]
        if import_id in uploads.draft_imports(offer):
            report.skipped["in force, kept for undo, or waiting to be confirmed"] += 1
        elif import_id in uploads.needed_imports(offer) or _is_publishing(offer):
            report.skipped["published; it is looked at again in a day"] += 1
            return False
        else:
            await self._remove(offer, import_id)
            report.done += 1
        return True

    async def _remove(self, offer: Offer, import_id: str) -> None:
        """An import's chunks, from the last to the first, then its manifest; and the diffs that show its rows.

        What is left of a run that dies in between starts at the first chunk still, so the next run finds it.
        """
        organization_id = offer["organizationId"]
        for shown in (import_id, *_compared_with(offer, import_id)):
            await self._blobs.delete(DERIVED_CONTAINER, diff_path(organization_id, offer["id"], shown))
        count = 0
        while await self._store.get(CONTACTS, organization_id, chunk_id(import_id, count)) is not None:
            count += 1
        for number in reversed(range(count)):
            chunk = await self._store.get(CONTACTS, organization_id, chunk_id(import_id, number))
            if chunk is not None:
                await self._store.delete(chunk, CONTACTS)
        if (manifest := await self._store.get(CONTACTS, organization_id, import_id)) is not None:
            await self._store.delete(manifest, CONTACTS)


def _is_publishing(offer: Offer) -> bool:
    """Those who read what is published read the list before still."""
    return any(event["type"] == OFFER_PUBLISHED for event in offer["outbox"])


def _compared_with(offer: Offer, import_id: str) -> list[str]:
    """The kept imports whose diff is one with this import."""
    kept = (offer["activeImport"], offer["previousImport"], offer["pendingImport"])
    return [each["importId"] for each in kept if each and each.get("diff", {}).get("base") == import_id]
