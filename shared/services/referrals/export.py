"""A tab of deals or of leads, filtered, as a CSV file (DOMAIN: "Bulk CSV"; contacts without a live consent are blank).

It walks `createdAt, id`, oldest first, whatever order the page shows: what is created or edited meanwhile moves
nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from shared.domain.organizations.organization import Caller
from shared.domain.referrals.document import Referral
from shared.domain.referrals.referral import is_contact_hidden, upgraded
from shared.domain.referrals.rows import COLUMNS, LEAD_COLUMNS, is_contact_left_out, lead_row, row
from shared.parsing.csv_text import BOM, csv_text
from shared.services.paging import MOST, cursor
from shared.services.ports import REFERRALS, Clock, DocumentStore, Page, Query
from shared.services.referrals.favourites import Favourites
from shared.services.referrals.lists import ListRequest, among, leads_query, query_of

AT_ONCE: Final = 16  # whole documents read at the same time, as timers do; each is a point read


@dataclass(frozen=True, slots=True)
class Exported:
    """The file in UTF-8, how many contacts were left out of it, and the cursor of what did not fit, or None."""

    content: bytes
    contacts_withheld: int
    after: str | None


class DealExport:
    def __init__(self, store: DocumentStore, favourites: Favourites, clock: Clock, most_rows: int) -> None:
        self._store = store
        self._clock = clock
        self._favourites = favourites
        self._most_rows = most_rows

    async def deals(self, request: ListRequest, caller: Caller) -> Exported:
        """The deals a list of this request names, whatever its sort and limit. Raises Invalid, Unreadable."""
        walk = _walk(request)
        return await self._file(walk, query_of(walk), caller, COLUMNS, row, is_contact_left_out)

    async def leads(self, request: ListRequest, caller: Caller) -> Exported:
        """The same of leads. Raises Invalid, Unreadable."""
        walk, now = _walk(request), self._clock()

        def left_out(lead: Referral) -> bool:
            return is_contact_left_out(lead) or is_contact_hidden(lead, now)

        query = leads_query(walk, caller.organization.kind)
        return await self._file(walk, query, caller, LEAD_COLUMNS, partial(lead_row, now=now), left_out)

    async def _file(
        self,
        walk: ListRequest,
        query: Query,
        caller: Caller,
        columns: Sequence[str],
        row_of: Callable[[Referral], list[str]],
        is_left_out: Callable[[Referral], bool],
    ) -> Exported:
        if walk.tab == "favourites":
            query = among(query, await self._favourites.of(caller))
        pieces, left_out, after = [BOM + csv_text([columns])], 0, None
        async for page in self._pages(query, caller):
            async for referrals in self._whole(page, caller):
                pieces.append(csv_text(map(row_of, referrals)))
                left_out += sum(map(is_left_out, referrals))
            last = page.items[-1]
            after = cursor(walk.sort, walk.filters, last[query.order_by], last["id"]) if page.more else None
        return Exported("".join(pieces).encode(), left_out, after)

    async def _pages(self, query: Query, caller: Caller) -> AsyncIterator[Page]:
        """As many as hold the most rows a file may have; the last one says whether there are more."""
        rows = self._most_rows
        more = True
        while more and rows > 0:
            page = await self._store.find(REFERRALS, caller.organization_id, replace(query, limit=min(MOST, rows)))
            if not page.items:
                return
            yield page
            last = page.items[-1]
            query = replace(query, after=(last[query.order_by], last["id"]))
            rows -= len(page.items)
            more = page.more

    async def _whole(self, page: Page, caller: Caller) -> AsyncIterator[list[Referral]]:
        """The documents behind a page of summaries, in its order, some at a time; what is gone by now is not there."""
        ids = [item["id"] for item in page.items]
        for start in range(0, len(ids), AT_ONCE):
            reads = (self._store.get(REFERRALS, caller.organization_id, id) for id in ids[start : start + AT_ONCE])
            found = await asyncio.gather(*reads)
            yield [upgraded(stored.document) for stored in found if stored is not None]


def _walk(request: ListRequest) -> ListRequest:
    """The same list in the order of a file, in pages as large as they may be."""
    return replace(request, sort="created", limit=str(MOST))
