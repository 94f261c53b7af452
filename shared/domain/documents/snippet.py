"""The piece of a passage's text that shows why it was found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from shared.domain.documents.plain import aligned

LENGTH: Final = 240  # letters
_BEFORE: Final = 60  # letters shown before the first word found, where there are as many


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of the text; `match` where it is a word that was looked for."""

    text: str
    match: bool


def snippet(text: str, words: Iterable[str]) -> list[Piece]:
    """About `LENGTH` letters around most of the words (folded, whole or as they stand in the text); its beginning where
    none of them is found. Blanks and line ends are one blank each, cut ends have an ellipsis."""
    found = _found(text, words)
    start, end = _window(text, found)
    pieces: list[Piece] = []
    at = start
    for first, last, _ in found:
        if at <= first and last <= end:
            pieces += [Piece(text[at:first], False), Piece(text[first:last], True)]
            at = last
    pieces.append(Piece(text[at:end], False))
    tidied = [Piece(re.sub(r"\s+", " ", piece.text), piece.match) for piece in pieces]
    tidied[0] = Piece(("…" if start else "") + tidied[0].text.lstrip(), tidied[0].match)
    tidied[-1] = Piece(tidied[-1].text.rstrip() + ("…" if end < len(text) else ""), tidied[-1].match)
    return [piece for piece in tidied if piece.text]


def _found(text: str, words: Iterable[str]) -> list[tuple[int, int, str]]:
    """Where each of the words stands: first and past the last letter, and which."""
    wanted = sorted(words, key=len, reverse=True)
    if not wanted:
        return []
    letters, at = aligned(text)
    pattern = re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, wanted))})(?!\S)")
    return [(at[one.start()], at[one.end()], one[0]) for one in pattern.finditer(letters)]


def _window(text: str, found: list[tuple[int, int, str]]) -> tuple[int, int]:
    """The first `LENGTH` letters that show most of the words, cut between words where that is near."""

    def shown(start: int) -> int:
        return len({word for first, last, word in found if start <= first and last <= start + LENGTH})

    starts = [max(0, first - _BEFORE) for first, _, _ in found] or [0]
    start = max(starts, key=shown)
    end = min(len(text), start + LENGTH)
    if start and (blank := re.search(r"\s", text[start : start + _BEFORE // 2])):
        start += blank.end()
    if end < len(text) and (cut := re.search(r"\s\S*$", text[end - _BEFORE // 2 : end])):
        end = end - _BEFORE // 2 + cut.start()
    return start, end
