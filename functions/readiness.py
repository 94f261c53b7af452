"""What offers still need to be co-sell ready, and the reference data they are made ready with."""

from __future__ import annotations

import azure.functions as func

from functions._http import answer, endpoint
from functions._identity import require
from shared.bootstrap import services

blueprint = func.Blueprint()


@blueprint.route("api/offers/{id}/readiness", methods=["GET"])
@endpoint()
async def read_readiness(req: func.HttpRequest) -> func.HttpResponse:
    """Every check of an offer with its evidence and fix, and where it has contacts, as of now."""
    caller = await require(req)
    found = await (await services()).offer_readiness.read(str(req.route_params["id"]), caller)
    return answer(found, version=found.pop("version"))


@blueprint.route("api/offer-reference", methods=["GET"])
@endpoint()
async def read_offer_reference(req: func.HttpRequest) -> func.HttpResponse:
    """What an offer may name, and what its documents, solution types and contact roles are for."""
    await require(req)
    with_ = await services()
    limits = with_.readiness_limits
    most = {"solutionAreas": limits.solution_areas, "subAreas": limits.sub_areas}
    return answer({**with_.offer_reference.document(), "limits": most})
