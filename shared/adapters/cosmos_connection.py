"""The connection of one store: opened at the first operation, closed once those under way are finished."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from azure.cosmos.aio import ContainerProxy, CosmosClient

from shared.adapters.containers import containers
from shared.adapters.cosmos_calls import Calls, Refused
from shared.adapters.cosmos_client import CosmosAccount, create, open_client
from shared.services.ports import StoreUnavailable


class Connection:
    """Hands out containers, each known to be there."""

    def __init__(self, account: CosmosAccount, create_containers: bool, calls: Calls) -> None:
        self._account = account
        self._create = create_containers
        self._calls = calls
        self._opening = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._client: CosmosClient | None = None
        self._proxies: dict[str, ContainerProxy] = {}
        self._closed = False
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @asynccontextmanager
    async def container(self, name: str) -> AsyncIterator[ContainerProxy]:
        """The container, for one operation. Raises KeyError for one nobody declared, StoreUnavailable."""
        if name not in containers():
            raise KeyError(name)
        if self._closed:
            raise StoreUnavailable("the store is closed")
        self._under_way += 1
        self._idle.clear()
        try:
            yield self._proxies.get(name) or await self._open(name)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    async def close(self) -> None:
        """Waits for what is under way."""
        self._closed = True
        await self._idle.wait()
        await self._stack.aclose()

    async def _open(self, name: str) -> ContainerProxy:
        async with self._opening:
            if name not in self._proxies:
                try:
                    self._proxies[name] = await self._calls.run("open", name, lambda _: self._opened(name))
                except Refused as refused:
                    raise StoreUnavailable(f"{self._account.database} has no container {name}") from refused
            return self._proxies[name]

    async def _opened(self, name: str) -> ContainerProxy:
        if self._client is None:
            self._client = await self._opened_client()
        proxy = self._client.get_database_client(self._account.database).get_container_client(name)
        await proxy.read()
        return proxy

    async def _opened_client(self) -> CosmosClient:
        async with AsyncExitStack() as stack:
            client = await open_client(self._account, stack)
            if self._create:
                await create(client, self._account.database, containers().values())
            self._stack.push_async_exit(stack.pop_all())
            return client
