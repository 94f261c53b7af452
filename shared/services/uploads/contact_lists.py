"""The contacts list of an offer in force: take it away as CSV, go back to the one before, clear away what is old."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import cast

from shared.domain.errors import Changed, NotFound, NotPossible
from shared.domain.instants import instant
from shared.domain.offers import offer as offers
from shared.domain.offers import upload as uploads
from shared.domain.offers.contact import Contact
from shared.domain.offers.offer import ActiveImport, Offer
from shared.domain.offers.upload import chunk_id
from shared.domain.organizations.organization import Caller
from shared.parsing.contacts_text import contacts_text, header_text
from shared.services.ports import (
    CONTACTS,
    OFFERS,
    ChangedMeanwhile,
    Clock,
    Document,
    DocumentStore,
    DueKey,
    Stored,
    StoreUnavailable,
)
from shared.services.sweep import PAGE, Report, sweep
from shared.services.uploads.writing import change_offer


class ContactLists:
    def __init__(self, store: DocumentStore, clock: Clock, budget: timedelta, stopping: asyncio.Event) -> None:
        """`budget` and `stopping` end a run of `clean` between two offers."""
        self._store = store
        self._clock = clock
        self._budget = budget
        self._stopping = stopping

    async def export(self, offer: Offer, language: str | None) -> bytes:
        """The contacts in force as CSV in UTF-8, safe to open in a spreadsheet; only a header where there are none.

        Raises StoreUnavailable.
        """
        pieces = [header_text(language).encode()]
        active = offer["activeImport"]
        for number in range(active["chunks"] if active else 0):
            chunk = await self._store.get(
                CONTACTS, offer["organizationId"], chunk_id(cast(ActiveImport, active)["importId"], number)
            )
            if chunk is None:
                raise StoreUnavailable("a part of the contacts list is missing")
            found = [Contact.from_document(each) for each in chunk.document["contacts"]]
            pieces.append(contacts_text(found, language).encode())
        return b"".join(pieces)

    async def undo(self, offer_id: str, caller: Caller, version: int | None) -> Offer:
        """Put the list before the last import back in force.

        Raises NotFound, NotPossible, Changed, StoreUnavailable.
        """

        def decide(offer: Offer | None) -> tuple[Offer | None, Offer]:
            if offer is None:
                raise NotFound("There is no such offer.")
            after = self._undone(offer, caller, version)
            return after, after

        return await change_offer(self._store, caller.organization_id, offer_id, decide)

    def _undone(self, offer: Offer, caller: Caller, version: int | None) -> Offer:
        if version is not None and version != offer["version"]:
            raise Changed("The offer changed since you read it; look at it again.")
        active, previous = offer["activeImport"], offer["previousImport"]
        if active is None or previous is None:
            raise NotPossible("There is no earlier contacts list to go back to.", code="nothing_to_undo")
        now = self._clock()
        values = {"activeImport": previous, "previousImport": None, "contactCount": previous["contacts"]}
        after = offers.changed(offer, "undo_contacts_import", caller.user, now, values)
        return cast(Offer, {**after, **uploads.retiring(after, [active["importId"]], now)})

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
        for event in due:
            import_id = event["payload"]["importId"]
            if import_id in uploads.needed_imports(offer):
                report.skipped["in force, or kept for undo"] += 1
            else:
                await self._remove(offer["organizationId"], import_id)
                report.done += 1
        try:
            after = uploads.settled(offer, {event["id"] for event in due})
            await self._store.replace(found, OFFERS, cast(Document, after))
        except ChangedMeanwhile:
            report.skipped["others are changing it; the next run comes back"] += 1

    async def _remove(self, organization_id: str, import_id: str) -> None:
        """An import's chunks, from the last to the first, then its manifest.

        What is left of a run that dies in between starts at the first chunk still, so the next run finds it.
        """
        count = 0
        while await self._store.get(CONTACTS, organization_id, chunk_id(import_id, count)) is not None:
            count += 1
        for number in reversed(range(count)):
            chunk = await self._store.get(CONTACTS, organization_id, chunk_id(import_id, number))
            if chunk is not None:
                await self._store.delete(chunk, CONTACTS)
        if (manifest := await self._store.get(CONTACTS, organization_id, import_id)) is not None:
            await self._store.delete(manifest, CONTACTS)
