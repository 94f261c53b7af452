"""The header of a contacts file, and rows whose cells do not stand below it."""

from __future__ import annotations

import re
from operator import methodcaller
from typing import Final

from shared.domain import places
from shared.domain.offers.contact_words import REQUIRED_COLUMNS, Column, columns_by_word, folded
from shared.parsing.csv_records import Record
from shared.parsing.csv_text import unguarded
from shared.parsing.refusal import NotUsable

ERRORS: Final = "Errors"  # the column of a file that came back; what it says is not read
_STARTS_GUARDED = methodcaller("startswith", "'")
_CODE = re.compile(r"\s*([A-Za-z]{2}|OOO|ooo)\s*")


def headers() -> str:
    """The columns a file has, as messages name them."""
    return ", ".join(f"{column}*" if column in REQUIRED_COLUMNS else column.value for column in Column)


class Header:
    """Which cell of a row belongs to which column."""

    def __init__(self, record: Record) -> None:
        self.row = record.row
        self.width = len(record.cells)
        self.places: dict[Column, int] = {}
        self.errors_at = next((at for at, cell in enumerate(record.cells) if is_errors(cell)), None)
        self.unknown = [
            cell.strip()
            for cell in record.cells
            if cell.strip() and folded(cell) not in columns_by_word() and not is_errors(cell)
        ]
        for place, cell in enumerate(record.cells):
            if column := columns_by_word().get(folded(cell)):
                if column in self.places:
                    raise NotUsable("duplicate_column", f"The header names {column} twice; keep one of the two.")
                self.places[column] = place
        if missing := [column.value for column in REQUIRED_COLUMNS if column not in self.places]:
            message = f"The header lacks {', '.join(missing)}; it must name {headers()}."
            raise NotUsable("missing_column", message)

    def is_blank(self, record: Record) -> bool:
        """Whether the row says nothing, but for the errors it once had."""
        if not any(map(str.strip, record.cells)):
            return True
        at = self.errors_at
        return at is not None and not any(map(str.strip, record.cells[:at] + record.cells[at + 1 :]))

    def cells(self, record: Record) -> dict[Column, str]:
        found = len(record.cells)
        cells = {column: record.cells[at] for column, at in self.places.items() if at < found}
        if any(map(_STARTS_GUARDED, cells.values())):
            return {column: unguarded(cell) for column, cell in cells.items()}
        return cells


def is_errors(cell: str) -> bool:
    """Whether a header names the column of errors that a file comes back with."""
    return folded(cell) == folded(ERRORS)


def _is_blank(cells: list[str]) -> bool:
    return not any(map(str.strip, cells))


def misfit(header: Header, record: Record, delimiter: str) -> tuple[str | None, str, str] | None:
    """Why the cells of a row do not line up with the header: (column, code, message), or None if they do."""
    if record.stray_quote:
        return (
            None,
            "stray_quote",
            "A quote within a quoted cell must be doubled; a quoted cell must end with its quote.",
        )
    cells, at = record.cells, header.places[Column.COUNTRIES]
    beyond = len(cells) > header.width and not _is_blank(cells[header.width :])
    if beyond or header.places.get(Column.STATES) == at + 1:
        codes = _codes_from(cells, at)
        if len(codes) > 1:
            return Column.COUNTRIES, "unquoted_list", _quote(codes)
    if beyond or _is_shifted(header, cells):
        message = (
            f"The row's cells do not stand below their headers ({len(record.cells)} cells, {header.width} headers); "
            f"put a cell that contains “{delimiter}” in quotes."
        )
        return None, "too_many_cells", message
    return None


def _is_shifted(header: Header, cells: list[str]) -> bool:
    """The e-mail address stands one cell too far to the right."""
    at = header.places[Column.EMAIL]
    return at + 1 < len(cells) and "@" not in cells[at] and "@" in cells[at + 1]


def _codes_from(cells: list[str], at: int) -> list[str]:
    """The run of bare country codes from the Countries/Regions cell on: more than one means that a list fell apart."""
    codes: list[str] = []
    if at + 1 >= len(cells) or not _CODE.fullmatch(cells[at + 1]):
        return codes
    for cell in cells[at:]:
        if not _CODE.fullmatch(cell) or cell.strip().upper() not in places.contact_countries():
            break
        codes.append(cell.strip().upper())
    return codes


def _quote(codes: list[str]) -> str:
    message = f'Put a list in quotes, so that it stays one cell: "{", ".join(codes)}".'
    if len(codes) == 2 and (state := f"{codes[0]}-{codes[1]}") in places.states():
        message += f" If {codes[1]} is meant as a state, write {state}."
    return message
