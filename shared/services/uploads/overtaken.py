"""Versions of a file that were replaced, or taken away, before anybody read them: their records wait for nothing."""

from __future__ import annotations

from typing import Final

from shared.domain.offers.upload import Upload
from shared.services.ports import (
    UPLOADS,
    UPLOADS_CONTAINER,
    BlobStore,
    Clock,
    Document,
    DocumentStore,
    Query,
    Scalar,
    Where,
)
from shared.services.uploads.records import Outcome, UploadRecord

REPLACED: Final = Outcome("superseded", "replaced", "The file was replaced before it was read.")
REMOVED: Final = Outcome("superseded", "removed", "The file was taken away before it was read.")
WAITING: Final = Where("status", "in", ("received", "parsing", "failed"))
PAGE: Final = 200


class Overtaken:
    """Ends records by what lies in storage. A record is written after its blob, and no ETag comes back: a version on
    record that is not the one found later is replaced, whatever the clocks of storage say."""

    def __init__(self, store: DocumentStore, blobs: BlobStore, clock: Clock) -> None:
        self._store = store
        self._blobs = blobs
        self._clock = clock

    async def settle_before(self, upload: Upload) -> None:
        """The older versions of an upload's file. Raises StoreUnavailable."""
        waiting = await self._waiting(upload["organizationId"], Where("offerId", "eq", upload["offerId"]))
        older = [item for item in waiting if item["path"] == upload["path"] and item["id"] != upload["id"]]
        facts = await self._blobs.head(UPLOADS_CONTAINER, upload["path"]) if older else None
        if facts is not None:  # one that is gone may still be read by its run
            for item in older:
                await self._settle(item, facts.etag)

    async def settle_left(self, organization_id: str, since: str) -> int:
        """All that the organization's records of before `since` still wait for in vain; how many. Raises
        StoreUnavailable."""
        settled = 0
        for item in await self._waiting(organization_id):
            if item["updatedAt"] <= since:
                facts = await self._blobs.head(UPLOADS_CONTAINER, item["path"])
                settled += await self._settle(item, facts.etag if facts else None)
        return settled

    async def _settle(self, item: Document, etag: str | None) -> bool:
        """`etag` is that of the version in storage, if there is one."""
        stored = await self._store.get(UPLOADS, item["organizationId"], item["id"])
        if stored is None or stored.document["etag"] == etag:
            return False
        record = UploadRecord(self._store, self._clock, stored)
        if record.is_final:
            return False
        await record.settle(REPLACED if etag else REMOVED)
        return True

    async def _waiting(self, organization_id: str, *where: Where) -> list[Document]:
        found: list[Document] = []
        after: tuple[Scalar, str] | None = None
        while True:
            query = Query(where=(*where, WAITING), limit=PAGE, after=after)
            page = await self._store.find(UPLOADS, organization_id, query)
            found += page.items
            if not page.more:
                return found
            after = page.items[-1]["createdAt"], page.items[-1]["id"]
