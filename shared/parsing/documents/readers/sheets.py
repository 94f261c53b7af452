"""Sheets of an .xlsx as tab-separated lines of stored values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from shared.parsing.documents.content import Content, Part
from shared.parsing.documents.readers.drawing import add_facts, parsed

MAX_CELLS = 500_000  # looked at, of all sheets; gaps between cells count
MAX_RELATIONS = 1_000  # files of them
PROPERTIES = "docProps/core.xml"


def read(file: Path) -> Content:
    """Parser errors are left to the caller."""
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    content = Content()
    with file.open("rb") as stream:  # by its name, the library takes only files that are called .xlsx
        _add_sheets(load_workbook(stream, read_only=True, data_only=True, keep_links=False), content)
    _look_into(file, content)
    return content


def _add_sheets(book: Any, content: Content) -> None:
    try:
        content.sheets = len(book.sheetnames)
        add_facts(book.properties, content)
        budget = iter(range(MAX_CELLS))
        for number, sheet in enumerate(book.worksheets, start=1):
            if content.is_full:
                break
            sheet.reset_dimensions()
            lines = [sheet.title, *_lines(sheet, budget, content)]
            content.add(Part("sheet", number, "\n".join(lines), sheet.title))
    finally:
        book.close()


def _lines(sheet: Any, budget: Iterator[int], content: Content) -> Iterator[str]:
    for row in sheet.iter_rows(values_only=True):
        cells = [str(value) for value in row if value is not None]
        if cells:
            yield "\t".join(cells)
        if content.is_full or not _spend(budget, len(row) + 1):
            content.truncated = True
            return


def _spend(budget: Iterator[int], amount: int) -> bool:
    return all(next(budget, None) is not None for _ in range(amount))


def _look_into(file: Path, content: Content) -> None:
    """Pictures and links, which the library does not read row by row, and which dates are the book's own."""
    with ZipFile(file) as archive:
        names = archive.namelist()
        _keep_said(parsed(archive.read(PROPERTIES)).iter("{*}*") if PROPERTIES in names else (), content)
        content.pictures = sum(name.startswith("xl/media/") for name in names)
        linked = (name for name in names if name.startswith("xl/worksheets/_rels/"))
        for name in islice(linked, MAX_RELATIONS):
            for relation in parsed(archive.read(name)):
                if relation.get("TargetMode") == "External" and relation.get("Type", "").endswith("/hyperlink"):
                    content.link(relation.get("Target"))


def _keep_said(properties: Iterable[Any], content: Content) -> None:
    """Dates that a book does not say are, to the library, the time at which it was asked."""
    said = {element.tag.rpartition("}")[2] for element in properties if element.text}
    content.created_at = content.created_at if "created" in said else None
    content.modified_at = content.modified_at if "modified" in said else None
