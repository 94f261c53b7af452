"""What the operator may set of the rules of readiness; the defaults are the documented values."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Limits:
    """`revenue` is US dollars in `revenue_months` months; areas and sub-areas are the most an offer may name."""

    revenue: Decimal = Decimal(100_000)
    revenue_months: int = 12
    solution_areas: int = 3
    sub_areas: int = 2
