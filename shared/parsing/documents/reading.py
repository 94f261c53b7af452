"""A co-sell document -> JSON lines (their shape is in `shared.parsing.guard`): its true type, facts, text, picture."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from shared.parsing.documents.content import Content
from shared.parsing.documents.diagrams import diagram_in
from shared.parsing.documents.file_type import CONTENT_TYPE_OF, check_type
from shared.parsing.documents.language import language_of
from shared.parsing.documents.passages import passages_of
from shared.parsing.refusal import NotUsable

READERS = {
    "pdf": "pdf",
    "ppt": "old_decks",
    "pptx": "decks",
    "doc": "old_texts",
    "docx": "texts",
    "xls": "old_sheets",
    "xlsx": "sheets",
    "jpg": "pictures",
    "png": "pictures",
    "mp4": "videos",
}
"""Each type's module in `readers`, with a `read(file) -> Content`; imported only for a file of that type."""
DRAWN = {"pdf": "pdf_picture", "jpg": "pictures", "png": "pictures"}
"""The modules whose `draw(file)` gives the picture of the first page, as (PNG, width, height)."""


def parse_document(file: Path, name: str) -> Iterator[dict[str, Any]]:
    """`passage` lines, then `document`, then perhaps `picture`; or `rejected` alone. What a damaged file makes a parser
    raise is left to the guard."""
    try:
        extension = check_type(file, name)
        content = cast(Content, _module(READERS[extension]).read(file))
    except NotUsable as problem:
        yield {"type": "rejected", "code": problem.code, "message": problem.message}
        return
    for part in content.parts:
        for text, terms in passages_of(part.text):
            yield {"type": "passage", "part": part.place, "text": text, "terms": terms}
    yield {"type": "document", "contentType": CONTENT_TYPE_OF[extension], **_facts(content)}
    if extension in DRAWN:
        yield from _picture(file, DRAWN[extension])


def _facts(content: Content) -> dict[str, Any]:
    return {
        "title": content.title,
        "author": content.author,
        "contentCreatedAt": content.created_at,
        "contentModifiedAt": content.modified_at,
        "language": language_of(part.text for part in content.parts),
        "pages": content.pages,
        "slides": content.slides,
        "sheets": content.sheets,
        "pictures": content.pictures,
        "width": content.width,
        "height": content.height,
        "duration": content.duration,
        "links": content.links,
        "diagram": diagram_in(content),
        "textLength": len(content.text()),
        "truncated": content.truncated,
    }


def _picture(file: Path, module: str) -> Iterator[dict[str, Any]]:
    """What cannot be drawn has no picture: its text was read, so the document is good for what it is asked for."""
    drawn = _module(module).draw(file)
    if drawn is not None:
        content, width, height = drawn
        yield {
            "type": "picture",
            "contentType": "image/png",
            "width": width,
            "height": height,
            "content": b64encode(content).decode(),
        }


def _module(name: str) -> Any:
    return import_module(f"shared.parsing.documents.readers.{name}")
