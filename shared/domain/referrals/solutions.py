"""What a deal sells: which solutions refer to an offer, and what is wrong with one that does (decision 0021)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from shared.domain.errors import FieldError

Rule = Literal["when_ready", "always", "never"]
"""Whether solutions must refer to offers: once the organization has a ready one, in any case, or not at all."""

READY: Final = ("co_sell_ready", "ip_co_sell_eligible")
"""The co-sell statuses that make an offer one to sell together."""
NO_OFFER: Final = "optional until offers exist"
"""What the API's own example has for an `offerId`: programs made from it say this and mean none."""

Solution = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer a solution may refer to, as little of it as that needs."""

    id: str
    name: str
    status: str
    publisher_id: str
    publisher_name: str

    @property
    def is_ready(self) -> bool:
        return self.status in READY


@dataclass(frozen=True, slots=True)
class Standing:
    """How a deal's solutions stand now. `without_offer` are the names a partner should choose an offer for."""

    is_ready: bool = False
    """Whether one of them at least is a co-sell ready offer."""
    without_offer: tuple[str, ...] = ()


def offer_of(solution: Solution) -> str | None:
    """The id of the offer, or of the vendor's product, that it refers to."""
    given = solution.get("offerId")
    return None if given in (None, "", NO_OFFER) else str(given)


def of_offer(document: Mapping[str, Any]) -> Offered:
    """From a stored offer or a published snapshot."""
    owner = document["organizationId"]
    return Offered(
        document["id"],
        document["name"],
        document["coSellStatus"],
        document.get("publisherId") or owner,
        document.get("publisherName") or "",
    )


def own_error(field: str, offered: Offered | None) -> FieldError | None:
    """What is wrong with a solution of kind `own` that names this offer; None where nothing is."""
    if offered is None:
        message = "Your organization has no such offer; choose one of your co-sell ready offers."
        return FieldError(field, "unknown_offer", message)
    if not offered.is_ready:
        message = f"“{offered.name}” is not co-sell ready; its page says what to do. Choose one that is."
        return FieldError(field, "offer_not_ready", message)
    return None


def third_party_error(field: str, offered: Offered | None, organization_id: str) -> FieldError | None:
    """The same of kind `third_party`. What others have and is not ready does not exist for whoever asks."""
    if offered is not None and offered.publisher_id == organization_id:
        return FieldError(field, "own_offer", "This offer is your own; use the kind “own” for it.")
    if offered is None or not offered.is_ready:
        message = "No other company has a co-sell ready offer of this id; look for it by its name."
        return FieldError(field, "unknown_offer", message)
    return None


def product_error(field: str, id: str, products: Mapping[str, str]) -> FieldError | None:
    """The same of kind `vendor`."""
    if id in products:
        return None
    message = "The vendor's catalogue has no such product; choose one of it."
    return FieldError(field, "unknown_product", message)


NEEDED: Final = {
    "own": "Choose which of your co-sell ready offers this is.",
    "third_party": "Choose the co-sell ready offer this is; look for it by its name.",
    "vendor": "Choose the product of the vendor's catalogue this is.",
}
"""What to do about a solution that should refer to something, and does not."""


def offer_needed(field: str, kind: str) -> FieldError:
    return FieldError(field, "offer_needed", NEEDED[kind])
