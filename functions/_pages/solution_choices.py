"""What a deal's solution can refer to, as its form offers it."""

from __future__ import annotations

from shared.bootstrap import services
from shared.domain.organizations.organization import Caller

OWN = "Our co-sell ready offers"
PRODUCTS = "The vendor's products"

Choices = dict[str, dict[str, str]]
"""Names by id, by group."""


async def choices_of(caller: Caller) -> Choices:
    """One's own ready offers and the vendor's catalogue; other companies' offers are looked for by name."""
    with_ = await services()
    own = await with_.solution_suggestions.find("", None, caller)
    groups = {OWN: {one.id: one.name for one in own}, PRODUCTS: dict(with_.vendor_products)}
    return {title: names for title, names in groups.items() if names}
