"""Files in Azure Blob Storage. A container of the port is a container there, a path is the blob's name.

A write becomes visible whole: it is one request, or blocks that a last request commits together. A read names the ETag
it began with in every range, so that it is never a mixture. Retries are the SDK's own, bounded: each of these requests
may be sent twice without harm.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote
from urllib.request import getproxies

from azure.core import MatchConditions
from azure.core.exceptions import AzureError, ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.core.pipeline.transport import AioHttpTransport
from azure.storage.blob import BlobProperties
from azure.storage.blob.aio import BlobClient, ExponentialRetry

from shared.adapters.azure_links import BlobAccount
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
    "max_chunk_get_size": RANGE,
    "max_single_put_size": BLOCK,
    "max_block_size": BLOCK,
}


class AzureBlobs:
    """BlobStore in a storage account. A path that an address could not keep as it is is a ValueError."""

    def __init__(self, account: BlobAccount, create_containers: bool = False) -> None:
        """Nothing is sent before the first operation. `create_containers` is for local servers."""
        retries = ExponentialRetry(initial_backoff=1, increment_base=2, retry_total=2, random_jitter_range=1)
        self._account = account
        # Where no proxy is set the SDK need not look for one in two threads before each request.
        transport = AioHttpTransport(use_env_settings=bool(getproxies()))
        self._client = account.client(retry_policy=retries, transport=transport, **_LIMITS)
        self._create = create_containers
        self._creating = asyncio.Lock()

    async def head(self, container: str, path: str) -> BlobFacts | None:
        """The blob's facts, or None. Raises ValueError, StoreUnavailable."""
        blob = await self._blob(container, path)
        with _translated(container, path):
            try:
                return _facts(await blob.get_blob_properties())
            except ResourceNotFoundError:
                return None

    async def write(self, container: str, path: str, content: bytes | AsyncIterator[bytes]) -> BlobFacts:
        """Create or overwrite. Raises ValueError, StoreUnavailable, what `content` raises."""
        blob = await self._blob(container, path)
        counted = _Counted(content)
        with _translated(container, path):
            written = await blob.upload_blob(counted.data(), overwrite=True)
        return BlobFacts(path, written["etag"], counted.length, written["last_modified"])

    async def read(self, container: str, path: str, etag: str) -> AsyncIterator[bytes]:
        """Ranges of 4 MB. Raises BlobMissing, BlobChanged (then what was read before is void), ValueError,
        StoreUnavailable."""
        blob = await self._blob(container, path)
        try:
            with _translated(container, path):
                download = await blob.download_blob(etag=etag, match_condition=MatchConditions.IfNotModified)
        except BlobChanged:
            if await self.head(container, path) is None:  # no blob has no ETag either: 412 from some servers
                raise BlobMissing(f"{container}/{path}") from None
            raise
        ranges = download.chunks()
        while True:
            with _translated(container, path):
                part = await anext(ranges, None)
            if part is None:
                return
            if part:
                yield part

    async def delete(self, container: str, path: str) -> None:
        """Deleting what is not there is no error. Raises ValueError, StoreUnavailable."""
        blob = await self._blob(container, path)
        with _translated(container, path), suppress(ResourceNotFoundError):
            await blob.delete_blob()

    async def list(self, container: str, prefix: str = "") -> AsyncIterator[BlobFacts]:
        """Blobs whose path begins with `prefix`, by path. Raises StoreUnavailable."""
        await self._ready()
        found = self._client.get_container_client(container).list_blobs(name_starts_with=prefix)
        while True:
            with _translated(container, prefix):
                properties = await anext(found, None)
            if properties is None:
                return
            yield _facts(properties)

    async def upload_link(self, path: str, expires_at: datetime) -> str:
        """The blob's address with a signature to create or overwrite it. Raises ValueError, StoreUnavailable."""
        await self._blob(UPLOADS_CONTAINER, path)
        with _translated(UPLOADS_CONTAINER, path):
            signature = await self._account.signature(self._client, UPLOADS_CONTAINER, path, expires_at)
        return f"{self._client.primary_endpoint.rstrip('/')}/{UPLOADS_CONTAINER}/{quote(path)}?{signature}"

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()
        await self._account.close()

    async def _blob(self, container: str, path: str) -> BlobClient:
        _check_path(path)
        await self._ready()
        return self._client.get_blob_client(container, path)

    async def _ready(self) -> None:
        if not self._create:
            return
        async with self._creating:
            for container in (UPLOADS_CONTAINER, DERIVED_CONTAINER):
                with _translated(container, ""), suppress(ResourceExistsError):
                    await self._client.create_container(container)
            self._create = False


class _Counted:
    """Content on its way, and how many bytes it had."""

    def __init__(self, content: bytes | AsyncIterator[bytes]) -> None:
        self._content = content
        self.length = len(content) if isinstance(content, bytes) else 0

    def data(self) -> bytes | AsyncIterator[bytes]:
        return self._content if isinstance(self._content, bytes) else self._counting(self._content)

    async def _counting(self, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for part in parts:
            self.length += len(part)
            yield part


@contextmanager
def _translated(container: str, path: str) -> Iterator[None]:
    """What the SDK raises, as the port calls it."""
    try:
        yield
    except ResourceNotFoundError as error:
        raise BlobMissing(f"{container}/{path}") from error
    except ResourceModifiedError as error:
        raise BlobChanged(f"{container}/{path}") from error
    except (AzureError, TimeoutError) as error:
        told = f"{type(error).__name__} {getattr(error, 'error_code', '')}".strip()
        raise StoreUnavailable(f"{container}: {told}") from error


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
