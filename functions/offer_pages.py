"""The pages of offers, and search in their documents."""

from __future__ import annotations

import azure.functions as func

from functions._http import endpoint
from functions._identity import require
from functions.offers import offer_id
from shared.bootstrap import services
from shared.domain.offers.published import READERS
from shared.domain.organizations.organization import Caller

blueprint = func.Blueprint()


async def reader(req: func.HttpRequest) -> Caller:
    """Anybody of a partner; of the vendor who reads what is published. Raises NotAllowed."""
    caller = await require(req)
    return await require(req, *READERS) if caller.organization.kind == "vendor" else caller


@blueprint.route("offers", methods=["GET"])
@endpoint(page=True)
async def offers_page(req: func.HttpRequest) -> func.HttpResponse:
    """The organization's offers and the form of a new one; what others have published."""
    from functions._pages import offers

    return await offers.list_page(req, await require(req))


@blueprint.route("offers/{id}", methods=["GET"])
@endpoint(page=True)
async def offer_page(req: func.HttpRequest) -> func.HttpResponse:
    """One offer: its facts, its contacts and documents, and what became of each upload."""
    from functions._pages import offers

    caller = await require(req)
    found = await (await services()).offers.read(offer_id(req), caller)
    return await offers.page_of(found, caller, done=req.params.get("done"))


@blueprint.route("documents", methods=["GET"])
@endpoint(page=True)
async def documents_page(req: func.HttpRequest) -> func.HttpResponse:
    """Search in the text of documents: one's own, and for the vendor all that are published."""
    from functions._pages import documents

    return await documents.search_page(req, await reader(req))
