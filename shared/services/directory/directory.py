"""The public directory: what is published of partners, and the search over it.

A search ranks at most 100 candidates, the best placed first (DESIGN section 4); which these are is `candidates`' part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from shared.domain.directory import criteria as asked
from shared.domain.directory import listing
from shared.domain.directory.criteria import Criteria
from shared.domain.directory.listing import DIRECTORY
from shared.domain.directory.profile import Profile
from shared.domain.directory.ranking import Ranked, ranked, reasons
from shared.domain.errors import Unavailable
from shared.domain.ids import is_legal_id
from shared.services.directory.candidates import Candidates
from shared.services.paging import cursor, limit_of, read_cursor
from shared.services.ports import (
    ORGANIZATIONS,
    Clock,
    Document,
    DocumentStore,
)
from shared.services.writing import written

ATTEMPTS: Final = 10  # the profile is written by then; the copy should follow, whoever else writes it
SORT: Final = "score"


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found, the best first. `left_out` of the partners that were looked at do not take such a
    customer; `more` tells that more matched than were ranked, `nearest` that none has everything asked for."""

    items: list[dict[str, Any]]
    after: str | None
    ranked: int
    more: bool
    left_out: int
    nearest: bool
    unknown: list[str] = field(default_factory=list)
    """What nobody in the directory names."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A partner somebody else's customer may turn to, and why."""

    organization_id: str
    name: str
    url_path: str
    reason: str


class Directory:
    def __init__(self, store: DocumentStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._candidates = Candidates(store)

    async def entry(self, organization_id: str) -> Document | None:
        """What is published of a partner; None where nothing is, and so no leads are taken."""
        if not is_legal_id(organization_id):
            return None
        stored = await self._store.get(ORGANIZATIONS, DIRECTORY, organization_id)
        return stored.document if stored is not None and listing.is_listed(stored.document) else None

    async def publish(self, draft: Profile, organization: Document, record: Mapping[str, Any] | None = None) -> None:
        """Show what the draft says, unless something newer is shown. `record` is the response record to begin with."""
        await self._write(
            draft["organizationId"],
            lambda before: listing.published(before, draft, organization, record, self._clock()),
        )

    async def take_back(self, draft: Profile) -> None:
        """Show nothing of it any more."""
        await self._write(
            draft["organizationId"],
            lambda before: None if before is None else listing.taken_back(before, draft, self._clock()),
        )

    async def record(self, draft: Profile) -> None:
        """Show what the vendor records, where it is published."""
        await self._write(
            draft["organizationId"],
            lambda before: None if before is None else listing.recorded(before, draft, self._clock()),
        )

    async def with_record(self, organization_id: str, record: Mapping[str, Any]) -> None:
        """Show another response record, and rank by it: `answered`, `inTime`, `expired`, `medianHours`, `accepted`,
        `unreported` and `placement` from 0 to 1. Nothing happens where the partner was never published."""

        def change(before: Document | None) -> Document | None:
            after = None if before is None else listing.with_record(before, record, self._clock())
            return None if after is before else after

        await self._write(organization_id, change)

    async def search(self, given: Mapping[str, str], limit: str | None = None, after: str | None = None) -> Found:
        """One page of the partners that fit. Raises Invalid, Unreadable."""
        criteria = asked.read_criteria(given)
        most = limit_of(limit)
        past = read_cursor(after, SORT, criteria.given) if after else None
        candidates = await self._candidates.of(criteria)
        places = ranked(candidates.listings, candidates.criteria)
        rest = [one for one in places if past is None or (one.key, one.listing["id"]) > past]
        page = rest[:most]
        last = page[-1] if len(rest) > most else None
        return Found(
            [_item(one, candidates.criteria) for one in page],
            cursor(SORT, criteria.given, last.key, last.listing["id"]) if last else None,
            ranked=len(places),
            more=candidates.more,
            left_out=candidates.left_out,
            nearest=candidates.nearest,
            unknown=candidates.unknown,
        )

    async def alternatives(
        self,
        country: str | None,
        size: str | None,
        solutions: Sequence[Mapping[str, Any]],
        industry: str | None,
        *,
        exclude: set[str],
        limit: int = 3,
    ) -> list[Alternative]:
        """Partners a customer may choose instead: those that take it, the best fitting first, then the best placed."""
        names = [str(solution["name"]) for solution in solutions if solution.get("name")]
        criteria = asked.wanted(country, size, names, industry)
        found = await self._candidates.of(criteria)
        places = [one for one in ranked(found.listings, criteria) if one.listing["id"] not in exclude]
        if len(places) < limit:
            anybody = await self._candidates.of(replace(criteria, asks=()))
            known = {one.listing["id"] for one in places} | exclude
            places += [one for one in ranked(anybody.listings, criteria) if one.listing["id"] not in known]
        return [_alternative(one, criteria) for one in places[:limit]]

    async def _write(self, organization_id: str, change: Callable[[Document | None], Document | None]) -> None:
        """One conditional write of a listing, or none where there is nothing to change."""
        for _ in range(ATTEMPTS):
            stored = await self._store.get(ORGANIZATIONS, DIRECTORY, organization_id)
            after = change(stored.document if stored else None)
            if after is None or await written(self._store, ORGANIZATIONS, stored, after):
                return
        raise Unavailable("The directory is being written by others right now; try again.")


def _item(one: Ranked, criteria: Criteria) -> dict[str, Any]:
    shown = (
        "id", "name", "country", "about", "industries", "products", "services", "solutions", "keywords", "markets",
        "customerSizes", "places", "competencies", "record",
    )  # fmt: skip
    return {
        **{name: one.listing[name] for name in shown},
        "score": one.score,
        "fit": one.fit,
        "reasons": reasons(one.listing, criteria),
    }


def _alternative(one: Ranked, criteria: Criteria) -> Alternative:
    told = " ".join(text for text in reasons(one.listing, criteria) if not text.startswith("Does not name"))
    id = one.listing["id"]
    return Alternative(id, one.listing["name"], f"/directory/{id}", told)
