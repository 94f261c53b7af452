"""Sheets of an .xls by xlrd, as tab-separated lines of stored values."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from shared.parsing.documents.content import Content, Part
from shared.parsing.documents.ole import damaged, opened, stream, with_macros
from shared.parsing.documents.ole_properties import add_properties

MAX_CELLS = 500_000  # looked at, of all sheets; gaps between cells count

SHEET, DRAWINGS, END = 0x0085, 0x00EB, 0x000A
MACRO_SHEET, PROGRAM = 1, 6
_PICTURE_STORE = b"\x01\xf0"


def read(file: Path) -> Content:
    """Raises NotUsable; other parser errors are left to the caller."""
    content = Content()
    with opened(file) as ole:
        book = stream(ole, "Workbook") or stream(ole, "Book")
        content.pictures = _look_through(book)
        add_properties(ole, content)
    _add_sheets(file, content)
    return content


def _look_through(book: bytes) -> int:
    """The number of pictures kept. Raises NotUsable for a book with macros, also of the kind older than VBA."""
    at = pictures = 0
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        record = book[at + 4 : at + 4 + length]
        if kind == SHEET and len(record) > 5 and record[5] in (MACRO_SHEET, PROGRAM):
            raise with_macros()
        if kind == DRAWINGS and (store := record.find(_PICTURE_STORE)) >= 2:
            pictures = struct.unpack_from("<H", record, store - 2)[0] >> 4
        if kind == END:
            break
        at += 4 + length
    return pictures


def _add_sheets(file: Path, content: Content) -> None:
    import io

    import xlrd  # type: ignore[import-untyped]

    try:
        book = xlrd.open_workbook(str(file), logfile=io.StringIO(), on_demand=True)
    except (xlrd.XLRDError, xlrd.compdoc.CompDocError, AssertionError) as error:
        raise damaged() from error
    try:
        content.sheets = book.nsheets
        left = MAX_CELLS
        for number in range(book.nsheets):
            if content.is_full:
                break
            sheet = book.sheet_by_index(number)
            lines = [sheet.name]
            for row in _rows(sheet):
                left -= len(row) + 1
                if left < 0 or content.is_full:
                    content.truncated = True
                    break
                lines += [line] if (line := _line(row, book.datemode)) else []
            part = Part("sheet", number + 1, "\n".join(lines), sheet.name)
            content.add(part)
            for link in getattr(sheet, "hyperlink_list", []):
                content.link(getattr(link, "url_or_path", None), part)
            book.unload_sheet(number)
    finally:
        book.release_resources()


def _rows(sheet: Any) -> Iterator[list[Any]]:
    return (sheet.row(number) for number in range(sheet.nrows))


def _line(row: list[Any], datemode: int) -> str:
    return "\t".join(text for cell in row if (text := _text(cell, datemode)))


def _text(cell: Any, datemode: int) -> str:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return str(int(cell.value)) if cell.value == int(cell.value) else repr(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            at: datetime = xlrd.xldate_as_datetime(cell.value, datemode)
        except (ValueError, OverflowError):
            return str(cell.value)
        return str(at.date() if at.time() == datetime.min.time() else at)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return str(bool(cell.value))
    return str(cell.value) if cell.ctype == xlrd.XL_CELL_TEXT else ""
