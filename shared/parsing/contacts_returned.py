"""A refused contacts file as it is given back: the same file, with a first column that says what is wrong in each row.

The rows' own text is not touched, whatever its quotes and line ends; the column is the first, since a row that fell
apart has cells under headers that are not theirs. Where the encoding was a guess, the file comes back as UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from shared.parsing.contacts_rows import ERRORS, is_errors
from shared.parsing.csv_form import CsvForm
from shared.parsing.csv_records import Record, read_records
from shared.parsing.csv_text import BOM, csv_text

PIECE: Final = 64 * 1024  # characters given out at once
MAX_CELL: Final = 4_000  # characters of a row's errors
_PLAIN: Final = str.maketrans(
    {"“": '"', "”": '"', "…": "..."}
)  # a file without a mark opens as something else in Excel
_WRITTEN: Final = {"utf-8": ("utf-8", ""), "utf-16-le": ("utf-16-le", ""), "utf-16-be": ("utf-16-be", "")}


def returned(file: Path, form: CsvForm, errors: Mapping[int, Sequence[str]]) -> Iterator[dict[str, Any]]:
    """Lines `returned`: the text of `file`, which was read to its end before, piece by piece."""
    encoding, mark = _written(file, form)
    text = mark + (f"sep={form.delimiter}\r\n" if form.separator_line else "")
    for part in _parts(file, form, errors):
        text += part
        if len(text) >= PIECE:
            yield {"type": "returned", "encoding": encoding, "text": text}
            text = ""
    yield {"type": "returned", "encoding": encoding, "text": text}


def _written(file: Path, form: CsvForm) -> tuple[str, str]:
    """The encoding to write in, and the mark the file begins with."""
    if form.encoding == "utf-16":
        with file.open("rb") as stream:
            return ("utf-16-be" if stream.read(2) == b"\xfe\xff" else "utf-16-le"), BOM
    return _WRITTEN.get(form.encoding, ("utf-8", BOM))


def _parts(file: Path, form: CsvForm, errors: Mapping[int, Sequence[str]]) -> Iterator[str]:
    first_cell: re.Pattern[str] | None = None
    is_header = True
    for record in read_records(file, form, _nobody, 1_000_000):
        if not record.text.strip("\r\n"):
            yield record.text
        elif is_header:
            is_header = not any(record.cells)
            if record.cells and is_errors(record.cells[0]):
                first_cell = _first_cell(form.delimiter)
            yield _with(ERRORS if not is_header else "", record, form.delimiter, first_cell)
        else:
            yield _with(" | ".join(errors.get(record.row, ())), record, form.delimiter, first_cell)


def _with(told: str, record: Record, delimiter: str, first_cell: re.Pattern[str] | None) -> str:
    """The row's text behind a cell; one that came back before has such a cell already."""
    own = record.text
    if first_cell is not None:
        found = first_cell.match(own)
        own = own[found.end() :] if found else own
    return _cell(told, delimiter) + delimiter + own


def _cell(told: str, delimiter: str) -> str:
    if not told:
        return ""
    return csv_text([[told.translate(_PLAIN)[:MAX_CELL]]], delimiter).removesuffix("\r\n")


def _first_cell(delimiter: str) -> re.Pattern[str]:
    mark = re.escape(delimiter)
    return re.compile(rf'(?:"(?:[^"]|"")*"|[^{mark}"\r\n]*){mark}')


def _nobody(read: int) -> None:
    pass
