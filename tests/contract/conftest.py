"""The adapters every test of the contract runs on. A new pair is added here and nowhere else.

COSMOS_ENDPOINT and COSMOS_KEY in the environment run the Cosmos DB half on a real account, in databases of their own
that are deleted afterwards; BLOB_CONNECTION the other half, on an account whose two containers are empty.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from shared.adapters.folder_blobs import FolderBlobs
from shared.adapters.sqlite import SqliteStore
from shared.services.ports import BlobStore, DocumentStore
from tests.emulators.accounts import accounts
from tests.emulators.opened import azure_blobs, cosmos


@asynccontextmanager
async def sqlite(request: pytest.FixtureRequest) -> AsyncIterator[DocumentStore]:
    store = SqliteStore(folder(request) / "store.db")
    yield store
    await store.close()


@asynccontextmanager
async def folder_blobs(request: pytest.FixtureRequest) -> AsyncIterator[BlobStore]:
    yield FolderBlobs(folder(request) / "blobs", "http://localhost:7071/_uploads", "a key")


def folder(request: pytest.FixtureRequest) -> Path:
    """The test's own."""
    path: Path = request.getfixturevalue("tmp_path")
    return path


Opened = Callable[[pytest.FixtureRequest], AbstractAsyncContextManager[DocumentStore]]
OpenedBlobs = Callable[[pytest.FixtureRequest], AbstractAsyncContextManager[BlobStore]]

STORES: dict[str, Opened] = {"sqlite": sqlite, "cosmos": lambda _: cosmos()}
BLOBS: dict[str, OpenedBlobs] = {"folder": folder_blobs, "azure": lambda _: azure_blobs(accounts().blob_connection())}


@pytest.fixture(params=STORES)
async def store(request: pytest.FixtureRequest) -> AsyncIterator[DocumentStore]:
    async with STORES[request.param](request) as opened:
        yield opened


@pytest.fixture(params=BLOBS)
async def blobs(request: pytest.FixtureRequest) -> AsyncIterator[BlobStore]:
    async with BLOBS[request.param](request) as opened:
        yield opened
