"""Text cut into passages: pieces small enough to be stored and found by their words (DESIGN.md, "Document text")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shared.domain.directory.words import MAX_TERMS, words_of

MAX_PASSAGE = 32_000  # bytes of UTF-8

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_WORDS = re.compile(r"\S+\s*|\s+")
_LONGEST = MAX_PASSAGE // 4  # characters that fit whatever they are


def passages_of(text: str) -> Iterator[tuple[str, list[str]]]:
    """(text, terms) of each passage in order: at most `MAX_PASSAGE` bytes and `MAX_TERMS` different words; cut between
    lines where that can be, between words otherwise. Nothing is left out but blank passages."""
    kept: list[str] = []
    size, terms = 0, dict[str, None]()
    for piece, words in _pieces(text):
        length = len(piece.encode())
        fresh = words.keys() - terms.keys()
        if kept and (size + length > MAX_PASSAGE or len(terms) + len(fresh) > MAX_TERMS):
            yield from _passage(kept, terms)
            kept, size, terms = [], 0, {}
        kept.append(piece)
        size += length
        terms |= words
    yield from _passage(kept, terms)


def _passage(pieces: list[str], terms: dict[str, None]) -> Iterator[tuple[str, list[str]]]:
    text = "".join(pieces).strip()
    if text:
        yield text, list(terms)


def _pieces(text: str) -> Iterator[tuple[str, dict[str, None]]]:
    """Lines with their words; a line that is too much for one passage in words, a word that is in stretches."""
    for line in _LINES.findall(text):
        words = _terms(line)
        if len(line) <= _LONGEST and len(words) <= MAX_TERMS:
            yield line, words
            continue
        for word in _WORDS.findall(line):
            for start in range(0, len(word), _LONGEST):
                stretch = word[start : start + _LONGEST]
                yield from _narrowed(stretch)


def _narrowed(stretch: str) -> Iterator[tuple[str, dict[str, None]]]:
    """One run without blanks may still hold hundreds of words, between dots or slashes."""
    words = _terms(stretch)
    if len(words) <= MAX_TERMS or len(stretch) < 2:
        yield stretch, words
        return
    middle = len(stretch) // 2
    yield from _narrowed(stretch[:middle])
    yield from _narrowed(stretch[middle:])


def _terms(text: str) -> dict[str, None]:
    return dict.fromkeys(words_of(text))
