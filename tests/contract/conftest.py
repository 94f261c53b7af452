"""The adapters every test of the contract runs on. A new pair is added here and nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from shared.adapters.folder_blobs import FolderBlobs
from shared.adapters.sqlite import SqliteStore
from shared.services.ports import BlobStore, DocumentStore


@asynccontextmanager
async def sqlite(folder: Path) -> AsyncIterator[DocumentStore]:
    store = SqliteStore(folder / "store.db")
    yield store
    await store.close()


@asynccontextmanager
async def folder_blobs(folder: Path) -> AsyncIterator[BlobStore]:
    yield FolderBlobs(folder / "blobs", "http://localhost:7071/_uploads", "a key")


STORES: dict[str, Callable[[Path], AbstractAsyncContextManager[DocumentStore]]] = {"sqlite": sqlite}
BLOBS: dict[str, Callable[[Path], AbstractAsyncContextManager[BlobStore]]] = {"folder": folder_blobs}


@pytest.fixture(params=STORES)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[DocumentStore]:
    async with STORES[request.param](tmp_path) as opened:
        yield opened


@pytest.fixture(params=BLOBS)
async def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[BlobStore]:
    async with BLOBS[request.param](tmp_path) as opened:
        yield opened
