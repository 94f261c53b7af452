"""Tables of contacts as files: what people's programs write."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence

from shared.domain.offers.contact import Contact
from shared.domain.offers.contact_words import COLUMN_WORDS, REQUIRED_COLUMNS, ROLE_WORDS, Column
from shared.parsing.csv_text import guarded

HEADER = ["Name*", "Email*", "Job title*", "Role*", "Countries/Regions*", "States/Provinces"]
ANA = ["Ana Lima", "ana@contoso.example", "Seller", "Partner sales", "US, CA", "US-WA"]

BOMS = {"utf-16-le-bom": codecs.BOM_UTF16_LE, "utf-16-be-bom": codecs.BOM_UTF16_BE}


def table(rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\r\n", quote_all: bool = False) -> str:
    text = io.StringIO()
    quoting = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    return text.getvalue()


def file_of(*rows: Sequence[str]) -> bytes:
    """A comma file with the English header."""
    return table([HEADER, *rows]).encode()


def encoded(text: str, encoding: str) -> bytes:
    """`utf-16-le-bom` and `utf-16-be-bom` besides Python's own names."""
    if bom := BOMS.get(encoding):
        return bom + text.encode(encoding.removesuffix("-bom"))
    return text.encode(encoding)


def as_rows(contacts: Sequence[Contact], language: str) -> list[list[str]]:
    words, roles = COLUMN_WORDS[language], ROLE_WORDS[language]
    header = [words[column][0] + ("*" if column in REQUIRED_COLUMNS else "") for column in Column]
    rows = [
        [each.name, each.email, each.job_title, roles[each.role][0], ", ".join(each.countries), ", ".join(each.states)]
        for each in contacts
    ]
    return [header, *([guarded(cell) for cell in row] for row in rows)]
