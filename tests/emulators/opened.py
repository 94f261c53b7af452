"""The Azure adapters as a test opens them: on the local servers, or on real accounts the environment names."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import pytest
from azure.cosmos.exceptions import CosmosResourceNotFoundError

from shared.adapters.azure_blobs import AzureBlobs
from shared.adapters.azure_links import BlobAccount
from shared.adapters.cosmos import CosmosStore
from shared.adapters.cosmos_client import CosmosAccount, open_client
from shared.services.ports import DERIVED_CONTAINER, UPLOADS_CONTAINER, BlobStore, DocumentStore
from tests.emulators.servers import COSMOS_KEY, LocalAzure


def cosmos_account(request: pytest.FixtureRequest) -> CosmosAccount:
    """An account with a database of the test's own."""
    database = f"test-{uuid.uuid4().hex[:12]}"
    endpoint = os.environ.get("COSMOS_ENDPOINT")
    if endpoint:
        return CosmosAccount(endpoint, database, os.environ.get("COSMOS_KEY"))
    here: LocalAzure = request.getfixturevalue("local_azure")
    return CosmosAccount(here.cosmos_endpoint, database, COSMOS_KEY)


@asynccontextmanager
async def cosmos(request: pytest.FixtureRequest) -> AsyncIterator[DocumentStore]:
    account = cosmos_account(request)
    store = CosmosStore(account, create_containers=True)
    yield store
    await store.close()
    await delete_database(account)


async def delete_database(account: CosmosAccount) -> None:
    async with AsyncExitStack() as stack:
        client = await open_client(account, stack)
        with suppress(CosmosResourceNotFoundError):  # the test asked for nothing
            await client.delete_database(account.database)


@asynccontextmanager
async def azure_blobs(request: pytest.FixtureRequest) -> AsyncIterator[BlobStore]:
    """The account's own two containers, found empty and left empty."""
    connection = os.environ.get("BLOB_CONNECTION") or request.getfixturevalue("local_azure").blob_connection
    blobs = AzureBlobs(BlobAccount(connection), create_containers=True)
    for container in (UPLOADS_CONTAINER, DERIVED_CONTAINER):
        assert not [facts async for facts in blobs.list(container)], "tests want an account of their own"
    yield blobs
    for container in (UPLOADS_CONTAINER, DERIVED_CONTAINER):
        for path in [facts.path async for facts in blobs.list(container)]:
            await blobs.delete(container, path)
    await blobs.close()
