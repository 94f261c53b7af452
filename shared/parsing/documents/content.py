"""What was read of a document: its parts (pages, slides, sheets, stretches of text), facts, and what it links to.

Text is cleaned, and no more of it is taken than there is room and time for.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from shared.domain.instants import instant

MAX_TEXT = 1_000_000  # characters a file (DESIGN.md, "Document text")
MAX_PARTS = 10_000
MAX_FACT = 500  # characters of a title or author
NOBODYS = frozenset({"", "untitled", "anonymous", "unspecified", "unknown", "openpyxl", "python-docx", "none"})
MAX_LINKS = 200
MAX_LINK = 1_000  # characters
READING_TIME = 5.0  # seconds of CPU from here on, of the 10 the child has; what was read by then is kept

PartKind = Literal["page", "slide", "sheet", "text"]

_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_FOLLOWED = re.compile(r"(?i)(?:https?|ftp|mailto):[!-~]+|(?:https?|ftp)://[^\s<>\"]+")


@dataclass(slots=True)
class Part:
    """A page, slide, sheet or stretch of text, counted from 1. `shapes` and `connectors` are what is drawn on it;
    `pictured` is the share of it that pictures cover, 0 to 1."""

    kind: PartKind
    number: int
    text: str = ""
    title: str | None = None
    shapes: int = 0
    connectors: int = 0
    pictured: float = 0.0

    @property
    def place(self) -> dict[str, Any]:
        """How a part is named in what is answered."""
        return {"kind": self.kind, "number": self.number}


@dataclass(slots=True)
class Content:
    """Filled by a reader. Unknown facts stay None; `width` and `height` are pixels, `duration` seconds."""

    title: str | None = None
    author: str | None = None
    created_at: str | None = None
    modified_at: str | None = None
    pages: int | None = None
    slides: int | None = None
    sheets: int | None = None
    pictures: int | None = None
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    parts: list[Part] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    truncated: bool = False
    _room: int = MAX_TEXT
    _until: float = field(default_factory=lambda: time.process_time() + READING_TIME)

    @property
    def is_full(self) -> bool:
        """Whether reading on is of no use: no room, or no time. Marks the text as truncated."""
        if self._room <= 0 or len(self.parts) >= MAX_PARTS or time.process_time() > self._until:
            self.truncated = True
        return self.truncated

    def add(self, part: Part) -> None:
        """One more part, as much of its text as fits."""
        part.text, part.title = clean(part.text), fact(part.title)
        if len(part.text) > self._room:
            part.text, self.truncated = part.text[: self._room], True
        self._room -= len(part.text) + 1
        self.parts.append(part)

    def link(self, url: object, part: Part | None = None) -> None:
        """An address the document leads to; each counts once, and only one that a browser or mail program follows."""
        address = clean(url).strip() if isinstance(url, str) else ""
        if len(address) > MAX_LINK or not _FOLLOWED.fullmatch(address) or len(self.links) >= MAX_LINKS:
            return
        if all(known["url"] != address for known in self.links):
            self.links.append({"url": address, "part": part.place if part else None})

    def text(self) -> str:
        """All parts in order, parted by form feeds."""
        return "\f".join(part.text for part in self.parts)


def clean(text: str) -> str:
    """Text without control characters, lone surrogates, and blanks at line ends."""
    kept = _NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\f", "\n"))
    return "\n".join(line.rstrip() for line in kept.split("\n")).strip()


def fact(value: object) -> str | None:
    """A title or author as one line; None where there is none, or only what a program writes where nobody said any."""
    line = " ".join(clean(value).split()) if isinstance(value, str) else ""
    return None if line.strip("()").casefold() in NOBODYS else line[:MAX_FACT]


def moment(at: object) -> str | None:
    """A time a document names, as an instant; one without a zone is taken for UTC. None for what is none."""
    from datetime import UTC

    if not isinstance(at, datetime) or not 1971 <= at.year <= 9998:
        return None
    return instant(at if at.tzinfo else at.replace(tzinfo=UTC))


def first_line(lines: Iterable[str], longest: int = 120) -> str | None:
    """The first line with something in it, where it is short enough to be a title."""
    found = next((line.strip() for line in lines if line.strip()), "")
    return found if 0 < len(found) <= longest else None
