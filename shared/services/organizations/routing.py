"""Which location a received referral goes to: an organization's rules, and what draft rules would have done."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from shared.domain.errors import Changed, Unavailable
from shared.domain.organizations import network, routing
from shared.domain.organizations.organization import Caller, Organization
from shared.domain.organizations.routing import Routed, Rule, StoredRouting
from shared.domain.referrals.document import Referral
from shared.domain.referrals.referral import upgraded
from shared.services.organizations.organizations import Organizations
from shared.services.ports import (
    ORGANIZATIONS,
    REFERRALS,
    Clock,
    Document,
    DocumentStore,
    Query,
    Stored,
    Where,
)
from shared.services.writing import written

if TYPE_CHECKING:
    from shared.domain.organizations.commands import Route, TryRules

REMEMBERED: Final = timedelta(seconds=60)
MOST_KNOWN: Final = 10_000
ATTEMPTS: Final = 3
AT_ONCE: Final = 16
PAGE: Final = 200
MOST_PAGES: Final = 5  # read for one replay: mirrors, which nobody routes, are in the same list


@dataclass(frozen=True, slots=True)
class Replayed:
    """One received referral: where it went, and where it would have gone."""

    referral: Referral
    would_go: Routed

    @property
    def is_moved(self) -> bool:
        return self.referral["locationId"] != self.would_go.location_id


class Routing:
    """Rules are remembered for a minute, as organizations are: delivering an event costs no read of its own. What this
    process changes itself it forgets at once."""

    def __init__(self, store: DocumentStore, organizations: Organizations, clock: Clock) -> None:
        self._store = store
        self._organizations = organizations
        self._clock = clock
        self._known: dict[str, tuple[datetime, tuple[Rule, ...]]] = {}
        self._changes = 0

    async def location_for(
        self, organization: Organization, *, country: str, solutions: Sequence[Mapping[str, Any]]
    ) -> str | None:
        """The id of the location that what is received now goes to; None for an organization without any.

        Raises StoreUnavailable.
        """
        rules = await self._rules(organization.id)
        return routing.routed(rules, organization, country, solutions).location_id

    async def read(self, caller: Caller) -> StoredRouting | None:
        """The caller's own, as they are stored now; None before there are any."""
        stored = await self._stored(caller.organization_id)
        return cast(StoredRouting, stored.document) if stored else None

    async def update(self, command: Route, caller: Caller, version: int | None) -> StoredRouting:
        """The rules from now on; version 0 says that there are none yet. Raises Invalid, Changed."""
        organization = await self._organization(caller)
        for _ in range(ATTEMPTS):
            stored = await self._stored(organization.id)
            before = cast(StoredRouting, stored.document) if stored else None
            if version is not None and (before["version"] if before else 0) != version:
                raise Changed("They were changed since you read them; read them again and decide anew.")
            after = routing.updated(before, command.as_rules(), organization, caller.user, self._clock())
            if after is before or await self._put(stored, after):
                return after
        raise Unavailable("They are being written by others right now; try again.")

    async def dry_run(self, command: TryRules, caller: Caller) -> list[Replayed]:
        """What these rules would have done with the last received referrals, newest first, by the solutions they have
        now. Writes nothing. Raises Invalid."""
        organization = await self._organization(caller)
        rules = command.as_rules()
        routing.require_sound(rules, organization)
        received = await self._last_received(organization.id, command.last)
        return [
            Replayed(one, routing.routed(rules, organization, one["customerCountry"], one["solutions"]))
            for one in received
        ]

    async def _last_received(self, organization_id: str, last: int) -> list[Referral]:
        rows = [*await self._newest("deal", organization_id, last), *await self._newest("lead", organization_id, last)]
        rows = sorted(rows, key=lambda row: (row["createdAt"], row["id"]), reverse=True)[:last]
        found: list[Referral] = []
        for start in range(0, len(rows), AT_ONCE):
            reads = (self._store.get(REFERRALS, organization_id, row["id"]) for row in rows[start : start + AT_ONCE])
            found += [upgraded(stored.document) for stored in await asyncio.gather(*reads) if stored is not None]
        return found

    async def _newest(self, kind: str, organization_id: str, last: int) -> list[Document]:
        found: list[Document] = []
        after: tuple[str, str] | None = None
        for _ in range(MOST_PAGES):
            page = await self._store.find(REFERRALS, organization_id, received_query(kind, PAGE, after))
            found += [row for row in page.items if not row.get("mirror")]
            if len(found) >= last or not page.more:
                break
            after = (page.items[-1]["createdAt"], page.items[-1]["id"])
        return found[:last]

    async def _organization(self, caller: Caller) -> Organization:
        """As it is stored now: a location added a moment ago in another process can be named at once."""
        return network.organization_of(cast(Document, await self._organizations.read(caller)))

    async def _rules(self, organization_id: str) -> tuple[Rule, ...]:
        now = self._clock()
        known = self._known.get(organization_id)
        if known is not None and now - known[0] < REMEMBERED:
            return known[1]
        changes = self._changes
        stored = await self._stored(organization_id)
        rules = routing.rules_of(stored.document if stored else None)
        if changes == self._changes:  # else it may be what was there before the change
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[organization_id] = (now, rules)
        return rules

    async def _stored(self, organization_id: str) -> Stored | None:
        return await self._store.get(ORGANIZATIONS, organization_id, routing.ID)

    async def _put(self, stored: Stored | None, after: StoredRouting) -> bool:
        """Whether nobody was first."""
        try:
            return await written(self._store, ORGANIZATIONS, stored, cast(Document, after))
        finally:
            self._changes += 1
            self._known.pop(after["organizationId"], None)


def received_query(kind: str, limit: int, after: tuple[str, str] | None = None) -> Query:
    """What an organization was sent, the newest first."""
    where = (Where("kind", "eq", kind), Where("direction", "eq", "incoming"))
    return Query(where, "createdAt", descending=True, limit=limit, after=after)
