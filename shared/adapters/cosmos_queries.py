"""A typed query as Cosmos DB SQL. Values are always parameters; names come from the index data, which allows letters
and digits only."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any, Final

from shared.adapters.containers import Container
from shared.adapters.cosmos_definitions import list_order
from shared.adapters.query_checks import check, column_value, terms_of
from shared.services.ports import DueKey, Query, Where

log = logging.getLogger(__name__)

_COMPARISONS: Final = {"eq": "=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


@dataclass(slots=True)
class Statement:
    """SQL and its parameters. `top` is how many items it answers at most, None where it answers all that match and the
    caller sorts them. `extra` is a field selected for that only, not part of the summary."""

    sql: str = ""
    parameters: list[dict[str, Any]] = field(default_factory=list)
    top: int | None = None
    extra: str | None = None

    def bind(self, value: object) -> str:
        """The name of a new parameter that has the value."""
        name = f"@p{len(self.parameters)}"
        self.parameters.append({"name": name, "value": value})
        return name


def find_statement(container: Container, organization_id: str, query: Query) -> Statement:
    """The summaries of one page and one more. Raises ValueError for what the container cannot be asked."""
    check(container, query)
    statement = Statement()
    conditions = [f"{_path('organizationId')} = {statement.bind(organization_id)}"]
    conditions += [_condition(container, where, statement) for where in query.where]
    if query.after is not None:
        conditions.append(_past(container, query, statement))
    order = _order(container, query)
    if order:
        statement.top = query.limit + 1
    selected = _selected(container)
    if query.order_by not in selected:
        statement.extra = query.order_by
        selected = (*selected, query.order_by)
    top = f"TOP {statement.top} " if order else ""
    statement.sql = (
        f"SELECT {top}{', '.join(map(_path, selected))} FROM c "  # noqa: S608 - see the module's docstring
        f"WHERE {' AND '.join(conditions)}{order}"
    )
    return statement


def due_statement(container: Container, clock: str, until: str, limit: int, after: DueKey | None) -> Statement:
    """Documents due, of every organization. Raises ValueError where the container has no such clock."""
    if clock not in container.due:
        raise ValueError(f"{container.name} has no clock {clock}")
    statement = Statement(top=limit)
    at, organization, id_ = _path(clock), _path("organizationId"), _path("id")
    conditions = [f"{at} <= {statement.bind(until)}"]
    if after is not None:
        when, whose, which = map(statement.bind, after)
        past = f"{organization} > {whose} OR ({organization} = {whose} AND {id_} > {which})"
        conditions.append(f"{at} >= {when} AND ({at} > {when} OR {past})")
    statement.sql = (
        f"SELECT TOP {limit} * FROM c WHERE {' AND '.join(conditions)} "  # noqa: S608 - as above
        f"ORDER BY {at} ASC, {organization} ASC, {id_} ASC"
    )
    return statement


def _path(name: str) -> str:
    return f'c["{name}"]'


def _selected(container: Container) -> tuple[str, ...]:
    return tuple(dict.fromkeys(("id", "organizationId", *container.summary)))


def _order(container: Container, query: Query) -> str:
    """ORDER BY as a composite index has it, or nothing: Cosmos DB refuses an order no index holds, and few documents
    named by their ids are sorted sooner here."""
    if any(where.field == "id" and where.op in ("eq", "in") for where in query.where):
        return ""
    fields = list_order(container, query.order_by, frozenset(w.field for w in query.where if w.op == "eq"))
    if fields is None:
        log.warning("%s by %s: no index answers this list, it reads all that matches", container.name, query.order_by)
        return ""
    direction = "DESC" if query.descending else "ASC"
    return " ORDER BY " + ", ".join(f"{_path(name)} {direction}" for name in fields)


def _past(container: Container, query: Query, statement: Statement) -> str:
    assert query.after is not None  # noqa: S101 - asked for only where there is one
    beyond = "<" if query.descending else ">"
    value, last = query.after
    id_ = statement.bind(last)
    if query.order_by == "id":
        return f"{_path('id')} {beyond} {id_}"
    path, bound = _path(query.order_by), statement.bind(column_value(container, query.order_by, value))
    return f"{path} {beyond}= {bound} AND ({path} {beyond} {bound} OR {_path('id')} {beyond} {id_})"


def _condition(container: Container, where: Where, statement: Statement) -> str:
    path = _path(where.field)
    if where.op == "has":
        return _terms(where, path, statement)
    if where.op == "contains":
        return f"CONTAINS({path}, {statement.bind(where.value)})"
    if isinstance(where.value, tuple):
        return _membership(container, where, statement)
    value = column_value(container, where.field, where.value)
    return f"{path} {_COMPARISONS[where.op]} {statement.bind(value)}"


def _terms(where: Where, path: str, statement: Statement) -> str:
    held = [f"ARRAY_CONTAINS({path}, {statement.bind(term)})" for term in terms_of(where)]
    return held[0] if len(held) == 1 else f"({' OR '.join(held)})" if held else "false"


def _membership(container: Container, where: Where, statement: Statement) -> str:
    assert isinstance(where.value, tuple)  # noqa: S101 - checked
    names = [statement.bind(column_value(container, where.field, value)) for value in where.value]
    return f"{_path(where.field)} IN ({', '.join(names)})" if names else "false"
