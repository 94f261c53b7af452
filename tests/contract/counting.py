"""A document store that notes what is asked of it."""

from __future__ import annotations

from shared.services.ports import Document, DocumentStore, DueKey, Page, Query, Stored


class CountingStore:
    """A whole DocumentStore by delegation; `calls` holds (operation, container) in the order they were made."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        self.calls: list[tuple[str, str]] = []

    def count(self, operation: str, container: str | None = None) -> int:
        """How often an operation was asked for, of one container or of all."""
        return sum(1 for op, of in self.calls if op == operation and container in (None, of))

    async def insert(self, container: str, document: Document) -> Stored:
        self.calls.append(("insert", container))
        return await self._store.insert(container, document)

    async def get(self, container: str, organization_id: str, id: str) -> Stored | None:
        self.calls.append(("get", container))
        return await self._store.get(container, organization_id, id)

    async def replace(self, stored: Stored, container: str, document: Document) -> Stored:
        self.calls.append(("replace", container))
        return await self._store.replace(stored, container, document)

    async def delete(self, stored: Stored, container: str) -> None:
        self.calls.append(("delete", container))
        await self._store.delete(stored, container)

    async def find(self, container: str, organization_id: str, query: Query) -> Page:
        self.calls.append(("find", container))
        return await self._store.find(container, organization_id, query)

    async def find_due(self, container: str, until: str, limit: int, after: DueKey | None = None) -> list[Stored]:
        self.calls.append(("find_due", container))
        return await self._store.find_due(container, until, limit, after)

    async def find_pending(self, container: str, until: str, limit: int, after: DueKey | None = None) -> list[Stored]:
        self.calls.append(("find_pending", container))
        return await self._store.find_pending(container, until, limit, after)

    async def find_unannounced(
        self, container: str, until: str, limit: int, after: DueKey | None = None
    ) -> list[Stored]:
        self.calls.append(("find_unannounced", container))
        return await self._store.find_unannounced(container, until, limit, after)

    async def close(self) -> None:
        await self._store.close()
