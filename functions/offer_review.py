"""The vendor's side of offers: decide on what is published, and record what the vendor knows of it."""

from __future__ import annotations

from typing import Any

import azure.functions as func

from functions import _again
from functions._body import is_form, model_of, read, read_values
from functions._http import answer, endpoint, prefers_html, return_path, see_other, version_of
from functions._identity import caller_of, require
from functions.offers import offer_id
from shared.bootstrap import services
from shared.domain.errors import NotFound
from shared.domain.offers.commands import DecideOffer, RecordCertificate
from shared.domain.offers.published import seen_by_others
from shared.domain.offers.review import Snapshot
from shared.domain.organizations.organization import Role

blueprint = func.Blueprint()


async def published_offer(req: func.HttpRequest) -> object:
    """The published offer the address names, as the vendor reads it. Raises NotFound."""
    seen = await (await services()).visible_offers.offer(offer_id(req), await caller_of(req))
    if seen.view != "vendor":
        raise NotFound("There is no such offer.")
    return seen


@blueprint.route("api/offers/{id}/decision", methods=["POST"])
@endpoint(again=_again.offer, subject=published_offer)
async def decide_offer(req: func.HttpRequest) -> func.HttpResponse:
    """The vendor's decision on what is published: co-sell ready, IP eligible, or sent back with reasons."""
    caller = await require(req, Role.REVIEWER)
    command = model_of(decision_values(req), DecideOffer)
    snapshot = await (await services()).offer_reviews.decide(offer_id(req), command, caller, version_of(req))
    return _answer(req, snapshot)


@blueprint.route("api/offers/{id}/certificates", methods=["POST"])
@endpoint(again=_again.offer, subject=published_offer)
async def record_certificate(req: func.HttpRequest) -> func.HttpResponse:
    """What the vendor knows of an offer: its revenue over twelve months, or its technical validation."""
    caller = await require(req, Role.REVIEWER)
    command = read(req, RecordCertificate)
    snapshot = await (await services()).offer_reviews.certify(offer_id(req), command, caller, version_of(req))
    return _answer(req, snapshot)


def decision_values(req: func.HttpRequest) -> dict[str, Any]:
    """The body's values. A form has a row for each check; one without a message says nothing."""
    values = read_values(req)
    rows = values.get("reasons")
    if not is_form(req) or not isinstance(rows, list):
        return values
    return {**values, "reasons": [row for row in rows if not isinstance(row, dict) or row.keys() != {"check"}]}


def _answer(req: func.HttpRequest, snapshot: Snapshot) -> func.HttpResponse:
    if prefers_html(req):
        return see_other(return_path(req, f"/offers/{snapshot['id']}"))
    return answer(seen_by_others(snapshot, "vendor"), version=snapshot["version"])
