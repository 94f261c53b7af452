"""Offers: create, read, save a draft, compare, publish, go live, list."""

from __future__ import annotations

from typing import Final, cast

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
from shared.domain.errors import Invalid, NotAllowed
from shared.domain.offers.commands import CreateOffer, PublishOffer
from shared.domain.offers.compare import compared
from shared.domain.offers.offer import Offer, view
from shared.domain.offers.published import READERS, seen_by_others
from shared.domain.organizations.organization import Role
from shared.domain.referrals.commands import Nothing

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
    """An offer of the caller's organization; for the vendor what is published; for other partners what CSP opens."""
    seen = await (await services()).visible_offers.offer(offer_id(req), await require(req))
    if seen.view == "own":
        return answer(view(cast(Offer, seen.document)), version=seen.document["version"])
    return answer(seen_by_others(seen.document, seen.view), version=seen.document["version"])


@blueprint.route("api/offers/{id}", methods=["PATCH", "POST"])
@endpoint(again=_again.offer, subject=own_offer)
async def edit_offer(req: func.HttpRequest) -> func.HttpResponse:
    """Save the draft by a JSON merge patch; needs If-Match. A form may POST the same fields, an empty one meaning
    none."""
    caller = await require(req, Role.COSELL_SOLUTION_ADMIN)
    version = version_of(req, needed=True)
    patch = read_values(req, empty_means_none=is_form(req))
    return await answer_offer(req, await (await services()).offers.edit(offer_id(req), patch, caller, version))


@blueprint.route("api/offers/{id}/publish", methods=["POST"])
@endpoint(again=_again.offer, subject=own_offer)
async def publish_offer(req: func.HttpRequest) -> func.HttpResponse:
    """Put the draft in force for others, whole or its co-sell details; it is validated, and reviewed, by itself."""
    caller = await require(req, Role.COSELL_SOLUTION_ADMIN)
    scope = read(req, PublishOffer).scope
    offer = await (await services()).offers.publish(offer_id(req), scope, caller, version_of(req))
    return await answer_offer(req, offer)


@blueprint.route("api/offers/{id}/go-live", methods=["POST"])
@endpoint(again=_again.offer, subject=own_offer)
async def go_live(req: func.HttpRequest) -> func.HttpResponse:
    """Take a validated offer live, for good."""
    caller = await require(req, Role.COSELL_SOLUTION_ADMIN)
    read(req, Nothing)
    return await answer_offer(req, await (await services()).offers.go_live(offer_id(req), caller, version_of(req)))


@blueprint.route("api/offers/{id}/compare", methods=["GET"])
@endpoint()
async def compare_offer(req: func.HttpRequest) -> func.HttpResponse:
    """The draft against what is published, field by field, and what may be published of it."""
    offer = await (await services()).offers.read(offer_id(req), await require(req))
    return answer(compared(offer), version=offer["version"])


@blueprint.route("api/offers", methods=["GET"])
@endpoint()
async def list_offers(req: func.HttpRequest) -> func.HttpResponse:
    """One page of the organization's own offers, or of what is published: for the vendor everything, for partners what
    CSP opens."""
    caller = await require(req)
    reads_published = caller.organization.kind == "vendor" and caller.has_any(*READERS)
    tab = req.params.get("tab") or ("published" if reads_published else "own")
    wanted = _FILTERS.get(tab)
    if wanted is None:
        raise Invalid.field("tab", "unknown_value", f"Use one of: {', '.join(_FILTERS)}.")
    params = {name: req.params[name] for name in wanted if req.params.get(name)}
    with_ = await services()
    listed = await (with_.offers if tab == "own" else with_.offer_reviews).list(caller, **params)
    return answer({"items": listed.items, "next": next_page(req, listed.after)})


_FILTERS: Final = {"own": ("sort", "limit", "after"), "published": ("review", "status", "sort", "limit", "after")}
"""What each tab's list may be asked for."""
