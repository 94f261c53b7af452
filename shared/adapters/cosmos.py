"""The store in Azure: Cosmos DB for NoSQL, a container for each of the port's, partitioned by (organizationId, id).

A write that was refused, or never answered, after an attempt that got lost is settled by one read: a document with the
write's own mark (`cosmos_marks`) is its success.
"""

from __future__ import annotations

from operator import itemgetter
from typing import Any, Final

from azure.core import MatchConditions
from azure.cosmos.aio import ContainerProxy

from shared.adapters.containers import containers
from shared.adapters.cosmos_calls import ATTEMPTS, Calls, Charge, Refused, Unanswered
from shared.adapters.cosmos_client import CosmosAccount
from shared.adapters.cosmos_connection import Connection
from shared.adapters.cosmos_marks import etag_of, marks_after, own_write, stored, token_of, with_marks
from shared.adapters.cosmos_queries import Statement, due_statement, find_statement
from shared.adapters.query_checks import check_document
from shared.services.ports import AlreadyExists, ChangedMeanwhile, Document, DueKey, Page, Query, Stored

_ILLEGAL: Final = frozenset("/\\?#\n\r\t\0")
_LONGEST_ID: Final = 1023  # bytes
_UNORDERED_PAGE: Final = 1_000  # items the service answers at a time where we sort


class CosmosStore:
    """DocumentStore in Cosmos DB. A container that does not exist is a KeyError, a query on fields without an index or
    a document whose indexed fields are of another type is a ValueError. `calls.usage` counts what was spent."""

    def __init__(self, account: CosmosAccount, create_containers: bool = False) -> None:
        """Opens nothing before the first operation. `create_containers` is for local servers."""
        self.calls = Calls()
        self._connection = Connection(account, create_containers, self.calls)

    async def insert(self, container: str, document: Document) -> Stored:
        """Raises AlreadyExists, StoreUnavailable."""
        ids = check_document(containers()[container], document)
        marks = marks_after(None)
        body = with_marks(document, marks)

        async with self._connection.container(container) as proxy:

            async def attempt(charge: Charge) -> str:
                answer = await proxy.create_item(body, response_hook=charge)
                return str(answer.get_response_headers()["etag"])

            try:
                return Stored(document, token_of(await self.calls.run("insert", container, attempt), marks))
            except (Refused, Unanswered) as failure:
                found = await self._found_after(failure, proxy, ids)
                own = own_write(found, document, marks[0])
                if own is not None:
                    return own
                if isinstance(failure, Unanswered) and found is None:
                    raise
                raise AlreadyExists(f"{container}: {ids[1]}") from failure

    async def get(self, container: str, organization_id: str, id: str) -> Stored | None:
        """Raises StoreUnavailable."""
        async with self._connection.container(container) as proxy:
            return await self._read(proxy, (organization_id, id)) if _is_legal(id) else None

    async def replace(self, stored: Stored, container: str, document: Document) -> Stored:
        """Raises ChangedMeanwhile, StoreUnavailable, and ValueError if `document` has other ids than `stored`."""
        ids = check_document(containers()[container], document)
        if ids != _ids(stored):
            raise ValueError(f"{container}: a document keeps its ids")
        marks = marks_after(stored.token)
        body = with_marks(document, marks)

        async with self._connection.container(container) as proxy:

            async def attempt(charge: Charge) -> str:
                answer = await proxy.replace_item(ids[1], body, response_hook=charge, **_unchanged(stored))
                return str(answer.get_response_headers()["etag"])

            try:
                return Stored(document, token_of(await self.calls.run("replace", container, attempt), marks))
            except (Refused, Unanswered) as failure:
                found = await self._found_after(failure, proxy, ids)
                own = own_write(found, document, marks[0])
                if own is not None:
                    return own
                if isinstance(failure, Unanswered) and found is not None and found.token == stored.token:
                    raise
                raise ChangedMeanwhile(f"{container}: {ids[1]}") from failure

    async def delete(self, stored: Stored, container: str) -> None:
        """Raises ChangedMeanwhile, StoreUnavailable."""
        ids = _ids(stored)
        async with self._connection.container(container) as proxy:

            async def attempt(charge: Charge) -> None:
                await proxy.delete_item(ids[1], list(ids), response_hook=charge, **_unchanged(stored))

            try:
                await self.calls.run("delete", container, attempt)
            except Refused as refused:
                if refused.status != 404 or not refused.unclear:  # gone, behind an attempt of ours that got lost
                    raise ChangedMeanwhile(f"{container}: {ids[1]}") from refused
            except Unanswered as failure:
                found = await self._found_after(failure, proxy, ids)
                if found is None:
                    return
                if found.token == stored.token:
                    raise
                raise ChangedMeanwhile(f"{container}: {ids[1]}") from failure

    async def find(self, container: str, organization_id: str, query: Query) -> Page:
        """Raises StoreUnavailable, and ValueError for what the container cannot be asked."""
        statement = find_statement(containers()[container], organization_id, query)
        async with self._connection.container(container) as proxy:
            pages = await self._pages("find", proxy, statement, partition_key=[organization_id])
        items = [item for page in pages for item in page]
        if statement.top is None or len(pages) > 1:  # each physical partition answers in its own order
            items.sort(key=itemgetter(query.order_by, "id"), reverse=query.descending)
        more = len(items) > query.limit
        del items[query.limit :]
        if statement.extra:
            for item in items:
                del item[statement.extra]
        return Page(items, more)

    async def find_due(self, container: str, until: str, limit: int, after: DueKey | None = None) -> list[Stored]:
        """Raises StoreUnavailable, and ValueError where nothing is ever due."""
        return await self._walk(container, "dueAt", until, limit, after)

    async def find_pending(self, container: str, until: str, limit: int, after: DueKey | None = None) -> list[Stored]:
        """Raises StoreUnavailable, and ValueError where nothing is ever pending."""
        return await self._walk(container, "pendingAt", until, limit, after)

    async def find_unannounced(
        self, container: str, until: str, limit: int, after: DueKey | None = None
    ) -> list[Stored]:
        """Raises StoreUnavailable, and ValueError where nothing is ever announced."""
        return await self._walk(container, "noticeAt", until, limit, after)

    async def close(self) -> None:
        """Finish the operations under way, then let go of the connections. Later calls raise StoreUnavailable."""
        await self._connection.close()

    async def _walk(self, container: str, clock: str, until: str, limit: int, after: DueKey | None) -> list[Stored]:
        """The SDK asks every physical partition and merges what they answer."""
        statement = due_statement(containers()[container], clock, until, limit, after)
        async with self._connection.container(container) as proxy:
            pages = await self._pages(f"find by {clock}", proxy, statement)
        return [stored(item) for page in pages for item in page]

    async def _pages(
        self, operation: str, proxy: ContainerProxy, statement: Statement, **where: Any
    ) -> list[list[Document]]:
        """All that the query answers: one page, unless the organization has outgrown a physical partition."""

        async def attempt(charge: Charge) -> list[list[Document]]:
            answers = proxy.query_items(
                statement.sql,
                parameters=statement.parameters,
                max_item_count=statement.top or _UNORDERED_PAGE,
                response_hook=charge,
                **where,
            )
            return [[item async for item in page] async for page in answers.by_page()]

        return await self.calls.run(operation, proxy.id, attempt)

    async def _read(self, proxy: ContainerProxy, ids: tuple[str, str], attempts: int = ATTEMPTS) -> Stored | None:
        async def attempt(charge: Charge) -> dict[str, Any]:
            return await proxy.read_item(ids[1], list(ids), response_hook=charge)

        try:
            return stored(await self.calls.run("get", proxy.id, attempt, attempts))
        except Refused:
            return None

    async def _found_after(
        self, failure: Refused | Unanswered, proxy: ContainerProxy, ids: tuple[str, str]
    ) -> Stored | None:
        """What is stored now, read once if a lost attempt may have stored it. Raises StoreUnavailable."""
        if failure.unclear:
            return await self._read(proxy, ids, attempts=1)
        if isinstance(failure, Unanswered):
            raise failure
        return None


def _is_legal(id_: str) -> bool:
    """Whether Cosmos DB lets a document have this id; the SDK refuses to ask for any other, whoever named it."""
    return 0 < len(id_.encode()) <= _LONGEST_ID and _ILLEGAL.isdisjoint(id_) and not id_.endswith(" ")


def _ids(stored: Stored) -> tuple[str, str]:
    return stored.document["organizationId"], stored.document["id"]


def _unchanged(stored: Stored) -> dict[str, Any]:
    return {"etag": etag_of(stored.token), "match_condition": MatchConditions.IfNotModified}
