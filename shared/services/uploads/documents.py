"""A co-sell document that was uploaded: read in the guarded child, staged whole where nobody sees it, then one write of
the offer puts it in force. A new file takes the old one's place.
"""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

from shared.domain.documents.passage import texts_of
from shared.domain.offers import documents
from shared.domain.offers.documents import OTHER
from shared.domain.offers.offer import Offer
from shared.domain.offers.readiness.limits import Limits
from shared.domain.offers.upload import MAX_OTHER_DOCUMENTS, Upload
from shared.services.ports import BlobStore, Clock, DocumentStore, FileParser, StoreUnavailable
from shared.services.uploads.document_reading import read_document
from shared.services.uploads.document_staging import DocumentStaging
from shared.services.uploads.records import Outcome, UploadRecord
from shared.services.uploads.writing import change_offer, require_unchanged

log = logging.getLogger(__name__)

RESULT: Final = ("documentId", *documents.TOLD)


class DocumentUploads:
    def __init__(
        self, store: DocumentStore, blobs: BlobStore, parser: FileParser, clock: Clock, limits: Limits
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._parser = parser
        self._clock = clock
        self._limits = limits
        self._staging = DocumentStaging(store, blobs)

    async def run(self, record: UploadRecord, file: Path, content_hash: str) -> Outcome:
        """Take in the document in `file`. Raises ParserFailed, StoreUnavailable."""
        upload = record.upload
        if early := await self._decided(upload, content_hash):
            return early
        reading = await read_document(self._parser, file, upload["fileName"])
        told = reading.told
        if told["type"] == "rejected":
            return Outcome("rejected", told["code"], told["message"])
        new = documents.reference(upload, {**told, "hasPicture": reading.picture is not None}, content_hash)
        if early := await self._decided(upload, content_hash, staging=new["documentId"]):
            return early
        await self._staging.stage(upload, new, reading, file)
        outcome, dropped = await self._activate(upload, new)
        await self._tidy(upload, dropped)
        return outcome

    async def _decided(self, upload: Upload, content_hash: str, staging: str | None = None) -> Outcome | None:
        """Why nothing needs, or may, be done; None where the document should be taken in. What is about to be staged is
        looked at in a day, whatever becomes of it."""

        def decide(offer: Offer | None) -> tuple[Offer | None, Outcome | None]:
            if early := _needless(offer, upload, content_hash):
                return None, early
            if staging is None:
                return None, None
            return documents.retiring(cast(Offer, offer), {upload["id"]: staging}, self._clock()), None

        return await change_offer(self._store, upload["organizationId"], upload["offerId"], decide)

    async def _activate(self, upload: Upload, new: dict[str, Any]) -> tuple[Outcome, dict[str, str]]:
        """What became of it, and the versions nobody needs since, by upload."""

        def decide(offer: Offer | None) -> tuple[Offer | None, tuple[Outcome, dict[str, str]]]:
            if early := _needless(offer, upload, new["contentHash"]):
                return None, (early, {})
            known = cast(Offer, offer)
            by = upload["uploadedBy"] or "storage"
            held = documents.with_document(known, cast(str, upload["documentType"]), new)
            after = documents.changed(known, "upload_document", by, self._clock(), held)
            result = {field: new[field] for field in RESULT}
            return after, (Outcome("done", values={"result": result}), _dropped(known, after))

        confirm = partial(require_unchanged, self._blobs, upload)
        return await change_offer(
            self._store, upload["organizationId"], upload["offerId"], decide, confirm, self._limits
        )

    async def _tidy(self, upload: Upload, dropped: dict[str, str]) -> None:
        """Texts that were replaced go at once, so that nobody finds them; if that fails, with their files in a day."""
        try:
            versions = ((document, text) for text, document in dropped.items())
            await self._staging.remove_texts(upload["organizationId"], versions)
        except StoreUnavailable as error:
            log.warning("the texts that upload %s replaces stay for now: %s", upload["id"], error)


def _dropped(before: Offer, after: Offer) -> dict[str, str]:
    """The versions that neither the draft nor what is published has any more: upload -> document."""
    still = documents.needed(after)
    return {text: document for document, text in texts_of(before["documents"]).items() if text not in still}


def _in_place(offer: Offer, upload: Upload) -> dict[str, Any] | None:
    """The document this one would take the place of."""
    kind = cast(str, upload["documentType"])
    if kind != OTHER:
        return cast("dict[str, Any] | None", offer["documents"].get(kind))
    return documents.named(offer["documents"], kind, upload["fileName"])


def _needless(offer: Offer | None, upload: Upload, content_hash: str) -> Outcome | None:
    if offer is None:
        return Outcome("rejected", "no_such_offer", "The offer is not there any more.")
    known = _in_place(offer, upload)
    if known is None:
        if upload["documentType"] == OTHER and len(documents.others(offer)) >= MAX_OTHER_DOCUMENTS:
            detail = f"An offer has up to {MAX_OTHER_DOCUMENTS} other documents; give this one the name of one of them."
            return Outcome("rejected", "too_many_documents", detail)
        return None
    if known["contentHash"] == content_hash and known["fileName"] == upload["fileName"]:
        status = "done" if known["uploadId"] == upload["id"] else "unchanged"
        return Outcome(cast(Any, status), values={"result": {"documentId": known["documentId"]}})
    if known["sourceModifiedAt"] > upload["sourceModifiedAt"]:
        return Outcome("superseded", "superseded", "A newer file is in force already.")
    return None
