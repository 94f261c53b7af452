"""What a solution of a deal can be: own ready offers, published ones of other companies, the vendor's products."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from shared.domain.errors import Invalid
from shared.domain.ids import is_legal_id
from shared.domain.lists import SolutionKind
from shared.domain.offers.published import PUBLISHED
from shared.domain.organizations.customer_names import folded
from shared.domain.organizations.organization import Caller
from shared.domain.referrals.solutions import READY, Offered, of_offer
from shared.services.ports import OFFERS, Clock, Document, DocumentStore, Query, Where
from shared.services.referrals.solutions import ready_query

KINDS: Final[tuple[SolutionKind, ...]] = ("own", "third_party", "vendor")
SHORTEST: Final = 2  # letters
LONGEST: Final = 200
MOST: Final = 20
REMEMBERED: Final = timedelta(seconds=60)
PAGE: Final = 200
MOST_PAGES: Final = 10
"""Of each status of published offers are kept in mind: 4,000 offers. Those after them are found by how they begin."""
_LAST: Final = "\uffff"  # sorts behind every letter


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a solution may refer to; `publisher` is whose offer it is, of other companies' ones."""

    kind: SolutionKind
    id: str
    name: str
    status: str | None = None
    publisher_id: str | None = None
    publisher_name: str | None = None

    def view(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "offerId": self.id,
            "name": self.name,
            "coSellStatus": self.status,
            "publisherId": self.publisher_id,
            "publisherName": self.publisher_name,
        }


def begins_query(status: str, text: str) -> Query:
    """Offers of one co-sell status whose name begins so."""
    where = (
        Where("coSellStatus", "eq", status),
        Where("sortName", "ge", text.casefold()),
        Where("sortName", "lt", text.casefold() + _LAST),
    )
    return Query(where, "sortName", limit=MOST)


class SolutionSuggestions:
    """`products` is the vendor's catalogue, names by id. Published offers may be a minute old."""

    def __init__(self, store: DocumentStore, clock: Clock, products: Mapping[str, str]) -> None:
        self._store = store
        self._clock = clock
        self._products = [Suggested("vendor", id, name) for id, name in products.items()]
        self._published: tuple[datetime, list[Offered], bool] | None = None

    async def find(self, q: str, kind: str | None, caller: Caller) -> list[Suggested]:
        """The best first, at most `MOST`. Without `q` one's own offers, or those of the kind asked for that can be
        told without one. Raises Invalid."""
        _check(q, kind)
        kinds = KINDS if kind is None else (kind,)
        found: list[Suggested] = []
        if "own" in kinds:
            found += await self._own(caller)
        if "third_party" in kinds and q:
            found += await self._of_others(q, caller)
        if "vendor" in kinds and (q or kind):
            found += self._products
        return _ranked(found, q)

    async def one(self, kind: str, id: str, caller: Caller) -> Suggested | None:
        """What a solution of this kind that names this id refers to; None where it can refer to nothing."""
        if kind == "vendor":
            return next((each for each in self._products if each.id == id), None)
        if kind not in KINDS or not is_legal_id(id):
            return None
        stored = await self._store.get(OFFERS, caller.organization_id if kind == "own" else PUBLISHED, id)
        offered = of_offer(stored.document) if stored else None
        if offered is None or not offered.is_ready:
            return None
        if kind == "own":
            return Suggested("own", offered.id, offered.name, offered.status)
        return None if offered.publisher_id == caller.organization_id else _of_another(offered)

    async def _own(self, caller: Caller) -> list[Suggested]:
        if caller.organization.kind != "partner":
            return []
        finds = (self._store.find(OFFERS, caller.organization_id, ready_query(status, PAGE)) for status in READY)
        pages = await asyncio.gather(*finds)
        return [Suggested("own", one["id"], one["name"], one["coSellStatus"]) for page in pages for one in page.items]

    async def _of_others(self, q: str, caller: Caller) -> list[Suggested]:
        offers, is_more = await self._all_published()
        if is_more:
            finds = (self._store.find(OFFERS, PUBLISHED, begins_query(status, q)) for status in READY)
            offers = [*offers, *(of_offer(one) for page in await asyncio.gather(*finds) for one in page.items)]
        return [
            _of_another(one)
            for one in {each.id: each for each in offers}.values()
            if one.publisher_id != caller.organization_id
        ]

    async def _all_published(self) -> tuple[list[Offered], bool]:
        """The ready ones, and whether there are more than are kept in mind."""
        now = self._clock()
        if self._published is None or now - self._published[0] >= REMEMBERED:
            walks = await asyncio.gather(*(self._walk(status) for status in READY))
            offers = [of_offer(one) for items, _ in walks for one in items]
            self._published = (now, offers, any(more for _, more in walks))
        return self._published[1], self._published[2]

    async def _walk(self, status: str) -> tuple[list[Document], bool]:
        items: list[Document] = []
        after = None
        for _ in range(MOST_PAGES):
            page = await self._store.find(OFFERS, PUBLISHED, ready_query(status, PAGE, after))
            items += page.items
            if not page.more:
                return items, False
            after = (page.items[-1]["sortName"], page.items[-1]["id"])
        return items, True


def _of_another(one: Offered) -> Suggested:
    return Suggested("third_party", one.id, one.name, one.status, one.publisher_id, one.publisher_name)


def _check(q: str, kind: str | None) -> None:
    if kind is not None and kind not in KINDS:
        raise Invalid.field("kind", "unknown_value", f"Use one of: {', '.join(KINDS)}.")
    if len(q) > LONGEST:
        raise Invalid.field("q", "too_long", f"Search for at most {LONGEST} letters.")
    if kind == "third_party" and not q:
        raise Invalid.field("q", "too_short", f"Search for other companies' offers from {SHORTEST} letters on.")
    if q and len(q) < SHORTEST:
        raise Invalid.field("q", "too_short", f"Search from {SHORTEST} letters on, or for nothing: your own offers.")


def _ranked(found: Iterable[Suggested], q: str) -> list[Suggested]:
    """Names that begin so, then those with a word that does, then those that have it anywhere, or whose publisher
    does; one's own first among equals, then by name."""
    text = folded(q) if q else ""
    placed = []
    for one in found:
        name, publisher = folded(one.name), folded(one.publisher_name or "")
        place = next((n for n, fits in enumerate(_fits(text, name, publisher)) if fits), None)
        if place is not None:
            placed.append((place, KINDS.index(one.kind), name, one.id, one))
    return [one for *_, one in sorted(placed, key=lambda each: each[:4])[:MOST]]


def _fits(text: str, name: str, publisher: str) -> tuple[bool, ...]:
    return name.startswith(text), f" {text}" in name, text in name, text in publisher
