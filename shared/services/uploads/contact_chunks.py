"""The chunks of a contacts import, one after the other: lists are never held whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, Final

from shared.domain.offers.offer import ActiveImport
from shared.domain.offers.upload import chunk_id
from shared.services.ports import CONTACTS, DocumentStore, StoreUnavailable

MISSING: Final = "a part of the contacts list is missing"


async def read_chunk(store: DocumentStore, organization_id: str, import_id: str, number: int) -> list[dict[str, Any]]:
    """Its contacts as stored. Raises StoreUnavailable, also where it is missing."""
    stored = await store.get(CONTACTS, organization_id, chunk_id(import_id, number))
    if stored is None:
        raise StoreUnavailable(MISSING)
    contacts: list[dict[str, Any]] = stored.document["contacts"]
    return contacts


async def read_chunks(
    store: DocumentStore, organization_id: str, of: ActiveImport | None, *, gaps: bool = False
) -> AsyncGenerator[list[dict[str, Any]]]:
    """All chunks in order; none of no import. Others get their turn in between.

    Raises StoreUnavailable where one is missing, unless `gaps` may be passed over.
    """
    for number in range(of["chunks"] if of else 0):
        import_id = of["importId"] if of else ""
        stored = await store.get(CONTACTS, organization_id, chunk_id(import_id, number))
        if stored is not None:
            yield stored.document["contacts"]
        elif not gaps:
            raise StoreUnavailable(MISSING)
        await asyncio.sleep(0)
