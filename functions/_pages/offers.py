"""The list of offers with the form of a new one, and the page of one offer with its uploads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from uuid import uuid4

import azure.functions as func

from functions._html import page
from functions._links import next_page
from functions._pages import words
from functions._pages.forms import Form, Refused
from shared.bootstrap import services
from shared.domain.errors import Invalid, KeyReused, Unreadable
from shared.domain.offers.offer import Offer, view
from shared.domain.offers.upload import DOCUMENT_TYPES
from shared.domain.offers.upload import view as upload_view
from shared.domain.organizations.organization import Caller, Role
from shared.services.paging import Listed

UNDER_WAY: Final = ("received", "parsing")
SHOWN_WHOLE: Final = ("rejected", "done")
DETAILED: Final = 6
LABELS: Final = {"name": "Offer name"}
BARE: Final[dict[str, Any]] = {"errors": [], "warnings": [], "result": {}}
SENT_BEFORE: Final = "This form was sent before, with other entries. To create another offer from these, send it again."


async def list_page(req: func.HttpRequest, caller: Caller, refused: Refused | None = None) -> func.HttpResponse:
    """Offers, newest first, and the form of a new one for those who may create it."""
    status, refusal = (refused.status, refused.error.detail) if refused else (200, None)
    try:
        listed = await _listed(req, caller)
    except (Invalid, Unreadable) as error:
        listed, status, refusal = Listed([], None), 400, error.detail
    may_create = caller.organization.kind == "partner" and caller.has_any(Role.COSELL_SOLUTION_ADMIN)
    return page(
        "offers.html",
        caller,
        status,
        rows=listed.items,
        next=next_page(req, listed.after) if req.method == "GET" else None,
        form=replace(refused.form("new") if refused else Form("new"), labels=LABELS) if may_create else None,
        refusal=SENT_BEFORE if refused and isinstance(refused.error, KeyReused) else refusal,
        key=uuid4().hex,
    )


async def _listed(req: func.HttpRequest, caller: Caller) -> Listed:
    wanted = ("sort", "limit", "after") if req.method == "GET" else ()
    params = {name: req.params[name] for name in wanted if req.params.get(name)}
    return await (await services()).offers.list(caller, **params)


async def page_of(
    offer: Offer, caller: Caller, *, done: str | None = None, sent_as: str = "", refused: Refused | None = None
) -> func.HttpResponse:
    """The page of one offer; while an upload is being read it comes again by itself."""
    uploads = await _uploads(offer["id"], caller)
    names = ("contacts", *DOCUMENT_TYPES, "undo")
    return page(
        "offer.html",
        caller,
        refused.status if refused else 200,
        it=view(offer),
        version=offer["version"],
        may_change=caller.has_any(Role.COSELL_SOLUTION_ADMIN),
        forms={name: refused.form(name) if refused and name == sent_as else Form(name) for name in names},
        sent_as=sent_as,
        done=words.DONE.get(done or ""),
        refusal=refused.error.detail if refused else None,
        uploads=uploads,
        refresh=2 if not refused and any(each["status"] in UNDER_WAY for each in uploads) else None,
        languages=words.LANGUAGES,
    )


async def _uploads(offer_id: str, caller: Caller) -> list[dict[str, Any]]:
    """The offer's latest uploads; the newest that were refused, with the rows that are wrong."""
    with_ = await services()
    listed = (await with_.uploads.list(caller, offer_id, "20")).items
    detailed = [each["id"] for each in listed if each["status"] in SHOWN_WHOLE][:DETAILED]
    return [
        upload_view(await with_.uploads.read(each["id"], caller)) if each["id"] in detailed else {**BARE, **each}
        for each in listed
    ]


async def offer_names(caller: Caller) -> dict[str, str]:
    """The partner's own offers by id, to choose from."""
    if caller.organization.kind == "vendor":
        return {}
    listed = await (await services()).offers.list(caller, "name", "200")
    return {offer["id"]: offer["name"] for offer in listed.items}
