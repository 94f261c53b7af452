"""What an offer still needs, computed when it is asked for."""

from __future__ import annotations

from typing import Any, Final

from shared.domain.errors import NotFound
from shared.domain.instants import instant
from shared.domain.offers.readiness import evaluate
from shared.domain.offers.readiness.limits import Limits
from shared.domain.organizations.organization import Caller
from shared.services.offering.keeping import profile_missing
from shared.services.offering.visible import VisibleOffers
from shared.services.offering.writing import NO_SUCH_OFFER
from shared.services.ports import Clock, DocumentStore

_RESULT: Final = ("coSell", "ipCoSell", "grid")


class OfferReadiness:
    def __init__(self, store: DocumentStore, visible: VisibleOffers, limits: Limits, clock: Clock) -> None:
        self._store = store
        self._visible = visible
        self._limits = limits
        self._clock = clock

    async def read(self, id: str, caller: Caller) -> dict[str, Any]:
        """Of an own offer's draft, with what is stored of it and how it came about; for the vendor of what is
        published. `version` is that of the offer, or of its snapshot. Raises NotFound."""
        seen = await self._visible.offer(id, caller)
        if seen.view == "csp":
            raise NotFound(NO_SUCH_OFFER)
        offer = seen.document
        now = evaluate(offer, await profile_missing(self._store, seen.owner_id), self._limits)
        stored = offer.get("readiness")
        is_current = stored is not None and all(stored[part] == now[part] for part in _RESULT)
        return {
            "offerId": id,
            "of": "draft" if seen.view == "own" else "published",
            **now,
            "coSellStatus": offer["coSellStatus"],
            "computedAt": instant(self._clock()),
            "stored": stored and {"at": stored["at"], "cause": stored["cause"], "isCurrent": is_current},
            "changes": offer.get("readinessChanges", []),
            "version": offer["version"],
        }
