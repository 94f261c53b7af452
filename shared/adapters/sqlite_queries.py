"""A typed query as SQL. Which index answers it is decided here and said to SQLite, never left to its estimates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from shared.adapters.containers import Container
from shared.adapters.query_checks import TEXT_OPERATIONS, check, column_value, terms_of
from shared.adapters.sqlite_rows import Value, indexable
from shared.adapters.sqlite_schema import due_index_name, index_name
from shared.adapters.sqlite_terms import Words, holds, place_of
from shared.services.ports import DueKey, Query, Where

_COMPARISONS: Final = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}
# With more rows than these holding a text, the first page is found sooner by walking the list and comparing.
MANY_CANDIDATES: Final = 1_000
# Among 100,000 profiles: 4,000 are looked up in the order of the file in 40 ms, found one by one in their own in 60.
MANY_IN_THE_DIRECTORY: Final = 4_000


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL and its parameters. `quick` if an index holds the answer in its order, so that how long it takes depends on
    the page only, not on how much is stored."""

    sql: str
    parameters: tuple[Value, ...]
    quick: bool


def find_statement(container: Container, organization_id: str, query: Query, walk: bool = False) -> Statement:
    """The summaries of one page and one row more; with `walk` texts are compared row by row in the order asked for,
    never looked up. Raises ValueError for what the container cannot be asked."""
    check(container, query)
    by_text = any(where.op in TEXT_OPERATIONS for where in query.where)
    index = _covering_index(container, query)
    quick = index is not None and not by_text
    if by_text and not (walk and index):
        start = " NOT INDEXED"  # at the rows the text index found
        walk = False
    else:
        start = _start(container, query, index)
    conditions, parameters = _conditions(container, organization_id, query, walk)
    sql = (
        f'SELECT summary FROM "{container.name}"{start} WHERE {" AND ".join(conditions)} '  # noqa: S608
        f"ORDER BY {_order(query)} LIMIT ?"
    )
    return Statement(sql, (*parameters, query.limit + 1), quick)


def words_statement(container: Container, organization_id: str, query: Query, words: Words) -> Statement:
    """The same by the rarest of the words asked for: walked in the order asked for, or all that hold it fetched and
    sorted."""
    name = container.name
    walked, parameters = words.walked()
    if words.in_order:
        held = f'SELECT place AS word_place, row AS word_row FROM "{name}_terms" AS first WHERE {walked}'  # noqa: S608
        source = f'({held}) AS word CROSS JOIN "{name}" ON "{name}".row = word.word_row'
        probed, probing = words.probes("word.word_row", "word.word_place")
        order = _order(query).replace(f'"{query.order_by}"', "word.word_place")
    else:
        source = f'"{name}" NOT INDEXED'
        probed, probing = words.probes(f'"{name}".row', place_of(container))
        probed.insert(0, f'row IN (SELECT first.row FROM "{name}_terms" AS first WHERE {walked})')  # noqa: S608
        order = _order(query)
    others = replace(query, where=tuple(where for where in query.where if where.op != "has"))
    conditions, values = _conditions(container, organization_id, others, walk=True)
    sql = (
        f"SELECT summary FROM {source} WHERE {' AND '.join((*probed, *conditions))} "  # noqa: S608
        f"ORDER BY {order} LIMIT ?"
    )
    return Statement(sql, (*parameters, *probing, *values, query.limit + 1), False)


def _conditions(container: Container, organization_id: str, query: Query, walk: bool) -> tuple[list[str], list[Value]]:
    conditions = ["organization_id = ?"]
    parameters: list[Value] = [organization_id]
    for where in query.where:
        condition, values = _condition(container, organization_id, where, query, walk)
        conditions.append(condition)
        parameters += values
    if query.after is not None:
        condition, values = _past(container, query)
        conditions.append(condition)
        parameters += values
    return conditions, parameters


def many_for(container: Container, query: Query) -> int:
    """How many rows with a text are too many to look each of them up."""
    return MANY_IN_THE_DIRECTORY if query.order_by == container.terms_by else MANY_CANDIDATES


def candidates_statement(container: Container, query: Query) -> Statement | None:
    """How many rows the text index finds for the query's searches, counted up to `many_for` them; None where nothing is
    searched, or nothing to walk instead."""
    texts = [where.value for where in query.where if where.op == "contains"]
    if not texts or _covering_index(container, query) is None:
        return None
    most = many_for(container, query)
    found = f'SELECT 1 FROM "{container.name}_search" WHERE "{container.name}_search" MATCH ? LIMIT {most}'  # noqa: S608
    expression = " AND ".join(f"({_trigrams(str(text))})" for text in texts)
    return Statement(f"SELECT count(*) FROM ({found})", (expression,), False)  # noqa: S608


def due_statement(container: Container, field: str, until: str, limit: int, after: DueKey | None) -> Statement:
    """Documents due, of every organization. Raises ValueError where the container has no such clock."""
    if field not in container.due:
        raise ValueError(f"{container.name} has no clock {field}")
    index = due_index_name(container, field)
    past = f' AND ("{field}", organization_id, id) > (?, ?, ?)' if after is not None else ""
    sql = (
        f'SELECT token, document FROM "{container.name}" INDEXED BY "{index}" '  # noqa: S608
        f'WHERE "{field}" IS NOT NULL AND "{field}" <= ?{past} ORDER BY "{field}", organization_id, id LIMIT ?'
    )
    return Statement(sql, (until, *(after or ()), limit), True)


def _covering_index(container: Container, query: Query) -> str | None:
    """An index that holds the query's answer in its order, all conditions but those on text decided before a row is
    read."""
    if _names_ids(query) and query.order_by != "id":
        return None  # few rows, sooner found by their ids and sorted
    equal = {where.field for where in query.where if where.op == "eq"}
    asked = {where.field for where in query.where if where.op not in TEXT_OPERATIONS}
    for fields in sorted(container.indexes, key=len, reverse=True):
        leading = fields if query.order_by == "id" else fields[:-1]
        if not equal.issuperset(leading) or query.order_by not in (fields[-1], "id"):
            continue
        if asked.issubset({"id", *fields, *container.residual}):
            return index_name(container, fields)
    if query.order_by == "id" and asked <= {"id"}:
        return index_name(container, ())
    return None


def _start(container: Container, query: Query, index: str | None) -> str:
    """Where to begin: at the covering index, at the ids asked for, or at SQLite's choice."""
    if index is None and _names_ids(query):
        index = index_name(container, ())
    return f' INDEXED BY "{index}"' if index else ""


def _names_ids(query: Query) -> bool:
    return any(where.field == "id" and where.op in ("eq", "in") for where in query.where)


def _order(query: Query) -> str:
    direction = " DESC" if query.descending else ""
    return f'"{query.order_by}"{direction}' + ("" if query.order_by == "id" else f", id{direction}")


def _past(container: Container, query: Query) -> tuple[str, list[Value]]:
    assert query.after is not None  # noqa: S101 - asked for only where there is one
    beyond = "<" if query.descending else ">"
    value, id_ = query.after
    if query.order_by == "id":
        return f"id {beyond} ?", [id_]
    return f'("{query.order_by}", id) {beyond} (?, ?)', [column_value(container, query.order_by, value), id_]


def _condition(
    container: Container, organization_id: str, where: Where, query: Query, walk: bool
) -> tuple[str, list[Value]]:
    if where.op == "has":
        if walk or any(each.op == "contains" for each in query.where):
            return holds(container, organization_id, where, f'"{container.name}".row', place_of(container))
        return _having(container, organization_id, where)
    if where.op == "contains":
        return _text_condition(container, where, walk)
    column = f'"{where.field}"'
    if where.op == "in":
        return _membership(container, where, column)
    value = column_value(container, where.field, where.value)
    if where.op == "eq":
        return (f"{column} IS NULL", []) if value is None else (f"{column} = ?", [value])
    if query.after is not None and where.field == query.order_by:
        # The cursor bounds the walk; the plus keeps SQLite from starting it at the range's own end on every page.
        column = f"+{column}"
    return f"{column} {_COMPARISONS[where.op]} ?", [value]


def _membership(container: Container, where: Where, column: str) -> tuple[str, list[Value]]:
    assert isinstance(where.value, tuple)  # noqa: S101 - checked
    values = [column_value(container, where.field, value) for value in where.value]
    present = [value for value in values if value is not None]
    condition = f"{column} IN ({', '.join('?' * len(present))})"
    if len(present) < len(values):
        condition = f"({condition} OR {column} IS NULL)"
    return condition, list(present)


def _having(container: Container, organization_id: str, where: Where) -> tuple[str, list[Value]]:
    terms = terms_of(where)
    marks = ", ".join("?" * len(terms))
    rows = f'SELECT row FROM "{container.name}_terms" WHERE organization_id = ? AND term IN ({marks})'  # noqa: S608
    return f"row IN ({rows})", [organization_id, *terms]


def _text_condition(container: Container, where: Where, walk: bool) -> tuple[str, list[Value]]:
    assert isinstance(where.value, str)  # noqa: S101 - checked
    name = container.name
    if walk:
        return "instr(search, ?) > 0", [where.value]
    rows = f'SELECT rowid FROM "{name}_search" WHERE "{name}_search" MATCH ?'  # noqa: S608
    return f"row IN ({rows}) AND instr(search, ?) > 0", [_trigrams(where.value), where.value]


def _trigrams(text: str) -> str:
    """An FTS5 expression that finds every text with all trigrams of `text`, quoted so that none is syntax."""
    text = indexable(text)
    trigrams = dict.fromkeys(text[start : start + 3] for start in range(len(text) - 2))
    return " AND ".join('"' + trigram.replace('"', '""') + '"' for trigram in trigrams)
