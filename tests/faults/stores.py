"""A document store that something happens around: each call is heard of before it is made and after it is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from shared.services.ports import Document, DocumentStore, DueKey, Page, Query, Stored

T = TypeVar("T")
Hear = Callable[[str], None]
"""Told the name of the operation."""


def _nothing(operation: str) -> None:
    pass


class WatchedStore:
    """A whole DocumentStore by delegation. `done` hears of calls that succeeded, `refused` of those that raised."""

    def __init__(
        self, store: DocumentStore, *, before: Hear = _nothing, done: Hear = _nothing, refused: Hear = _nothing
    ) -> None:
        self._store, self._before, self._done, self._refused = store, before, done, refused

    async def insert(self, container: str, document: Document) -> Stored:
        return await self._around("insert", lambda: self._store.insert(container, document))

    async def get(self, container: str, organization_id: str, id: str) -> Stored | None:
        return await self._around("get", lambda: self._store.get(container, organization_id, id))

    async def replace(self, stored: Stored, container: str, document: Document) -> Stored:
        return await self._around("replace", lambda: self._store.replace(stored, container, document))

    async def delete(self, stored: Stored, container: str) -> None:
        await self._around("delete", lambda: self._store.delete(stored, container))

    async def find(self, container: str, organization_id: str, query: Query) -> Page:
        return await self._around("find", lambda: self._store.find(container, organization_id, query))

    async def find_due(self, container: str, until: str, limit: int, after: DueKey | None = None) -> list[Stored]:
        return await self._around("find_due", lambda: self._store.find_due(container, until, limit, after))

    async def find_pending(self, container: str, until: str, limit: int, after: DueKey | None = None) -> list[Stored]:
        return await self._around("find_pending", lambda: self._store.find_pending(container, until, limit, after))

    async def find_unannounced(
        self, container: str, until: str, limit: int, after: DueKey | None = None
    ) -> list[Stored]:
        find = self._store.find_unannounced
        return await self._around("find_unannounced", lambda: find(container, until, limit, after))

    async def close(self) -> None:
        await self._store.close()

    async def _around(self, operation: str, call: Callable[[], Awaitable[T]]) -> T:
        self._before(operation)
        try:
            answer = await call()
        except BaseException:
            self._refused(operation)
            raise
        self._done(operation)
        return answer
