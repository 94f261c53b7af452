"""The list of deals, and the form of a new one."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlencode, urlsplit
from uuid import uuid4

import azure.functions as func

from functions._html import page
from functions._links import next_page
from functions._pages import words
from functions._pages.forms import Form, Refused
from functions._pages.organization import partner_names
from functions._pages.solution_choices import choices_of
from functions._pages.starting import SOURCES, Start, start_of, whose
from functions.deals import list_request
from shared.bootstrap import services
from shared.domain.errors import CosellError, Invalid, KeyReused, PossibleDuplicate, Unreadable
from shared.domain.instants import today
from shared.domain.organizations.organization import Caller
from shared.services.paging import Listed
from shared.services.referrals.lists import ListRequest

TABS: Final = {"inbound": "Inbound", "outbound": "Outbound", "favourites": "Favourites"}
SENT_BEFORE: Final = "This form was sent before, with other entries. To create another deal from these, send it again."
LOOKS_KNOWN: Final = "You may have this business already"


async def list_page(req: func.HttpRequest, caller: Caller) -> func.HttpResponse:
    """Tabs, filters, rows; what cannot be listed is said beside the filters."""
    asked = list_request(req)
    with_ = await services()
    refused: CosellError | None = None
    try:
        listed = await with_.referral_lists.deals(asked, caller)
    except (Invalid, Unreadable) as error:
        refused, listed = error, Listed([], None)
    errors = refused.errors if isinstance(refused, Invalid) else ()
    return page(
        "deals.html",
        caller,
        200 if refused is None else 422 if errors else 400,
        asked=asked,
        form=Form("filter", {name: getattr(asked, name) or "" for name in _KNOWN}, errors),
        refusal=refused.detail if refused and not errors else None,
        rows=listed.items,
        next=next_page(req, listed.after),
        tabs=[(key, label, _link(tab=key)) for key, label in TABS.items()],
        sorted_by=lambda sort: _link(**{**_asked(asked), "sort": sort}),
        here=_here(req),
        cleared=_link(tab=asked.tab),
        csv=f"/api/deals.csv?{urlencode({name: value for name, value in asked.filters.items() if value})}",
        most_rows=with_.settings.export_row_limit,
        filtered=bool(asked.stage or asked.outcome or asked.q),
        now=with_.clock(),
        window=with_.settings.response_window,
    )


_KNOWN: Final = ("tab", "stage", "outcome", "q", "sort", "limit", "after")


def _asked(asked: ListRequest) -> dict[str, str]:
    return {name: value for name in _KNOWN if name != "after" and (value := getattr(asked, name))}


def _link(**query: str) -> str:
    return f"/deals?{urlencode(query)}"


def _here(req: func.HttpRequest) -> str:
    """This list's own address, to come back to."""
    query = urlsplit(req.url).query
    return quote(f"/deals?{query}" if query else "/deals", safe="/?&=%+-._~")


async def start_page(req: func.HttpRequest, caller: Caller) -> func.HttpResponse:
    """The form of a new deal with what the address chose filled in; above it, what else there is to start from."""
    return await new_page(caller, start=await start_of(req, caller))


async def new_page(
    caller: Caller, refused: Refused | None = None, key: str | None = None, start: Start | None = None
) -> func.HttpResponse:
    """The form of a new deal, for a partner; of an opportunity, for the vendor's seller."""
    with_ = await services()
    is_vendor = caller.organization.kind == "vendor"
    begun = _start(caller, is_vendor=is_vendor) | (start.values if start else {})
    form = refused.form("new") if refused else Form("new", begun)
    reused = refused is not None and isinstance(refused.error, KeyReused)
    return page(
        "new_deal.html",
        caller,
        refused.status if refused else start.status if start else 200,
        form=form,
        start=start,
        sources=SOURCES,
        collisions=refused.error.collisions if refused and isinstance(refused.error, PossibleDuplicate) else (),
        is_vendor=is_vendor,
        offers=await choices_of(caller),
        whose=whose,
        partners=await partner_names(caller) if is_vendor else None,
        key=key if key and not reused else uuid4().hex,
        refusal=_refusal(refused),
        today=today(with_.clock()).isoformat(),
        window=with_.settings.response_window,
    )


def _start(caller: Caller, *, is_vendor: bool) -> dict[str, str | list[str]]:
    return {
        "estimatedValue.currency": words.currency_of(caller.organization.country),
        "customer.country": caller.organization.country,
        "solutions.0.kind": "vendor" if is_vendor else "own",
    }


def _refusal(refused: Refused | None) -> str | None:
    if refused is None:
        return None
    if isinstance(refused.error, PossibleDuplicate):
        return LOOKS_KNOWN
    return SENT_BEFORE if isinstance(refused.error, KeyReused) else refused.error.detail
