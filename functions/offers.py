"""Offers: create, read, save a draft, list."""

from __future__ import annotations

import azure.functions as func

from functions import _again
from functions._body import is_form, read, read_values
from functions._http import (
    answer,
    endpoint,
    idempotency_key,
    prefers_html,
    return_path,
    see_other,
    version_of,
)
from functions._identity import caller_of, require
from functions._links import next_page
from shared.bootstrap import services
from shared.domain.errors import NotAllowed
from shared.domain.offers.commands import CreateOffer
from shared.domain.offers.offer import Offer, view
from shared.domain.organizations.organization import Role

blueprint = func.Blueprint()


def offer_id(req: func.HttpRequest) -> str:
    return str(req.route_params["id"])


async def own_offer(req: func.HttpRequest) -> object:
    """The offer the address names, in the caller's organization. Raises NotFound."""
    return await (await services()).offers.read(offer_id(req), await caller_of(req))


async def answer_offer(req: func.HttpRequest, offer: Offer) -> func.HttpResponse:
    """The offer as its own organization sees it; a browser is sent to its page."""
    if prefers_html(req):
        return see_other(return_path(req, f"/offers/{offer['id']}"))
    return answer(view(offer), version=offer["version"])


@blueprint.route("api/offers", methods=["POST"])
@endpoint(again=_again.offers)
async def create_offer(req: func.HttpRequest) -> func.HttpResponse:
    """A new offer, a draft."""
    caller = await require(req, Role.COSELL_SOLUTION_ADMIN)
    if caller.organization.kind != "partner":
        raise NotAllowed("Offers belong to partners.")
    created = await (await services()).offers.create(read(req, CreateOffer), caller, idempotency_key(req))
    offer = created.document
    if prefers_html(req):
        return see_other(f"/offers/{offer['id']}")
    headers = {"Location": f"/api/offers/{offer['id']}"} | (
        {"Idempotency-Replayed": "true"} if created.replayed else {}
    )
    return answer(view(offer), 201, version=offer["version"], headers=headers)


@blueprint.route("api/offers/{id}", methods=["GET"])
@endpoint()
async def read_offer(req: func.HttpRequest) -> func.HttpResponse:
    """An offer of the caller's organization."""
    caller = await require(req)
    offer = await (await services()).offers.read(offer_id(req), caller)
    return answer(view(offer), version=offer["version"])


@blueprint.route("api/offers/{id}", methods=["PATCH", "POST"])
@endpoint(again=_again.offer, subject=own_offer)
async def edit_offer(req: func.HttpRequest) -> func.HttpResponse:
    """Save the draft by a JSON merge patch; needs If-Match. A form may POST the same fields, an empty one meaning
    none."""
    caller = await require(req, Role.COSELL_SOLUTION_ADMIN)
    version = version_of(req, needed=True)
    patch = read_values(req, empty_means_none=is_form(req))
    return await answer_offer(req, await (await services()).offers.edit(offer_id(req), patch, caller, version))


@blueprint.route("api/offers", methods=["GET"])
@endpoint()
async def list_offers(req: func.HttpRequest) -> func.HttpResponse:
    """One page of the organization's offers."""
    caller = await require(req)
    params = {name: req.params[name] for name in ("sort", "limit", "after") if req.params.get(name)}
    listed = await (await services()).offers.list(caller, **params)
    return answer({"items": listed.items, "next": next_page(req, listed.after)})
