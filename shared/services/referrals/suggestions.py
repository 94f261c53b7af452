"""What a new deal can start from: customers of the organization's own referrals and company list, recent employees."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from shared.domain.errors import Invalid
from shared.domain.ids import is_legal_id
from shared.domain.organizations import company, suggestion
from shared.domain.organizations.customer_names import customer_key, folded
from shared.domain.organizations.organization import Caller
from shared.domain.organizations.suggestion import MOST, Search, Suggestion
from shared.services.ports import REFERRALS, WORK, Clock, Document, DocumentStore, Query, Stored, Where

LOOKED_AT: Final = 200  # the newest referrals, and the first companies, that hold the text
RECENT: Final = 50  # own deals, the last changed
REMEMBERED: Final = timedelta(seconds=60)
AT_ONCE: Final = 16

RECENT_DEALS: Final = Query(
    (Where("kind", "eq", "deal"), Where("direction", "eq", "outgoing")), "updatedAt", descending=True, limit=RECENT
)

Employee = dict[str, str]


def companies_query(search: Search) -> Query:
    """Entries of the company list that hold the text."""
    where = [Where("type", "eq", company.TYPE), Where("search", "contains", search.text)]
    if search.country:
        where.append(Where("country", "eq", search.country))
    return Query(tuple(where), "sortName", limit=LOOKED_AT)


def customers_query(search: Search) -> Query:
    """Referrals whose customer has that D-U-N-S number, or that hold the text anywhere."""
    where = Where("dunsNumber", "eq", search.q) if search.is_number else Where("search", "contains", search.text)
    return Query((where,), "createdAt", descending=True, limit=LOOKED_AT)


class Suggestions:
    def __init__(self, store: DocumentStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._employees: dict[str, tuple[datetime, list[Employee]]] = {}

    async def customers(self, search: Search, caller: Caller) -> list[Suggestion]:
        """The caller's organization's own, the best first. Raises Invalid."""
        search.check()
        listed, met = await asyncio.gather(self._companies(search, caller), self._customers_met(search, caller))
        return suggestion.ranked([*listed, *met], search)

    async def customer(self, reference: str, caller: Caller) -> Suggestion | None:
        """The one suggestion that `reference` names, if the caller's organization has it."""
        source, _, id = reference.partition(".")
        container = {"companies": WORK, "referrals": REFERRALS}.get(source)
        if container is None or not is_legal_id(id):
            return None
        stored = await self._store.get(container, caller.organization_id, id)
        if stored is None:
            return None
        if source == "companies":
            return suggestion.of_company(stored.document) if stored.document.get("type") == company.TYPE else None
        return suggestion.of_customer(stored.document["customer"], id) if _is_known(stored.document) else None

    async def employees(self, q: str, caller: Caller) -> list[Employee]:
        """Who worked on the organization's latest own deals, the last named first. Raises Invalid."""
        if len(q) > suggestion.LONGEST:
            raise Invalid.field("q", "too_long", f"Search for at most {suggestion.LONGEST} letters.")
        wanted = folded(q) if q else ""
        found = await self._recent_employees(caller)
        return [one for one in found if wanted in folded(" ".join(one.values()))][:RECENT]

    async def _companies(self, search: Search, caller: Caller) -> list[Suggestion]:
        page = await self._store.find(WORK, caller.organization_id, companies_query(search))
        return list(filter(search.takes, map(suggestion.of_company, page.items)))

    async def _customers_met(self, search: Search, caller: Caller) -> list[Suggestion]:
        """Of each customer the newest referral. Those not accepted yet may not be known in full, so they are not
        used."""
        page = await self._store.find(REFERRALS, caller.organization_id, customers_query(search))
        newest: dict[tuple[str | None, ...], str] = {}
        for item in page.items:
            if _is_known(item) and (search.is_number or search.names(item["customerName"])):
                place = (item["customerCountry"], item.get("customerCity"), item.get("dunsNumber"))
                newest.setdefault((customer_key(item["customerName"]), *place), item["id"])
        read = await self._read(list(newest.values())[: 2 * MOST], caller)
        found = [suggestion.of_customer(each.document["customer"], each.document["id"]) for each in read]
        return list(filter(search.takes, found))

    async def _recent_employees(self, caller: Caller) -> list[Employee]:
        now = self._clock()
        known = self._employees.get(caller.organization_id)
        if known is not None and now - known[0] < REMEMBERED:
            return known[1]
        page = await self._store.find(REFERRALS, caller.organization_id, RECENT_DEALS)
        deals = await self._read([item["id"] for item in page.items], caller)
        found = _each_once(person for deal in deals for person in deal.document["employees"])
        self._employees[caller.organization_id] = (now, found)
        return found

    async def _read(self, ids: list[str], caller: Caller) -> list[Stored]:
        """The organization's referrals of these ids, in their order."""
        read: list[Stored | None] = []
        for start in range(0, len(ids), AT_ONCE):
            batch = ids[start : start + AT_ONCE]
            read += await asyncio.gather(*(self._store.get(REFERRALS, caller.organization_id, id) for id in batch))
        return [stored for stored in read if stored is not None]


def _is_known(referral: Document) -> bool:
    """Worked here, and no error."""
    return referral["acceptedAt"] is not None and referral["outcome"] != "error"


def _each_once(people: Iterable[Any]) -> list[Employee]:
    """By e-mail address, as they were named last."""
    found: dict[str, Employee] = {}
    for person in people:
        found.setdefault(person["email"].casefold(), person)
    return list(found.values())
