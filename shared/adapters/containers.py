"""What every container can be asked: the index data both stores are built from (`containers.json`).

A field that is filtered or sorted is named there once; the SQLite adapter makes columns and indexes of it, the Cosmos
DB adapter an indexing policy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

FieldType: TypeAlias = Literal["text", "number"]

# Raised with every change of containers.json: a store last opened by a higher version is refused, a lower one rebuilt.
VERSION = 4

_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")
# Words the stores use for columns of their own; SQLite does not tell upper case from lower.
_RESERVED = frozenset(
    {"organization_id", "organizationid", "id", "token", "summary", "search", "terms", "document", "row", "rowid"}
)


class IndexDataError(Exception):
    """containers.json contradicts itself; the text says where."""


@dataclass(frozen=True, slots=True)
class Container:
    """One container's index data.

    `fields` may be filtered. Each of `indexes` lists fields compared with `eq`, then the one sorted by; `residual`
    fields may be filtered beside any index without reading documents. `due` fields are instants the timers walk across
    organizations, null in most documents. `search` and `terms` say whether `contains` and `has` are answered; where
    `terms_by` names a field, the embedded store keeps the documents of each word in its order.
    `summary` names what a list answers, beside both ids.
    """

    name: str
    fields: Mapping[str, FieldType]
    indexes: tuple[tuple[str, ...], ...]
    residual: tuple[str, ...]
    due: tuple[str, ...]
    search: bool
    terms: bool
    summary: tuple[str, ...]
    terms_by: str | None = None

    def __post_init__(self) -> None:
        for field, kind in self.fields.items():
            if not _FIELD_NAME.fullmatch(field) or field.lower() in _RESERVED:
                raise IndexDataError(f"{self.name}: {field!r} cannot be the name of a field")
            if kind not in ("text", "number"):
                raise IndexDataError(f"{self.name}.{field}: {kind!r} is neither text nor number")
        ordered = {self.terms_by} if self.terms_by else set()
        for field in {*self.residual, *self.due, *ordered, *(field for index in self.indexes for field in index)}:
            if field not in self.fields:
                raise IndexDataError(f"{self.name}: {field!r} is indexed but not among the fields")


def read_container(name: str, data: Mapping[str, Any]) -> Container:
    """One entry of containers.json. Raises IndexDataError, and KeyError where an entry lacks a part."""
    return Container(
        name=name,
        fields=dict(data["fields"]),
        indexes=tuple(tuple(index) for index in data["indexes"]),
        residual=tuple(data["residual"]),
        due=tuple(data["due"]),
        search=data["search"],
        terms=data["terms"],
        summary=tuple(data["summary"]),
        terms_by=data.get("termsBy"),
    )


@cache
def containers() -> Mapping[str, Container]:
    """Every container by name."""
    data = json.loads(Path(__file__).with_name("containers.json").read_text("utf-8"))
    return {name: read_container(name, entry) for name, entry in data.items()}
