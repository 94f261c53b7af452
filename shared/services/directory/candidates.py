"""Which published profiles a search ranks: those that have everything asked for, or else those that come nearest.

The store answers pages of at most `CANDIDATES` listings, the best placed first, by words it has looked up; what is
found is ranked in `shared.domain.directory.ranking` (DESIGN section 4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from shared.domain.directory.criteria import Ask, Criteria, in_words
from shared.domain.directory.listing import DIRECTORY, LISTED
from shared.services.ports import ORGANIZATIONS, Document, DocumentStore, Page, Query, Where

CANDIDATES: Final = 100  # of the 200 that may be ranked: half the time, and five pages
SHORTEST_PART: Final = 3  # letters of a word that are looked for within others
ONE_LESS: Final = 6  # searches that leave one thing out each, at most
FEWEST: Final = 40  # listings of each of several searches
FOR_A_PART: Final = 50  # listings with a part of a word: they are looked for text by text

Conditions: TypeAlias = tuple[Where, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The listings to rank, and `criteria` to judge them by. `left_out` of those looked at do not take such a customer;
    `more` tells that more matched than are here, `nearest` that none has everything."""

    listings: list[Document]
    criteria: Criteria
    more: bool
    left_out: int
    nearest: bool = False
    unknown: list[str] = field(default_factory=list)
    """The words nobody in the directory has, not even within another."""


def listings_query(conditions: Conditions, limit: int = CANDIDATES) -> Query:
    """Published profiles, the best placed first."""
    return Query((Where("kind", "eq", LISTED), *conditions), "placementKey", descending=True, limit=limit)


class Candidates:
    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def of(self, criteria: Criteria) -> Chosen:
        """Those to rank for what is asked; where nobody has all of it, those that have most of its words."""
        return await _Search(self._store, criteria).chosen()


class _Search:
    """One search. What it has asked the store once it does not ask again."""

    def __init__(self, store: DocumentStore, criteria: Criteria) -> None:
        self._store = store
        self._criteria = criteria
        self._must = tuple(map(_has, criteria.must))
        self._pages: dict[tuple[Conditions, int], Page] = {}

    async def chosen(self) -> Chosen:
        criteria = self._criteria
        exact = await self._exact(_all(criteria.asks))
        if exact.listings or exact.left_out or not criteria.asks:
            return exact
        words = in_words(criteria)
        known = [way for ask in words.asks if (way := await self._way(ask, is_alone=len(words.asks) == 1)) is not None]
        held = {way.value for way in known}
        unknown = [ask.said for ask in words.asks if ask.said not in held]
        judged_by = criteria if any(ask.tag for ask in criteria.asks) else words
        for attempt in _attempts(known, _all(criteria.asks)):
            near = await self._near(attempt)
            if near.listings:
                return replace(near, criteria=judged_by, unknown=unknown)
        return replace(exact, unknown=unknown)

    async def _way(self, ask: Ask, *, is_alone: bool) -> Where | None:
        """How a word is looked for: as a whole one, or within others where nobody has it whole; None in vain."""
        ways = [Where("terms", "has", ask.said)]
        if len(ask.said) >= SHORTEST_PART:
            ways.append(Where("search", "contains", ask.said))
        for way in ways:
            if (await self._find((way,), self._limit([(way,)]) if is_alone else 1)).items:
                return way
        return None

    async def _exact(self, conditions: Conditions) -> Chosen:
        """Listings that meet all conditions and take the customer; those that do not are counted."""
        page = await self._find(conditions)
        left_out = [one for one in page.items if not self._criteria.takes(one)]
        if page.more and self._must:
            page = await self._find((*conditions, *self._must))
        taking = [one for one in page.items if self._criteria.takes(one)]
        return Chosen(taking, self._criteria, page.more, len(left_out))

    async def _near(self, attempts: Sequence[Conditions]) -> Chosen:
        """Listings that meet all conditions of one attempt and take the customer; those that do not are passed over."""
        limit = self._limit(attempts)
        pages = [await self._find((*conditions, *self._must), limit) for conditions in attempts]
        found = {one["id"]: one for page in pages for one in page.items}
        best = sorted(found.values(), key=lambda one: float(one["placementKey"]), reverse=True)
        more = any(page.more for page in pages) or len(best) > CANDIDATES
        return Chosen(best[:CANDIDATES], self._criteria, more, 0, nearest=True)

    @staticmethod
    def _limit(attempts: Sequence[Conditions]) -> int:
        """How many listings to ask for, of each attempt."""
        if any(where.op == "contains" for conditions in attempts for where in conditions):
            return FOR_A_PART
        return max(FEWEST, CANDIDATES // len(attempts))

    async def _find(self, conditions: Conditions, limit: int = CANDIDATES) -> Page:
        known = self._pages.get((conditions, limit))
        if known is None:
            known = await self._store.find(ORGANIZATIONS, DIRECTORY, listings_query(conditions, limit))
            self._pages[conditions, limit] = known
        return known


def _attempts(known: Sequence[Where], tried: Conditions) -> Iterator[Sequence[Conditions]]:
    """What is looked for where not everything can be had: all there is, all but one, any. `tried` was in vain."""
    if known and set(known) != set(tried):
        yield [tuple(known)]
    if len(known) > 2:
        yield [(*known[:n], *known[n + 1 :]) for n in range(min(len(known), ONE_LESS))]
    if len(known) > 1:
        yield [(one,) for one in known]


def _all(asks: Iterable[Ask]) -> Conditions:
    return tuple(_has(ask.terms) for ask in asks)


def _has(one_of: tuple[str, ...]) -> Where:
    return Where("terms", "has", one_of if len(one_of) > 1 else one_of[0])
