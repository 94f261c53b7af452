"""What an organization does with its own offers: create, read, save a draft, list. Uploads change them too
(services/uploads)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from shared.domain.errors import Invalid, NotFound
from shared.domain.ids import is_legal_id, new_id
from shared.domain.offers import offer as offers
from shared.domain.offers.commands import CreateOffer
from shared.domain.offers.drafting import edited, require_areas
from shared.domain.offers.offer import Offer
from shared.domain.offers.readiness.limits import Limits
from shared.domain.organizations.organization import Caller
from shared.services.idempotency import Created, hash_of, keyed_id, require_same
from shared.services.offering.writing import NO_SUCH_OFFER, change_offer, require_offer
from shared.services.paging import Listed, cursor, limit_of, read_cursor
from shared.services.ports import OFFERS, AlreadyExists, Clock, DocumentStore, Query

SORTS: Final = {"name": "sortName", "created": "createdAt", "updated": "updatedAt"}


class Offers:
    def __init__(self, store: DocumentStore, clock: Clock, limits: Limits) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits

    async def create(self, command: CreateOffer, caller: Caller, key: str | None = None) -> Created[Offer]:
        """A new draft. Raises Invalid, KeyReused."""
        require_areas(command.document()["solutionAreas"], self._limits)
        now = self._clock()
        id = keyed_id(caller, "create_offer", key) if key else new_id(now)
        new = offers.created(command, id, caller, now, hash_of(command) if key else None)
        try:
            await self._store.insert(OFFERS, cast(dict[str, Any], new))
        except AlreadyExists:
            known = await self._store.get(OFFERS, caller.organization_id, id)
            if known is None:
                raise
            require_same(known.document["commandHash"], new["commandHash"])
            return Created(offers.stored_offer(known.document), replayed=True)
        return Created(new, replayed=False)

    async def read(self, id: str, caller: Caller) -> Offer:
        """Raises NotFound, also for another organization's."""
        stored = await self._store.get(OFFERS, caller.organization_id, id) if is_legal_id(id) else None
        if stored is None:
            raise NotFound(NO_SUCH_OFFER)
        return offers.stored_offer(stored.document)

    async def edit(self, id: str, patch: Mapping[str, Any], caller: Caller, version: int | None) -> Offer:
        """Save the draft, complete or not, after a JSON merge patch. Raises NotFound, Invalid, Changed."""

        def decide(offer: Offer | None) -> tuple[Offer | None, Offer]:
            known = require_offer(offer, version)
            after = edited(known, patch, caller.user, self._clock(), self._limits)
            return (None if after is known else after), after

        return await change_offer(self._store, caller.organization_id, id, decide)

    async def list(
        self, caller: Caller, sort: str = "-created", limit: str | None = None, after: str | None = None
    ) -> Listed:
        """One page of the organization's offers. Raises Invalid, Unreadable."""
        order_by = SORTS.get(sort.removeprefix("-"))
        if order_by is None:
            raise Invalid.field("sort", "unknown_value", f"Use one of: {', '.join(SORTS)}.")
        query = Query(
            order_by=order_by,
            descending=sort.startswith("-"),
            limit=limit_of(limit),
            after=read_cursor(after, sort, {}) if after else None,
        )
        page = await self._store.find(OFFERS, caller.organization_id, query)
        last = page.items[-1] if page.more else None
        return Listed(
            [offers.summary(item) for item in page.items],
            cursor(sort, {}, last[order_by], last["id"]) if last else None,
        )
