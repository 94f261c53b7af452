"""Records of a CSV file, numbered as a spreadsheet shows them, in bounded memory whatever the file holds."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from shared.parsing.csv_form import CsvForm, open_text
from shared.parsing.refusal import NotUsable

MAX_RECORD = 64_000  # characters; a full row of contacts needs fewer than 5,000


@dataclass(slots=True)
class Record:
    """One row: its number in the file (the first is 1; a cell with line breaks is still one row), and its cells.

    `stray_quote` marks a row that could not be split, because something follows the quote that closes a cell. `text` is
    the row as it stands in the file, its line end too.
    """

    row: int
    cells: list[str]
    stray_quote: bool = False
    text: str = ""


class _Lines:
    """Feeds csv.reader line by line and refuses a record that never ends (a quote that nobody closes)."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._room = MAX_RECORD
        self._read: list[str] = []

    def start_record(self) -> None:
        self._room = MAX_RECORD
        self._read = []

    @property
    def record(self) -> str:
        """What was read since the record started."""
        return "".join(self._read)

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._room + 1)
        if not line:
            raise StopIteration
        self._room -= len(line)
        if self._room < 0:
            raise csv.Error("record too long")
        self._read.append(line)
        return line


def read_records(file: Path, form: CsvForm, told: Callable[[int], None], every: int) -> Iterator[Record]:
    """Every record; `told` hears after each `every` of them how many bytes were read.

    Raises NotUsable where the file cannot be split or decoded.
    """
    row = 0
    with file.open("rb", buffering=0) as binary, open_text(binary, form) as text:
        lines = _Lines(text)
        if form.separator_line:
            row += 1
            next(lines, None)
        reader = csv.reader(lines, delimiter=form.delimiter, strict=True)
        while (record := _next_record(reader, lines, row + 1)) is not None:
            row += 1
            if row % every == 0:
                told(binary.tell())
            yield record


def _next_record(reader: Iterator[list[str]], lines: _Lines, row: int) -> Record | None:
    lines.start_record()
    try:
        cells = next(reader, None)
    except csv.Error as error:
        if "expected after" in str(error):
            return Record(row, [], stray_quote=True, text=lines.record)
        raise _unclosed(row) from None
    except UnicodeError:
        message = f"The file cannot be read as text from about row {row} on; save it again as “CSV UTF-8”."
        raise NotUsable("broken_encoding", message) from None
    return None if cells is None else Record(row, cells, text=lines.record)


def _unclosed(row: int) -> NotUsable:
    message = (
        f"A cell in row {row} opens with a quote that is never closed, "
        f"or the row is longer than {MAX_RECORD:,} characters."
    )
    return NotUsable("unclosed_quote", message)
