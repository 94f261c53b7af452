"""Co-sell documents of an offer: one a type, up to five of type `other`; a new file takes the old one's place.

Facts go to container `documents`, the text to a blob in `derived`, and one write of the offer puts the file in force.
"""

from __future__ import annotations

from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

from shared.domain.instants import instant
from shared.domain.offers import offer as offers
from shared.domain.offers.offer import Offer
from shared.domain.offers.upload import MAX_OTHER_DOCUMENTS, Upload, document_id
from shared.services.ports import DERIVED_CONTAINER, DOCUMENTS, BlobStore, Clock, Document, DocumentStore, FileParser
from shared.services.uploads.records import Outcome, UploadRecord
from shared.services.uploads.writing import change_offer, put, require_unchanged

OTHER: Final = "other"
FACTS: Final = ("contentType", "title", "author", "pages", "slides", "sheets")


class DocumentUploads:
    def __init__(self, store: DocumentStore, blobs: BlobStore, parser: FileParser, clock: Clock) -> None:
        self._store = store
        self._blobs = blobs
        self._parser = parser
        self._clock = clock

    async def run(self, record: UploadRecord, file: Path, content_hash: str) -> Outcome:
        """Take in the document in `file`. Raises ParserFailed, StoreUnavailable."""
        upload = record.upload
        if early := await self._decided(upload, content_hash):
            return early
        line, text = await self._parsed(file, upload["fileName"])
        if line["type"] == "rejected":
            return Outcome("rejected", line["code"], line["message"])
        facts = self._facts(upload, line, content_hash)
        if line["textLength"]:
            await self._blobs.write(DERIVED_CONTAINER, facts["textPath"], text.encode())
        return await self._activate(upload, facts)

    async def _parsed(self, file: Path, name: str) -> tuple[Document, str]:
        """The line `document` or `rejected`, and the text, its parts parted by form feeds."""
        last: Document = {}
        parts: dict[tuple[str, int], list[str]] = {}
        async with aclosing(cast(Any, self._parser.parse("document", file, name))) as lines:
            async for line in lines:
                if line["type"] == "passage":
                    parts.setdefault((line["part"]["kind"], line["part"]["number"]), []).append(line["text"])
                elif line["type"] != "picture":
                    last = line
        return last, "\f".join("\n".join(texts) for texts in parts.values())

    def _facts(self, upload: Upload, line: Document, content_hash: str) -> Document:
        kind = cast(str, upload["documentType"])
        now = instant(self._clock())
        folder = f"{upload['organizationId']}/{upload['offerId']}/documents"
        return {
            "schema": 1,
            "id": document_id(upload["offerId"], kind, upload["fileName"]),
            "organizationId": upload["organizationId"],
            "offerId": upload["offerId"],
            "documentType": kind,
            "fileName": upload["fileName"],
            "path": upload["path"],
            "etag": upload["etag"],
            "uploadId": upload["id"],
            "size": upload["size"],
            "contentHash": content_hash,
            "sourceModifiedAt": upload["sourceModifiedAt"],
            "createdAt": now,
            **{fact: line[fact] for fact in FACTS},
            "textPath": f"{folder}/{upload['id']}.txt" if line["textLength"] else None,
            "textLength": line["textLength"],
            "truncated": line["truncated"],
        }

    async def _decided(self, upload: Upload, content_hash: str) -> Outcome | None:
        """Why nothing needs, or may, be done; None where the document should be taken in."""

        def decide(offer: Offer | None) -> tuple[None, Outcome | None]:
            return None, _needless(offer, upload, content_hash)

        return await change_offer(self._store, upload["organizationId"], upload["offerId"], decide)

    async def _activate(self, upload: Upload, facts: Document) -> Outcome:
        """The facts first, then the offer that refers to them: a run after a crash in between writes both again."""

        confirm = partial(require_unchanged, self._blobs, upload)
        await confirm()

        def is_newer(stored: Document) -> bool:  # a run of a newer file was faster
            return bool(stored["sourceModifiedAt"] > facts["sourceModifiedAt"])

        await put(self._store, DOCUMENTS, facts, keep=is_newer)

        def decide(offer: Offer | None) -> tuple[Offer | None, Outcome]:
            if early := _needless(offer, upload, facts["contentHash"]):
                return None, early
            known = cast(Offer, offer)
            by = upload["uploadedBy"] or "storage"
            values = {"documents": _with_document(known, facts)}
            after = offers.changed(known, "upload_document", by, self._clock(), values)
            shown = {fact: facts[fact] for fact in (*FACTS, "truncated", "textLength")}
            return after, Outcome("done", values={"result": {"documentId": facts["id"], **shown}})

        return await change_offer(self._store, upload["organizationId"], upload["offerId"], decide, confirm)


def _with_document(offer: Offer, facts: Document) -> dict[str, Any]:
    kept = ("fileName", "path", "uploadId", "size", "contentHash", "sourceModifiedAt", *FACTS, "textPath")
    reference = {"documentId": facts["id"], **{field: facts[field] for field in kept}, "uploadedAt": facts["createdAt"]}
    kind = facts["documentType"]
    if kind != OTHER:
        return {**offer["documents"], kind: reference}
    others = [each for each in _others(offer) if each["fileName"] != facts["fileName"]]
    return {**offer["documents"], OTHER: [*others, reference]}


def _others(offer: Offer) -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], offer["documents"].get(OTHER, []))


def _in_place(offer: Offer, upload: Upload) -> dict[str, Any] | None:
    """The document this one would take the place of."""
    kind = cast(str, upload["documentType"])
    if kind != OTHER:
        return cast("dict[str, Any] | None", offer["documents"].get(kind))
    return next((each for each in _others(offer) if each["fileName"] == upload["fileName"]), None)


def _needless(offer: Offer | None, upload: Upload, content_hash: str) -> Outcome | None:
    if offer is None:
        return Outcome("rejected", "no_such_offer", "The offer is not there any more.")
    known = _in_place(offer, upload)
    if known is None:
        if upload["documentType"] == OTHER and len(_others(offer)) >= MAX_OTHER_DOCUMENTS:
            detail = f"An offer has up to {MAX_OTHER_DOCUMENTS} other documents; give this one the name of one of them."
            return Outcome("rejected", "too_many_documents", detail)
        return None
    if known["contentHash"] == content_hash and known["fileName"] == upload["fileName"]:
        status = "done" if known["uploadId"] == upload["id"] else "unchanged"
        return Outcome(cast(Any, status), values={"result": {"documentId": known["documentId"]}})
    if known["sourceModifiedAt"] > upload["sourceModifiedAt"]:
        return Outcome("superseded", "superseded", "A newer file is in force already.")
    return None
