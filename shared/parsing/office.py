"""Title, author, text and number of slides or sheets of pptx, docx and xlsx. `zip_guard` has looked at the file before.

A docx knows no true number of pages (its program lays it out anew each time), so none is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from shared.parsing.document_text import TextCollector, fact

MAX_CELLS = 500_000  # looked at, of all sheets; gaps between cells count

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def read_pptx(file: Path) -> dict[str, Any]:
    """Slides with their notes. Parser errors are left to the caller."""
    from pptx import Presentation

    deck = Presentation(str(file))
    text = TextCollector()
    slides = len(deck.slides)
    for slide in deck.slides:
        if text.is_full:
            break
        content = _xml_text(slide.element, _DRAWING)
        if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame) is not None:
            content += "\n" + notes.text
        text.add(content)
    return _facts(deck.core_properties, text) | {"slides": slides}


def read_docx(file: Path) -> dict[str, Any]:
    """The body, with tables and text boxes. Parser errors are left to the caller."""
    from docx import Document

    document = Document(str(file))
    text = TextCollector()
    text.add(_xml_text(document.element.body, _WORD))
    return _facts(document.core_properties, text)


def read_xlsx(file: Path) -> dict[str, Any]:
    """Sheets as tab-separated lines of stored values. Parser errors are left to the caller."""
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    book = load_workbook(str(file), read_only=True, data_only=True, keep_links=False)
    try:
        text = TextCollector()
        budget = iter(range(MAX_CELLS))
        for sheet in book.worksheets:
            if text.is_full:
                break
            sheet.reset_dimensions()
            text.add("\n".join([sheet.title, *_sheet_lines(sheet, budget, text)]))
        properties = book.properties
        return {
            "title": fact(properties.title),
            "author": fact(properties.creator),
            "sheets": len(book.sheetnames),
            "text": text.text(),
            "truncated": text.truncated,
        }
    finally:
        book.close()


def _sheet_lines(sheet: Any, budget: Iterator[int], text: TextCollector) -> Iterator[str]:
    for row in sheet.iter_rows(values_only=True):
        cells = [str(value) for value in row if value is not None]
        if cells:
            yield "\t".join(cells)
        if text.is_full or not _spend(budget, len(row) + 1):
            text.truncated = True
            return


def _spend(budget: Iterator[int], amount: int) -> bool:
    return all(next(budget, None) is not None for _ in range(amount))


def _facts(properties: Any, text: TextCollector) -> dict[str, Any]:
    return {
        "title": fact(properties.title),
        "author": fact(properties.author),
        "text": text.text(),
        "truncated": text.truncated,
    }


def _xml_text(root: Any, namespace: str) -> str:
    """The text below an element: runs, tabs and breaks, a line a paragraph; a compatibility copy is not read twice."""
    from lxml import etree  # type: ignore[import-untyped]

    pieces: list[str] = []
    starts: dict[str, Callable[[Any], str]] = {
        f"{namespace}t": lambda element: element.text or "",
        f"{namespace}tab": lambda _: "\t",
        f"{namespace}br": lambda _: "\n",
    }
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "start" and element.tag == _FALLBACK:
            walk.skip_subtree()
        elif event == "start" and element.tag in starts:
            pieces.append(starts[element.tag](element))
        elif event == "end" and element.tag == f"{namespace}p":
            pieces.append("\n")
    return "".join(pieces)
