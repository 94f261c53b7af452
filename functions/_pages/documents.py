"""The page that searches the text of documents."""

from __future__ import annotations

import azure.functions as func

from functions._html import page
from functions._links import next_page
from functions._pages.forms import Form
from functions._pages.offer_words import LABELS
from functions._pages.words import DOCUMENTS
from functions.suggestions import text_of
from shared.bootstrap import services
from shared.domain.errors import CosellError, Invalid, Unreadable
from shared.domain.organizations.organization import Caller
from shared.services.documents.search import Found

NOTHING = Found([], None, 0, more=False, nearest=False)


async def search_page(req: func.HttpRequest, caller: Caller) -> func.HttpResponse:
    """Words to look for, and the pages, slides and sheets that have them."""
    given = {name: text for name in ("q", "type", "offerId") if (text := text_of(req, name))}
    search = (await services()).document_search
    refused: CosellError | None = None
    found = NOTHING
    if given:
        try:
            found = await search.search(req.params, caller, req.params.get("limit"), req.params.get("after"))
        except (Invalid, Unreadable) as error:
            refused = error
    errors = refused.errors if isinstance(refused, Invalid) else ()
    return page(
        "documents.html",
        caller,
        200 if refused is None else 422 if errors else 400,
        form=Form("find", given, errors, LABELS),
        refusal=refused.detail if refused else None,
        asked=bool(given),
        found=found,
        hits=found.items,
        next=next_page(req, found.after),
        kinds={kind: name for kind, (name, _) in DOCUMENTS.items()},
        is_vendor=caller.organization.kind == "vendor",
    )
