"""One version of a document, laid where nobody sees it until its offer refers to it: its passages and facts in
container `documents`, its bytes, text and picture in `derived`.

All are named after the document and the upload, so that a run after a crash writes the same again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any, Final

from shared.domain.documents.passage import PASSAGE, looked_up_by
from shared.domain.offers import documents
from shared.domain.offers.upload import Upload
from shared.services.ports import (
    DERIVED_CONTAINER,
    DOCUMENTS,
    BlobStore,
    ChangedMeanwhile,
    Document,
    DocumentStore,
    Query,
    Where,
)
from shared.services.uploads.document_reading import Reading
from shared.services.uploads.writing import put

PIECE: Final = 1024 * 1024
AT_ONCE: Final = 16  # documents written or removed at the same time
PAGE: Final = 200


def versions_query(document: str, after: tuple[str, str] | None = None) -> Query:
    """The facts and passages of all versions of a document, the oldest first."""
    return Query((Where("documentId", "eq", document),), limit=PAGE, after=after)


class DocumentStaging:
    def __init__(self, store: DocumentStore, blobs: BlobStore) -> None:
        self._store = store
        self._blobs = blobs

    async def stage(self, upload: Upload, reference: dict[str, Any], reading: Reading, file: Path) -> None:
        """Everything that `reference` refers to. Raises StoreUnavailable."""
        await self._blobs.write(DERIVED_CONTAINER, reference["filePath"], _pieces(file))
        if reference["textPath"]:
            await self._blobs.write(DERIVED_CONTAINER, reference["textPath"], reading.text().encode())
        if reading.picture is not None:
            await self._blobs.write(DERIVED_CONTAINER, reference["previewPath"], reading.picture)
        await self._put(_facts(upload, reference, reading), *_passages(upload, reference, reading))

    async def _put(self, *made: Document) -> None:
        for start in range(0, len(made), AT_ONCE):
            some = made[start : start + AT_ONCE]
            await asyncio.gather(*(put(self._store, DOCUMENTS, each) for each in some))

    async def remove_texts(self, organization_id: str, versions: Iterable[tuple[str, str]]) -> None:
        """The facts and passages of versions, each a document and an upload. Raises StoreUnavailable."""
        for document, upload in versions:
            found = [id async for id in self._stored(organization_id, document, upload)]
            for start in range(0, len(found), AT_ONCE):
                some = found[start : start + AT_ONCE]
                await asyncio.gather(*(self._remove(organization_id, id) for id in some))

    async def remove_files(self, organization_id: str, offer_id: str, upload: str) -> None:
        """The bytes, text and picture of a version."""
        prefix = f"{documents.folder_of(organization_id, offer_id)}/{upload}."
        found = [each.path async for each in self._blobs.list(DERIVED_CONTAINER, prefix)]
        for path in found:
            await self._blobs.delete(DERIVED_CONTAINER, path)

    async def _stored(self, organization_id: str, document: str, upload: str) -> AsyncIterator[str]:
        after = None
        while True:
            page = await self._store.find(DOCUMENTS, organization_id, versions_query(document, after))
            for each in page.items:
                if each["uploadId"] == upload:
                    yield each["id"]
            if not page.more:
                return
            after = page.items[-1]["createdAt"], page.items[-1]["id"]

    async def _remove(self, organization_id: str, id: str) -> None:
        stored = await self._store.get(DOCUMENTS, organization_id, id)
        if stored is not None:
            try:
                await self._store.delete(stored, DOCUMENTS)
            except ChangedMeanwhile:  # somebody else removes it, or writes the same
                return


def _common(upload: Upload, reference: dict[str, Any]) -> Document:
    return {
        "schema": 1,
        "organizationId": upload["organizationId"],
        "offerId": upload["offerId"],
        "documentId": reference["documentId"],
        "uploadId": upload["id"],
        "documentType": upload["documentType"],
        "fileName": upload["fileName"],
        "title": reference["title"],
        "createdAt": upload["createdAt"],
    }


def _facts(upload: Upload, reference: dict[str, Any], reading: Reading) -> Document:
    known = {"links": reading.told["links"], "diagram": reading.told["diagram"], "passages": len(reading.passages)}
    id = documents.facts_id(reference["documentId"], upload["id"])
    return {**reference, **_common(upload, reference), **known, "id": id, "kind": documents.FACTS_KIND}


def _passages(upload: Upload, reference: dict[str, Any], reading: Reading) -> list[Document]:
    common = _common(upload, reference)
    return [
        {
            **common,
            "id": documents.passage_id(reference["documentId"], upload["id"], number),
            "kind": PASSAGE,
            "part": each["part"],
            "text": each["text"],
            **looked_up_by(each["terms"]),
        }
        for number, each in enumerate(reading.passages)
    ]


async def _pieces(file: Path) -> AsyncIterator[bytes]:
    stream = await asyncio.to_thread(file.open, "rb")
    try:
        while piece := await asyncio.to_thread(stream.read, PIECE):
            yield piece
    finally:
        stream.close()
