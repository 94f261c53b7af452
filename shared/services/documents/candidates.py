"""Which passages a search ranks: those that have every word, or else those that come nearest.

The store answers pages of at most `CANDIDATES` passages, the newest first, by words it has looked up (DESIGN,
section 4). Where only a few have every word as it is written, its plural or singular counts as well; a word
that no passage has is looked for within others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from shared.domain.documents.asked import Asked
from shared.domain.documents.passage import PASSAGE
from shared.domain.documents.ranking import SHORTEST_PART, stem
from shared.services.ports import DOCUMENTS, Document, DocumentStore, Page, Query, Where

CANDIDATES: Final = 200
FEW: Final = 20  # passages with every word; with fewer, plurals and singulars are looked for as well
ONE_LESS: Final = 6  # searches that leave one word out each, at most
FEWEST: Final = 40  # passages of each of several searches

Conditions: TypeAlias = tuple[Where, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The passages to rank. `more` tells that more matched than are here, `nearest` that none has every word."""

    passages: list[Document]
    more: bool
    nearest: bool = False
    unknown: tuple[str, ...] = ()
    """The words no passage has, not even within another."""


def passages_with(asked: Asked, conditions: Conditions, limit: int = CANDIDATES) -> Query:
    """Passages of the offer and the type asked for, the newest first."""
    where = [Where("kind", "eq", PASSAGE)]
    if asked.offer_id is not None:
        where.append(Where("offerId", "eq", asked.offer_id))
    if asked.document_type is not None:
        where.append(Where("documentType", "eq", asked.document_type))
    return Query((*where, *conditions), descending=True, limit=limit)


class Candidates:
    """Of one organization's passages."""

    def __init__(self, store: DocumentStore, organization_id: str, asked: Asked) -> None:
        self._store = store
        self._organization_id = organization_id
        self._asked = asked

    async def chosen(self) -> Chosen:
        """Those to rank; none where no word is known."""
        whole = await self._with_every_word()
        if whole.passages:
            return whole
        ways = {word: way for word in self._asked.words if (way := await self._way(word)) is not None}
        unknown = tuple(word for word in self._asked.words if word not in ways)
        for attempt in _attempts(list(ways.values())):
            found = await self._any_of(attempt)
            if found.passages:
                has_every_word = not unknown and len(attempt) == 1
                return Chosen(found.passages, found.more, nearest=not has_every_word, unknown=unknown)
        return Chosen([], more=False, unknown=unknown)

    async def _with_every_word(self) -> Chosen:
        exact = await self._find(tuple(Where("terms", "has", word) for word in self._asked.words))
        wider = tuple(map(_in_any_number, self._asked.words))
        if len(exact.items) >= FEW or all(isinstance(way.value, str) for way in wider):
            return Chosen(exact.items, exact.more)
        page = await self._find(wider)
        found = {each["id"]: each for each in (*exact.items, *page.items)}
        return Chosen(list(found.values())[:CANDIDATES], page.more)

    async def _way(self, word: str) -> Where | None:
        """How a word is looked for by itself: whole, or within others where nobody has it whole; None in vain."""
        ways = [_in_any_number(word)]
        if len(stem(word)) >= SHORTEST_PART:
            ways.append(Where("search", "contains", stem(word)))
        for way in ways:
            if (await self._find((way,), 1)).items:
                return way
        return None

    async def _any_of(self, attempt: Sequence[Conditions]) -> Chosen:
        limit = max(FEWEST, CANDIDATES // len(attempt))
        pages = [await self._find(conditions, limit) for conditions in attempt]
        found = {each["id"]: each for page in pages for each in page.items}
        more = any(page.more for page in pages) or len(found) > CANDIDATES
        return Chosen(list(found.values())[:CANDIDATES], more)

    async def _find(self, conditions: Conditions, limit: int = CANDIDATES) -> Page:
        query = passages_with(self._asked, conditions, limit)
        return await self._store.find(DOCUMENTS, self._organization_id, query)


def _attempts(ways: Sequence[Where]) -> Iterator[Sequence[Conditions]]:
    """What is looked for where not every word is there whole: all that are known, all but one, any."""
    if ways:
        yield [tuple(ways)]
    if len(ways) > 2:
        yield [(*ways[:n], *ways[n + 1 :]) for n in range(min(len(ways), ONE_LESS))]
    if len(ways) > 1:
        yield [(way,) for way in ways]


def _in_any_number(word: str) -> Where:
    """The word as it is written, or with or without the s of many plurals."""
    other = stem(word) if stem(word) != word else f"{word}s"
    return Where("terms", "has", (word, other) if len(word) >= SHORTEST_PART else word)
