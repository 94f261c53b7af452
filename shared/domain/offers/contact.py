"""A contact of an offer, and the rules of one row of a contacts file (DOMAIN.md, "Offers and readiness").

Every message says how to mend the cell; where something valid is near, it is named.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from shared.domain.offers.contact_cells import CellError, country_errors, read_codes, shown, state_errors
from shared.domain.offers.contact_words import (
    REQUIRED_COLUMNS,
    ROLE_WORDS,
    Column,
    ContactRole,
    folded,
    roles_by_word,
)

MAX_NAME = 200
MAX_EMAIL = 254  # RFC 5321 path, without its angle brackets
MAX_JOB_TITLE = 200
MAX_LIST_CELL = 2_000  # 247 countries or 78 states written with ", " need less
_LIMITS = {  # in the order of the columns
    Column.NAME: MAX_NAME,
    Column.EMAIL: MAX_EMAIL,
    Column.JOB_TITLE: MAX_JOB_TITLE,
    Column.ROLE: MAX_NAME,
    Column.COUNTRIES: MAX_LIST_CELL,
    Column.STATES: MAX_LIST_CELL,
}
SHORTEST_LIMIT = min(_LIMITS.values())

_EMAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[^@\s]+\.[^@\s.]+")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad]")  # pasted along from mail and web pages; they mean nothing
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody at the partner whom sellers may turn to. `countries` is never empty; `("OOO",)` is everywhere."""

    name: str
    email: str
    job_title: str
    role: ContactRole
    countries: tuple[str, ...]
    states: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """The stored and answered form."""
        return {
            "name": self.name,
            "email": self.email,
            "jobTitle": self.job_title,
            "role": self.role.value,
            "countries": list(self.countries),
            "states": list(self.states),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Contact:
        """The reverse of `document`; fields it does not know are left out."""
        return cls(
            name=document["name"],
            email=document["email"],
            job_title=document["jobTitle"],
            role=ContactRole(document["role"]),
            countries=tuple(document["countries"]),
            states=tuple(document["states"]),
        )

    def fingerprint(self) -> bytes:
        """16 bytes that two contacts share only if every field is equal; the e-mail's case does not count."""
        parts = (self.name, self.email.casefold(), self.job_title, self.role, *self.countries, "", *self.states)
        return blake2b("\x1f".join(parts).encode(), digest_size=16).digest()


def tidy(cell: str) -> str:
    """A cell as it is kept: NFC, runs of blanks (line breaks too) as one space, none at the ends."""
    if cell.isascii() and "  " not in cell and cell.isprintable():
        return cell.strip()
    return " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", cell)).split())


_tidy_again = lru_cache(maxsize=512)(tidy)
"""For cells that many rows share: titles, roles, territories."""


def read_contact(cells: Mapping[Column, str], suggest: bool = True) -> tuple[Contact | None, list[CellError]]:
    """The cells of one row -> the contact, or None and every error in the row.

    `suggest` looks for near valid values, which costs about a millisecond for each wrong cell.
    """
    if _CONTROL.search("".join(cells.values())):
        return None, [_control_error(column, cell) for column, cell in cells.items() if _CONTROL.search(cell)]
    given = cells.get
    name, email = tidy(given(Column.NAME, "")), tidy(given(Column.EMAIL, ""))
    job_title, role_cell = _tidy_again(given(Column.JOB_TITLE, "")), _tidy_again(given(Column.ROLE, ""))
    countries_cell, states_cell = _tidy_again(given(Column.COUNTRIES, "")), _tidy_again(given(Column.STATES, ""))
    role = read_role(role_cell) if len(role_cell) <= MAX_NAME else None
    countries, states = read_codes(countries_cell), read_codes(states_cell)
    tidied = (name, email, job_title, role_cell, countries_cell, states_cell)
    errors = _missing(tidied, countries) + _too_long(tidied)
    if email and not is_email(email):
        errors.append(_email_error(email))
    if role_cell and role is None:
        errors.append(_role_error(role_cell, suggest))
    errors += country_errors(countries, suggest) + state_errors(states, countries, suggest)
    if errors or role is None:
        return None, _one_a_kind(errors)
    return Contact(name, email, job_title, role, countries, states), []


@lru_cache(maxsize=4_096)
def read_role(cell: str) -> ContactRole | None:
    """A role's name in any of the six languages, any case, or its id -> the role; None for anything else."""
    return roles_by_word().get(folded(cell))


def is_email(text: str) -> bool:
    """Whether `text` is one e-mail address of a domain that could exist (no look-up is made)."""
    if len(text) > MAX_EMAIL:
        return False
    local, _, domain = text.rpartition("@")
    if _EMAIL.fullmatch(text):
        return len(local) <= 64 and _domain_is_possible(domain)
    return not text.isascii() and _full_check(text)


@lru_cache(maxsize=50_000)
def _domain_is_possible(domain: str) -> bool:
    return _full_check(f"x@{domain}")


def _full_check(address: str) -> bool:
    from email_validator import EmailNotValidError, validate_email  # 100 ms of import

    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


def _control_error(column: Column, cell: str) -> CellError:
    found = _CONTROL.search(cell)
    point = f"U+{ord(found.group()):04X}" if found else "?"
    return CellError(column, "control_character", f"Remove the control character {point} from {column}.")


def _missing(tidied: tuple[str, ...], countries: tuple[str, ...]) -> list[CellError]:
    if countries and all(tidied[:4]):
        return []
    return [
        CellError(column, "missing", f"Fill in {column}.")
        for column, cell in zip(_LIMITS, tidied, strict=True)
        if column in REQUIRED_COLUMNS and not (countries if column is Column.COUNTRIES else cell)
    ]


def _too_long(tidied: tuple[str, ...]) -> list[CellError]:
    if max(map(len, tidied)) <= SHORTEST_LIMIT:
        return []
    return [
        CellError(column, "too_long", f"Shorten {column} to at most {limit} characters.")
        for (column, limit), cell in zip(_LIMITS.items(), tidied, strict=True)
        if len(cell) > limit
    ]


def _one_a_kind(errors: list[CellError]) -> list[CellError]:
    """A cell that is far too long is not also told that it holds nothing valid."""
    too_long = {error.column for error in errors if error.code == "too_long"}
    return [error for error in errors if error.code == "too_long" or error.column not in too_long]


def _email_error(value: str) -> CellError:
    message = f"“{shown(value)}” is not an e-mail address; write one address such as ana@contoso.com."
    within = re.search(r"[^\s<>,;:\"'()]{1,64}@[^\s<>,;:\"'()]{1,189}", value)
    if within and is_email(found := within.group().rstrip(".")):
        message = f"“{shown(value)}” is not a plain e-mail address; write {found}."
    return CellError(Column.EMAIL, "not_an_email", message)


def _role_error(value: str, suggest: bool) -> CellError:
    roles = ", ".join(names[0] for names in ROLE_WORDS["en"].values())
    message = f"“{shown(value)}” is not a role. Roles are: {roles}."
    if suggest and (near := _nearest_role(value[:60])):
        message = f"“{shown(value)}” is not a role; did you mean “{near}”? Roles are: {roles}."
    return CellError(Column.ROLE, "unknown_role", message)


@lru_cache(maxsize=1)
def _role_names() -> dict[str, str]:
    return {folded(word): word for words in ROLE_WORDS.values() for all_of in words.values() for word in all_of}


@lru_cache(maxsize=1_024)
def _nearest_role(value: str) -> str | None:
    names = _role_names()
    near = get_close_matches(folded(value), names, n=1, cutoff=0.7)
    return names[near[0]] if near else None
