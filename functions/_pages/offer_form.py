"""The form of an offer's draft."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final, cast

import azure.functions as func

from functions._html import page
from functions._pages.forms import Form, Refused, flat
from functions._pages.offer_reference import guide_of
from functions._pages.offer_words import LABELS
from functions._pages.organization import CHANGED_HINT
from shared.bootstrap import services
from shared.domain.errors import FieldError
from shared.domain.offers.offer import CO_SELL_FIELDS, LISTING_FIELDS, Offer
from shared.domain.organizations.organization import Caller

FIELDS: Final = (*LISTING_FIELDS, *CO_SELL_FIELDS)


async def page_of(offer: Offer, caller: Caller, refused: Refused | None = None) -> func.HttpResponse:
    """The draft as it is stored; the draft as it was sent, where it was refused."""
    stored = cast(dict[str, Any], offer)
    form = refused.form("edit") if refused and refused.values else Form("edit", flat({n: stored[n] for n in FIELDS}))
    with_ = await services()
    limits = with_.readiness_limits
    return page(
        "offer_form.html",
        caller,
        refused.status if refused else 200,
        it=offer,
        version=offer["version"],
        form=replace(form, labels=LABELS, errors=[_told(error) for error in form.errors]),
        refusal=refused.error.detail if refused else None,
        changed=CHANGED_HINT if refused and refused.status == 412 else None,
        guide=guide_of(with_.offer_reference),
        most_areas=limits.solution_areas,
        most_sub_areas=limits.sub_areas,
    )


_ENTRY: Final = re.compile(r"(platforms|segments|availableCountries|solutionAreas\.\d+\.subAreas)\.\d+")


def _told(error: FieldError) -> FieldError:
    """A message about one entry of a list stands beside the list."""
    entry = _ENTRY.fullmatch(error.field)
    return FieldError(entry[1], error.code, error.message) if entry else error
