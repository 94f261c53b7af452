"""Contacts of an offer: a file is staged whole, in chunks nobody sees, then one write of the offer puts it in force.

Any wrong row refuses the whole file and the list in force stays. Ids are derived from the upload's, so that a run after
a crash writes the same chunks again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from shared.domain.instants import instant
from shared.domain.offers import contact_lists as lists
from shared.domain.offers import upload as uploads
from shared.domain.offers.contact_diff import Comparison
from shared.domain.offers.offer import ActiveImport, Offer, stored_offer
from shared.domain.offers.readiness.limits import Limits
from shared.domain.offers.upload import Upload, import_id
from shared.services.ports import (
    DERIVED_CONTAINER,
    OFFERS,
    BlobStore,
    Clock,
    Document,
    DocumentStore,
    FileParser,
    StoreUnavailable,
)
from shared.services.uploads.contact_diffs import ContactDiffs, Diff
from shared.services.uploads.contact_precedence import needless, without_pending
from shared.services.uploads.contacts_staging import Reading, Staging
from shared.services.uploads.records import Outcome, UploadRecord
from shared.services.uploads.writing import change_offer, require_unchanged

PIECE: Final = 1024 * 1024
COMPARISONS: Final = 3  # with a list in force that others replace meanwhile
SAME: Final = "The file holds the list in force, row by row; nothing changed."
WAITING: Final = "The list was read and waits to be confirmed; until then the one in force stays."


class ContactImports:
    def __init__(
        self,
        store: DocumentStore,
        blobs: BlobStore,
        parser: FileParser,
        clock: Clock,
        readiness: Limits,
        *,
        confirm: bool = False,
    ) -> None:
        """`confirm`: a list that was read waits until somebody confirms it."""
        self._readiness = readiness
        self._waits = confirm
        self._diffs = ContactDiffs(store, blobs)
        self._store = store
        self._blobs = blobs
        self._parser = parser
        self._clock = clock

    async def run(self, record: UploadRecord, file: Path, content_hash: str) -> Outcome:
        """Import the contacts in `file`. Raises ParserFailed, StoreUnavailable."""
        upload = record.upload
        if early := await self._register(upload, content_hash):
            return early
        staging = Staging(self._store, upload)
        with (
            (file.parent / "errors.csv").open("w+b") as errors,
            (file.parent / "returned.csv").open("w+b") as returned,
        ):
            reading = Reading(errors, returned)
            async with aclosing(cast(Any, self._parser.parse("contacts", file, upload["fileName"]))) as lines:
                async for line in lines:
                    reading.take(line)
                    await self._follow(line, record, staging)
            if reading.rejected:
                return reading.refusal({})
            if reading.error_count:
                files = {"errorsFile": await self._keep(upload, "errors", errors)}
                files |= {"returnedFile": await self._keep(upload, "returned", returned)}
                return reading.refusal({**files, "returnedEncoding": reading.encoding})
        await staging.finish(reading.end, instant(self._clock()))
        new = staging.staged(reading.end, content_hash, instant(self._clock()))
        return await self._put_in_force(upload, new, reading, staging.comparison)

    async def _follow(self, line: Document, record: UploadRecord, staging: Staging) -> None:
        if line["type"] == "contacts":
            await staging.take(line["rows"])
        elif line["type"] == "progress":
            await record.progress(line["rows"], line["of"])

    async def _register(self, upload: Upload, content_hash: str) -> Outcome | None:
        """Have what will be staged looked at in a day, whatever becomes of it; or say why nothing needs be done."""

        def decide(offer: Offer | None) -> tuple[Offer | None, Outcome | None]:
            if early := needless(offer, upload, content_hash):
                return self._after(early, offer, upload, content_hash), early
            known = cast(Offer, offer)
            values = uploads.retiring(known, [import_id(upload["id"])], self._clock())
            return cast(Offer, {**known, **values}), None

        place = upload["organizationId"], upload["offerId"]
        return await change_offer(self._store, *place, decide, limits=self._readiness)

    async def _put_in_force(
        self, upload: Upload, new: ActiveImport, reading: Reading, comparison: Comparison
    ) -> Outcome:
        """Compare the list with the one in force, and replace that, or have it wait to be confirmed."""
        added: Comparison | None = comparison
        for _ in range(COMPARISONS):
            offer = await self._offer_of(upload)
            base = offer["activeImport"] if offer else None
            diff = await self._diffs.compared(upload["organizationId"], new, base, added)
            added = None  # it has met a list
            if offer is not None and not diff.is_same:
                await self._diffs.keep(offer, new, diff)
            decide = partial(self._decide, upload, cast(ActiveImport, {**new, "diff": diff.facts()}), diff, reading)
            confirm = partial(require_unchanged, self._blobs, upload)
            place = upload["organizationId"], upload["offerId"]
            found = await change_offer(self._store, *place, decide, confirm, self._readiness)
            if found is not None:
                return found
        raise StoreUnavailable("the list in force changes faster than it can be compared with")

    def _after(self, outcome: Outcome, offer: Offer | None, upload: Upload, content_hash: str) -> Offer | None:
        is_in_force = outcome.status == "unchanged"
        return without_pending(offer, upload, content_hash, self._clock()) if is_in_force else None

    async def _offer_of(self, upload: Upload) -> Offer | None:
        stored = await self._store.get(OFFERS, upload["organizationId"], upload["offerId"])
        return stored_offer(stored.document) if stored else None

    def _decide(
        self, upload: Upload, new: ActiveImport, diff: Diff, reading: Reading, offer: Offer | None
    ) -> tuple[Offer | None, Outcome | None]:
        """What to write and the outcome; no outcome where the list in force is not the one that was compared."""
        if early := needless(offer, upload, new["contentHash"]):
            return self._after(early, offer, upload, new["contentHash"]), early
        known, now, by = cast(Offer, offer), self._clock(), upload["uploadedBy"] or "storage"
        before = known["activeImport"]
        if diff.base != (before["importId"] if before else None):
            return None, None
        if diff.is_same:
            told = reading.values({"contacts": new["contacts"]})
            unchanged = Outcome("unchanged", detail=SAME, values=told)
            return self._after(unchanged, known, upload, new["contentHash"]), unchanged
        told = reading.values({"replaced": before["contacts"] if before else 0, **diff.counts})
        if self._waits:
            told["result"]["pending"] = True
            return lists.staged(known, new, by, now), Outcome("done", detail=WAITING, values=told)
        in_force = cast(ActiveImport, {**new, "activatedAt": instant(now)})
        return lists.imported(known, in_force, by, now), Outcome("done", values=told)

    async def _keep(self, upload: Upload, what: str, file: BinaryIO) -> str:
        path = f"{upload['organizationId']}/{upload['offerId']}/contacts/{upload['id']}-{what}.csv"
        file.seek(0)
        await self._blobs.write(DERIVED_CONTAINER, path, _pieces(file))
        return path


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(file.read, PIECE):
        yield piece
