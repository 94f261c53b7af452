"""A text as it is compared with folded words, letter by letter, so that what is found can be shown where it stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from shared.domain.organizations.customer_names import folded


class _Letters(dict[int, str]):
    """What each letter is compared as: folded, a blank for what is no letter or digit, nothing for an accent."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if unicodedata.combining(letter):
            plain = ""
        else:
            plain = folded(letter)
            plain = plain if plain and all(unicodedata.category(each)[0] in "LNM" for each in plain) else " "
        self[code] = plain
        return plain


_LETTERS: Final = _Letters()
_SPELT_OUT: Final = re.compile(r"(?<!\S)\S(?: \S)+(?!\S)")  # S.p.A. is one word, as it is where words are folded


_LETTERS_APART: Final = re.compile(r" \S \S ")


def plain(text: str) -> str:
    """The text as words with a blank between any two, before and after."""
    words = f" {' '.join(text.translate(_LETTERS).split())} "
    if _LETTERS_APART.search(words) is None:  # seven times as quick, and the rule
        return words
    return _SPELT_OUT.sub(lambda found: found[0].replace(" ", ""), words)


def aligned(text: str) -> tuple[str, Sequence[int]]:
    """The text's letters as they are compared, and where in `text` each of them comes from; one more for the end."""
    if text.isascii():
        return text.translate(_LETTERS), range(len(text) + 1)
    pieces = [_LETTERS[ord(letter)] for letter in text]
    at = [n for n, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), [*at, len(text)]
