"""One conditional write: the document that was read is replaced, or there was none and this is the first."""

from __future__ import annotations

from shared.services.ports import AlreadyExists, ChangedMeanwhile, Document, DocumentStore, Stored


async def written(store: DocumentStore, container: str, before: Stored | None, after: Document) -> bool:
    """Write `after` in the place of `before`, or as a new document where nothing was there. False where somebody else
    wrote since `before` was read: read again, decide again. Raises StoreUnavailable."""
    try:
        if before is None:
            await store.insert(container, after)
        else:
            await store.replace(before, container, after)
    except (AlreadyExists, ChangedMeanwhile):
        return False
    return True
