"""A contacts CSV file -> JSON lines (their shapes are in `shared.parsing.guard`): contacts, errors, what was read.

The file is read once, record by record; what is kept is a fingerprint a contact, to find identical rows. After the
first error no more contacts are given out, since any error refuses the whole file, but every row is still checked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.domain.offers.contact import Contact, read_contact
from shared.domain.offers.contact_words import columns_by_word, folded
from shared.parsing.contacts_returned import returned
from shared.parsing.contacts_rows import Header, headers, misfit
from shared.parsing.contacts_text import is_example
from shared.parsing.csv_form import CsvForm, choose_form
from shared.parsing.csv_records import Record, read_records
from shared.parsing.refusal import NotUsable

Line = dict[str, Any]

CHUNK = 250  # contacts in one line, as in one stored chunk
PROGRESS = 2_500  # rows between two progress lines
MAX_ERRORS = 200_000
MAX_WARNINGS = 1_000  # given out; all are counted
SUGGESTIONS_UNTIL = 1_000  # errors; looking for near values takes a millisecond each


def parse_contacts(file: Path) -> Iterator[Line]:
    """The lines of one file; the last is `end`, or `rejected` where the file as a whole is of no use."""
    try:
        form = choose_form(file, _known)
        yield from _Reading(file, form).lines()
    except NotUsable as problem:
        code, message = problem.code, problem.message
        if code == "header_not_found":
            message = f"The first row must name the columns: {headers()}. Download the template for the exact names."
        yield {"type": "rejected", "code": code, "message": message}


def _known(header: list[str]) -> int:
    return len({columns_by_word().get(folded(cell)) for cell in header} - {None})


class _Reading:
    def __init__(self, file: Path, form: CsvForm) -> None:
        self._form = form
        self._file = file
        self._size = file.stat().st_size
        self._rows = self._contacts = self._errors = self._warnings = 0
        self._read = 0
        self._first_seen: dict[bytes, int] = {}
        self._territories: Counter[tuple[str, tuple[str, ...], tuple[str, ...]]] = Counter()
        self._chunk: list[Line] = []
        self._remarks: dict[int, list[str]] = {}

    def lines(self) -> Iterator[Line]:
        records = read_records(self._file, self._form, self._told, PROGRESS)
        header = Header(next((record for record in records if any(record.cells)), Record(1, [])))
        yield from self._about_the_file(header)
        for record in records:
            if not record.stray_quote and header.is_blank(record):
                continue
            self._rows += 1
            yield from self._row(header, record)
            if self._rows % PROGRESS == 0:
                yield {"type": "progress", "rows": self._rows, "of": self._estimate()}
        yield from self._end()

    def _about_the_file(self, header: Header) -> Iterator[Line]:
        if self._form.guessed:
            message = (
                f"The file is not UTF-8; it was read as {self._form.encoding}. Look at the names with accents, "
                "or save it as “CSV UTF-8” and upload that."
            )
            yield from self._warning(header.row, None, "encoding_guessed", message)
        for name in header.unknown[:10]:
            yield from self._warning(header.row, None, "unknown_column", f"Column “{name[:60]}” is not read.")

    def _row(self, header: Header, record: Record) -> Iterator[Line]:
        if wrong := misfit(header, record, self._form.delimiter):
            yield from self._error(record.row, *wrong)
            return
        contact, errors = read_contact(header.cells(record), suggest=self._errors < SUGGESTIONS_UNTIL)
        for error in errors:
            yield from self._error(record.row, error.column, error.code, error.message)
        if contact is not None:
            yield from self._contact(record.row, contact)

    def _contact(self, row: int, contact: Contact) -> Iterator[Line]:
        if is_example(contact):
            yield from self._warning(row, None, "example_row", "The template's example row is left out.")
            return
        first = self._first_seen.setdefault(contact.fingerprint(), row)
        if first != row:
            yield from self._warning(row, None, "duplicate_row", f"The same as row {first}; imported once.")
            return
        self._contacts += 1
        self._count(contact)
        if self._errors == 0:
            self._chunk.append(contact.document())
            if len(self._chunk) == CHUNK:
                yield from self._give_out()

    def _give_out(self) -> Iterator[Line]:
        if self._chunk and self._errors == 0:
            yield {"type": "contacts", "rows": self._chunk}
        self._chunk = []

    def _count(self, contact: Contact) -> None:
        self._territories[contact.role, contact.countries, contact.states] += 1

    def _counts(self) -> Counter[tuple[str, str, str | None]]:
        counts: Counter[tuple[str, str, str | None]] = Counter()
        for (role, countries, states), contacts in self._territories.items():
            for country in countries:
                counts[country, role, None] += contacts
            for state in states:
                counts[state[:2], role, state] += contacts
        return counts

    def _error(self, row: int, column: str | None, code: str, message: str) -> Iterator[Line]:
        self._errors += 1
        self._remarks.setdefault(row, []).append(f"{column}: {message}" if column else message)
        if self._errors > MAX_ERRORS:
            raise NotUsable("too_many_errors", f"The file has more than {MAX_ERRORS:,} errors; the rest was not read.")
        yield {"type": "error", "row": row, "column": column, "code": code, "message": message}

    def _warning(self, row: int, column: str | None, code: str, message: str) -> Iterator[Line]:
        self._warnings += 1
        if self._warnings <= MAX_WARNINGS:
            yield {"type": "warning", "row": row, "column": column, "code": code, "message": message}

    def _told(self, read: int) -> None:
        self._read = read

    def _estimate(self) -> int:
        """How many rows the file has, if the rest is like what was read."""
        return max(self._rows, round(self._rows * self._size / max(self._read, 1)))

    def _end(self) -> Iterator[Line]:
        if self._contacts == 0 and self._errors == 0:
            message = "The file has a header and no contacts; the current list stays. Add at least one row."
            raise NotUsable("no_contacts", message)
        yield from self._give_out()
        if self._remarks:
            yield from returned(self._file, self._form, self._remarks)
        yield {
            "type": "end",
            "rows": self._rows,
            "contacts": self._contacts,
            "errors": self._errors,
            "warnings": self._warnings,
            "encoding": self._form.encoding,
            "delimiter": self._form.delimiter,
            "counts": [
                {"country": country, "role": role, "state": state, "count": count}
                for (country, role, state), count in sorted(self._counts().items(), key=str)
            ],
        }
