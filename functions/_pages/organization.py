"""The page of one's own organization with its people, and the vendor's page of the partners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import uuid4

import azure.functions as func

from functions._html import page
from functions._links import next_page
from functions._pages import words
from functions._pages.forms import Form, Refused, flat
from functions.organizations import asked
from shared.bootstrap import services
from shared.domain.errors import FieldError, Invalid, KeyReused, Unreadable
from shared.domain.organizations.network import view
from shared.domain.organizations.organization import Caller, Role
from shared.services.paging import Listed

LABELS: Final = {"name": "Organization name"}
EDITED: Final = ("name", "country", "locations")
CHANGED_HINT: Final = (
    "What you see is how it is now; your entries are still in the form. Compare, and send it again if it still fits."
)
SENT_BEFORE: Final = "This form was sent before, with other entries. To add another organization, send it again."


async def own_page(
    req: func.HttpRequest, caller: Caller, *, done: str | None = None, refused: Refused | None = None
) -> func.HttpResponse:
    """Facts, locations, people; for an AccountAdmin the form that changes them."""
    with_ = await services()
    stored = await with_.organizations.read(caller)
    status, refusal = (refused.status, refused.error.detail) if refused else (200, None)
    try:
        people = await with_.people.list(caller, **(asked(req, "limit", "after") if req.method == "GET" else {}))
    except (Invalid, Unreadable) as error:
        people, status, refusal = Listed([], None), 400, error.detail
    seen = view(stored)
    return page(
        "organization.html",
        caller,
        status,
        it=seen,
        version=stored["version"],
        people=people.items,
        names=await with_.people.names(caller),
        next=next_page(req, people.after) if req.method == "GET" else None,
        form=_form(seen, refused) if caller.has_any(Role.ACCOUNT_ADMIN) else None,
        refused=refused,
        refusal=refusal,
        hint=CHANGED_HINT if status == 412 else None,
        done=words.DONE.get(done or ""),
    )


def _form(seen: Mapping[str, Any], refused: Refused | None) -> Form:
    form = refused.form("edit") if refused else Form("edit", flat({field: seen[field] for field in EDITED}))
    return replace(form, labels=LABELS)


async def list_page(
    req: func.HttpRequest, caller: Caller, refused: Refused | None = None, *, done: str | None = None
) -> func.HttpResponse:
    """The partners by name, and the form of a new one."""
    query = asked(req, "q", "limit", "after") if req.method == "GET" else {}
    status, refusal = (refused.status, refused.error.detail) if refused else (200, None)
    errors: Sequence[FieldError] = ()
    try:
        listed = await (await services()).organizations.partners(**query)
    except (Invalid, Unreadable) as error:
        listed, status, refusal = Listed([], None), 400, error.detail
        errors = error.errors if isinstance(error, Invalid) else ()
    return page(
        "organizations.html",
        caller,
        status,
        rows=listed.items,
        next=next_page(req, listed.after) if req.method == "GET" else None,
        filter=Form("filter", {"q": query.get("q", "")}, errors),
        form=replace(refused.form("new") if refused else Form("new"), labels=LABELS),
        refusal=SENT_BEFORE if refused and isinstance(refused.error, KeyReused) else refusal,
        done=words.DONE.get(done or ""),
        key=uuid4().hex,
    )


async def partner_names(caller: Caller) -> dict[str, str] | None:
    """The other partners by id, to choose from; None where there are too many for that."""
    listed = await (await services()).organizations.partners(limit="200")
    if listed.after is not None:
        return None
    return {item["id"]: item["name"] for item in listed.items if item["id"] != caller.organization_id}
