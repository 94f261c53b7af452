"""The page of an offer's contacts: who is in force, what the list that came last changes, and the way back."""

from __future__ import annotations

from typing import Any, Final, cast

import azure.functions as func

from functions._html import page
from functions._links import next_page
from functions._pages import words
from functions._pages.forms import Refused
from functions._pages.offer_reference import guide_of
from shared.bootstrap import services
from shared.domain.errors import Invalid, NotFound, Unreadable
from shared.domain.offers.offer import Offer
from shared.domain.organizations.organization import Caller, Role
from shared.services.offering.visible import Seen
from shared.services.paging import Listed

SHOWN: Final = 100
"""Rows of each kind of change; the API has more."""


async def page_of(
    req: func.HttpRequest, caller: Caller, *, done: str | None = None, refused: Refused | None = None
) -> func.HttpResponse:
    """The contacts as the caller may see them. Raises NotFound."""
    with_ = await services()
    seen = await with_.visible_offers.offer(str(req.route_params["id"]), caller)
    status, refusal = (refused.status, refused.error.detail) if refused else (200, None)
    try:
        query = {name: req.params[name] for name in ("limit", "after") if req.method == "GET" and req.params.get(name)}
        listed = await with_.contact_lists.list(seen, **query)
    except (Invalid, Unreadable) as error:
        listed, status, refusal = Listed([], None), 400, error.detail
    return page(
        "offer_contacts.html",
        caller,
        status,
        it=seen.document,
        version=seen.document["version"],
        own=seen.view == "own",
        may_change=seen.view == "own" and caller.has_any(Role.COSELL_SOLUTION_ADMIN),
        rows=listed.items,
        total=seen.document["contactCount"],
        next=next_page(req, listed.after) if req.method == "GET" else None,
        diff=await _diff(seen),
        shown=SHOWN,
        roles=guide_of(with_.offer_reference).roles,
        done=words.DONE.get(done or ""),
        refusal=refusal,
    )


async def _diff(seen: Seen) -> dict[str, Any] | None:
    if seen.view != "own":
        return None
    try:
        return await (await services()).contact_lists.diff(cast(Offer, seen.document))
    except NotFound:
        return None
