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
from shared.domain.offers import offer as offers
from shared.domain.offers import upload as uploads
from shared.domain.offers.contact_coverage import coverage, sales_states
from shared.domain.offers.offer import ActiveImport, Offer
from shared.domain.offers.upload import Upload, import_id
from shared.services.ports import DERIVED_CONTAINER, BlobStore, Clock, Document, DocumentStore, FileParser
from shared.services.uploads.contacts_staging import Reading, Staging
from shared.services.uploads.records import Outcome, UploadRecord
from shared.services.uploads.writing import change_offer, require_unchanged

PIECE: Final = 1024 * 1024


class ContactImports:
    def __init__(self, store: DocumentStore, blobs: BlobStore, parser: FileParser, clock: Clock) -> None:
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
        with (file.parent / "errors.csv").open("w+b") as errors:
            reading = Reading(errors)
            async with aclosing(cast(Any, self._parser.parse("contacts", file, upload["fileName"]))) as lines:
                async for line in lines:
                    reading.take(line)
                    await self._follow(line, record, staging)
            if reading.rejected:
                return reading.refusal(None)
            if reading.error_count:
                return reading.refusal(await self._keep_errors(upload, errors))
        await staging.finish(reading.end, instant(self._clock()))
        return await self._activate(upload, content_hash, staging, reading)

    async def _follow(self, line: Document, record: UploadRecord, staging: Staging) -> None:
        if line["type"] == "contacts":
            await staging.take(line["rows"])
        elif line["type"] == "progress":
            await record.progress(line["rows"], line["of"])

    async def _register(self, upload: Upload, content_hash: str) -> Outcome | None:
        """Have what will be staged looked at in a day, whatever becomes of it; or say why nothing needs be done."""

        def decide(offer: Offer | None) -> tuple[Offer | None, Outcome | None]:
            if early := _needless(offer, upload, content_hash):
                return None, early
            known = cast(Offer, offer)
            values = uploads.retiring(known, [import_id(upload["id"])], self._clock())
            return cast(Offer, {**known, **values}), None

        return await change_offer(self._store, upload["organizationId"], upload["offerId"], decide)

    async def _activate(self, upload: Upload, content_hash: str, staging: Staging, reading: Reading) -> Outcome:
        contacts = reading.end["contacts"]

        def decide(offer: Offer | None) -> tuple[Offer | None, Outcome]:
            now = self._clock()
            if early := _needless(offer, upload, content_hash):
                return None, early
            known = cast(Offer, offer)
            before = known["activeImport"]
            new: ActiveImport = {
                "importId": staging.import_id,
                "uploadId": upload["id"],
                "path": upload["path"],
                "contentHash": content_hash,
                "sourceModifiedAt": upload["sourceModifiedAt"],
                "contacts": contacts,
                "chunks": staging.chunks,
                "activatedAt": instant(now),
                "coverage": coverage(reading.end["counts"]),
                "salesStates": sales_states(reading.end["counts"]),
            }
            values = {"activeImport": new, "previousImport": before, "contactCount": contacts}
            after = offers.changed(known, "import_contacts", upload["uploadedBy"] or "storage", now, values)
            dropped = uploads.needed_imports(known) - uploads.needed_imports(after)
            after = cast(Offer, {**after, **uploads.retiring(after, dropped, now)})
            return after, Outcome("done", values=reading.values({"replaced": before["contacts"] if before else 0}))

        confirm = partial(require_unchanged, self._blobs, upload)
        return await change_offer(self._store, upload["organizationId"], upload["offerId"], decide, confirm)

    async def _keep_errors(self, upload: Upload, errors: BinaryIO) -> str:
        path = f"{upload['organizationId']}/{upload['offerId']}/contacts/{upload['id']}-errors.csv"
        errors.seek(0)
        await self._blobs.write(DERIVED_CONTAINER, path, _pieces(errors))
        return path


def _needless(offer: Offer | None, upload: Upload, content_hash: str) -> Outcome | None:
    """Why this import need not, or must not, be put in force; None if it should be."""
    if offer is None:
        return Outcome("rejected", "no_such_offer", "The offer is not there any more.")
    active = offer["activeImport"]
    if active is None:
        return None
    if active["contentHash"] == content_hash:
        same = active["uploadId"] == upload["id"]
        return Outcome("done" if same else "unchanged", values={"result": {"contacts": active["contacts"]}})
    if active["sourceModifiedAt"] > upload["sourceModifiedAt"]:
        return Outcome("superseded", "superseded", "A newer file is in force already.")
    return None


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(file.read, PIECE):
        yield piece
