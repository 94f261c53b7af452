"""One document as a row: the columns beside it, and the statements that write it.

The functions here run inside a transaction of the writer (or of a migration) and touch one document each.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson

from shared.adapters.containers import Container
from shared.adapters.query_checks import check_document, column_value
from shared.services.ports import AlreadyExists, ChangedMeanwhile, Document

Value: TypeAlias = str | int | float | bytes | None
Placed: TypeAlias = tuple[tuple[str, Any], ...]
"""Terms, each with its row's place among those that hold it."""

# What orjson would quietly make text of (and json, and so the other adapter, would not).
_STRICT = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


@dataclass(frozen=True, slots=True)
class Row:
    """A document ready to be written. `columns` are in the order of the table; `search` and `terms` are empty where the
    container does not answer them."""

    organization_id: str
    id: str
    columns: tuple[Value, ...]
    search: str
    terms: tuple[str, ...]


def encode(container: Container, document: Document) -> Row:
    """Raises ValueError for a document without both ids or with an indexed field of another type, TypeError for what
    JSON cannot hold."""
    organization_id, id_ = check_document(container, document)
    columns: list[Value] = [column_value(container, field, document.get(field)) for field in container.fields]
    columns.append(orjson.dumps(summary(container, document), option=_STRICT))
    search = document.get("search") or "" if container.search else ""
    terms = tuple(sorted(set(document.get("terms") or ()))) if container.terms else ()
    columns += [search] * container.search + [orjson.dumps(terms)] * container.terms
    columns.append(orjson.dumps(document, option=_STRICT))
    return Row(organization_id, id_, tuple(columns), search, terms)


def summary(container: Container, document: Document) -> Document:
    """What a list answers of a document: both ids and the named fields it has."""
    fields = ("id", "organizationId", *container.summary)
    return {field: document[field] for field in fields if field in document}


def indexable(text: str) -> str:
    """`text` as the trigram index sees it: it would stop reading at a NUL."""
    return text.replace("\0", "\ufffd")


class Table:
    """The statements that write one container's rows. All raise sqlite3.Error; what refuses has written nothing."""

    def __init__(self, container: Container) -> None:
        self.container = container
        name = container.name
        columns = [*(f'"{field}"' for field in container.fields), "summary"]
        columns += ["search"] * container.search + ["terms"] * container.terms + ["document"]
        self._columns = tuple(columns)
        # What an index is made of is written only where it changed: SQLite would take out and put back the entries.
        self._compared = tuple(n for n, column in enumerate(columns) if column not in ("summary", "document"))
        # Names come from the index data, which allows letters and digits only; values are always parameters.
        names = ", ".join(("organization_id", "id", "token", *columns))
        marks = ", ".join("?" * (len(columns) + 3))
        self._insert = f'INSERT INTO "{name}" ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING'  # noqa: S608
        before = ", ".join(("row", *(columns[n] for n in self._compared)))
        self._before = f'SELECT {before} FROM "{name}" WHERE organization_id = ? AND id = ? AND token = ?'  # noqa: S608
        self._delete = f'DELETE FROM "{name}" WHERE row = ?'  # noqa: S608
        self._add_search = f'INSERT INTO "{name}_search" (rowid, search) VALUES (?, ?)'  # noqa: S608
        self._drop_search = f'INSERT INTO "{name}_search" ("{name}_search", rowid, search) VALUES (\'delete\', ?, ?)'  # noqa: S608
        self._add_term = f'INSERT INTO "{name}_terms" (organization_id, term, place, row) VALUES (?, ?, ?, ?)'  # noqa: S608
        found = "organization_id = ? AND term = ? AND place = ? AND row = ?"
        self._drop_term = f'DELETE FROM "{name}_terms" WHERE {found}'  # noqa: S608
        self._place = columns.index(f'"{container.terms_by}"') if container.terms_by else None

    def insert(self, connection: sqlite3.Connection, token: str, row: Row) -> None:
        """Raises AlreadyExists."""
        cursor = connection.execute(self._insert, (row.organization_id, row.id, token, *row.columns))
        if not cursor.rowcount:
            raise AlreadyExists(f"{self.container.name}: {row.id}")
        key = cursor.lastrowid
        if key is not None:
            self._index_search(connection, key, "", row.search)
            self._index_terms(connection, row.organization_id, key, (), self._placed(row.columns, row.terms))

    def replace(self, connection: sqlite3.Connection, old_token: str, token: str, row: Row) -> None:
        """Raises ChangedMeanwhile."""
        key, *before = self._read_before(connection, row.organization_id, row.id, old_token)
        changed = {n for n, old in zip(self._compared, before, strict=True) if row.columns[n] != old}
        written = [n for n in range(len(self._columns)) if n in changed or n not in self._compared]
        changes = ", ".join(("token = ?", *(f"{self._columns[n]} = ?" for n in written)))
        connection.execute(
            f'UPDATE "{self.container.name}" SET {changes} WHERE row = ?',  # noqa: S608
            (token, *(row.columns[n] for n in written), key),
        )
        old_search, old_terms = self._indexed(before)
        self._index_search(connection, key, old_search, row.search)
        self._index_terms(connection, row.organization_id, key, old_terms, self._placed(row.columns, row.terms))

    def delete(self, connection: sqlite3.Connection, organization_id: str, id_: str, old_token: str) -> None:
        """Raises ChangedMeanwhile."""
        key, *before = self._read_before(connection, organization_id, id_, old_token)
        connection.execute(self._delete, (key,))
        old_search, old_terms = self._indexed(before)
        self._index_search(connection, key, old_search, "")
        self._index_terms(connection, organization_id, key, old_terms, ())

    def _read_before(self, connection: sqlite3.Connection, organization_id: str, id_: str, token: str) -> Any:
        """Its row number, then the columns that are compared."""
        found = connection.execute(self._before, (organization_id, id_, token)).fetchall()
        if not found:
            raise ChangedMeanwhile(f"{self.container.name}: {id_}")
        return found[0]

    def _indexed(self, before: list[Any]) -> tuple[str, Placed]:
        """The search text and the terms a row was indexed with; they come last."""
        terms = tuple(orjson.loads(before.pop())) if self.container.terms else ()
        return before.pop() if self.container.search else "", self._placed(before, terms)

    def _placed(self, columns: Sequence[Value], terms: Sequence[str]) -> Placed:
        """Each term with the place the row has among all that hold it; fields come first, before and now."""
        place = None if self._place is None else columns[self._place]
        return tuple((term, 0 if place is None else place) for term in terms)

    def _index_search(self, connection: sqlite3.Connection, key: int, old: str, new: str) -> None:
        if old == new:
            return
        if old:
            connection.execute(self._drop_search, (key, indexable(old)))
        if new:
            connection.execute(self._add_search, (key, indexable(new)))

    def _index_terms(
        self, connection: sqlite3.Connection, organization_id: str, key: int, old: Placed, new: Placed
    ) -> None:
        if old == new:
            return
        gone, added = sorted(set(old) - set(new)), sorted(set(new) - set(old))
        connection.executemany(self._drop_term, [(organization_id, *term, key) for term in gone])
        connection.executemany(self._add_term, [(organization_id, *term, key) for term in added])
