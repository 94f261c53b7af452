"""Who takes part: organizations and their people, profiles and the directory, and what is known of their answers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from shared.services.ports import BlobStore, Clock, DocumentStore, FileParser
from shared.settings import Settings, SettingsError

if TYPE_CHECKING:
    from shared.domain.offers.readiness.limits import Limits
    from shared.domain.offers.reference import Reference
    from shared.services.directory.directory import Directory
    from shared.services.directory.profiles import Profiles
    from shared.services.insights.records import Records
    from shared.services.offering.keeping import ReadinessOfOffers
    from shared.services.organizations.companies import Companies
    from shared.services.organizations.organizations import Organizations
    from shared.services.organizations.people import People
    from shared.services.organizations.routing import Routing


@dataclass(frozen=True)
class Network:
    """Over one store, one blob store and one clock. `stopping` tells timers to end between items.

    Each service is imported and built when it is first asked for, so that a cold start pays only for what it answers.
    """

    settings: Settings
    store: DocumentStore
    blobs: BlobStore
    clock: Clock
    stopping: asyncio.Event

    @cached_property
    def organizations(self) -> Organizations:
        from shared.services.organizations.organizations import Organizations

        async def follow(organization_id: str, by: str) -> None:  # heavy, and rare
            await self.readiness_of_offers.recompute(organization_id, by)

        return Organizations(self.store, self.clock, follow)

    @cached_property
    def people(self) -> People:
        from shared.services.organizations.people import People

        return People(self.store, self.clock)

    @cached_property
    def parser(self) -> FileParser:
        from shared.adapters.guarded_parser import GuardedParser  # only uploads need it

        return GuardedParser(self.settings.parser_wall_limit)

    @cached_property
    def routing(self) -> Routing:
        from shared.services.organizations.routing import Routing

        return Routing(self.store, self.organizations, self.clock)

    @cached_property
    def directory(self) -> Directory:
        from shared.services.directory.directory import Directory

        return Directory(self.store, self.clock)

    @cached_property
    def records(self) -> Records:
        from shared.services.insights.records import Records

        return Records(self.store, self.directory, self.clock, self.settings.timer_budget, self.stopping)

    @cached_property
    def profiles(self) -> Profiles:
        from shared.services.directory.profiles import Profiles

        following = self.readiness_of_offers
        return Profiles(self.store, self.organizations, self.directory, self.records, following, self.clock)

    @cached_property
    def readiness_limits(self) -> Limits:
        from shared.domain.offers.readiness.limits import Limits

        chosen = self.settings
        revenue, months = chosen.ip_revenue_threshold, chosen.ip_revenue_months
        return Limits(revenue, months, chosen.max_solution_areas, chosen.max_sub_areas)

    @cached_property
    def readiness_of_offers(self) -> ReadinessOfOffers:
        from shared.services.offering.keeping import ReadinessOfOffers

        return ReadinessOfOffers(self.store, self.readiness_limits, self.clock)

    @cached_property
    def companies(self) -> Companies:
        from shared.services.organizations.companies import Companies

        return Companies(self.store, self.parser, self.clock)

    @cached_property
    def offer_reference(self) -> Reference:
        """Read at first use. Raises SettingsError where OFFER_REFERENCE names a file that is none."""
        from shared.domain.errors import Unreadable
        from shared.services.offering.reference_file import OURS, read_reference

        try:
            return read_reference(self.settings.offer_reference or OURS)
        except Unreadable as error:
            raise SettingsError(f"OFFER_REFERENCE: {error.detail}") from None

    @cached_property
    def vendor_products(self) -> dict[str, str]:
        """The vendor's catalogue, names by id."""
        return {each.id: each.name for each in self.offer_reference.vendor_solutions}
