"""Which rows hold the words asked for, in the table of terms beside each container that has one.

Whether it is sooner to fetch those rows and sort them, or to walk the list in its order and probe each row, depends on
how many there are; they are counted first, and no further than to decide that.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from shared.adapters.containers import Container
from shared.adapters.query_checks import terms_of
from shared.adapters.sqlite_rows import Value
from shared.services.ports import Query, Where

# With more rows than these holding all words, the first page is found sooner by walking the list and probing each row:
# 200 of 100,000 are found after 10,000 probes then, which take as long as fetching 2,000 rows.
MANY_ROWS: Final = 2_000


def rows_having(
    connection: sqlite3.Connection, container: Container, organization_id: str, query: Query
) -> list[int] | None:
    """The rows that hold a word of each `has`, or None where there are `MANY_ROWS` or more. Raises sqlite3.Error."""
    asked = [where for where in query.where if where.op == "has"]
    counted = [(_count(connection, container, organization_id, where), n) for n, where in enumerate(asked)]
    rarest, *others = (asked[n] for _, n in sorted(counted))
    if min(counted)[0] == 0:
        return []
    name = f'"{container.name}_terms"'
    condition, parameters = _one_of("first", organization_id, rarest)
    for where in others:
        probe, values = holds(container, organization_id, where, "first.row")
        condition += f" AND {probe}"
        parameters += values
    distinct = "DISTINCT " * (len(terms_of(rarest)) > 1)
    sql = f"SELECT {distinct}first.row FROM {name} AS first WHERE {condition} LIMIT {MANY_ROWS}"  # noqa: S608
    found = [row for (row,) in connection.execute(sql, parameters)]
    return found if len(found) < MANY_ROWS else None


def holds(container: Container, organization_id: str, where: Where, row: str) -> tuple[str, list[Value]]:
    """The condition that a row holds a word of the `has`, as one probe a word, and its parameters."""
    condition, parameters = _one_of("held", organization_id, where)
    found = f'SELECT 1 FROM "{container.name}_terms" AS held WHERE {condition} AND held.row = {row}'  # noqa: S608
    return f"EXISTS ({found})", parameters


def _count(connection: sqlite3.Connection, container: Container, organization_id: str, where: Where) -> int:
    """How many entries the words have, counted up to `MANY_ROWS`."""
    condition, parameters = _one_of("held", organization_id, where)
    held = f'SELECT 1 FROM "{container.name}_terms" AS held WHERE {condition} LIMIT {MANY_ROWS}'  # noqa: S608
    (count,) = connection.execute(f"SELECT count(*) FROM ({held})", parameters).fetchone()  # noqa: S608
    return int(count)


def _one_of(alias: str, organization_id: str, where: Where) -> tuple[str, list[Value]]:
    terms: Sequence[Value] = terms_of(where)
    marks = ", ".join("?" * len(terms))
    return f"{alias}.organization_id = ? AND {alias}.term IN ({marks})", [organization_id, *terms]
