"""Whether a document holds, or refers to, an architecture diagram: a score, and what it is made of.

Nobody looks at the pictures. What counts is what titles, lines and links say in six languages, and slides that are
drawn rather than written; each kind of evidence counts once, and the score is 1 minus the product of what each leaves
open.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from shared.parsing.documents.content import Content, Part
from shared.parsing.documents.diagram_words import (
    ARCHITECTURE,
    COMPONENT,
    DENIED,
    DIAGRAM,
    LINK,
    NAMED,
    NOT_MEANT,
    STEMS,
)

FOUND_FROM: Final = 0.5
LONGEST_DRAWING: Final = 5_000  # characters looked at
MAX_EVIDENCE: Final = 10
MAX_QUOTE: Final = 200  # characters
TITLE_LINE: Final = 80  # characters; a longer line is a sentence
CONNECTED: Final = 3  # connectors that make shapes a drawing
COMPONENTS: Final = 3  # different ones named on it that say what it is a drawing of
WEIGHTS: Final = {
    "named_in_title": 0.8,  # "Reference architecture"
    "named_in_text": 0.5,
    "architecture_in_title": 0.5,
    "architecture_in_text": 0.15,
    "diagram_in_title": 0.3,
    "diagram_in_text": 0.05,
    "link": 0.45,
    "connected_shapes": 0.35,
    "components_drawn": 0.4,  # and the shapes are called gateway, database, storage
    "mostly_picture": 0.1,
    "drawn_under_its_title": 0.5,  # the slide that is called architecture is also drawn
}


def diagram_in(content: Content) -> dict[str, Any] | None:
    """{"found", "score" (0 to 1), "evidence": [{"part", "text", "why"}]}, strongest first; None where there is nothing
    that could say: pictures, videos, files without text, drawings and links."""
    if not any(part.text or part.shapes or part.pictured for part in content.parts) and not content.links:
        return None
    evidence = sorted(_evidence(content), key=lambda each: -WEIGHTS[each["why"]])
    left = 1.0
    for why in {each["why"] for each in evidence}:
        left *= 1 - WEIGHTS[why]
    score = round(1 - left, 2)
    return {"found": score >= FOUND_FROM, "score": score, "evidence": evidence[:MAX_EVIDENCE]}


def _evidence(content: Content) -> Iterator[dict[str, Any]]:
    for part in content.parts:
        yield from _in_part(part)
    for link in content.links:
        if LINK.search(link["url"].casefold()):
            yield _said(link["part"], link["url"], "link")


def _in_part(part: Part) -> Iterator[dict[str, Any]]:
    title = part.title or ""
    why = _why(title, "title")
    if why:
        yield _said(part.place, title, why)
    in_text = None
    for line in part.text.split("\n"):
        if line.strip() != title and (found := _why(line, "text")):
            in_text = in_text or found
            yield _said(part.place, line.strip(), found)
    drawing = _drawn(part)
    if drawing:
        yield _said(part.place, drawing[1], drawing[0])
        if drawing[0] == "connected_shapes" and len(named := _components(part.text)) >= COMPONENTS:
            yield _said(part.place, ", ".join(named), "components_drawn")
        if why or in_text == "named_in_text":
            yield _said(part.place, title or drawing[1], "drawn_under_its_title")


def _said(place: dict[str, Any] | None, text: str, why: str) -> dict[str, Any]:
    return {"part": place, "text": text[:MAX_QUOTE], "why": why}


def _why(line: str, where: str) -> str | None:
    """What a line is evidence of, if of anything."""
    if len(line) < 6 or not (plain := _plain(line)):
        return None
    if found := NAMED.search(plain):
        return None if DENIED.search(plain[: found.start()]) else f"named_in_{where}"
    if (found := ARCHITECTURE.search(plain)) and not NOT_MEANT.search(plain):
        if DENIED.search(plain[: found.start()]):
            return None
        return f"architecture_in_{where if len(line) <= TITLE_LINE else 'text'}"
    return f"diagram_in_{where}" if DIAGRAM.search(plain) else None


def _drawn(part: Part) -> tuple[str, str] | None:
    if part.connectors >= CONNECTED and part.shapes > CONNECTED:
        return "connected_shapes", f"{part.shapes} shapes joined by {part.connectors} connectors"
    if part.pictured >= 0.4 and len(part.text.split()) < 60:
        return "mostly_picture", "mostly a picture"
    return None


def _components(text: str) -> list[str]:
    """The different components a drawing names. Its text is what its boxes say, so it is short."""
    return sorted({found.group() for found in COMPONENT.finditer(_bare(text[:LONGEST_DRAWING].casefold()))})


@lru_cache(maxsize=1024)
def _plain(line: str) -> str:
    """Casefolded, accents off; empty where none of the words can be in it."""
    folded = line.casefold()
    return _bare(folded) if any(stem in folded for stem in STEMS) else ""


def _bare(folded: str) -> str:
    """Without accents."""
    taken_apart = unicodedata.normalize("NFKD", folded).replace("’", "'")
    return "".join(each for each in taken_apart if not unicodedata.combining(each))
