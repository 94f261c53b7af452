"""The pages of the directory, open to everybody, and of one's own business profile."""

from __future__ import annotations

import azure.functions as func

from functions._http import endpoint
from functions._identity import require

blueprint = func.Blueprint()


@blueprint.route("directory", methods=["GET"])
@endpoint(page=True)
async def directory_page(req: func.HttpRequest) -> func.HttpResponse:
    """Search for a partner."""
    from functions._pages import directory

    return await directory.search_page(req)


@blueprint.route("directory/{id}", methods=["GET"])
@endpoint(page=True)
async def partner_page(req: func.HttpRequest) -> func.HttpResponse:
    """One partner, and the form of an inquiry to it."""
    from functions._pages import directory

    return await directory.partner_page(req, str(req.route_params["id"]), done=req.params.get("done"))


@blueprint.route("profile", methods=["GET"])
@endpoint(page=True)
async def profile_page(req: func.HttpRequest) -> func.HttpResponse:
    """One's own business profile: the draft, what is missing, and its publication."""
    from functions._pages import profile

    return await profile.own_page(await require(req), done=req.params.get("done"))
