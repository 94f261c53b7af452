"""The page of the deadline desk: the ranked list with its filters, and the calendar link."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

import azure.functions as func

from functions._html import page
from functions._links import next_page
from functions._pages import words
from functions._pages.forms import Form, Refused
from functions.deadlines import deadline_request, view
from shared.bootstrap import services
from shared.domain.errors import CosellError, FieldError, Invalid, Unreadable
from shared.domain.instants import instant
from shared.domain.organizations.organization import Caller
from shared.services.deadlines.desk import DeadlineRequest, Ranked

SCOPES: Final = {"mine": "My deadlines", "all": "Everything of the organization"}
WHOSE: Final = {"true": "Mine"}


async def list_page(req: func.HttpRequest, caller: Caller) -> func.HttpResponse:
    """What the address asks for; what cannot be listed is said beside the filters."""
    asked = deadline_request(req)
    done = words.DONE.get(req.params.get("done", ""))
    try:
        ranked = await (await services()).deadline_desk.ranked(asked, caller)
    except (Invalid, Unreadable) as error:
        return await _page(caller, asked, None, error, done=done)
    return await _page(caller, asked, ranked, next_=next_page(req, ranked.after), done=done)


async def page_of(caller: Caller, *, made: str | None = None, refused: Refused | None = None) -> func.HttpResponse:
    """The page again, with the link that was just made, or with why it was not."""
    asked = DeadlineRequest()
    ranked = await (await services()).deadline_desk.ranked(asked, caller)
    return await _page(caller, asked, ranked, made=made, refused=refused)


async def _page(
    caller: Caller,
    asked: DeadlineRequest,
    ranked: Ranked | None,
    error: CosellError | None = None,
    *,
    next_: str | None = None,
    done: str | None = None,
    made: str | None = None,
    refused: Refused | None = None,
) -> func.HttpResponse:
    with_ = await services()
    errors: Sequence[FieldError] = error.errors if isinstance(error, Invalid) else ()
    filters = {name: value for name, value in asked.filters.items() if value}
    return page(
        "deadlines.html",
        caller,
        refused.status if refused else 200 if error is None else 422 if errors else 400,
        asked=asked,
        form=Form("filter", filters, errors),
        refusal=error.detail if error and not errors else None,
        rows=[view(item) for item in ranked.items] if ranked else [],
        complete=ranked is None or ranked.complete,
        next=next_,
        filtered=bool(filters),
        ics=f"/api/deadlines.ics?{urlencode(filters)}" if filters else "/api/deadlines.ics",
        now=instant(with_.clock()),
        link=await with_.calendar_links.of(caller),
        link_form=refused.form("link") if refused else Form("link", {"scope": "mine"}),
        link_refusal=refused.error.detail if refused else None,
        scopes=SCOPES,
        whose=WHOSE,
        idle=with_.settings.calendar_link_idle,
        made=made,
        done=done,
    )
