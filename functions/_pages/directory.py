"""The public pages of the directory: the search with its results, and a partner with the form of an inquiry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import azure.functions as func

from functions._html import page, visitor
from functions._links import next_page
from functions._pages.forms import Form, Refused, flat
from functions._pages.inquiry import inquiry_form
from functions.directory import entry_view
from functions.organizations import asked
from shared.bootstrap import services
from shared.domain.directory.criteria import NAMES
from shared.domain.errors import FieldError, Invalid, NotFound, Unreadable
from shared.domain.lists import INDUSTRIES
from shared.domain.organizations.organization import Caller, Role
from shared.services.directory.directory import Found

LABELS: Final = {
    "q": "What are you looking for?",
    "country": "Your country",
    "size": "Size of your company",
    "industry": "Industry",
    "product": "Product",
    "service": "Service",
    "solution": "Solution",
    "keyword": "Keyword",
}
MORE: Final = ("product", "service", "solution", "keyword")
RECORDED: Final = {
    "competencies": "Competencies",
    "endorsements": "Endorsements",
    "name": "Competency",
    "awardedDate": "Since",
    "text": "What is said",
    "by": "By whom",
}
NOTHING: Final = Found([], None, 0, more=False, left_out=0, nearest=False)
PER_PAGE: Final = "20"


async def search_page(req: func.HttpRequest) -> func.HttpResponse:
    """The form, and the partners that fit, each with its reasons."""
    given = asked(req, *NAMES)
    found, status, refusal = NOTHING, 200, None
    errors: Sequence[FieldError] = ()
    try:
        limit = req.params.get("limit") or PER_PAGE
        found = await (await services()).directory.search(given, limit, req.params.get("after"))
    except Invalid as error:
        status, refusal, errors = 400, error.detail, error.errors
    except Unreadable as error:
        status, refusal = 400, error.detail
    return page(
        "directory.html",
        await visitor(req),
        status,
        found=found,
        given=given,
        has_more=[name for name in MORE if name in given],
        more=MORE,
        form=Form("search", given, errors, LABELS),
        next=next_page(req, found.after),
        industries=INDUSTRIES,
        refusal=refusal,
    )


async def partner_page(
    req: func.HttpRequest, id: str, *, recording: Refused | None = None, done: str | None = None
) -> func.HttpResponse:
    """What is published of a partner. A reviewer of the vendor records competencies here. Raises NotFound."""
    entry = await (await services()).directory.entry(id)
    if entry is None:
        raise NotFound("The directory has no such partner.")
    caller = await visitor(req)
    return page(
        "partner.html",
        caller,
        recording.status if recording else 200,
        it=entry_view(entry),
        form=inquiry_form(id),
        recorded=_recorded(entry, recording) if _records(caller) else None,
        refusal=recording.error.detail if recording else None,
        done="Recorded. It is shown here from now on." if done == "recorded" else None,
    )


def _records(caller: Caller | None) -> bool:
    return caller is not None and caller.has_any(Role.REVIEWER)


def _recorded(entry: dict[str, Any], refused: Refused | None) -> Form:
    if refused:
        return Form("recorded", refused.values, refused.errors, RECORDED)
    return Form("recorded", flat({name: entry[name] for name in ("competencies", "endorsements")}), labels=RECORDED)
