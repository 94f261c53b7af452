"""What a file of the corpus is made of, whichever program writes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

CREATED: Final = "2026-03-14T09:30:00"


@dataclass(frozen=True, slots=True)
class Slide:
    """`boxes` are drawn in two rows, each joined with the next; a picture fills the lower half."""

    title: str = ""
    lines: tuple[str, ...] = ()
    boxes: tuple[str, ...] = ()
    picture: bytes | None = None
    link: str | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class Deck:
    title: str | None
    author: str | None
    slides: tuple[Slide, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """`kind` is heading, paragraph, link (text | address), picture, page (a break) or table (rows of cells)."""

    kind: str
    content: Any = None


@dataclass(frozen=True, slots=True)
class Paper:
    title: str | None
    author: str | None
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Book:
    title: str | None
    author: str | None
    sheets: dict[str, list[list[Any]]] = field(default_factory=dict)


Made = Deck | Paper | Book
