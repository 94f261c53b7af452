"""CSV as this desk writes it: for spreadsheet programs, which run what looks like a formula.

UTF-8 with a byte order mark, as Excel needs it, CRLF line ends.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

BOM = "\ufeff"

_RUNS = re.compile(r"'*[=+\-@\t\r]")  # what a spreadsheet takes for a formula (DOMAIN.md, "Bulk CSV"), guarded or not
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guarded(cell: str) -> str:
    """A cell that no spreadsheet runs: one that would be a formula gets a leading apostrophe."""
    return f"'{cell}" if _RUNS.match(cell) else cell


def unguarded(cell: str) -> str:
    """The reverse of `guarded`, for every cell it made."""
    return cell[1:] if cell.startswith("'") and _GUARDED.match(cell) else cell


def csv_text(rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    """The rows, every cell guarded; no byte order mark."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return text.getvalue()
