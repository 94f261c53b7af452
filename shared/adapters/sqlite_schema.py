"""The SQLite file: its tables, made from the index data, and how a file of another version is brought up to date."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

import orjson

from shared.adapters.containers import VERSION, Container
from shared.adapters.sqlite_rows import Table, encode
from shared.services.ports import StoreUnavailable

_Result = TypeVar("_Result")

# Raised with every change of the tables below that the index data does not show.
_LAYOUT = 2
_SHAPES = 'CREATE TABLE IF NOT EXISTS "schema_shapes" (container TEXT PRIMARY KEY, shape TEXT NOT NULL)'
# A commit of a large batch must not leave a large log behind for ever.
_LOG_LIMIT = 64 * 2**20


class StoreTooNew(Exception):
    """The file was last opened by a newer version of this program, which may have stored what this one would lose."""


def connect(path: Path, busy_timeout: float, cache_kib: int) -> sqlite3.Connection:
    """A connection in autocommit, to be used by one thread at a time; `busy_timeout` in seconds.

    Raises sqlite3.Error.
    """
    connection = sqlite3.connect(path, timeout=busy_timeout, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA cache_size = -{cache_kib}")
        connection.execute(f"PRAGMA journal_size_limit = {_LOG_LIMIT}")
        connection.execute("PRAGMA temp_store = MEMORY")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def index_name(container: Container, fields: tuple[str, ...]) -> str:
    """The index for one list of `indexes`; without fields, the one of both ids."""
    return "_by_".join((container.name, "_".join(fields) or "id"))


def due_index_name(container: Container, field: str) -> str:
    """The index a timer walks by `field`."""
    return f"{container.name}_due_{field}"


def shape(container: Container) -> str:
    """A hash that differs whenever the container's table would."""
    text = json.dumps([_LAYOUT, asdict(container)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def prepare(path: Path, containers: Mapping[str, Container], busy_timeout: float, version: int = VERSION) -> None:
    """Create the file, or bring its tables up to date; several processes may do so at once.

    Raises StoreTooNew, StoreUnavailable.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = connect(path, busy_timeout, cache_kib=32_000)
        try:
            _retry_while_busy(lambda: connection.execute("PRAGMA journal_mode = WAL").fetchall(), busy_timeout)
            _refuse_newer(connection, path, version)
            if not is_current(connection, containers, version):
                _migrate(connection, path, containers, version)
        finally:
            connection.close()
    except (sqlite3.Error, OSError) as error:
        raise StoreUnavailable(f"{path} cannot be opened: {error}") from error


def _retry_while_busy(action: Callable[[], _Result], seconds: float) -> _Result:
    """Changing the journal mode does not wait for others as other statements do."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return action()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _refuse_newer(connection: sqlite3.Connection, path: Path, version: int) -> None:
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found > version:
        raise StoreTooNew(
            f"{path} is of version {found}, this program knows {version}; run the newer program, or restore"
        )


def is_current(connection: sqlite3.Connection, containers: Mapping[str, Container], version: int = VERSION) -> bool:
    """Whether the tables are those of this program. Raises sqlite3.Error."""
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    return found == version and _shapes(connection) == {name: shape(c) for name, c in containers.items()}


def _shapes(connection: sqlite3.Connection) -> dict[str, str]:
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema_shapes'").fetchall():
        return {}
    return dict(connection.execute("SELECT container, shape FROM schema_shapes").fetchall())


def _migrate(connection: sqlite3.Connection, path: Path, containers: Mapping[str, Container], version: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        _refuse_newer(connection, path, version)  # again: another process may have been here while we waited
        connection.execute(_SHAPES)
        found = _shapes(connection)
        for name, container in containers.items():
            if found.get(name) != shape(container):
                _rebuild(connection, container, name in found)
                connection.execute("INSERT OR REPLACE INTO schema_shapes VALUES (?, ?)", (name, shape(container)))
        connection.execute(f"PRAGMA user_version = {version:d}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _rebuild(connection: sqlite3.Connection, container: Container, exists: bool) -> None:
    """Make the table anew, filling its columns from the documents of the old one."""
    name = container.name
    if exists:
        for (index,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", (name,)
        ).fetchall():
            connection.execute(f'DROP INDEX "{index}"')
        connection.execute(f'DROP TABLE IF EXISTS "{name}_search"')
        connection.execute(f'DROP TABLE IF EXISTS "{name}_terms"')
        connection.execute(f'ALTER TABLE "{name}" RENAME TO "{name}_old"')
    for statement in _tables(container):
        connection.execute(statement)
    if exists:
        table = Table(container)
        for token, document in connection.execute(f'SELECT token, document FROM "{name}_old" ORDER BY row'):  # noqa: S608
            table.insert(connection, token, encode(container, orjson.loads(document)))
        connection.execute(f'DROP TABLE "{name}_old"')
    for statement in _indexes(container):
        connection.execute(statement)


def _tables(container: Container) -> Iterator[str]:
    """The document comes last in its row: whatever follows a large value is found only by walking through it."""
    columns = ["row INTEGER PRIMARY KEY", "organization_id TEXT NOT NULL", "id TEXT NOT NULL", "token TEXT NOT NULL"]
    columns += [f'"{field}" {"TEXT" if kind == "text" else "NUMERIC"}' for field, kind in container.fields.items()]
    columns.append("summary BLOB NOT NULL")
    if container.search:
        columns.append("search TEXT NOT NULL")
        # Texts come casefolded, so the index need not fold again; a trigram's place in the text is not needed, because
        # every candidate is compared with the text itself.
        yield (
            f'CREATE VIRTUAL TABLE "{container.name}_search" USING fts5('
            "search, content='', columnsize=0, detail=none, tokenize='trigram case_sensitive 1')"
        )
    if container.terms:
        columns.append("terms BLOB NOT NULL")
        yield (
            f'CREATE TABLE "{container.name}_terms" (organization_id TEXT NOT NULL, term TEXT NOT NULL, '
            "place NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (organization_id, term, place, row)) WITHOUT ROWID"
        )
    columns.append("document BLOB NOT NULL")
    yield f'CREATE TABLE "{container.name}" ({", ".join(columns)})'


def _indexes(container: Container) -> Iterator[str]:
    name = container.name
    yield f'CREATE UNIQUE INDEX "{index_name(container, ())}" ON "{name}" (organization_id, id)'
    for fields in container.indexes:
        columns = ", ".join(("organization_id", *_quoted(fields), "id", *_quoted(_left_over(container, fields))))
        yield f'CREATE INDEX "{index_name(container, fields)}" ON "{name}" ({columns})'
    for field in container.due:
        yield (
            f'CREATE INDEX "{due_index_name(container, field)}" ON "{name}" ("{field}", organization_id, id) '
            f'WHERE "{field}" IS NOT NULL'
        )


def _left_over(container: Container, fields: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(field for field in container.residual if field not in fields)


def _quoted(fields: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f'"{field}"' for field in fields)
