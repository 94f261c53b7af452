"""What putting an upload in force needs: to write under a derived id, to change an offer that people edit meanwhile,
and to know that the file is still the one that was read.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar, cast

from shared.domain.ids import is_legal_id
from shared.domain.offers.offer import Offer, stored_offer
from shared.domain.offers.upload import Upload
from shared.services.ports import (
    OFFERS,
    UPLOADS_CONTAINER,
    AlreadyExists,
    BlobChanged,
    BlobStore,
    ChangedMeanwhile,
    Document,
    DocumentStore,
    StoreUnavailable,
)

T = TypeVar("T")
PUT_ATTEMPTS: Final = 5
OFFER_ATTEMPTS: Final = 10


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


async def change_offer(
    store: DocumentStore,
    organization_id: str,
    offer_id: str,
    decide: Callable[[Offer | None], tuple[Offer | None, T]],
    confirm: Callable[[], Awaitable[None]] | None = None,
) -> T:
    """Decide on the offer as stored, write if nobody wrote since, else decide again.

    `confirm` is awaited between reading and writing: what it finds true then was true of the offer that is replaced.

    `decide` takes the offer, or None where there is none, and gives what to write (None: nothing) and the answer.
    Raises what `decide` raises, and StoreUnavailable.
    """
    for _ in range(OFFER_ATTEMPTS):
        stored = await store.get(OFFERS, organization_id, offer_id) if is_legal_id(offer_id) else None
        after, answer = decide(stored_offer(stored.document) if stored else None)
        if stored is None or after is None:
            return answer
        if confirm is not None:
            await confirm()
        try:
            await store.replace(stored, OFFERS, cast(Document, after))
        except ChangedMeanwhile:
            continue
        return answer
    raise StoreUnavailable("the offer is written by many at once")


async def require_unchanged(blobs: BlobStore, upload: Upload) -> None:
    """A file overwritten while it was read must not go in force behind the new one, and storage tells times in whole
    seconds only. One that is gone was still sent. Raises BlobChanged."""
    facts = await blobs.head(UPLOADS_CONTAINER, upload["path"])
    if facts is not None and facts.etag != upload["etag"]:
        raise BlobChanged(upload["path"])
