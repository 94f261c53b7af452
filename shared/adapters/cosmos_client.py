"""Opens Cosmos DB: by connection string, by key (a local server), or as the identity the app runs under."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Final

from azure.core.pipeline.transport import AioHttpTransport
from azure.cosmos import PartitionKey
from azure.cosmos.aio import CosmosClient

from shared.adapters.azure_session import session
from shared.adapters.containers import Container
from shared.adapters.cosmos_definitions import definition

_CONNECT_LIMIT: Final = 5  # seconds


@dataclass(frozen=True, slots=True)
class CosmosAccount:
    """Where the data is. Without a key the app's own identity is used (DefaultAzureCredential)."""

    endpoint: str
    database: str
    key: str | None = None

    @classmethod
    def of_connection_string(cls, connection: str, database: str) -> CosmosAccount:
        """`AccountEndpoint=...;AccountKey=...`. Raises ValueError where a part is missing."""
        parts = dict(part.split("=", 1) for part in connection.split(";") if "=" in part)
        try:
            return cls(parts["AccountEndpoint"], database, parts["AccountKey"])
        except KeyError as missing:
            raise ValueError(f"a Cosmos DB connection string has {missing}") from None


async def open_client(account: CosmosAccount, stack: AsyncExitStack) -> CosmosClient:
    """A client that `stack` closes. Raises what the SDK raises."""
    credential: Any = account.key
    if credential is None:
        from azure.identity.aio import DefaultAzureCredential  # only where no key is given, which is in Azure

        credential = await stack.enter_async_context(DefaultAzureCredential())
    connections = await stack.enter_async_context(session())
    client = CosmosClient(
        account.endpoint,
        credential,
        transport=AioHttpTransport(session=connections, session_owner=False),
        # One region writes, and the account's own name leads to it; with discovery the SDK retries by rules of its own
        # (and asks a local server for https).
        enable_endpoint_discovery=False,
        retry_total=0,
        retry_connect=0,
        retry_read=0,
        retry_status=0,
        retry_throttle_total=-1,  # 0 means "the default of 9" to the SDK
        connection_timeout=_CONNECT_LIMIT,
        enable_compact_utf8_item_writes=True,
        no_response_on_write=True,
    )
    return await stack.enter_async_context(client)


async def create(client: CosmosClient, database: str, containers: Iterable[Container]) -> None:
    """Make the database and the containers that are not there yet. Raises what the SDK raises."""
    proxy = await client.create_database_if_not_exists(database)
    for container in containers:
        body = definition(container)
        key = PartitionKey(path=body["partitionKey"]["paths"], kind="MultiHash")
        await proxy.create_container_if_not_exists(container.name, key, indexing_policy=body["indexingPolicy"])
