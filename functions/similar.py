"""What an organization did with referrals like one of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import azure.functions as func

from functions._answers import referral_id
from functions._http import answer, endpoint
from functions._identity import require
from shared.bootstrap import services

if TYPE_CHECKING:
    from shared.domain.insights.likeness import Alike

blueprint = func.Blueprint()

SHOWN: Final = ("id", "name", "kind", "stage", "outcome", "createdAt", "acceptedAt", "archivedAt")


@blueprint.route("api/referrals/{id}/similar", methods=["GET"])
@endpoint()
async def similar_referrals(req: func.HttpRequest) -> func.HttpResponse:
    """The organization's own answered referrals most like this one, with what became of them and why they are alike."""
    caller = await require(req)
    with_ = await services()
    referral = await with_.referrals.read(referral_id(req), caller)
    return answer({"items": [similar_view(one) for one in await with_.similar.to(referral)]})


def similar_view(one: Alike) -> dict[str, Any]:
    """One of them as it is answered."""
    customer = {"name": one.summary["customerName"], "country": one.summary["customerCountry"]}
    known = {field: one.summary[field] for field in SHOWN}
    return {**known, "customer": customer, "likeness": one.likeness, "reasons": list(one.reasons)}
