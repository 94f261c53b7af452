"""What a request is like, by the marks requests are compared with: solution, country, size, industry, qualification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from shared.domain.organizations.customer_names import folded

Dimension = Literal["location", "solution", "country", "size", "industry", "qualification"]
DIMENSIONS: Final[tuple[Dimension, ...]] = ("location", "solution", "country", "size", "industry", "qualification")
NONE: Final = "*none*"
"""Nobody said. No folded text, code or id looks like it."""

MOST_SOLUTIONS: Final = 10  # of one request that count: the first ones


def traits_of(referral: Mapping[str, Any]) -> dict[str, list[str]]:
    """Comparable values by dimension; the location is no trait of the request itself."""
    customer = referral["customer"]
    names = dict.fromkeys(folded(one["name"]) for one in referral["solutions"])
    return {
        "solution": list(names)[:MOST_SOLUTIONS] or [NONE],
        "country": [referral["customerCountry"]],
        "size": [customer.get("size") or NONE],
        "industry": [folded(customer["industry"])] if customer.get("industry") else [NONE],
        "qualification": [referral["qualification"] or referral["kind"]],
    }


def labels_of(referral: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """How values that are compared folded are written: by dimension and value."""
    solutions = {folded(one["name"]): one["name"] for one in reversed(referral["solutions"])}
    industry = referral["customer"].get("industry")
    return {"solution": solutions, "industry": {folded(industry): industry} if industry else {}}
