"""Which documents hold the words asked for: the table of terms beside each container that has one.

It keeps the rows of each word by their place in the order of `terms_by`, so that the first page of those that hold
several words is found by walking the rarest of them in that order and probing the others, however many there are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from shared.adapters.containers import Container
from shared.adapters.query_checks import terms_of
from shared.adapters.sqlite_rows import Value
from shared.services.ports import Query, Where

# Words are told apart by how many rows hold them, counted up to here, which takes a millisecond each.
COUNTED: Final = 10_000
# As many are fetched and sorted at most where a word's rows are not in the order asked for.
MANY_ROWS: Final = 2_000


class Words:
    """What is known of the words a query asks for, once they are counted: `rarest` is walked, `others` are probed."""

    def __init__(
        self, connection: sqlite3.Connection, container: Container, organization_id: str, query: Query
    ) -> None:
        """Raises sqlite3.Error."""
        self._container = container
        self._organization_id = organization_id
        asked = [where for where in query.where if where.op == "has"]
        counts = [self._count(connection, where) for where in asked]
        self.nobody = min(counts) == 0
        single = [n for n, where in enumerate(asked) if len(terms_of(where)) == 1]
        few = [n for n, count in enumerate(counts) if count < MANY_ROWS]
        is_ordered = container.terms_by == query.order_by
        best = min(single if is_ordered and single else few, key=counts.__getitem__, default=None)
        self.rarest = None if best is None else asked[best]
        """None where all of them are held by many and no one word can be walked."""
        self.in_order = is_ordered and best in single
        # The rarest first: what it does not hold need not be looked for any further.
        self.others = [asked[n] for n in sorted(range(len(asked)), key=counts.__getitem__) if n != best]

    def walked(self) -> tuple[str, list[Value]]:
        """The table of the rarest word as `first`, with the condition that walks it."""
        assert self.rarest is not None  # noqa: S101 - asked for only where there is one
        return _one_of("first", self._organization_id, self.rarest)

    def probes(self, row: str, place: str) -> tuple[list[str], list[Value]]:
        """The conditions that the row at a place holds each of the others."""
        conditions: list[str] = []
        parameters: list[Value] = []
        for where in self.others:
            condition, values = holds(self._container, self._organization_id, where, row, place)
            conditions.append(condition)
            parameters += values
        return conditions, parameters

    def _count(self, connection: sqlite3.Connection, where: Where) -> int:
        condition, parameters = _one_of("held", self._organization_id, where)
        held = f'SELECT 1 FROM "{self._container.name}_terms" AS held WHERE {condition} LIMIT {COUNTED}'  # noqa: S608
        (count,) = connection.execute(f"SELECT count(*) FROM ({held})", parameters).fetchone()  # noqa: S608
        return int(count)


def place_of(container: Container) -> str:
    """Where a row of the container stands among those that hold the same word."""
    return f'ifnull("{container.name}"."{container.terms_by}", 0)' if container.terms_by else "0"


def holds(container: Container, organization_id: str, where: Where, row: str, place: str) -> tuple[str, list[Value]]:
    """The condition that the row at a place holds a word of the `has`, as one probe a word, and its parameters."""
    condition, parameters = _one_of("held", organization_id, where)
    found = f"{condition} AND held.place = {place} AND held.row = {row}"
    return f'EXISTS (SELECT 1 FROM "{container.name}_terms" AS held WHERE {found})', parameters  # noqa: S608


def _one_of(alias: str, organization_id: str, where: Where) -> tuple[str, list[Value]]:
    terms: Sequence[Value] = terms_of(where)
    one = "= ?" if len(terms) == 1 else f"IN ({', '.join('?' * len(terms))})"
    return f"{alias}.organization_id = ? AND {alias}.term {one}", [organization_id, *terms]
