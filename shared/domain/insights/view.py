"""What people and programs see of a response record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from shared.domain.insights import record as records
from shared.domain.insights.figures import rates, unreported
from shared.domain.insights.fit import label
from shared.domain.insights.placement import explained, public_record
from shared.domain.insights.record import OTHER, Record
from shared.domain.insights.traits import DIMENSIONS, NONE
from shared.domain.lists import CLOSE_REASONS
from shared.domain.organizations.organization import Organization

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
QUALIFICATIONS: Final = {
    "deal": "Deals",
    "direct": "Customers' inquiries",
    "marketing_qualified": "Marketing-qualified leads",
    "sales_qualified": "Sales-qualified leads",
}


def view(record: Record | None, organization: Organization, today: str) -> dict[str, Any]:
    """The figures in total and by dimension, the most asked about first, and the place they give; `today` is an ISO
    day. Without a record every figure is zero."""
    known = record or records.empty(organization.id, EPOCH)
    places = {location.id: location.name for location in organization.locations}
    public = public_record(known["total"], today)
    return {
        "updatedAt": record["updatedAt"] if record else None,
        "total": {**_rates(known["total"]), "unreported": unreported(known["total"], today)},
        "hours": [{"within": hours, "count": number} for hours, number in sorted(_bars(known["total"]))],
        "by": {dimension: _by(dimension, known, places) for dimension in DIMENSIONS},
        "placement": {"value": public["placement"], "explanation": explained(public)},
        "published": public,
    }


def _by(dimension: str, record: Record, places: Mapping[str, str]) -> list[dict[str, Any]]:
    rows = [
        {"value": value, "label": _label(dimension, value, record, places), **_rates(figures)}
        for value, figures in record["by"].get(dimension, {}).items()
        if figures
    ]
    return sorted(rows, key=lambda row: (row["value"] in (OTHER, NONE), -row["received"], row["label"].casefold()))


def _label(dimension: str, value: str, record: Record, places: Mapping[str, str]) -> str:
    if value == OTHER:
        return "All others"
    if dimension == "location":
        return "No location" if value == NONE else places.get(value, "A location that is gone")
    if value == NONE:
        return "Not said"
    if dimension == "qualification":
        return QUALIFICATIONS.get(value, value)
    return label(dimension, value, record["labels"])


def _rates(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The rates, with the reasons in words; what only the fit is worked out from stays out."""
    found = rates(figures)
    del found["unfit"]
    for name in ("declineReasons", "lostReasons"):
        found[name] = [{**each, "text": CLOSE_REASONS.get(each["reason"], "")} for each in found[name]]
    return found


def _bars(figures: Mapping[str, Any]) -> list[tuple[int, int]]:
    return [(int(hours), number) for hours, number in figures.get("hours", {}).items()]
