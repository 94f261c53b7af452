"""Which language a text is in: by its script, by letters of one language alone, or by the small words it is held
together with. Measured against libraries: py3langid takes 0.6 s to start in each child, lingua has 96 MB.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import Final

from shared.parsing.documents.common_words import COMMON, LETTERS, SCRIPTS

SAMPLE: Final = 60_000  # characters looked at
ENOUGH: Final = 3.0  # votes below which nothing is said
LEAD: Final = 1.2  # times the second's votes

_CYRILLIC: Final = {
    "uk": re.compile("[іїєґ]"),
    "be": re.compile("ў"),
    "sr": re.compile("[ђјљњћџ]"),
    "bg": re.compile(r"\b(?:се|със|във|ще|са|това|който|която|което|които|\w+ът)\b"),
}
_RUSSIAN: Final = re.compile("[ыэё]")
_WORD: Final = re.compile(r"[^\W\d_]+")


def language_of(texts: Iterable[str]) -> str | None:
    """The ISO 639-1 code of the language most of the text is in; None where there is too little to say.

    Sixteen languages in Latin letters, five in Cyrillic ones; of other scripts the commonest language.
    """
    sample = _sample(texts)
    script = _script(sample)
    if script is None:
        return None
    if script == "ru":
        return _cyrillic(sample)
    return script or _latin(sample)


def _sample(texts: Iterable[str]) -> str:
    kept, size = [], 0
    for text in texts:
        kept.append(text[: SAMPLE - size])
        size += len(kept[-1])
        if size >= SAMPLE:
            break
    return "\n".join(kept).casefold()


def _script(sample: str) -> str | None:
    """The language a script stands for, "" for Latin; None where there are hardly any letters. Names in Latin letters
    stand in texts of every script, and Japanese is half Chinese signs."""
    counts = {code: len(re.findall(letters, sample)) for code, letters in SCRIPTS.items()}
    latin = counts.pop("")
    if counts["ja"] * 20 > counts["zh"]:
        counts["ja"] += counts["zh"]
    code, most = max(counts.items(), key=lambda each: each[1])
    if max(most, latin) < 8:
        return None
    return code if most * 2 > latin else ""


def _cyrillic(sample: str) -> str:
    """Letters or words of a neighbour, unless there are more letters that only Russian has."""
    votes = {code: len(found.findall(sample)) for code, found in _CYRILLIC.items()}
    code, most = max(votes.items(), key=lambda each: each[1])
    return code if most > max(1, len(_RUSSIAN.findall(sample))) else "ru"


def _latin(sample: str) -> str | None:
    votes: Counter[str] = Counter()
    for word in islice((found[0] for found in _WORD.finditer(sample)), 12_000):
        for code, vote in _VOTES.get(word, ()):
            votes[code] += vote  # type: ignore[assignment]  # a Counter adds fractions as well
    for code, letters in LETTERS.items():
        votes[code] += 0.5 * min(20, sum(map(sample.count, letters)))  # type: ignore[assignment]
    (first, most), (_, second) = (*votes.most_common(2), ("", 0), ("", 0))[:2]
    return first if most >= ENOUGH and most >= second * LEAD else None


def _weighed() -> dict[str, list[tuple[str, float]]]:
    """A word that four languages have is a quarter of a vote for each."""
    spoken: dict[str, list[str]] = {}
    for code, words in COMMON.items():
        for word in words.split():
            spoken.setdefault(word, []).append(code)
    return {word: [(code, 1 / len(codes)) for code in codes] for word, codes in spoken.items()}


_VOTES: Final = _weighed()
