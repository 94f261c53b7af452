"""Contacts as CSV text: the export, the template in six languages, and the guard against cells that run as formulas.

UTF-8 with a byte order mark, as Excel needs it, CRLF line ends. In the languages whose Excel separates lists with a
semicolon the file does too, or it would open in one column; our import reads both.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from shared.domain.contact import Contact
from shared.domain.contact_words import COLUMN_WORDS, REQUIRED_COLUMNS, ROLE_WORDS, Column, ContactRole, language_of

BOM = "\ufeff"
DELIMITER = {"en": ",", "fr": ";", "de": ";", "es": ";", "pt": ";", "ru": ";"}
EXAMPLE = Contact(
    name="Ana Lima",
    email="ana.lima@contoso.example",
    job_title="Alliance manager",
    role=ContactRole.PARTNER_SALES,
    countries=("US", "CA", "FR"),
    states=("US-CA", "CA-ON"),
)

_RUNS = re.compile(r"'*[=+\-@\t\r]")  # what a spreadsheet takes for a formula (DOMAIN.md, "Bulk CSV"), guarded or not
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guarded(cell: str) -> str:
    """A cell that no spreadsheet runs: one that would be a formula gets a leading apostrophe."""
    return f"'{cell}" if _RUNS.match(cell) else cell


def unguarded(cell: str) -> str:
    """The reverse of `guarded`, for every cell it made."""
    return cell[1:] if cell.startswith("'") and _GUARDED.match(cell) else cell


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
    return header_text(language) + contacts_text([EXAMPLE], language)


def _written(rows: Iterable[list[str]], language: str | None) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=DELIMITER[language_of(language)], lineterminator="\r\n")
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return text.getvalue()
