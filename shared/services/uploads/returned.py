"""A refused contacts file as its sender gets it back, to be corrected and uploaded as it is."""

from __future__ import annotations

from shared.domain.errors import NotFound
from shared.domain.offers.upload import Upload
from shared.services.ports import DERIVED_CONTAINER, BlobChanged, BlobMissing, BlobStore, StoreUnavailable


class ReturnedFiles:
    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs

    async def read(self, upload: Upload) -> tuple[bytes, str]:
        """The file with its Errors column, and its encoding. Raises NotFound, StoreUnavailable."""
        path = upload["result"].get("returnedFile")
        facts = await self._blobs.head(DERIVED_CONTAINER, path) if path else None
        if path is None or facts is None:
            raise NotFound("No rows of this file were refused; its record says what became of it.", code="no_errors")
        try:
            pieces = [piece async for piece in self._blobs.read(DERIVED_CONTAINER, path, facts.etag)]
        except (BlobMissing, BlobChanged):
            raise StoreUnavailable("the file is being written") from None
        return b"".join(pieces), str(upload["result"]["returnedEncoding"])
