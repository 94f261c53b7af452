"""Text taken out of a document: cleaned, and no more of it than there is room and time for."""

from __future__ import annotations

import re
import time

MAX_TEXT = 1_000_000  # characters a file (DESIGN.md, "Document text")
MAX_FACT = 500  # characters of a title or author
READING_TIME = 5.0  # seconds of CPU from here on, of the 10 the child has; what was read by then is kept

_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class TextCollector:
    """Collects pages, slides or sheets; they are parted by form feeds."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._room = MAX_TEXT
        self._until = time.process_time() + READING_TIME
        self.truncated = False

    @property
    def is_full(self) -> bool:
        """Whether reading on is of no use: no room, or no time. Marks the text as truncated."""
        if self._room <= 0 or time.process_time() > self._until:
            self.truncated = True
        return self.truncated

    def add(self, part: str) -> None:
        """One more page, slide or sheet, as much of it as fits."""
        cleaned = clean(part)
        if len(cleaned) > self._room:
            cleaned, self.truncated = cleaned[: self._room], True
        self._parts.append(cleaned)
        self._room -= len(cleaned) + 1

    def text(self) -> str:
        """All parts in order."""
        return "\f".join(self._parts)


def clean(text: str) -> str:
    """Text without control characters, lone surrogates, and blanks at line ends."""
    kept = _NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n"))
    return "\n".join(line.rstrip() for line in kept.split("\n")).strip()


def fact(value: object) -> str | None:
    """A title or author as one line; None where there is none."""
    line = " ".join(clean(value).split()) if isinstance(value, str) else ""
    return line[:MAX_FACT] or None
