"""The lists of offers: one's own with the form of a new one, what others have published, and the reviewers' queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from uuid import uuid4

import azure.functions as func

from functions._html import page
from functions._links import next_page
from functions._pages import words
from functions._pages.forms import Form, Refused
from functions._pages.offer_words import LABELS, STATUSES
from shared.bootstrap import services
from shared.domain.errors import Invalid, KeyReused, Unreadable
from shared.domain.organizations.organization import Caller, Role
from shared.services.paging import Listed

SENT_BEFORE: Final = "This form was sent before, with other entries. To create another offer from these, send it again."
TABS: Final = {"own": "Our offers", "published": "Other partners' in CSP"}
STATUS_TABS: Final = {"": "All", **{status: name for status, name in STATUSES.items() if status != "none"}}


async def list_page(req: func.HttpRequest, caller: Caller, refused: Refused | None = None) -> func.HttpResponse:
    """Offers, newest first, and the form of a new one for those who may create it."""
    at_vendor = caller.organization.kind == "vendor"
    status_asked = req.params.get("status") if at_vendor else None
    tab = "published" if at_vendor or (req.method == "GET" and req.params.get("tab") == "published") else "own"
    status, refusal = (refused.status, refused.error.detail) if refused else (200, None)
    try:
        listed = await (_published if tab == "published" else _own)(req, caller)
    except (Invalid, Unreadable) as error:
        listed, status, refusal = Listed([], None), 400, error.detail
    may_create = not at_vendor and tab == "own" and caller.has_any(Role.COSELL_SOLUTION_ADMIN)
    return page(
        "offers.html",
        caller,
        status,
        rows=listed.items,
        next=next_page(req, listed.after) if req.method == "GET" else None,
        form=replace(refused.form("new") if refused else Form("new"), labels=LABELS) if may_create else None,
        refusal=SENT_BEFORE if refused and isinstance(refused.error, KeyReused) else refusal,
        key=uuid4().hex,
        tab=tab,
        tabs=_tabs(STATUS_TABS, status_asked or "", "status") if at_vendor else _tabs(TABS, tab, "tab"),
        at_vendor=at_vendor,
        told=at_vendor or tab == "own",
    )


async def queue_page(req: func.HttpRequest, caller: Caller, done: str | None = None) -> func.HttpResponse:
    """What waits for a decision, the longest waiting first."""
    status, refusal = 200, None
    try:
        listed = await _published(req, caller, review="in_review")
    except (Invalid, Unreadable) as error:
        listed, status, refusal = Listed([], None), 400, error.detail
    return page(
        "review.html",
        caller,
        status,
        rows=listed.items,
        next=next_page(req, listed.after),
        refusal=refusal,
        done=words.DONE.get(done or ""),
    )


def _tabs(names: Mapping[str, str], chosen: str, by: str) -> list[tuple[str, str, bool]]:
    """Label, address, whether it is the one that is shown; the first needs no filter."""
    first = next(iter(names))
    return [(name, "/offers" + (f"?{by}={key}" if key != first else ""), key == chosen) for key, name in names.items()]


async def _own(req: func.HttpRequest, caller: Caller) -> Listed:
    return await (await services()).offers.list(caller, **_asked(req))


async def _published(req: func.HttpRequest, caller: Caller, **filters: str) -> Listed:
    asked = _asked(req) | ({"status": req.params["status"]} if req.params.get("status") and not filters else {})
    return await (await services()).offer_reviews.list(caller, **{**filters, **asked})


def _asked(req: func.HttpRequest) -> dict[str, str]:
    wanted = ("sort", "limit", "after") if req.method == "GET" else ()
    return {name: req.params[name] for name in wanted if req.params.get(name)}


async def offer_names(caller: Caller) -> dict[str, str]:
    """The partner's own offers by id, to choose from."""
    if caller.organization.kind == "vendor":
        return {}
    listed = await (await services()).offers.list(caller, "name", "200")
    return {offer["id"]: offer["name"] for offer in listed.items}
