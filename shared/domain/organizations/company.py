"""A company of an organization's own list, from which customers are suggested: its facts, a row of a file, its entry.

A row is told from others by its D-U-N-S number, or without one by name, country and city, so that a file may be
imported again and again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias, get_args

from pydantic import ValidationError, field_validator
from pydantic_core import PydanticCustomError

from shared.domain import places
from shared.domain.errors import FieldError
from shared.domain.ids import derived_id
from shared.domain.instants import instant
from shared.domain.lists import CustomerSize
from shared.domain.organizations.customer_names import customer_key, folded
from shared.domain.validation import field_errors
from shared.domain.values import Line, PostalCode, ShortLine, Value

MAX_ROWS: Final = 5_000
MAX_BYTES: Final = 5_000_000
TYPE: Final = "company"
"""What tells these entries from the other documents of their container."""


class Column(StrEnum):
    """Columns of the file; the value is what error reports call them."""

    NAME = "Name"
    ADDRESS = "Address"
    CITY = "City"
    STATE = "State"
    POSTAL_CODE = "PostalCode"
    COUNTRY = "Country"
    DUNS = "DUNS"
    SIZE = "Size"


REQUIRED_COLUMNS: Final = (Column.NAME, Column.COUNTRY)
FIELDS: Final = {
    Column.NAME: "name",
    Column.ADDRESS: "address",
    Column.CITY: "city",
    Column.STATE: "state",
    Column.POSTAL_CODE: "postalCode",
    Column.COUNTRY: "country",
    Column.DUNS: "dunsNumber",
    Column.SIZE: "size",
}
_COLUMNS: Final = {field: column for column, field in FIELDS.items()}
_SIZES: Final[dict[str, str]] = {size.casefold(): size for size in get_args(CustomerSize)}
_NINE_DIGITS: Final = "Write the nine digits of the D-U-N-S number; a spreadsheet may have dropped zeros at its start."

Cells: TypeAlias = Mapping[Column, str]
Facts: TypeAlias = dict[str, str]


class Company(Value):
    """The facts of one company. Only its name and country are needed."""

    name: Line
    address: Line | None = None
    city: ShortLine | None = None
    state: ShortLine | None = None
    postal_code: PostalCode | None = None
    country: str
    duns_number: str | None = None
    size: str | None = None

    @field_validator("country")
    @classmethod
    def _code(cls, text: str) -> str:
        code = text.upper()
        if not places.is_country(code):
            known = places.country_codes_by_name().get(text.casefold())
            hint = f"Write {known}." if known else "Use a two-letter ISO 3166-1 code, such as FR."
            raise PydanticCustomError("unknown_country", hint)
        return code

    @field_validator("duns_number")
    @classmethod
    def _digits(cls, text: str) -> str:
        digits = re.sub(r"[ -]", "", text)
        if re.fullmatch(r"[0-9]{9}", digits) is None:
            raise PydanticCustomError("not_a_duns_number", _NINE_DIGITS)
        return digits

    @field_validator("size")
    @classmethod
    def _listed(cls, text: str) -> str:
        size = _SIZES.get(re.sub(r"\s", "", text).casefold())
        if size is None:
            raise PydanticCustomError("unknown_size", "Use one of: {sizes}.", {"sizes": ", ".join(_SIZES.values())})
        return size


def read_company(cells: Cells) -> tuple[Facts | None, list[FieldError]]:
    """One row's facts, or what is wrong with it, each error with its column as `field`."""
    given = {FIELDS[column]: cell for column, cell in cells.items() if cell.strip()}
    try:
        return Company.model_validate(given).document(), []
    except ValidationError as error:
        return None, [FieldError(_COLUMNS[e.field], e.code, e.message) for e in field_errors(error)]


EXAMPLE: Final[Facts] = {
    "name": "Contoso SA",
    "address": "1 rue de la Paix",
    "city": "Paris",
    "postalCode": "75002",
    "country": "FR",
    "dunsNumber": "123456789",
    "size": "51to250employees",
}
"""The row of the template, which somebody may forget to delete."""


def identity(facts: Mapping[str, str]) -> tuple[str, ...]:
    """What makes a row the same company as another."""
    if duns := facts.get("dunsNumber"):
        return "duns", duns
    return "name", folded(facts["name"]), facts["country"], folded(facts.get("city", ""))


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a file that could be read: its number there, and its facts."""

    row: int
    facts: Facts


def entry_document(facts: Mapping[str, str], organization_id: str, now: datetime) -> dict[str, Any]:
    """The stored entry, new. Every fact is there, absent ones null."""
    key = customer_key(facts["name"])
    searched = (facts["name"].casefold(), folded(facts["name"]), facts.get("dunsNumber", ""))
    return {
        "schema": 1,
        "id": derived_id(TYPE, organization_id, *identity(facts)),
        "organizationId": organization_id,
        "type": TYPE,
        "createdAt": instant(now),
        "updatedAt": instant(now),
        **{field: facts.get(field) for field in FIELDS.values()},
        "customerKey": key,
        "sortName": facts["name"].casefold(),
        "search": "\n".join(dict.fromkeys(filter(None, searched))),
    }


def is_same(stored: Mapping[str, Any], facts: Mapping[str, str]) -> bool:
    """Whether a stored entry says just what a row says."""
    return all(stored.get(field) == facts.get(field) for field in FIELDS.values())
