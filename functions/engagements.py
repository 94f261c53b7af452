"""One piece of business over all its copies, as the caller's organization may see it."""

from __future__ import annotations

import azure.functions as func

from functions._http import answer, endpoint
from functions._identity import require
from shared.bootstrap import services
from shared.domain.engagements.engagement import participants, timeline
from shared.domain.referrals.view import view

blueprint = func.Blueprint()


@blueprint.route("api/engagements/{id}", methods=["GET"])
@endpoint()
async def read_engagement(req: func.HttpRequest) -> func.HttpResponse:
    """The organization's own copies, who takes part, and the timeline of invitations."""
    caller = await require(req)
    with_ = await services()
    engagement_id = str(req.route_params["id"])
    copies = await with_.referrals.engagement(engagement_id, caller)
    hearts, now, standing = await with_.favourites.of(caller), with_.clock(), with_.solutions.standing
    return answer(
        {
            "engagementId": engagement_id,
            "copies": [
                view(copy, caller, now, favourite=copy["id"] in hearts, standing=await standing(copy))
                for copy in copies
            ],
            "participants": participants(copies, caller),
            "timeline": timeline(copies, caller),
        }
    )
