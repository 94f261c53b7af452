"""A co-sell document -> one JSON line (its shape is in `shared.parsing.guard`): its true type, facts and text.

pdf, pptx, docx and xlsx are read; of ppt, doc, xls, jpg, png and mp4 only the type is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from shared.parsing.file_type import CONTENT_TYPE_OF, check_type
from shared.parsing.office import read_docx, read_pptx, read_xlsx
from shared.parsing.pdf import read_pdf
from shared.parsing.refusal import NotUsable

_READERS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "pdf": read_pdf,
    "pptx": read_pptx,
    "docx": read_docx,
    "xlsx": read_xlsx,
}


def parse_document(file: Path, name: str) -> Iterator[dict[str, Any]]:
    """One line, `document` or `rejected`. What a damaged file makes a parser raise is left to the guard."""
    try:
        extension = check_type(file, name)
        facts = _READERS[extension](file) if extension in _READERS else {}
    except NotUsable as problem:
        yield {"type": "rejected", "code": problem.code, "message": problem.message}
        return
    nothing = {"title": None, "author": None, "pages": None, "slides": None, "sheets": None}
    empty = {"text": "", "truncated": False}
    yield {"type": "document", "contentType": CONTENT_TYPE_OF[extension], **nothing, **empty, **facts}
