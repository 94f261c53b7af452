"""The documents of an offer as people read them: what is there, the files themselves, their pictures; and taking one
away."""

from __future__ import annotations

import asyncio
from typing import Any, Final, NamedTuple, cast

from shared.domain.errors import NotFound
from shared.domain.offers import documents
from shared.domain.offers.offer import Offer
from shared.domain.offers.readiness.limits import Limits
from shared.domain.organizations.organization import Caller
from shared.services.offering.visible import Seen, VisibleOffers
from shared.services.offering.writing import change_offer, require_offer
from shared.services.ports import DERIVED_CONTAINER, DOCUMENTS, BlobStore, Clock, DocumentStore

NO_SUCH_DOCUMENT: Final = "There is no such document."
PNG: Final = "image/png"


class File(NamedTuple):
    """Bytes, under the name and type they were uploaded with."""

    name: str
    content_type: str
    content: bytes


class DocumentFiles:
    def __init__(
        self, store: DocumentStore, blobs: BlobStore, visible: VisibleOffers, clock: Clock, limits: Limits
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._visible = visible
        self._clock = clock
        self._limits = limits

    async def known(self, offer_id: str, caller: Caller) -> tuple[list[dict[str, Any]], int]:
        """What the caller may see of the offer's documents, and the offer's version. Raises NotFound.

        Links are told of one's own only.
        """
        seen = await self._visible.offer(offer_id, caller)
        held = list(documents.references(seen.document["documents"]))
        links = await asyncio.gather(*(self._links(seen, each) for _, each in held))
        items = [
            {"type": kind, **_shown(each), "hasPreview": bool(each.get("previewPath")), "links": found}
            for (kind, each), found in zip(held, links, strict=True)
        ]
        return items, int(seen.document["version"])

    async def _links(self, seen: Seen, held: dict[str, Any]) -> list[dict[str, Any]] | None:
        if seen.view != "own":
            return None
        id = documents.facts_id(held["documentId"], held["uploadId"])
        facts = await self._store.get(DOCUMENTS, seen.owner_id, id)
        return cast(list[dict[str, Any]], facts.document["links"]) if facts else None

    async def read(self, offer_id: str, kind: str, file_name: str, caller: Caller, *, published: bool = False) -> File:
        """The file as it was uploaded; of one's own offer as published where that is asked for. Raises NotFound."""
        held = await self._held(offer_id, kind, file_name, caller, published)
        return File(held["fileName"], held["contentType"], await self._bytes(held.get("filePath")))

    async def preview(
        self, offer_id: str, kind: str, file_name: str, caller: Caller, *, published: bool = False
    ) -> File:
        """A picture of the first page. Raises NotFound, also where none could be made."""
        held = await self._held(offer_id, kind, file_name, caller, published)
        return File(f"{held['fileName']}.png", PNG, await self._bytes(held.get("previewPath")))

    async def _held(self, offer_id: str, kind: str, file_name: str, caller: Caller, published: bool) -> dict[str, Any]:
        seen = await self._visible.offer(offer_id, caller)
        offer = seen.document
        if published and seen.view == "own":
            offer = offer["published"] or {"documents": {}}
        held = documents.named(offer["documents"], kind, file_name)
        if held is None:
            raise NotFound(NO_SUCH_DOCUMENT)
        return held

    async def _bytes(self, path: str | None) -> bytes:
        facts = await self._blobs.head(DERIVED_CONTAINER, path) if path else None
        if path is None or facts is None:
            raise NotFound("There is nothing to show of this document.")
        return b"".join([piece async for piece in self._blobs.read(DERIVED_CONTAINER, path, facts.etag)])

    async def delete(self, offer_id: str, kind: str, file_name: str, caller: Caller, version: int | None) -> Offer:
        """Take a document out of the draft; what is published keeps it. Raises NotFound, Changed, StoreUnavailable."""

        def decide(offer: Offer | None) -> tuple[Offer, Offer]:
            known = require_offer(offer, version)
            if documents.named(known["documents"], kind, file_name) is None:
                raise NotFound(NO_SUCH_DOCUMENT)
            left = documents.without_document(known, kind, file_name)
            after = documents.changed(known, "delete_document", caller.user, self._clock(), left)
            return after, after

        return await change_offer(self._store, caller.organization_id, offer_id, decide, limits=self._limits)


def _shown(held: dict[str, Any]) -> dict[str, Any]:
    return {field: held.get(field) for field in documents.SHOWN}
