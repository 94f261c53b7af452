"""A company list as CSV -> JSON lines (their shapes are in `shared.parsing.guard`). Every row is answered by itself:
a wrong one keeps none of the others out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from shared.domain.offers.contact_words import folded
from shared.domain.organizations.company import (
    EXAMPLE,
    FIELDS,
    MAX_ROWS,
    REQUIRED_COLUMNS,
    Column,
    Facts,
    identity,
    read_company,
)
from shared.parsing.csv_form import choose_form
from shared.parsing.csv_records import Record, read_records
from shared.parsing.csv_text import BOM, guarded, unguarded
from shared.parsing.refusal import NotUsable

Line = dict[str, Any]

CHUNK: Final = 250  # rows in one line
_ALSO: Final = {
    Column.NAME: ("Company", "Company name", "Customer", "Customer name"),
    Column.ADDRESS: ("Address line 1", "Street"),
    Column.STATE: ("Province", "State/Province", "State or province"),
    Column.POSTAL_CODE: ("Postal code", "Zip", "Zip code", "Postcode"),
    Column.COUNTRY: ("Country/Region", "Country code"),
    Column.DUNS: ("D-U-N-S", "DUNS number", "D-U-N-S number"),
    Column.SIZE: ("Company size", "Employees"),
}


def parse_companies(file: Path) -> Iterator[Line]:
    """The lines of one file; the last is `end`, or `rejected` where the file as a whole is of no use."""
    try:
        yield from _rows(file)
    except NotUsable as problem:
        code, message = problem.code, problem.message
        if code == "header_not_found":
            message = f"The first row must name the columns: {_headers()}. Download the template for the exact names."
        yield {"type": "rejected", "code": code, "message": message}


def template_text() -> str:
    """The file to fill in: header and one example row, which an import leaves out."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(f"{column}*" if column in REQUIRED_COLUMNS else column for column in Column)
    writer.writerow(guarded(EXAMPLE.get(FIELDS[column], "")) for column in Column)
    return BOM + text.getvalue()


@lru_cache(maxsize=1)
def _columns() -> dict[str, Column]:
    """Folded header -> column."""
    return {folded(word): column for column in Column for word in (column, *_ALSO.get(column, ()))}


def _known(header: list[str]) -> int:
    return len({_columns().get(folded(cell)) for cell in header} - {None})


def _headers() -> str:
    return ", ".join(f"{column}*" if column in REQUIRED_COLUMNS else column.value for column in Column)


def _rows(file: Path) -> Iterator[Line]:
    records = read_records(file, choose_form(file, _known), lambda _: None, MAX_ROWS)
    header = next((record for record in records if any(record.cells)), Record(1, []))
    places = _places(header)
    chunk: list[Line] = []
    seen: dict[tuple[str, ...], tuple[int, Facts]] = {}
    rows = 0
    for record in records:
        if not record.stray_quote and not any(map(str.strip, record.cells)):
            continue
        rows += 1
        if rows > MAX_ROWS:
            raise NotUsable("too_many_rows", f"A file holds at most {MAX_ROWS:,} rows; split it.")
        chunk.extend(_answers(record, places, len(header.cells), seen))
        if len(chunk) >= CHUNK:
            yield {"type": "companies", "rows": chunk}
            chunk = []
    if rows == 0:
        raise NotUsable("no_companies", "The file has a header and no companies; add at least one row.")
    yield {"type": "companies", "rows": chunk}
    yield {"type": "end", "rows": rows}


def _places(header: Record) -> dict[Column, int]:
    """Which cell of a row belongs to which column; others are not read. Raises NotUsable."""
    places: dict[Column, int] = {}
    for place, cell in enumerate(header.cells):
        if column := _columns().get(folded(cell)):
            if column in places:
                raise NotUsable("duplicate_column", f"The header names {column} twice; keep one of the two.")
            places[column] = place
    if missing := [column.value for column in REQUIRED_COLUMNS if column not in places]:
        raise NotUsable("missing_column", f"The header lacks {', '.join(missing)}; it must name {_headers()}.")
    return places


def _answers(
    record: Record, places: dict[Column, int], width: int, seen: dict[tuple[str, ...], tuple[int, Facts]]
) -> Iterator[Line]:
    """The row's facts, or an entry for each thing that is wrong with it."""
    if misfit := _misfit(record, width):
        yield _wrong(record.row, None, *misfit)
        return
    cells = {column: unguarded(record.cells[at]) for column, at in places.items() if at < len(record.cells)}
    facts, errors = read_company(cells)
    for error in errors:
        yield _wrong(record.row, error.field, error.code, error.message)
    if facts is not None:
        first, known = seen.setdefault(identity(facts), (record.row, facts))
        if known != facts:
            message = f"The same company as row {first}, with other facts; keep one of the two."
            yield _wrong(record.row, None, "duplicate_row", message)
        else:
            yield {"row": record.row, "facts": facts, **({"sameAs": first} if first != record.row else {})}


def _misfit(record: Record, width: int) -> tuple[str, str] | None:
    if record.stray_quote:
        return "stray_quote", "A quote within a quoted cell must be doubled; a quoted cell must end with its quote."
    if any(map(str.strip, record.cells[width:])):
        message = "The row has more cells than the header; put a cell that holds a comma or semicolon in quotes."
        return "too_many_cells", message
    return None


def _wrong(row: int, column: str | None, code: str, message: str) -> Line:
    return {"row": row, "column": column, "code": code, "message": message}
