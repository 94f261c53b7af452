"""The pages of offers: an organization's own, what is published, the reviewers' queue, and search in documents."""

from __future__ import annotations

import azure.functions as func

from functions._http import endpoint
from functions._identity import require
from functions.offers import offer_id
from shared.bootstrap import services
from shared.domain.errors import NotAllowed
from shared.domain.offers.published import READERS
from shared.domain.organizations.organization import Caller, Role

blueprint = func.Blueprint()


async def reader(req: func.HttpRequest) -> Caller:
    """Anybody of a partner; of the vendor who reads what is published. Raises NotAllowed."""
    caller = await require(req)
    return await require(req, *READERS) if caller.organization.kind == "vendor" else caller


async def manager(req: func.HttpRequest) -> Caller:
    """Who changes offers. Raises NotAllowed."""
    caller = await require(req, Role.COSELL_SOLUTION_ADMIN)
    if caller.organization.kind == "vendor":
        raise NotAllowed("Offers belong to partners.")
    return caller


@blueprint.route("offers", methods=["GET"])
@endpoint(page=True)
async def offers_page(req: func.HttpRequest) -> func.HttpResponse:
    """The organization's offers and the form of a new one; what others have published."""
    from functions._pages import offers

    return await offers.list_page(req, await require(req))


@blueprint.route("offers/{id}", methods=["GET"])
@endpoint(page=True)
async def offer_page(req: func.HttpRequest) -> func.HttpResponse:
    """One offer: its own organization's with everything that may be done, another's as it is published."""
    from functions._pages import offer

    return await offer.page_of(offer_id(req), await require(req), done=req.params.get("done"))


@blueprint.route("offers/{id}/edit", methods=["GET"])
@endpoint(page=True)
async def edit_offer_page(req: func.HttpRequest) -> func.HttpResponse:
    """The form of an offer's draft."""
    from functions._pages import offer_form

    caller = await require(req)
    found = await (await services()).offers.read(offer_id(req), caller)
    await manager(req)
    return await offer_form.page_of(found, caller)


@blueprint.route("offers/{id}/compare", methods=["GET"])
@endpoint(page=True)
async def compare_offer_page(req: func.HttpRequest) -> func.HttpResponse:
    """The draft beside what is published, and the form that publishes it."""
    from functions._pages import offer_compare

    caller = await require(req)
    return await offer_compare.page_of(await (await services()).offers.read(offer_id(req), caller), caller)


@blueprint.route("offers/{id}/contacts", methods=["GET"])
@endpoint(page=True)
async def offer_contacts_page(req: func.HttpRequest) -> func.HttpResponse:
    """An offer's contacts, and what the list that came last changes."""
    from functions._pages import offer_contacts

    return await offer_contacts.page_of(req, await require(req), done=req.params.get("done"))


@blueprint.route("review", methods=["GET"])
@endpoint(page=True)
async def review_page(req: func.HttpRequest) -> func.HttpResponse:
    """The offers that wait for the vendor's decision."""
    from functions._pages import offers

    return await offers.queue_page(req, await require(req, Role.REVIEWER), done=req.params.get("done"))


@blueprint.route("documents", methods=["GET"])
@endpoint(page=True)
async def documents_page(req: func.HttpRequest) -> func.HttpResponse:
    """Search in the text of documents: one's own, and for the vendor all that are published."""
    from functions._pages import documents

    return await documents.search_page(req, await reader(req))
