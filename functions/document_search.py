"""Search over the text of co-sell documents."""

from __future__ import annotations

import azure.functions as func

from functions._http import answer, endpoint
from functions._identity import require
from functions._links import next_page
from shared.bootstrap import services

blueprint = func.Blueprint()


@blueprint.route("api/documents", methods=["GET"])
@endpoint()
async def search_documents(req: func.HttpRequest) -> func.HttpResponse:
    """Pages, slides and sheets that have the words: of the organization's own documents, and for the vendor's sellers
    and reviewers of all that are published."""
    caller = await require(req)
    search = (await services()).document_search.search
    found = await search(req.params, caller, req.params.get("limit"), req.params.get("after"))
    told = {
        "ranked": found.ranked,
        "moreMatched": found.more,
        "nearest": found.nearest,
        "unknown": found.unknown,
    }
    return answer({"items": found.items, "next": next_page(req, found.after), **told})
