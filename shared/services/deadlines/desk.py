"""The deadline desk: one list over everything of an organization that has a clock, the most pressing first.

What is ranked are candidates, found by an index: all that waits for an answer, the nearest deadlines of what is at work
and of what was won. Where an organization has more of them than `MOST`, the answer says that it is not complete.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from shared.domain.deadlines.clocks import Kind
from shared.domain.deadlines.ranking import KINDS, Item, items_of
from shared.domain.errors import FieldError, Invalid, Unreadable
from shared.domain.instants import NEVER, from_instant, instant
from shared.domain.organizations.organization import Caller, Role
from shared.services.paging import cursor, limit_of, read_cursor
from shared.services.ports import REFERRALS, Clock, DocumentStore, Page, Query, Where

Walk = Literal["received", "coming", "passed", "won"]

MOST: Final = 200  # candidates of one walk (DESIGN section 4); reading and ranking one costs some 30 us
WALKS_OF: Final[Mapping[Kind, frozenset[Walk]]] = {
    "answer": frozenset({"received"}),
    "their_answer": frozenset({"coming", "passed"}),
    "flame": frozenset({"received", "coming", "passed"}),
    "registration": frozenset({"won"}),
    "close_date": frozenset({"coming", "passed"}),
}
"""A referral stands at its earliest deadline; where that has passed, a later one of it may still run."""
_STAGE: Final[Mapping[Walk, str]] = {
    "received": "received", "coming": "accepted", "passed": "accepted", "won": "archived",
}  # fmt: skip
_ANSWERERS: Final = (Role.REFERRALS_ADMIN, Role.REFERRALS_USER, Role.SELLER)
_SORT: Final = "rank"


@dataclass(frozen=True, slots=True)
class DeadlineRequest:
    """What a caller asks for, as text: `kind` is one or several with commas between, `mine` is true or false."""

    kind: str | None = None
    mine: str | None = None
    limit: str | None = None
    after: str | None = None

    @property
    def filters(self) -> dict[str, str | None]:
        return {"kind": self.kind, "mine": self.mine}


@dataclass(frozen=True, slots=True)
class Ranked:
    """Deadlines as they were at `as_of`, the most pressing first. `complete` where none was left out by the limit of
    candidates; `after` is the next page's cursor, which ranks as of the same instant."""

    items: list[Item]
    as_of: datetime
    complete: bool
    after: str | None


class DeadlineDesk:
    def __init__(self, store: DocumentStore, clock: Clock, vendor_id: str) -> None:
        self._store = store
        self._clock = clock
        self._vendor_id = vendor_id

    async def ranked(self, request: DeadlineRequest, caller: Caller) -> Ranked:
        """One page of the caller's organization's deadlines. Raises Invalid, Unreadable."""
        now = self._clock()
        kinds, mine, limit = read_filters(request.kind, request.mine), is_true(request.mine), limit_of(request.limit)
        as_of, last = _read_position(request, now)
        found, complete = await self.running(caller, kinds, mine=mine, as_of=as_of)
        still = [item for item in found if item.at > instant(now) or item.kind == "close_date"]
        items = [item for item in still if last is None or _position(item) > last]
        shown = items[:limit]
        after = None
        if len(items) > limit:
            _, at, key = _position(shown[-1])
            after = cursor(_SORT, request.filters, f"{instant(as_of)}|{shown[-1].score}|{at}", key)
        return Ranked(shown, as_of, complete, after)

    async def running(
        self, caller: Caller, kinds: frozenset[Kind], *, mine: bool, as_of: datetime | None = None
    ) -> tuple[list[Item], bool]:
        """All of them, the most pressing first, and whether that is all there are."""
        now = as_of or self._clock()
        walks = sorted(frozenset[Walk]().union(*(WALKS_OF[kind] for kind in kinds)))
        pages = await asyncio.gather(*(self._page(caller, candidates(walk, now)) for walk in walks))
        rows = (row for page in pages for row in page.items)
        items = (item for row in rows if not mine or _is_mine(row, caller) for item in self._items(row, now))
        found = sorted((item for item in items if item.kind in kinds), key=_position)
        return found, not any(page.more for page in pages)

    async def _page(self, caller: Caller, query: Query) -> Page:
        return await self._store.find(REFERRALS, caller.organization_id, query)

    def _items(self, row: Mapping[str, object], now: datetime) -> Iterator[Item]:
        return items_of(row, now, self._vendor_id)


def candidates(walk: Walk, now: datetime) -> Query:
    """The referrals of one walk, the nearest first."""
    at = instant(now)
    conditions: dict[Walk, tuple[Where, ...]] = {
        "received": (),
        "coming": (Where("deadlineAt", "ge", at), Where("deadlineAt", "lt", NEVER)),
        "passed": (Where("deadlineAt", "lt", at),),
        "won": (Where("deadlineAt", "ge", at), Where("deadlineAt", "lt", NEVER)),
    }
    where = (Where("stage", "eq", _STAGE[walk]), *conditions[walk])
    return Query(where, "deadlineAt", descending=walk == "passed", limit=MOST)


def read_filters(kind: str | None, mine: str | None) -> frozenset[Kind]:
    """The kinds asked for, all where none is named. Raises Invalid for what neither filter knows."""
    named = [each.strip() for each in kind.split(",")] if kind else list(KINDS)
    errors = []
    if not set(named) <= set(KINDS):
        errors.append(FieldError("kind", "unknown_value", f"Use one or more of: {', '.join(KINDS)}."))
    if mine not in (None, "true", "false"):
        errors.append(FieldError("mine", "unknown_value", "Use true or false."))
    if errors:
        raise Invalid(errors)
    return frozenset(each for each in KINDS if each in named)


def is_true(mine: str | None) -> bool:
    return mine == "true"


def _is_mine(row: Mapping[str, object], caller: Caller) -> bool:
    """In its team; or nobody has taken it yet, and the caller may answer it (DOMAIN: life cycle, "Team")."""
    team = row.get("teamMembers") or []
    if isinstance(team, list) and team:
        return caller.user in team
    return row["stage"] == "received" and caller.has_any(*_ANSWERERS)


_Position = tuple[float, str, str]


def _position(item: Item) -> _Position:
    return (-item.score, item.at, item.key)


def _read_position(request: DeadlineRequest, now: datetime) -> tuple[datetime, _Position | None]:
    """As of when to rank, and after what to go on. Raises Unreadable."""
    if not request.after:
        return now, None
    key, id = read_cursor(request.after, _SORT, request.filters)
    try:
        as_of, score, at = key.split("|")
        return from_instant(as_of), (-float(score), at, id)
    except ValueError:
        raise Unreadable(
            "`after` is not a cursor this list gave; start again without it.", code="wrong_cursor"
        ) from None
