"""What a container can be asked, and of what type its indexed fields are: every store finds the same mistakes."""

from __future__ import annotations

import math
from typing import Final

from shared.adapters.containers import Container
from shared.services.ports import Query, Where

SHORTEST_SEARCH: Final = 3  # characters: a trigram
TEXT_OPERATIONS: Final = ("contains", "has")
_LARGEST_INTEGER: Final = 2**63 - 1


def check(container: Container, query: Query) -> None:
    """Raises ValueError for what the container cannot be asked."""
    if query.limit < 0:
        raise ValueError("a page holds no fewer than no items")
    for field in (query.order_by, *(where.field for where in query.where if where.op not in TEXT_OPERATIONS)):
        if field != "id" and field not in container.fields:
            raise ValueError(f"{container.name} is not indexed by {field}")
    for where in query.where:
        _check_value(container, where)


def column_value(container: Container, field: str, value: object) -> str | int | float | None:
    """An indexed field's value as it is stored. Raises ValueError where it is of another type."""
    if value is None:
        return None
    if field == "id" or container.fields[field] == "text":
        if isinstance(value, str):
            return value
    elif isinstance(value, float) and math.isfinite(value):
        return value
    elif isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) <= _LARGEST_INTEGER else float(value)
    raise ValueError(f"{container.name}.{field} cannot hold a {type(value).__name__} of this kind")


def check_document(container: Container, document: dict[str, object]) -> tuple[str, str]:
    """The document's organization and id. Raises ValueError without both, or with an indexed field of another type."""
    organization_id, id_ = document.get("organizationId"), document.get("id")
    if not isinstance(organization_id, str) or not isinstance(id_, str):
        raise ValueError(f"{container.name}: a document needs the texts organizationId and id")
    for field in container.fields:
        column_value(container, field, document.get(field))
    if container.search and not isinstance(document.get("search") or "", str):
        raise ValueError(f"{container.name}.search is text")
    words = document.get("terms") or ()
    if container.terms and not (isinstance(words, list | tuple) and all(isinstance(word, str) for word in words)):
        raise ValueError(f"{container.name}.terms is a list of texts")
    return organization_id, id_


def terms_of(where: Where) -> tuple[str, ...]:
    """The words of which a `has` asks for one."""
    values = where.value if isinstance(where.value, tuple) else (where.value,)
    return tuple(str(value) for value in values)


def _check_value(container: Container, where: Where) -> None:
    if where.op == "has" and isinstance(where.value, tuple):
        for term in where.value:
            _check_text(container, Where(where.field, "has", term))
    elif where.op in TEXT_OPERATIONS:
        _check_text(container, where)
    elif where.op == "in":
        if not isinstance(where.value, tuple):
            raise ValueError(f"{where.field}: `in` takes a tuple")
    elif isinstance(where.value, tuple):
        raise ValueError(f"{where.field}: only `in` and `has` take several values")
    elif where.value is None and where.op != "eq":
        raise ValueError(f"{where.field}: nothing is more or less than null")


def _check_text(container: Container, where: Where) -> None:
    if not isinstance(where.value, str) or where.field != ("search" if where.op == "contains" else "terms"):
        raise ValueError(f"`{where.op}` does not apply to {where.field}")
    if not (container.terms if where.op == "has" else container.search):
        raise ValueError(f"{container.name} has no {where.field}")
    if where.op == "contains" and len(where.value) < SHORTEST_SEARCH:
        raise ValueError(f"a search takes at least {SHORTEST_SEARCH} characters")
