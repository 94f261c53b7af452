"""The list of leads, and the form of a recommended one."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlencode, urlsplit
from uuid import uuid4

import azure.functions as func

from functions._html import page
from functions._links import next_page
from functions._pages.forms import Form, Refused
from functions._pages.organization import partner_names
from functions.deals import list_request
from shared.bootstrap import services
from shared.domain.errors import CosellError, Invalid, KeyReused, PossibleDuplicate, Unreadable
from shared.domain.instants import today
from shared.domain.leads.lead import HOT, is_hot
from shared.domain.organizations.organization import Caller
from shared.services.paging import Listed
from shared.services.referrals.lists import ListRequest

TABS: Final = {"marketplace": "Marketplace", "qualified": "Qualified", "favourites": "Favourites"}
LABELS: Final = {"name": "Lead name", "need": "What the customer needs", "language": "The customer's language"}
SENT_BEFORE: Final = "This form was sent before, with other entries. To send another lead from these, send it again."
LOOKS_KNOWN: Final = "You may have this business already"
_KNOWN: Final = ("tab", "stage", "outcome", "q", "sort", "limit", "after")


async def list_page(req: func.HttpRequest, caller: Caller) -> func.HttpResponse:
    """The customers that wait for a call on top; tabs, filters, rows; what cannot be listed is said by the filters."""
    is_partner = caller.organization.kind == "partner"
    asked = list_request(req, "marketplace" if is_partner else "qualified")
    with_ = await services()
    refused: CosellError | None = None
    try:
        listed = await with_.referral_lists.leads(asked, caller)
    except (Invalid, Unreadable) as error:
        refused, listed = error, Listed([], None)
    errors = refused.errors if isinstance(refused, Invalid) else ()
    return page(
        "leads.html",
        caller,
        200 if refused is None else 422 if errors else 400,
        asked=asked,
        form=Form("filter", {name: getattr(asked, name) or "" for name in _KNOWN}, errors, LABELS),
        refusal=refused.detail if refused and not errors else None,
        rows=listed.items,
        hot=await with_.referral_lists.hot_leads(caller) if is_partner else [],
        hot_message=HOT,
        is_hot=is_hot,
        next=next_page(req, listed.after),
        tabs=[(key, label, _link(tab=key)) for key, label in TABS.items()],
        sorted_by=lambda sort: _link(**{**_asked(asked), "sort": sort}),
        here=_here(req),
        cleared=_link(tab=asked.tab),
        csv=f"/api/leads.csv?{urlencode({name: value for name, value in asked.filters.items() if value})}",
        most_rows=with_.settings.export_row_limit,
        filtered=bool(asked.stage or asked.outcome or asked.q),
        is_partner=is_partner,
        now=with_.clock(),
        window=with_.settings.response_window,
    )


def _asked(asked: ListRequest) -> dict[str, str]:
    return {name: value for name in _KNOWN if name != "after" and (value := getattr(asked, name))}


def _link(**query: str) -> str:
    return f"/leads?{urlencode(query)}"


def _here(req: func.HttpRequest) -> str:
    """This list's own address, to come back to."""
    query = urlsplit(req.url).query
    return quote(f"/leads?{query}" if query else "/leads", safe="/?&=%+-._~")


async def new_page(caller: Caller, refused: Refused | None = None, key: str | None = None) -> func.HttpResponse:
    """The form of a lead that a seller recommends to a partner."""
    with_ = await services()
    start = {"customer.country": caller.organization.country, "qualification": "sales_qualified"}
    values, errors = (refused.values, refused.errors) if refused else (start, ())
    reused = refused is not None and isinstance(refused.error, KeyReused)
    return page(
        "new_lead.html",
        caller,
        refused.status if refused else 200,
        form=Form("new", values, errors, LABELS),
        collisions=refused.error.collisions if refused and isinstance(refused.error, PossibleDuplicate) else (),
        partners=await partner_names(caller),
        key=key if key and not reused else uuid4().hex,
        refusal=_refusal(refused),
        today=today(with_.clock()).isoformat(),
        window=with_.settings.response_window,
    )


def _refusal(refused: Refused | None) -> str | None:
    if refused is None:
        return None
    if isinstance(refused.error, PossibleDuplicate):
        return LOOKS_KNOWN
    return SENT_BEFORE if isinstance(refused.error, KeyReused) else refused.error.detail
