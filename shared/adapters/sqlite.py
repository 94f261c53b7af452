"""The embedded store: one SQLite file. For one machine; the tables are made from the same index data as Cosmos DB's.

Writes go through one thread (`sqlite_writer`) and are on disk when they return. Point reads and lists that an index
answers take tens of microseconds, less than handing them to a thread costs, so they run where they are called; anything
slower runs in a reader thread. Several processes may use one file.
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from shared.adapters.containers import Container, containers
from shared.adapters.sqlite_queries import (
    Statement,
    candidates_statement,
    due_statement,
    find_statement,
    many_for,
    words_statement,
)
from shared.adapters.sqlite_rows import Table, Value, encode
from shared.adapters.sqlite_schema import connect, is_current, prepare
from shared.adapters.sqlite_terms import Words
from shared.adapters.sqlite_writer import Writer
from shared.services.ports import Document, DueKey, Page, Query, Stored, StoreUnavailable

BUSY_TIMEOUT = 5.0  # seconds another process may hold the file before we answer StoreUnavailable
_LOOP_PATIENCE = 0.05  # seconds the event loop itself waits for one before the reader thread takes over
_CACHE_KIB = 32_000


class SqliteStore:
    """DocumentStore in one file. A container that does not exist is a KeyError; a query on fields without a column, or
    a document whose indexed fields are of another type, is a ValueError: both are mistakes of the caller's program."""

    def __init__(
        self, path: Path, index_data: Mapping[str, Container] | None = None, busy_timeout: float = BUSY_TIMEOUT
    ) -> None:
        """Open, create or bring up to date; blocks meanwhile. Raises StoreTooNew, StoreUnavailable."""
        self._path = path
        self._containers = containers() if index_data is None else index_data
        self._busy_timeout = busy_timeout
        prepare(path, self._containers, busy_timeout)
        self._tables = {name: Table(container) for name, container in self._containers.items()}
        self._point_reads = {
            name: f'SELECT token, document FROM "{name}" WHERE organization_id = ? AND id = ?'  # noqa: S608
            for name in self._containers
        }
        self._local = threading.local()
        self._lock = threading.Lock()
        self._connections: list[sqlite3.Connection] = []
        self._closed = False
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="sqlite-reader")
        self.writer = Writer(
            partial(connect, path, busy_timeout, _CACHE_KIB), partial(is_current, containers=self._containers)
        )

    async def insert(self, container: str, document: Document) -> Stored:
        """Raises AlreadyExists, StoreUnavailable."""
        table, token = self._tables[container], _new_token()
        row = encode(table.container, document)
        await self.writer.write(lambda connection: table.insert(connection, token, row))
        return Stored(document, token)

    async def get(self, container: str, organization_id: str, id: str) -> Stored | None:
        """Raises StoreUnavailable."""
        rows = await self._quick(self._point_reads[container], (organization_id, id))
        return Stored(orjson.loads(rows[0][1]), rows[0][0]) if rows else None

    async def replace(self, stored: Stored, container: str, document: Document) -> Stored:
        """Raises ChangedMeanwhile, StoreUnavailable, and ValueError if `document` has other ids than `stored`."""
        table, token = self._tables[container], _new_token()
        row = encode(table.container, document)
        if (row.organization_id, row.id) != _ids(stored):
            raise ValueError(f"{container}: a document keeps its ids")
        await self.writer.write(lambda connection: table.replace(connection, stored.token, token, row))
        return Stored(document, token)

    async def delete(self, stored: Stored, container: str) -> None:
        """Raises ChangedMeanwhile, StoreUnavailable."""
        table = self._tables[container]
        organization_id, id_ = _ids(stored)
        await self.writer.write(lambda connection: table.delete(connection, organization_id, id_, stored.token))

    async def find(self, container: str, organization_id: str, query: Query) -> Page:
        """Raises StoreUnavailable, and ValueError for what the container cannot be asked."""
        statement = find_statement(self._containers[container], organization_id, query)
        if statement.quick:
            rows = await self._quick(statement.sql, statement.parameters)
        else:
            rows = await self._in_reader(partial(_sought, self._containers[container], organization_id, query))
        items = orjson.loads(b"[" + b",".join([row[0] for row in rows[: query.limit]]) + b"]")
        return Page(items, len(rows) > query.limit)

    async def find_due(self, container: str, until: str, limit: int, after: DueKey | None = None) -> list[Stored]:
        """Raises StoreUnavailable, and ValueError where nothing is ever due."""
        return await self._walk(due_statement(self._containers[container], "dueAt", until, limit, after))

    async def find_pending(self, container: str, until: str, limit: int, after: DueKey | None = None) -> list[Stored]:
        """Raises StoreUnavailable, and ValueError where nothing is ever pending."""
        return await self._walk(due_statement(self._containers[container], "pendingAt", until, limit, after))

    async def find_unannounced(
        self, container: str, until: str, limit: int, after: DueKey | None = None
    ) -> list[Stored]:
        """Raises StoreUnavailable, and ValueError where nothing is ever announced."""
        return await self._walk(due_statement(self._containers[container], "noticeAt", until, limit, after))

    def explain(self, container: str, organization_id: str, query: Query) -> list[str]:
        """How SQLite answers a `find`: the lines of its query plan."""
        return self._plan(find_statement(self._containers[container], organization_id, query))

    def explain_due(self, container: str, field: str, after: DueKey | None = None) -> list[str]:
        """How SQLite answers `find_due` or the like, by its field: `dueAt`, `pendingAt`, `noticeAt`."""
        return self._plan(due_statement(self._containers[container], field, "", 1, after))

    async def close(self) -> None:
        """Finish the writes that wait, then let go of the file. Later calls raise StoreUnavailable."""
        with self._lock:
            self._closed = True
        await asyncio.to_thread(self.writer.finish)
        await asyncio.to_thread(self._reader.shutdown)
        with self._lock:
            while self._connections:
                self._connections.pop().close()

    async def _walk(self, statement: Statement) -> list[Stored]:
        """Whole documents can be large, and no timer minds a thread."""
        rows = await self._slow(statement.sql, statement.parameters)
        return [Stored(orjson.loads(document), token) for token, document in rows]

    async def _quick(self, sql: str, parameters: tuple[Value, ...]) -> list[Any]:
        """Read here and now; in the rare moment the file is locked, wait for it elsewhere."""
        try:
            return self._read(_LOOP_PATIENCE, sql, parameters)
        except sqlite3.OperationalError as error:
            if not _is_busy(error):
                raise StoreUnavailable(f"the store cannot read: {error}") from error
        except sqlite3.Error as error:
            raise StoreUnavailable(f"the store cannot read: {error}") from error
        return await self._slow(sql, parameters)

    async def _slow(self, sql: str, parameters: tuple[Value, ...]) -> list[Any]:
        return await self._in_reader(lambda connection: connection.execute(sql, parameters).fetchall())

    async def _in_reader(self, read: Callable[[sqlite3.Connection], list[Any]]) -> list[Any]:
        """Read in the reader thread, one at a time."""
        try:
            reading = self._reader.submit(lambda: read(self._connection(self._busy_timeout)))
        except RuntimeError as error:  # the executor is shut down
            raise StoreUnavailable("the store is closed") from error
        try:
            return await asyncio.wrap_future(reading)
        except sqlite3.Error as error:
            raise StoreUnavailable(f"the store cannot read: {error}") from error

    def _read(self, busy_timeout: float, sql: str, parameters: tuple[Value, ...]) -> list[Any]:
        return self._connection(busy_timeout).execute(sql, parameters).fetchall()

    def _connection(self, busy_timeout: float) -> sqlite3.Connection:
        """The calling thread's own connection for reading."""
        if self._closed:
            raise StoreUnavailable("the store is closed")
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is not None:
            return found
        connection = connect(self._path, busy_timeout, _CACHE_KIB)
        connection.execute("PRAGMA query_only = ON")
        with self._lock:
            self._connections.append(connection)
        self._local.connection = connection
        return connection

    def _plan(self, statement: Statement) -> list[str]:
        rows = self._read(self._busy_timeout, "EXPLAIN QUERY PLAN " + statement.sql, statement.parameters)
        return [row[-1] for row in rows]


def _sought(container: Container, organization_id: str, query: Query, connection: sqlite3.Connection) -> list[Any]:
    """The rows of a list with texts or words in it: looked up, or the list walked, whichever is sooner."""
    words = None
    if any(where.op == "has" for where in query.where):
        words = Words(connection, container, organization_id, query)
        if words.nobody:
            return []
    counting = candidates_statement(container, query)
    is_rare = False
    if counting is not None:
        (count,) = connection.execute(counting.sql, counting.parameters).fetchone()
        is_rare = count < many_for(container, query)
    if words is not None and words.rarest is not None and not is_rare:
        statement = words_statement(container, organization_id, query, words)
    else:
        statement = find_statement(container, organization_id, query, walk=not is_rare)
    return connection.execute(statement.sql, statement.parameters).fetchall()


def _new_token() -> str:
    """Random, so that a document deleted and made anew is never taken for the old one."""
    return secrets.token_hex(12)


def _ids(stored: Stored) -> tuple[str, str]:
    return stored.document["organizationId"], stored.document["id"]


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
