"""A form as a page shows it: what is filled in, and what is wrong with it, by field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import azure.functions as func

from functions._body import HIGHEST_INDEX, NOT_OF_THE_COMMAND, read_values
from functions._pages.words import label_of
from shared.domain.errors import CosellError, FieldError, Invalid

Values = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Form:
    """`name` makes the ids of its fields differ from those of other forms on the page."""

    name: str
    values: Values = field(default_factory=dict)
    errors: Sequence[FieldError] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels that differ from those the fields have elsewhere."""

    def value(self, name: str) -> str:
        found = self.values.get(name, "")
        return found if isinstance(found, str) else ", ".join(found)

    def all_of(self, name: str) -> list[str]:
        """Everything a field has, where it may have several values."""
        found = self.values.get(name, "")
        return [found] if isinstance(found, str) and found else list(found)

    def has(self, name: str, value: str) -> bool:
        """Whether a box or an option is chosen."""
        found = self.values.get(name, "")
        return value == found if isinstance(found, str) else value in found

    def errors_of(self, *names: str) -> list[str]:
        return [error.message for error in self.errors if error.field in names]

    def id(self, name: str) -> str:
        return f"{self.name}-{name}".replace(".", "-")

    def label(self, name: str) -> str:
        return self.labels.get(name) or label_of(name)

    def full_label(self, name: str) -> str:
        """The label with the row it is in: Employee 2: Last name."""
        row = re.match(r"(employee|solution|teamMember|location|rule|contact|solutionArea|reason)s\.(\d+)\.", name)
        return f"{label_of(row[1])} {int(row[2]) + 1}: {self.label(name)}" if row else self.label(name)

    def rows(self, prefix: str, least: int) -> range:
        """The indexes of a list's rows: those filled in and an empty one, at least `least`."""
        used = [int(rest.partition(".")[0]) for rest in self._below(prefix)]
        return range(min(max([least, *(n + 2 for n in used)]), HIGHEST_INDEX + 1))

    def _below(self, prefix: str) -> Iterator[str]:
        start = f"{prefix}."
        for name in self.values:
            if name.startswith(start) and name.removeprefix(start).partition(".")[0].isdecimal():
                yield name.removeprefix(start)


@dataclass(frozen=True)
class Refused:
    """A form that was sent and refused: what was in it, why, and the status of the answer."""

    values: Values
    error: CosellError
    status: int

    @property
    def errors(self) -> Sequence[FieldError]:
        return self.error.errors if isinstance(self.error, Invalid) else ()

    def form(self, name: str, aliases: Mapping[str, str] | None = None) -> Form:
        """The form again as it was sent. `aliases` are fields that errors name otherwise than this form does."""
        names = aliases or {}
        return Form(name, self.values, [FieldError(_as(e.field, names), e.code, e.message) for e in self.errors])


def _as(name: str, aliases: Mapping[str, str]) -> str:
    for known, here in aliases.items():
        if name == known or name.startswith(f"{known}."):
            return here + name.removeprefix(known)
    return name


def refused(
    req: func.HttpRequest,
    error: CosellError,
    status: int,
    values: Callable[[func.HttpRequest], Mapping[str, Any]] = read_values,
) -> Refused:
    """What was sent, as the messages count it (lists without their empty rows); nothing where it cannot be read."""
    try:
        return Refused(flat(values(req)), error, status)
    except CosellError:
        return Refused({}, error, status)


def flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, str | list[str]]:
    """Nested values by dotted form name; absent ones left out."""
    found: dict[str, str | list[str]] = {}
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            found |= flat(value, f"{name}.")
        elif isinstance(value, list) and any(isinstance(entry, Mapping) for entry in value):
            found |= flat({str(n): entry for n, entry in enumerate(value)}, f"{name}.")
        elif isinstance(value, list):
            found[name] = [_text(entry) for entry in value]
        elif value is not None and name not in NOT_OF_THE_COMMAND:
            found[name] = _text(value)
    return found


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
