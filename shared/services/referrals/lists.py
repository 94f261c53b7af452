"""Lists of deals and of leads: tabs, filters, search, sort, keyset pages (DOMAIN: "Tabs")."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, get_args

from shared.domain.errors import FieldError, Invalid
from shared.domain.instants import instant
from shared.domain.leads.lead import HOT_FOR, is_hot
from shared.domain.organizations.organization import Caller, OrganizationKind
from shared.domain.referrals.document import Kind, Outcome, Stage
from shared.domain.referrals.view import summary
from shared.services.paging import MOST, Listed, cursor, limit_of, read_cursor
from shared.services.ports import REFERRALS, Clock, DocumentStore, Query, Where
from shared.services.referrals.favourites import Favourites

DEAL_TABS: Final[Mapping[str, tuple[Where, ...]]] = {
    "inbound": (Where("direction", "eq", "incoming"),),
    "outbound": (Where("direction", "eq", "outgoing"),),
    "favourites": (),
}
QUALIFIED: Final = ("marketing_qualified", "sales_qualified")
SORTS: Final = {
    "name": "sortName",
    "customer": "sortCustomer",
    "stage": "stage",
    "created": "createdAt",
    "updated": "updatedAt",
    "expiry": "sortExpiry",
}
SHORTEST_SEARCH: Final = 3
OFFERED: Final = 50  # deals a lead may be accepted into, of each direction


@dataclass(frozen=True, slots=True)
class ListRequest:
    """What a caller asks of a list, as text; checked by `query_of`."""

    tab: str = "inbound"
    stage: str | None = None
    outcome: str | None = None
    q: str | None = None
    sort: str = "-created"
    limit: str | None = None
    after: str | None = None

    @property
    def filters(self) -> dict[str, str | None]:
        return {"tab": self.tab, "stage": self.stage, "outcome": self.outcome, "q": self.q}


class ReferralLists:
    def __init__(self, store: DocumentStore, favourites: Favourites, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._favourites = favourites

    async def deals(self, request: ListRequest, caller: Caller) -> Listed:
        """One page of the caller's organization's deals. Raises Invalid, Unreadable."""
        return await self._page(request, query_of(request), caller)

    async def leads(self, request: ListRequest, caller: Caller) -> Listed:
        """One page of the caller's organization's leads. Raises Invalid, Unreadable."""
        return await self._page(request, leads_query(request, caller.organization.kind), caller)

    async def hot_leads(self, caller: Caller) -> list[dict[str, Any]]:
        """The leads whose customer waits for a call, the longest waiting last; nothing of another organization's."""
        now = self._clock()
        page = await self._store.find(REFERRALS, caller.organization_id, hot_query(now))
        found = [item for item in page.items if is_hot(item, now)]
        return [summary(item, favourite=False) for item in found]

    async def open_deals(self, caller: Caller) -> list[dict[str, Any]]:
        """The deals the caller's organization works on now, the last changed first; at most `OFFERED` of each
        direction."""
        pages = await asyncio.gather(
            *(self._store.find(REFERRALS, caller.organization_id, open_query(tab)) for tab in ("outbound", "inbound"))
        )
        found = [item for page in pages for item in page.items if not item.get("mirror")]
        newest = sorted(found, key=lambda item: str(item["updatedAt"]), reverse=True)
        return [summary(item, favourite=False) for item in newest]

    async def _page(self, request: ListRequest, query: Query, caller: Caller) -> Listed:
        hearts = await self._favourites.of(caller)
        if request.tab == "favourites":
            query = among(query, hearts)
        page = await self._store.find(REFERRALS, caller.organization_id, query)
        after = None
        if page.more:
            last = page.items[-1]
            after = cursor(request.sort, request.filters, last[query.order_by], last["id"])
        return Listed([summary(item, favourite=item["id"] in hearts) for item in page.items], after)


def query_of(request: ListRequest) -> Query:
    """The store's query for a request. Raises Invalid for values outside the lists, Unreadable for a wrong cursor."""
    return _query(request, "deal", DEAL_TABS)


def leads_query(request: ListRequest, organization: OrganizationKind) -> Query:
    """The same for leads: partners receive them, the vendor's sellers send the qualified ones."""
    direction = Where("direction", "eq", "incoming" if organization == "partner" else "outgoing")
    tabs = {
        "marketplace": (direction, Where("qualification", "eq", "direct")),
        "qualified": (direction, Where("qualification", "in", QUALIFIED)),
        "favourites": (),
    }
    return _query(request, "lead", tabs)


def hot_query(now: datetime) -> Query:
    """The leads received in the time one can be hot, the newest first."""
    since = Where("createdAt", "gt", instant(now - HOT_FOR))
    where = (Where("kind", "eq", "lead"), Where("direction", "eq", "incoming"), since)
    return Query(where, "createdAt", descending=True, limit=MOST)


def open_query(tab: str) -> Query:
    """A tab's deals that are accepted and not closed, the last changed first."""
    where = (Where("kind", "eq", "deal"), *DEAL_TABS[tab], Where("stage", "eq", "accepted"))
    return Query(where, "updatedAt", descending=True, limit=OFFERED)


def _query(request: ListRequest, kind: Kind, tabs: Mapping[str, tuple[Where, ...]]) -> Query:
    _require_known(request, tabs)
    where = [Where("kind", "eq", kind), *tabs[request.tab]]
    if request.stage is not None:
        where.append(Where("stage", "eq", request.stage))
    if request.outcome is not None:
        where.append(Where("outcome", "eq", request.outcome))
    if request.q is not None:
        where.append(Where("search", "contains", request.q.casefold()))
    return Query(
        where=tuple(where),
        order_by=SORTS[request.sort.removeprefix("-")],
        descending=request.sort.startswith("-"),
        limit=limit_of(request.limit),
        after=read_cursor(request.after, request.sort, request.filters) if request.after else None,
    )


def _require_known(request: ListRequest, tabs: Iterable[str]) -> None:
    choices = {
        "tab": (request.tab, tuple(tabs)),
        "stage": (request.stage, get_args(Stage)),
        "outcome": (request.outcome, get_args(Outcome)),
        "sort": (request.sort.removeprefix("-"), tuple(SORTS)),
    }
    errors = [
        FieldError(field, "unknown_value", f"Use one of: {', '.join(known)}.")
        for field, (value, known) in choices.items()
        if value is not None and value not in known
    ]
    if request.q is not None and len(request.q) < SHORTEST_SEARCH:
        errors.append(FieldError("q", "too_short", f"Search from {SHORTEST_SEARCH} letters on."))
    if request.q is not None and len(request.q) > 200:
        errors.append(FieldError("q", "too_long", "Search for at most 200 letters."))
    if errors:
        raise Invalid(errors)


def among(query: Query, ids: frozenset[str]) -> Query:
    """The query, of these documents only."""
    return replace(query, where=(*query.where, Where("id", "in", tuple(sorted(ids)))))
