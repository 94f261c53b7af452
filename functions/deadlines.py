"""The deadline desk: everything that has a clock, the most pressing first."""

from __future__ import annotations

from typing import Any

import azure.functions as func

from functions._http import answer, endpoint
from functions._identity import require
from functions._links import next_page
from shared.bootstrap import services
from shared.domain.deadlines.ranking import Item
from shared.domain.instants import instant
from shared.services.deadlines.desk import DeadlineRequest

blueprint = func.Blueprint()


@blueprint.route("api/deadlines", methods=["GET"])
@endpoint()
async def list_deadlines(req: func.HttpRequest) -> func.HttpResponse:
    """One page of the organization's deadlines, ranked by what is at stake, time left and value; each says why."""
    caller = await require(req)
    ranked = await (await services()).deadline_desk.ranked(deadline_request(req), caller)
    return answer(
        {
            "items": [view(item) for item in ranked.items],
            "asOf": instant(ranked.as_of),
            "complete": ranked.complete,
            "next": next_page(req, ranked.after),
        }
    )


def deadline_request(req: func.HttpRequest) -> DeadlineRequest:
    """The query parameters the desk understands; absent and empty ones are not said."""
    known = ("kind", "mine", "limit", "after")
    return DeadlineRequest(**{name: text for name in known if (text := req.params.get(name, "").strip())})


def view(item: Item) -> dict[str, Any]:
    """One deadline as programs see it; the referral in short."""
    referral = item.referral
    short = ("id", "name", "kind", "direction", "stage", "dealType", "estimatedValue", "senderName", "version")
    customer = {"name": referral["customerName"], "country": referral["customerCountry"]}
    return {
        "id": item.key,
        "kind": item.kind,
        "at": item.at,
        "day": item.day,
        "organizationName": item.who,
        "over": item.is_over,
        "secondsLeft": int(item.left.total_seconds()),
        "score": item.score,
        "why": item.why,
        "href": f"/referrals/{referral['id']}",
        "referral": {**{field: referral[field] for field in short}, "customer": customer},
    }
