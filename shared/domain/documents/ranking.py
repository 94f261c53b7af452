"""Which of the passages found come first, and why each was found.

A passage has, for every word looked for, 20 points where it has the word, 12 where the word is only part of another;
up to 5 more for further times, 5 at its beginning, where headings stand, 4 in the document's title or file name.
Neighbours as they were asked for give 8 a pair, the whole phrase 15. Of one document's passages the second stands 4
points lower than it would, the third 8, those after it 12, so that a long document does not hide the others [ours].
What has as many points goes by document and part.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

from shared.domain.documents.asked import Asked
from shared.domain.documents.plain import plain

WHOLE: Final = 20
PART: Final = 12
MOST_FURTHER: Final = 5
HEADING: Final = 5
HEADING_LENGTH: Final = 120  # letters
NAMED: Final = 4
PAIR: Final = 8
PHRASE: Final = 15
NEXT_OF_A_DOCUMENT: Final = 4
MOST_OF_A_DOCUMENT: Final = 12
SHORTEST_PART: Final = 3  # letters of a word that are looked for within others
_BEST: Final = 9_999

Passage = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage and its points. `times` is how often it has each word; of one it has within others only, 0."""

    passage: Passage
    score: int
    times: Mapping[str, int]
    within: Mapping[str, str]
    """A word it has only as part of another one, and that one."""
    missing: tuple[str, ...]
    named: tuple[str, ...]

    @property
    def key(self) -> str:
        """Sorts the best first."""
        return f"{_BEST - self.score:04} {self.passage['documentId']} {self.passage['part']['number']:06}"


def stem(word: str) -> str:
    """What of a word is looked for within others: without the s of many plurals."""
    return word[:-1] if len(word) > SHORTEST_PART + 1 and word.endswith("s") else word


def ranked(passages: Iterable[Passage], asked: Asked) -> list[Hit]:
    """The best first."""
    known: defaultdict[str, int] = defaultdict(int)
    hits = []
    name = lru_cache(_name)  # a document's passages share it
    found = (_hit(each, name(each["fileName"], each.get("title") or ""), asked) for each in passages)
    for hit in sorted(found, key=lambda hit: hit.key):
        before = known[hit.passage["documentId"]]
        known[hit.passage["documentId"]] += 1
        hits.append(replace(hit, score=hit.score - min(before * NEXT_OF_A_DOCUMENT, MOST_OF_A_DOCUMENT)))
    return sorted(hits, key=lambda hit: hit.key)


def _name(file_name: str, title: str) -> str:
    return plain(f"{file_name} {title}")


def _hit(passage: Passage, name: str, asked: Asked) -> Hit:
    text = plain(passage["text"])
    apart = text.replace(" ", "  ")  # so that neighbours that are the same word are two
    times: dict[str, int] = {}
    within: dict[str, str] = {}
    for word in asked.words:
        if count := apart.count(f" {word} "):
            times[word] = count
        elif found := _longer(text, word):
            within[word] = found
    held = [*times, *within]
    missing = tuple(word for word in asked.words if word not in held)
    named = tuple(word for word in asked.words if f" {word} " in name)
    score = WHOLE * len(times) + PART * len(within) + NAMED * len(named)
    score += sum(min(count - 1, MOST_FURTHER) for count in times.values())
    score += HEADING * sum(f" {word}" in text[:HEADING_LENGTH] for word in held) + _together(text, asked)
    return Hit(passage, score, times, within, missing, named)


def _longer(text: str, word: str) -> str | None:
    """The first word of the text that has this one in it."""
    part = stem(word)
    if len(part) < SHORTEST_PART or part not in text:
        return None
    found = re.search(rf"\S*{re.escape(part)}\S*", text)
    return found[0] if found else None


def _together(text: str, asked: Asked) -> int:
    if len(asked.words) < 2:
        return 0
    if f" {asked.phrase} " in text:
        return PHRASE + PAIR * (len(asked.words) - 1)
    return PAIR * sum(f" {one} {other} " in text for one, other in pairwise(asked.words))


def reasons(hit: Hit) -> list[str]:
    """Why it was found, and what it lacks of what was asked for; a sentence each."""
    told = []
    if hit.times:
        told.append(f"Has {_listed([_often(word, count) for word, count in hit.times.items()])}.")
    told += [f"Has “{longer}”, with “{word}” in it." for word, longer in hit.within.items()]
    if hit.named:
        told.append(f"{_listed([f'“{word}”' for word in hit.named])} {_is(hit.named)} in the document's name.")
    if hit.missing:
        told.append(f"Does not have {_listed([f'“{word}”' for word in hit.missing], 'or')}.")
    return told


def _often(word: str, count: int) -> str:
    return f"“{word}”" if count == 1 else f"“{word}” {count} times"


def _is(words: Sequence[str]) -> str:
    return "is" if len(words) == 1 else "are"


def _listed(words: Sequence[str], last: str = "and") -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
