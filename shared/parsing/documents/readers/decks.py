"""Slides of a .pptx, with their notes, what is drawn on them, and what they link to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shared.parsing.documents.content import Content, Part, first_line
from shared.parsing.documents.readers.drawing import DRAWING, add_facts, addresses, has_properties, parsed, xml_text

_SLIDES = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_WITH_TEXT = ("/diagramData", "/chart")  # drawings and charts keep their words in parts of their own


def read(file: Path) -> Content:
    """Parser errors are left to the caller."""
    from pptx import Presentation

    deck = Presentation(str(file))
    content = Content(slides=len(deck.slides), pictures=0)
    if has_properties(deck.part.package):
        add_facts(deck.core_properties, content)
    area = (deck.slide_width or 1) * (deck.slide_height or 1)
    for number, slide in enumerate(deck.slides, start=1):
        if content.is_full:
            break
        part = Part("slide", number, title=_title(slide))
        part.text = xml_text(slide.element, DRAWING) + _beside(slide, part)
        part.title = part.title or first_line(part.text.split("\n"))
        _look(slide, part, area, content)
        content.add(part)
        for url in addresses(slide.part):
            content.link(url, part)
    return content


def _title(slide: Any) -> str | None:
    title = slide.shapes.title
    return title.text_frame.text.replace("\x0b", " ") if title is not None and title.has_text_frame else None


def _beside(slide: Any, part: Part) -> str:
    """The text of SmartArt and charts, then the speaker's notes."""
    texts = [""]
    for relation in slide.part.rels.values():
        if not relation.is_external and relation.reltype.endswith(_WITH_TEXT):
            drawing = parsed(relation.target_part.blob)
            texts.append(xml_text(drawing, DRAWING))
            if relation.reltype.endswith("/diagramData"):
                part.shapes += sum(1 for _ in drawing.iter(f"{DRAWING}t"))
    texts += _notes(slide)
    return "\n".join(texts)


def _notes(slide: Any) -> list[str]:
    """What the speaker reads: the notes, and text boxes beside them, as LibreOffice writes notes without a layout."""
    if not slide.has_notes_slide:
        return []
    page = slide.notes_slide
    placed = page.notes_text_frame
    boxes = [shape.text_frame for shape in page.shapes if shape.has_text_frame and not shape.is_placeholder]
    return [frame.text for frame in (placed, *boxes) if frame is not None]


def _look(slide: Any, part: Part, area: int, content: Content) -> None:
    tree = slide.element
    part.connectors += sum(1 for _ in tree.iter(f"{_SLIDES}cxnSp"))
    part.shapes += sum(1 for _ in tree.iter(f"{_SLIDES}sp"))
    for picture in tree.iter(f"{_SLIDES}pic"):
        content.pictures = (content.pictures or 0) + 1
        part.pictured += sum(_area(extent) for extent in picture.iter(f"{DRAWING}ext")) / area


def _area(extent: Any) -> float:
    try:
        return abs(float(extent.get("cx", 0)) * float(extent.get("cy", 0)))
    except ValueError:
        return 0.0
