"""What a new deal can start from: customers and colleagues the organization knows already; and what can be sold."""

from __future__ import annotations

import azure.functions as func

from functions._http import answer, endpoint
from functions._identity import require
from shared.bootstrap import services

blueprint = func.Blueprint()


@blueprint.route("api/suggest/customers", methods=["GET"])
@endpoint()
async def suggest_customers(req: func.HttpRequest) -> func.HttpResponse:
    """Customers of own referrals and of the company list, with their D-U-N-S numbers: pick the exact match."""
    from shared.domain.organizations.suggestion import Search  # needed for nothing else at a cold start

    caller = await require(req)
    search = Search(text_of(req, "q"), text_of(req, "country") or None, text_of(req, "city") or None)
    found = await (await services()).suggestions.customers(search, caller)
    return answer({"items": [each.view() for each in found]})


@blueprint.route("api/suggest/employees", methods=["GET"])
@endpoint()
async def suggest_employees(req: func.HttpRequest) -> func.HttpResponse:
    """Who worked on the organization's latest own deals."""
    caller = await require(req)
    return answer({"items": await (await services()).suggestions.employees(text_of(req, "q"), caller)})


@blueprint.route("api/suggest/solutions", methods=["GET"])
@endpoint()
async def suggest_solutions(req: func.HttpRequest) -> func.HttpResponse:
    """What a deal's solution can be: own co-sell ready offers, published ones of others, the vendor's catalogue."""
    caller = await require(req)
    suggestions = (await services()).solution_suggestions
    found = await suggestions.find(text_of(req, "q"), text_of(req, "kind") or None, caller)
    return answer({"items": [each.view() for each in found]})


def text_of(req: func.HttpRequest, name: str) -> str:
    """A query parameter without blanks around it; empty where it is absent."""
    return str(req.params.get(name) or "").strip()
