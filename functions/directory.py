"""The public directory: search it, and read what is published of a partner. Open to everybody."""

from __future__ import annotations

from typing import Any

import azure.functions as func

from functions._http import answer, endpoint
from functions._links import next_page
from shared.bootstrap import services
from shared.domain.errors import NotFound
from shared.services.directory.directory import Found
from shared.services.ports import Document

blueprint = func.Blueprint()


@blueprint.route("api/directory", methods=["GET"])
@endpoint()
async def search_directory(req: func.HttpRequest) -> func.HttpResponse:
    """Partners that fit what is asked, the best first, each with its score in words."""
    found = await (await services()).directory.search(req.params, req.params.get("limit"), req.params.get("after"))
    return answer({"items": found.items, "next": next_page(req, found.after), **told(found)})


@blueprint.route("api/directory/{id}", methods=["GET"])
@endpoint()
async def read_directory_entry(req: func.HttpRequest) -> func.HttpResponse:
    """What is published of one partner."""
    return answer(entry_view(await entry_of(req)))


async def entry_of(req: func.HttpRequest) -> Document:
    """The listing the address names. Raises NotFound."""
    entry = await (await services()).directory.entry(str(req.route_params["id"]))
    if entry is None:
        raise NotFound("The directory has no such partner.")
    return entry


def entry_view(entry: Document) -> dict[str, Any]:
    """A listing with its record in words."""
    from shared.domain.directory.listing import view
    from shared.domain.insights.placement import explained

    return {**view(entry), "recordInWords": explained(entry["record"])}


def told(found: Found) -> dict[str, Any]:
    """What an answer says of the search itself."""
    return {
        "ranked": found.ranked,
        "moreMatched": found.more,
        "leftOut": found.left_out,
        "nearest": found.nearest,
        "unknown": found.unknown,
    }
