"""What an organization does with its own offers: create, read, save a draft, list. Uploads change them too
(services/uploads)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, cast

from shared.domain.errors import Invalid, NotFound
from shared.domain.ids import is_legal_id, new_id
from shared.domain.offers import offer as offers
from shared.domain.offers.commands import CreateOffer, Scope
from shared.domain.offers.drafting import edited, require_areas, require_known
from shared.domain.offers.offer import Offer
from shared.domain.offers.publishing import gone_live, published
from shared.domain.offers.readiness.limits import Limits
from shared.domain.offers.reference import Reference
from shared.domain.organizations.organization import Caller
from shared.services.idempotency import Created, hash_of, keyed_id, require_same
from shared.services.offering.keeping import kept
from shared.services.offering.writing import NO_SUCH_OFFER, change_offer, require_offer
from shared.services.paging import Listed, cursor, limit_of, read_cursor
from shared.services.ports import OFFERS, AlreadyExists, Clock, DocumentStore, Query

Decide: TypeAlias = Callable[[Offer | None], tuple[Offer | None, Offer]]
SORTS: Final = {"name": "sortName", "created": "createdAt", "updated": "updatedAt"}


class Offers:
    def __init__(self, store: DocumentStore, clock: Clock, limits: Limits, reference: Callable[[], Reference]) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self._reference = reference

    async def create(self, command: CreateOffer, caller: Caller, key: str | None = None) -> Created[Offer]:
        """A new draft. Raises Invalid, KeyReused."""
        require_areas(command.document()["solutionAreas"], self._limits)
        require_known(command.document(), self._reference())
        now = self._clock()
        id = keyed_id(caller, "create_offer", key) if key else new_id(now)
        new = offers.created(command, id, caller, now, hash_of(command) if key else None)
        new = await kept(self._store, new, self._limits)
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
            after = edited(known, patch, caller.user, self._clock(), self._limits, self._reference())
            return (None if after is known else after), after

        return await self._change(id, caller, decide)

    async def publish(self, id: str, scope: Scope, caller: Caller, version: int | None = None) -> Offer:
        """Put the draft on its way to be in force. Raises NotFound, NotPossible with the reason, Changed."""

        def decide(offer: Offer | None) -> tuple[Offer | None, Offer]:
            after = published(require_offer(offer, version), scope, caller.user, self._clock())
            return after, after

        return await self._change(id, caller, decide)

    async def go_live(self, id: str, caller: Caller, version: int | None = None) -> Offer:
        """Take a validated offer live. Raises NotFound, NotPossible, Changed."""

        def decide(offer: Offer | None) -> tuple[Offer | None, Offer]:
            after = gone_live(require_offer(offer, version), caller.user, self._clock())
            return after, after

        return await self._change(id, caller, decide)

    async def _change(self, id: str, caller: Caller, decide: Decide) -> Offer:
        return await change_offer(self._store, caller.organization_id, id, decide, limits=self._limits)

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
