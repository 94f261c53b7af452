"""Readiness is kept with the offer: whoever changes it, in whatever way, stores what that did to its checks."""

from __future__ import annotations

import asyncio
from typing import Any, Final, cast

from shared.domain.directory import profile
from shared.domain.directory.profile import PROFILE, Profile
from shared.domain.errors import FieldError
from shared.domain.instants import from_instant
from shared.domain.offers.offer import Offer, stored_offer
from shared.domain.offers.readiness import recomputed
from shared.domain.offers.readiness.limits import Limits
from shared.domain.organizations.network import NETWORK
from shared.services.ports import OFFERS, ORGANIZATIONS, ChangedMeanwhile, Clock, Document, DocumentStore, Query, Stored

PAGE: Final = 200
ATTEMPTS: Final = 5
PROFILE_CHANGED: Final = "profile"
_RESULT: Final = ("coSell", "ipCoSell", "grid")


async def kept(store: DocumentStore, offer: Offer, limits: Limits) -> Offer:
    """The offer, as it is about to be stored, with its readiness; the cause is its last change. Raises
    StoreUnavailable."""
    last = offer["history"][-1]
    at = from_instant(offer["updatedAt"])
    lacking = await profile_missing(store, offer["organizationId"])
    values = recomputed(cast(Document, offer), lacking, limits, last["action"], last["by"], at)
    return cast(Offer, {**offer, **values})


async def profile_missing(store: DocumentStore, organization_id: str) -> list[FieldError]:
    """What keeps an organization's profile from being complete, as both are stored now. Raises StoreUnavailable."""
    stored, organization = await asyncio.gather(
        store.get(ORGANIZATIONS, organization_id, PROFILE), store.get(ORGANIZATIONS, NETWORK, organization_id)
    )
    draft = stored.document if stored else {field: [] for field in profile.SAID}
    return profile.missing(cast(Profile, draft), organization.document["locations"] if organization else [])


class ReadinessOfOffers:
    """Brings the readiness of an organization's offers up to date with what is not their own: the business profile."""

    def __init__(self, store: DocumentStore, limits: Limits, clock: Clock) -> None:
        self._store = store
        self._limits = limits
        self._clock = clock

    async def recompute(self, organization_id: str, by: str) -> None:
        """Of each offer whose checks say something else now; no domain change. Doing it again finds nothing to do.

        Raises StoreUnavailable.
        """
        lacking = await profile_missing(self._store, organization_id)
        after = None
        while True:
            page = await self._store.find(OFFERS, organization_id, Query(limit=PAGE, after=after))
            for each in page.items:
                await self._recompute_one(organization_id, each["id"], lacking, by)
            if not page.more:
                return
            after = (page.items[-1]["createdAt"], page.items[-1]["id"])

    async def _recompute_one(self, organization_id: str, id: str, lacking: list[FieldError], by: str) -> None:
        for _ in range(ATTEMPTS):
            stored = await self._store.get(OFFERS, organization_id, id)
            if stored is None or await self._is_written(stored, lacking, by):
                return

    async def _is_written(self, stored: Stored, lacking: list[FieldError], by: str) -> bool:
        offer = cast(Document, stored_offer(stored.document))
        values = recomputed(offer, lacking, self._limits, PROFILE_CHANGED, by, self._clock())
        if _same(offer["readiness"], values["readiness"]):
            return True
        try:
            await self._store.replace(stored, OFFERS, {**offer, **values})
        except ChangedMeanwhile:
            return False
        return True


def _same(before: dict[str, Any] | None, after: dict[str, Any]) -> bool:
    return before is not None and all(before[part] == after[part] for part in _RESULT)
