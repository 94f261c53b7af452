"""Lists of deals: tabs, filters, search, sort, keyset pages (DOMAIN: "Tabs")."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, get_args

from shared.domain.errors import FieldError, Invalid
from shared.domain.organizations.organization import Caller
from shared.domain.referrals.referral import Outcome, Stage
from shared.domain.referrals.view import summary
from shared.services.favourites import Favourites
from shared.services.paging import Listed, cursor, limit_of, read_cursor
from shared.services.ports import REFERRALS, DocumentStore, Query, Where

TABS: Final = {"inbound": "incoming", "outbound": "outgoing", "favourites": None}
SORTS: Final = {
    "name": "sortName",
    "customer": "sortCustomer",
    "stage": "stage",
    "created": "createdAt",
    "updated": "updatedAt",
    "expiry": "sortExpiry",
}
SHORTEST_SEARCH: Final = 3


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
    def __init__(self, store: DocumentStore, favourites: Favourites) -> None:
        self._store = store
        self._favourites = favourites

    async def deals(self, request: ListRequest, caller: Caller) -> Listed:
        """One page of the caller's organization's deals. Raises Invalid, Unreadable."""
        query = query_of(request)
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
    _require_known(request)
    where = [Where("kind", "eq", "deal")]
    direction = TABS[request.tab]
    if direction is not None:
        where.append(Where("direction", "eq", direction))
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


def _require_known(request: ListRequest) -> None:
    choices = {
        "tab": (request.tab, tuple(TABS)),
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
