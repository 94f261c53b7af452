"""What the vendor does with published offers: list them, decide on one, record what it knows. Each is one write of the
snapshot; the offer itself is told by the outbox.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from shared.domain.errors import Changed, Invalid, NotAllowed, NotFound, Unavailable
from shared.domain.ids import is_legal_id
from shared.domain.offers.commands import DecideOffer, RecordCertificate
from shared.domain.offers.published import PUBLISHED, READERS, summary_for_others
from shared.domain.offers.readiness import evaluate
from shared.domain.offers.readiness.limits import Limits
from shared.domain.offers.review import Snapshot, certified, decided
from shared.domain.organizations.organization import Caller
from shared.services.offering.keeping import profile_missing
from shared.services.offering.writing import NO_SUCH_OFFER
from shared.services.paging import Listed, cursor, limit_of, read_cursor
from shared.services.ports import OFFERS, ChangedMeanwhile, Clock, DocumentStore, Query, Stored, Where

ATTEMPTS: Final = 5
FILTERS: Final[Mapping[str, tuple[str, ...]]] = {
    "reviewState": ("in_review", "decided"),
    "coSellStatus": ("in_review", "sent_back", "co_sell_ready", "ip_co_sell_eligible"),
}
SORTS: Final = {"name": "sortName", "created": "createdAt", "updated": "updatedAt", "requested": "reviewRequestedAt"}
SORTED_BY: Final = {"reviewState": "requested", "coSellStatus": "name", "csp": "name"}
"""What a filtered list is sorted by; the queue by when its review was asked for, the oldest first."""


class OfferReviews:
    def __init__(self, store: DocumentStore, limits: Limits, clock: Clock) -> None:
        self._store = store
        self._limits = limits
        self._clock = clock

    async def decide(self, id: str, command: DecideOffer, caller: Caller, version: int | None = None) -> Snapshot:
        """Decide on what is published, with its publisher's profile as it is now. Raises NotFound, Changed,
        NotPossible where nothing is in review, ChecksFailed."""
        snapshot = (await self._stored(id)).document
        lacking = await profile_missing(self._store, snapshot["publisherId"])

        def change(before: Snapshot) -> Snapshot:
            readiness = evaluate(before, lacking, self._limits)
            return decided(before, command, readiness, caller.user, self._clock())

        return await self._write(id, version, change)

    async def certify(
        self, id: str, command: RecordCertificate, caller: Caller, version: int | None = None
    ) -> Snapshot:
        """Record what the vendor knows of an offer. Raises NotFound, Changed, Invalid."""
        return await self._write(id, version, lambda before: certified(before, command, caller.user, self._clock()))

    async def list(
        self,
        caller: Caller,
        review: str | None = None,
        status: str | None = None,
        sort: str | None = None,
        limit: str | None = None,
        after: str | None = None,
    ) -> Listed:
        """One page of what is published: for the vendor everything, for partners what is available in CSP. Raises
        NotAllowed, Invalid, Unreadable."""
        wanted = _wanted(caller, review, status)
        chosen, order_by = _sort(wanted, sort)
        query = Query(
            where=tuple(Where(field, "eq", value) for field, value in wanted.items()),
            order_by=order_by,
            descending=chosen.startswith("-"),
            limit=limit_of(limit),
            after=read_cursor(after, chosen, wanted) if after else None,
        )
        page = await self._store.find(OFFERS, PUBLISHED, query)
        last = page.items[-1] if page.more else None
        return Listed(
            [summary_for_others(item, caller) for item in page.items],
            cursor(chosen, wanted, last[order_by], last["id"]) if last else None,
        )

    async def _stored(self, id: str) -> Stored:
        stored = await self._store.get(OFFERS, PUBLISHED, id) if is_legal_id(id) else None
        if stored is None:
            raise NotFound(NO_SUCH_OFFER)
        return stored

    async def _write(self, id: str, version: int | None, change: Callable[[Snapshot], Snapshot]) -> Snapshot:
        for _ in range(ATTEMPTS):
            stored = await self._stored(id)
            if version is not None and version != stored.document["version"]:
                raise Changed("It was published anew, or decided, since you read it; look at it again.")
            after = change(stored.document)
            try:
                await self._store.replace(stored, OFFERS, after)
            except ChangedMeanwhile:
                continue
            return after
        raise Unavailable("It is being written by others right now; try again.")


def _wanted(caller: Caller, review: str | None, status: str | None) -> dict[str, str | None]:
    """The conditions: at most one of the two filters, which are the vendor's."""
    given = {"reviewState": ("review", review), "coSellStatus": ("status", status)}
    chosen = {field: (name, value) for field, (name, value) in given.items() if value}
    if caller.organization.kind != "vendor":
        if chosen:
            raise NotAllowed("Only the vendor sees how an offer was decided.")
        return {"csp": "yes"}
    if not caller.has_any(*READERS):
        raise NotAllowed(f"This needs one of the roles: {', '.join(sorted(READERS))}.")
    for field, (name, value) in chosen.items():
        if value not in FILTERS[field]:
            raise Invalid.field(name, "unknown_value", f"Use one of: {', '.join(FILTERS[field])}.")
    if len(chosen) > 1:
        raise Invalid.field("status", "one_filter", "Filter by `review` or by `status`, not by both.")
    return {field: value for field, (_, value) in chosen.items()}


def _sort(wanted: Mapping[str, str | None], sort: str | None) -> tuple[str, str]:
    """How it is sorted, as asked and as the field. Raises Invalid."""
    fixed = next((SORTED_BY[field] for field in wanted), None)
    chosen = sort or fixed or "name"
    known = (fixed,) if fixed else ("name", "created", "updated")
    if chosen.removeprefix("-") not in known:
        raise Invalid.field("sort", "unknown_value", f"Use one of: {', '.join(known)}.")
    return chosen, SORTS[chosen.removeprefix("-")]
