"""Saving a draft: whatever is there so far can be saved; only what contradicts a rule is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from pydantic import ValidationError

from shared.domain.errors import FieldError, Invalid
from shared.domain.offers.commands import EditOffer
from shared.domain.offers.offer import Offer, changed
from shared.domain.offers.readiness.limits import Limits
from shared.domain.offers.reference import Reference, unknown
from shared.domain.validation import field_errors


def edited(
    offer: Offer, patch: Mapping[str, Any], by: str, now: datetime, limits: Limits, reference: Reference
) -> Offer:
    """The offer after a JSON merge patch (RFC 7396); itself where that changes nothing. What stays as it is need not be
    in the reference data any more. Raises Invalid."""
    try:
        given = EditOffer.model_validate(dict(patch)).given()
    except ValidationError as error:
        raise Invalid(field_errors(error)) from None
    require_areas(given.get("solutionAreas", ()), limits)
    stored = cast(dict[str, Any], offer)
    values = {field: value for field, value in given.items() if stored[field] != value}
    require_known(values, reference)
    return changed(offer, "edit", by, now, {**values, **derived(values)}, fields=values) if values else offer


def derived(values: Mapping[str, Any]) -> dict[str, Any]:
    """What is stored beside some fields, for lists."""
    also: dict[str, Any] = {}
    if "name" in values:
        also["sortName"] = values["name"].casefold()
    if "availableInCsp" in values:
        also["csp"] = "yes" if values["availableInCsp"] else "no"
    return also


def require_known(values: Mapping[str, Any], reference: Reference) -> None:
    """Platforms, segments and areas are those of the reference data. Raises Invalid."""
    if errors := unknown(reference, values):
        raise Invalid(errors)


def require_areas(areas: Sequence[Mapping[str, Any]], limits: Limits) -> None:
    """Not more areas and sub-areas than there may be, and each area once; fewer are a draft's. Raises Invalid."""
    errors = []
    if len(areas) > limits.solution_areas:
        message = f"Choose at most {limits.solution_areas} solution areas."
        errors.append(FieldError("solutionAreas", "too_many", message))
    seen: set[str] = set()
    for n, each in enumerate(areas):
        if each["area"] in seen:
            errors.append(FieldError(f"solutionAreas.{n}.area", "twice", "This area is there already."))
        if len(each["subAreas"]) > limits.sub_areas:
            message = f"Choose at most {limits.sub_areas} sub-areas of an area."
            errors.append(FieldError(f"solutionAreas.{n}.subAreas", "too_many", message))
        seen.add(each["area"])
    if errors:
        raise Invalid(errors)
