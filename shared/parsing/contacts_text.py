"""Contacts as CSV text: the export, and the template in six languages.

In the languages whose Excel separates lists with a semicolon the file does too, or it would open in one column; our
import reads both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from shared.domain.offers.contact import Contact
from shared.domain.offers.contact_words import (
    COLUMN_WORDS,
    REQUIRED_COLUMNS,
    ROLE_WORDS,
    Column,
    ContactRole,
    language_of,
)
from shared.parsing.csv_text import BOM, csv_text

DELIMITER = {"en": ",", "fr": ";", "de": ";", "es": ";", "pt": ";", "ru": ";"}
EXAMPLE_TITLES = {
    "en": "Alliance manager",
    "fr": "Responsable des alliances",
    "de": "Partnermanagerin",
    "es": "Responsable de alianzas",
    "pt": "Gestora de alianças",
    "ru": "Менеджер по работе с партнерами",
}
EXAMPLE = Contact(
    name="Ana Lima",
    email="ana.lima@contoso.example",
    job_title=EXAMPLE_TITLES["en"],
    role=ContactRole.PARTNER_SALES,
    countries=("US", "CA", "FR"),
    states=("US-CA", "CA-ON"),
)


def is_example(contact: Contact) -> bool:
    """Whether it is the template's example, which somebody forgot to delete."""
    return contact.email.casefold() == EXAMPLE.email and contact.name == EXAMPLE.name


def header_text(language: str | None = None) -> str:
    """The byte order mark and the header row."""
    words = COLUMN_WORDS[language_of(language)]
    cells = [words[column][0] + ("*" if column in REQUIRED_COLUMNS else "") for column in Column]
    return BOM + _written([cells], language)


def contacts_text(contacts: Iterable[Contact], language: str | None = None) -> str:
    """Rows for these contacts, without header; what the import reads back unchanged."""
    roles = ROLE_WORDS[language_of(language)]
    rows = (
        [each.name, each.email, each.job_title, roles[each.role][0], ", ".join(each.countries), ", ".join(each.states)]
        for each in contacts
    )
    return _written(rows, language)


def template_text(language: str | None = None) -> str:
    """The file to fill in: header and one example row, which an import leaves out."""
    example = replace(EXAMPLE, job_title=EXAMPLE_TITLES[language_of(language)])
    return header_text(language) + contacts_text([example], language)


def _written(rows: Iterable[list[str]], language: str | None) -> str:
    return csv_text(rows, DELIMITER[language_of(language)])
