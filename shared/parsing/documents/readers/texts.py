"""Text of a .docx, parted at its headings.

It knows no true number of pages (its program lays it out anew each time), so none is given.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from shared.parsing.documents.content import Content, Part, first_line
from shared.parsing.documents.readers.drawing import DRAWING, WORD, add_facts, addresses, has_properties, xml_text

PART_FROM = 1_500  # characters; a section shorter than this goes with the one before

_HEADING = re.compile(r"(?i)heading|title|titre|überschrift|ueberschrift|titel|t[ií]tulo|заголовок")
_OLD_PICTURE = "{urn:schemas-microsoft-com:vml}imagedata"
_SHAPE = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}wsp"


def read(file: Path) -> Content:
    """The body, with tables and text boxes. Parser errors are left to the caller."""
    from docx import Document

    document = Document(str(file))
    body = document.element.body
    content = Content()
    if has_properties(document.part.package):
        add_facts(document.core_properties, content)
    content.pictures = sum(1 for _ in body.iter(f"{DRAWING}blip", _OLD_PICTURE))
    for url in addresses(document.part):
        content.link(url)
    _add_parts(body, content)
    return content


def _add_parts(body: Any, content: Content) -> None:
    part, texts, size = Part("text", 1), list[str](), 0
    for element in body:
        heading = _is_heading(element)
        text = xml_text(element, WORD)
        if (heading and size >= PART_FROM) or size > 10 * PART_FROM:
            _add(part, texts, content)
            if content.is_full:
                return
            part, texts, size = Part("text", part.number + 1), [], 0
        if heading and not part.title:
            part.title = text
        part.shapes += sum(1 for _ in element.iter(_SHAPE))
        part.pictured = max(part.pictured, 0.4 if next(element.iter(f"{DRAWING}blip"), None) is not None else 0)
        texts.append(text)
        size += len(text)
    _add(part, texts, content)


def _add(part: Part, texts: list[str], content: Content) -> None:
    part.text = "".join(texts)
    part.title = part.title or first_line(part.text.split("\n"))
    content.add(part)


def _is_heading(element: Any) -> bool:
    style = element.find(f"{WORD}pPr/{WORD}pStyle")
    name = style.get(f"{WORD}val", "") if style is not None else ""
    return bool(_HEADING.match(name)) or element.find(f"{WORD}pPr/{WORD}outlineLvl") is not None
