"""The Azure adapters as a test of theirs opens them, on the accounts tests use; what it stored is deleted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.adapters.azure_blobs import AzureBlobs
from shared.adapters.azure_links import BlobAccount
from shared.adapters.cosmos import CosmosStore
from shared.services.ports import UPLOADS_CONTAINER, BlobStore, DocumentStore
from tests.emulators import traces
from tests.emulators.accounts import accounts


@asynccontextmanager
async def cosmos() -> AsyncIterator[DocumentStore]:
    """A database of the test's own."""
    account = accounts().new_database()
    store = CosmosStore(account, create_containers=True)
    yield store
    await store.close()
    traces.delete_database(account)


@asynccontextmanager
async def azure_blobs(connection: str) -> AsyncIterator[BlobStore]:
    """The account's own two containers, empty before and after."""
    traces.empty_containers(connection)
    blobs = AzureBlobs(BlobAccount(connection), create_containers=True)
    await blobs.head(UPLOADS_CONTAINER, "nothing")  # makes both, for other clients of the test
    yield blobs
    traces.empty_containers(connection)
    await blobs.close()
