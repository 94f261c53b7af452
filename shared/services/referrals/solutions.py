"""Whether what a deal sells refers to offers as it should, and to co-sell ready ones (DOMAIN: "Terms")."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from shared.domain.errors import FieldError, Invalid
from shared.domain.ids import is_legal_id
from shared.domain.offers.published import PUBLISHED
from shared.domain.organizations.customer_names import folded
from shared.domain.organizations.organization import Caller
from shared.domain.referrals import solutions as rules
from shared.domain.referrals.document import Referral
from shared.domain.referrals.referral import is_own
from shared.domain.referrals.solutions import READY, Offered, Rule, Solution, Standing
from shared.services.ports import OFFERS, Clock, DocumentStore, Query, Where

REMEMBERED: Final = timedelta(seconds=60)
MOST_REMEMBERED: Final = 10_000

Key = tuple[str, str]  # whose partition, which offer


def ready_query(status: str, limit: int, after: tuple[str, str] | None = None) -> Query:
    """Offers of one co-sell status by name."""
    return Query((Where("coSellStatus", "eq", status),), "sortName", limit=limit, after=after)


class Solutions:
    """`products` is the vendor's catalogue, names by id; `help_needs_ready` refuses to ask for help without a ready
    offer. What is shown of an offer's status, and whether an organization has a ready offer at all, may be a minute
    old; an offer that is newly named is always looked up."""

    def __init__(
        self, store: DocumentStore, clock: Clock, rule: Rule, products: Mapping[str, str], *, help_needs_ready: bool
    ) -> None:
        self._store = store
        self._clock = clock
        self._rule = rule
        self._products = products
        self._product_names = frozenset(map(folded, products.values()))
        self._help_needs_ready = help_needs_ready
        self._offers: dict[Key, tuple[datetime, Offered]] = {}
        self._has_ready: dict[str, tuple[datetime, bool]] = {}

    async def check(self, solutions: Sequence[Solution], caller: Caller, kept: Iterable[Solution] = ()) -> None:
        """Raises Invalid for each that is not among those `kept` and refers to no offer, or to a wrong one."""
        if self._rule == "never":
            return
        before = list(kept)
        new = [(n, each) for n, each in enumerate(solutions) if each not in before]
        named = {_key(each, caller.organization_id) for _, each in new if _is_an_offer(each)}
        offers = await self._look_up(named)
        errors = [await self._error(f"solutions.{n}.offerId", each, caller, offers) for n, each in new]
        if found := [error for error in errors if error]:
            raise Invalid(found)

    async def require_ready_for_help(self, referral: Referral) -> None:
        """Raises Invalid where help is asked, none of its solutions is co-sell ready, and the setting refuses that."""
        if not self._help_needs_ready or referral["help"] is None:
            return
        if not await self._is_ready(referral, is_fresh=True):
            message = "No solution of this deal is a co-sell ready offer: choose one that is before you ask for help."
            raise Invalid.field("solutions", "no_ready_solution", message)

    async def standing(self, referral: Referral) -> Standing:
        """How the solutions stand, for what is warned of while the deal is worked on."""
        if referral["stage"] != "accepted" or referral["mirror"]:
            return Standing()
        asks = referral["help"] is not None and (is_own(referral) or referral["organizationKind"] == "vendor")
        is_ready = asks and await self._is_ready(referral, is_fresh=False)
        return Standing(is_ready, tuple(self._without_offer(referral)))

    async def _is_ready(self, referral: Referral, *, is_fresh: bool) -> bool:
        """Whether one of its solutions is a co-sell ready offer; what others sell is theirs in what is published."""
        owner = referral["organizationId"] if is_own(referral) else PUBLISHED
        keys = {_key(each, owner) for each in referral["solutions"] if _is_an_offer(each)}
        known = {} if is_fresh else {key: offered for key in keys if (offered := self._remembered(key)) is not None}
        offers = {**known, **await self._look_up(keys - known.keys())}
        return any(offered is not None and offered.is_ready for offered in offers.values())

    def _without_offer(self, referral: Referral) -> list[str]:
        """Said once the vendor sees the deal; of own ones not beside a help request, whose own warning says it."""
        if self._rule == "never" or not is_own(referral) or referral["dealType"] not in ("partner_led", "co_sell"):
            return []
        own_too = referral["dealType"] == "partner_led"
        return [
            each["name"]
            for each in referral["solutions"]
            if rules.offer_of(each) is None
            and (own_too or each["kind"] != "own")
            and not (each["kind"] == "vendor" and folded(each["name"]) in self._product_names)
        ]

    async def _error(
        self, field: str, solution: Solution, caller: Caller, offers: Mapping[Key, Offered | None]
    ) -> FieldError | None:
        kind, id = solution["kind"], rules.offer_of(solution)
        if id is None:
            return rules.offer_needed(field, kind) if await self._needs_offer(solution, caller) else None
        if kind == "vendor":
            return rules.product_error(field, id, self._products)
        offered = offers[_key(solution, caller.organization_id)]
        if kind == "own":
            return rules.own_error(field, offered)
        return rules.third_party_error(field, offered, caller.organization_id)

    async def _needs_offer(self, solution: Solution, caller: Caller) -> bool:
        """Whether a bare name will not do."""
        if solution["kind"] == "vendor" and folded(solution["name"]) in self._product_names:
            return False
        if self._rule == "always":
            return True
        return solution["kind"] == "own" and await self._has_ready_offer(caller)

    async def _has_ready_offer(self, caller: Caller) -> bool:
        """Offers are the partners'."""
        if caller.organization.kind != "partner":
            return False
        now, id = self._clock(), caller.organization_id
        known = self._has_ready.get(id)
        if known is None or now - known[0] >= REMEMBERED:
            pages = await asyncio.gather(*(self._store.find(OFFERS, id, ready_query(status, 1)) for status in READY))
            known = (now, any(page.items for page in pages))
            self._has_ready[id] = known
        return known[1]

    async def _look_up(self, keys: Iterable[Key]) -> dict[Key, Offered | None]:
        """The offers as they are stored now; None for one there is not, and for what can be no id."""
        wanted = list(keys)
        found = await asyncio.gather(*(self._read(key) for key in wanted))
        offers = dict(zip(wanted, found, strict=True))
        if len(self._offers) > MOST_REMEMBERED:
            self._offers.clear()
        now = self._clock()
        self._offers |= {key: (now, offered) for key, offered in offers.items() if offered}
        return offers

    async def _read(self, key: Key) -> Offered | None:
        partition, id = key
        stored = await self._store.get(OFFERS, partition, id) if is_legal_id(id) else None
        return rules.of_offer(stored.document) if stored else None

    def _remembered(self, key: Key) -> Offered | None:
        at, offered = self._offers.get(key, (None, None))
        return offered if at is not None and self._clock() - at < REMEMBERED else None


def _is_an_offer(solution: Solution) -> bool:
    return solution["kind"] != "vendor" and rules.offer_of(solution) is not None


def _key(solution: Mapping[str, Any], owner: str) -> Key:
    """Where the offer is: one's own, or what is published."""
    return owner if solution["kind"] == "own" else PUBLISHED, str(solution["offerId"])
