"""Files in Azure Blob Storage. A container of the port is a container there, a path is the blob's name.

A write becomes visible whole: it is one request, or blocks that a last request commits together. A read names the ETag
it began with in every range, so that it is never a mixture. Every request is sent up to three times (azure_blob_calls).
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError, ResourceExistsError
from azure.storage.blob import BlobBlock, BlobProperties
from azure.storage.blob.aio import BlobClient

from shared.adapters.azure_blob_calls import asked
from shared.adapters.azure_links import BlobAccount
from shared.adapters.azure_session import WholeAnswers
from shared.services.ports import (
    DERIVED_CONTAINER,
    UPLOADS_CONTAINER,
    BlobChanged,
    BlobFacts,
    BlobMissing,
    StoreUnavailable,
)

RANGE: Final = 4 * 2**20  # bytes read at a time
BLOCK: Final = 2**20  # bytes sent at a time; more would hold the event loop, aiohttp says
LONGEST_PATH: Final = 1024  # characters, the service's limit
_LONGEST_NAME: Final = 255  # bytes, the folder's limit: what one blob store takes the other takes too
_LIMITS: Final = {
    "connection_timeout": 5,  # seconds
    "read_timeout": 30,  # seconds without a byte
    "max_single_get_size": RANGE,
    "max_single_put_size": BLOCK,
    "retry_total": 0,  # requests are sent again by azure_blob_calls only
}


class AzureBlobs:
    """BlobStore in a storage account. A path that an address could not keep as it is is a ValueError."""

    def __init__(self, account: BlobAccount, create_containers: bool = False) -> None:
        """Nothing is sent before the first operation. `create_containers` is for local servers."""
        self._account = account
        self._client = account.client(transport=WholeAnswers(), **_LIMITS)
        self._create = create_containers
        self._creating = asyncio.Lock()

    async def head(self, container: str, path: str) -> BlobFacts | None:
        """The blob's facts, or None. Raises ValueError, StoreUnavailable."""
        blob = await self._blob(container, path)
        try:
            return _facts(await asked(_name(blob), lambda id: blob.get_blob_properties(client_request_id=id)))
        except BlobMissing:
            return None

    async def write(self, container: str, path: str, content: bytes | AsyncIterator[bytes]) -> BlobFacts:
        """Create or overwrite. Raises ValueError, StoreUnavailable, what `content` raises."""
        blob = await self._blob(container, path)
        blocks = _blocks(content)
        first = await anext(blocks, b"")
        second = await anext(blocks, b"")
        if not second:
            answer = await asked(
                _name(blob), lambda id: blob.upload_blob(first, overwrite=True, client_request_id=id)
            )  # fmt: skip
            return BlobFacts(path, answer["etag"], len(first), answer["last_modified"])
        staged = _Staged(blob)
        for block in (first, second):
            await staged.add(block)
        async for block in blocks:
            await staged.add(block)
        answer = await staged.commit()
        return BlobFacts(path, answer["etag"], staged.length, answer["last_modified"])

    async def read(self, container: str, path: str, etag: str) -> AsyncIterator[bytes]:
        """Ranges of 4 MB. Raises BlobMissing, BlobChanged (then what was read before is void), ValueError,
        StoreUnavailable."""
        blob = await self._blob(container, path)
        offset, total = 0, 1
        while offset < total:
            try:
                part, total = await self._range(blob, offset, etag)
            except BlobChanged:
                await self._require_change(container, path, etag)
                raise
            if not part:
                return
            offset += len(part)
            yield part

    async def delete(self, container: str, path: str) -> None:
        """Deleting what is not there is no error. Raises ValueError, StoreUnavailable."""
        blob = await self._blob(container, path)
        with suppress(BlobMissing):
            await asked(_name(blob), lambda id: blob.delete_blob(client_request_id=id))

    async def list(self, container: str, prefix: str = "") -> AsyncIterator[BlobFacts]:
        """Blobs whose path begins with `prefix`, by path. Raises StoreUnavailable."""
        await self._ready()
        request_id: Any = {"client_request_id": str(uuid.uuid4())}
        found = self._client.get_container_client(container).list_blobs(name_starts_with=prefix, **request_id)
        pages: Any = found.by_page()

        async def next_page(_: str) -> Any:  # one that failed is asked for again where it was left
            return await anext(pages, None)

        while (page := await asked(container, next_page)) is not None:
            async for properties in page:
                yield _facts(properties)

    async def upload_link(self, path: str, expires_at: datetime) -> str:
        """The blob's address with a signature to create or overwrite it. Raises ValueError, StoreUnavailable."""
        blob = await self._blob(UPLOADS_CONTAINER, path)
        signature = await asked(
            _name(blob), lambda _: self._account.signature(self._client, UPLOADS_CONTAINER, path, expires_at)
        )
        return f"{self._client.primary_endpoint.rstrip('/')}/{UPLOADS_CONTAINER}/{quote(path)}?{signature}"

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()
        await self._account.close()

    async def _blob(self, container: str, path: str) -> BlobClient:
        _check_path(path)
        await self._ready()
        return self._client.get_blob_client(container, path)

    async def _range(self, blob: BlobClient, offset: int, etag: str) -> tuple[bytes, int]:
        """Up to 4 MB from `offset`, and the length of the whole blob."""

        async def ask(id: str) -> tuple[bytes, int]:
            only_this: dict[str, Any] = {"etag": etag, "match_condition": MatchConditions.IfNotModified}
            try:
                download = await blob.download_blob(offset, RANGE, client_request_id=id, **only_this)
            except HttpResponseError as error:
                if error.status_code == 416 and offset == 0:  # an empty blob has no first byte
                    return b"", 0
                raise
            return await download.readall(), int(str(download.properties.content_range).rpartition("/")[2])

        return await asked(_name(blob), ask)

    async def _require_change(self, container: str, path: str, etag: str) -> None:
        """A 412 is believed only if the ETag is another one: whoever hears BlobChanged gives this version up for good.

        No blob has no ETag either: 412 from some servers.
        """
        facts = await self.head(container, path)
        if facts is None:
            raise BlobMissing(f"{container}/{path}")
        if facts.etag == etag:
            raise StoreUnavailable(f"{container}: a condition was refused that holds")

    async def _ready(self) -> None:
        if not self._create:
            return
        async with self._creating:
            for container in (UPLOADS_CONTAINER, DERIVED_CONTAINER):
                await asked(container, lambda id, name=container: self._create_container(name, id))  # type: ignore[misc]
            self._create = False

    async def _create_container(self, name: str, request_id: str) -> None:
        with suppress(ResourceExistsError):
            await self._client.create_container(name, client_request_id=request_id)


class _Staged:
    """The blocks of one write. Their ids are its own, so that of two writes of one blob at once none commits blocks of
    the other; they have the length that the SDK's and AzCopy's have, because those of one blob must agree in it."""

    def __init__(self, blob: BlobClient) -> None:
        self._blob = blob
        self._write = uuid.uuid4().hex
        self._ids: list[str] = []
        self.length = 0

    async def add(self, block: bytes) -> None:
        name = f"{self._write}{len(self._ids):016d}"
        await asked(_name(self._blob), lambda id: self._blob.stage_block(name, block, client_request_id=id))
        self._ids.append(name)
        self.length += len(block)

    async def commit(self) -> dict[str, Any]:
        blocks = [BlobBlock(id) for id in self._ids]
        return await asked(_name(self._blob), lambda id: self._blob.commit_block_list(blocks, client_request_id=id))


async def _blocks(content: bytes | AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Pieces of BLOCK bytes, the last one shorter; none where there is no content."""
    if isinstance(content, bytes):
        for start in range(0, len(content), BLOCK):
            yield content[start : start + BLOCK]
        return
    held = bytearray()
    async for part in content:
        held += part
        while len(held) >= BLOCK:
            yield bytes(held[:BLOCK])
            del held[:BLOCK]
    if held:
        yield bytes(held)


def _name(blob: BlobClient) -> str:
    return f"{blob.container_name}/{blob.blob_name}"


def _check_path(path: str) -> None:
    """An HTTP client takes dot segments out of an address, and empty ones are lost in some; the rest is the folder's
    rule."""
    if not path or len(path) > LONGEST_PATH or "\\" in path or "\0" in path:
        raise ValueError(f"a path is text of at most {LONGEST_PATH} characters without backslash and NUL")
    for segment in path.split("/"):
        if not segment or segment.startswith("."):
            raise ValueError("a path's segments are not empty and do not begin with a dot")
        if len(segment.encode()) > _LONGEST_NAME:
            raise ValueError(f"a path's segments have at most {_LONGEST_NAME} bytes")


def _facts(properties: BlobProperties) -> BlobFacts:
    """A listing answers the ETag without its quotes."""
    etag: Any = properties.etag
    return BlobFacts(properties.name, '"' + etag.strip('"') + '"', properties.size, properties.last_modified)
