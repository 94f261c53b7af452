"""What putting an upload in force needs: to write under a derived id, to change an offer that people edit meanwhile,
and to know that the file is still the one that was read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from shared.domain.offers.upload import Upload
from shared.services.offering.writing import change_offer as change_offer
from shared.services.ports import (
    UPLOADS_CONTAINER,
    AlreadyExists,
    BlobChanged,
    BlobStore,
    ChangedMeanwhile,
    Document,
    DocumentStore,
    StoreUnavailable,
)

PUT_ATTEMPTS: Final = 5


async def put(
    store: DocumentStore, container: str, document: Document, keep: Callable[[Document], bool] = lambda stored: False
) -> None:
    """Store `document`, in place of what has its id, unless that is to be kept; the same content again is no write.

    Raises StoreUnavailable.
    """
    for _ in range(PUT_ATTEMPTS):
        try:
            await store.insert(container, document)
        except AlreadyExists:
            known = await store.get(container, document["organizationId"], document["id"])
            if known is None:
                continue
            if known.document == document or keep(known.document):
                return
            try:
                await store.replace(known, container, document)
            except ChangedMeanwhile:
                continue
        return
    raise StoreUnavailable("a document is written by many at once")


async def require_unchanged(blobs: BlobStore, upload: Upload) -> None:
    """A file overwritten while it was read must not go in force behind the new one, and storage tells times in whole
    seconds only. One that is gone was still sent. Raises BlobChanged."""
    facts = await blobs.head(UPLOADS_CONTAINER, upload["path"])
    if facts is not None and facts.etag != upload["etag"]:
        raise BlobChanged(upload["path"])
