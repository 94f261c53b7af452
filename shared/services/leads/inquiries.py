"""Customers' inquiries: each becomes a lead at the partner it is for, at once, and once (issue 5, "Leads")."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, cast

from shared.domain.engagements.invitations import Reception
from shared.domain.errors import FieldError, Invalid, Unavailable
from shared.domain.ids import derived_id, is_legal_id
from shared.domain.leads.commands import Inquiry, MarketplaceLead
from shared.domain.leads.inquirer import PARTITION, Placed, inquirer_id, placed
from shared.domain.leads.lead import Asking, direct_lead
from shared.domain.leads.marketplace import asking_of
from shared.domain.organizations.organization import Organization
from shared.domain.places import EVERYWHERE
from shared.services.directory.directory import Directory
from shared.services.leads.counters import InquiryLimits
from shared.services.organizations.organizations import Organizations
from shared.services.organizations.routing import Routing
from shared.services.ports import (
    REFERRALS,
    WORK,
    AlreadyExists,
    Clock,
    Document,
    DocumentStore,
)
from shared.services.writing import written

ATTEMPTS: Final = 5
A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rules:
    """How leads are received: time to answer, whether the customer is withheld until then, inquiries a day that one
    address may send."""

    window: timedelta
    withhold: bool
    most_per_address: int


@dataclass(frozen=True, slots=True)
class Submitted:
    """What an anonymous sender learns: a reference that says nothing of the partner's copy, and whether the same
    inquiry was there already."""

    reference: str
    replayed: bool


def reference_of(lead_id: str) -> str:
    return derived_id("reference", lead_id)


class Inquiries:
    def __init__(
        self,
        store: DocumentStore,
        organizations: Organizations,
        directory: Directory,
        routing: Routing,
        limit: InquiryLimits,
        clock: Clock,
        rules: Rules,
    ) -> None:
        self._store = store
        self._organizations = organizations
        self._directory = directory
        self._routing = routing
        self._limit = limit
        self._clock = clock
        self._rules = rules

    async def submit(self, inquiry: Inquiry, client: str, language: str | None = None) -> Submitted:
        """Somebody's inquiry from `client`, an address on the network. Raises Invalid, TooMany, Unavailable."""
        await self._limit.take(client)
        partner, profile = await self._receiver(inquiry.partner_id, "partnerId")
        _require_wanted(profile, inquiry, partner.name)
        return await self._received(Asking.of(inquiry, language), partner, self._rules.most_per_address)

    async def from_marketplace(self, lead: MarketplaceLead, publisher: str) -> Submitted:
        """What the marketplace's feed sends; it vouches for itself with a key, and no limit applies. Raises Invalid."""
        partner, _ = await self._receiver(publisher, "publisher")
        return await self._received(asking_of(lead), partner, None)

    async def _receiver(self, id: str, field: str) -> tuple[Organization, Document]:
        """Raises Invalid for one that does not receive leads, or does not exist: nobody learns which."""
        profile = await self._directory.entry(id) if is_legal_id(id) else None
        partner = await self._organizations.get(id) if profile is not None else None
        if profile is None or partner is None or partner.kind != "partner":
            message = "This partner receives no inquiries here. Find another in the directory: /directory"
            raise Invalid.field(field, "not_receiving", message)
        return partner, profile

    async def _received(self, asking: Asking, partner: Organization, most: int | None) -> Submitted:
        """The lead and the memory of its address are two writes; whatever happens between them, sending it again makes
        the lead of the first."""
        place = await self._placed(asking, partner, most)
        sent = place.sent
        if place.is_new or await self._store.get(REFERRALS, partner.id, sent["id"]) is None:
            country, solutions = asking.customer["country"], asking.solutions
            location = await self._routing.location_for(partner, country=country, solutions=solutions)
            how = Reception(self._rules.window, location, withhold=self._rules.withhold)
            lead = direct_lead(asking, sent["id"], partner, self._clock(), how, confirm=sent["mailed"])
            with suppress(AlreadyExists):  # whoever sent it at the same time was first
                await self._store.insert(REFERRALS, cast(Document, lead))
        return Submitted(reference_of(sent["id"]), replayed=not place.is_new)

    async def _placed(self, asking: Asking, partner: Organization, most: int | None) -> Placed:
        email: str = asking.customer["contact"]["email"]
        keep = self._rules.window + A_DAY
        for _ in range(ATTEMPTS):
            stored = await self._store.get(WORK, PARTITION, inquirer_id(email))
            before = stored.document if stored else None
            place = placed(before, email, partner.id, asking.need, self._clock(), keep, most)
            if place.document is None:
                return place
            if await written(self._store, WORK, stored, place.document):
                return place
        raise Unavailable("Other inquiries of this address are being taken in; try again.")


def _require_wanted(profile: Mapping[str, Any], inquiry: Inquiry, partner: str) -> None:
    """A customer outside the partner's markets or sizes does not get that partner. Raises Invalid."""
    markets, sizes = profile["markets"], profile["customerSizes"]
    errors = []
    if markets != [EVERYWHERE] and inquiry.country not in markets:
        where = f"/directory?country={inquiry.country}"
        message = f"{partner} does not serve customers in this country. Find partners that do: {where}"
        errors.append(FieldError("country", "outside_markets", message))
    if inquiry.size is not None and inquiry.size not in sizes:
        where = f"/directory?size={inquiry.size}"
        message = f"{partner} does not serve customers of this size. Find partners that do: {where}"
        errors.append(FieldError("size", "outside_sizes", message))
    if errors:
        raise Invalid(errors)
