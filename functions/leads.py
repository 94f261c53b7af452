"""Leads: list them, send a qualified one to a partner. Anonymous inquiries come in by functions/inquiries.py."""

from __future__ import annotations

import azure.functions as func

from functions import _again
from functions._answers import answer_created
from functions._body import read
from functions._http import answer, endpoint, idempotency_key
from functions._identity import require
from functions._links import next_page
from functions.deals import export_file, list_request
from shared.bootstrap import services
from shared.domain.organizations.organization import Role

blueprint = func.Blueprint()


@blueprint.route("api/leads", methods=["GET"])
@endpoint()
async def list_leads(req: func.HttpRequest) -> func.HttpResponse:
    """One page of a tab (marketplace, qualified, favourites), filtered, searched and sorted."""
    caller = await require(req)
    listed = await (await services()).referral_lists.leads(list_request(req, "marketplace"), caller)
    return answer({"items": listed.items, "next": next_page(req, listed.after)})


@blueprint.route("api/leads.csv", methods=["GET"])
@endpoint()
async def export_leads(req: func.HttpRequest) -> func.HttpResponse:
    """The leads of a tab, filtered, as CSV; nobody can be called from those that were not answered in time."""
    caller = await require(req)
    asked = list_request(req, "marketplace")
    return export_file(req, "leads", asked, await (await services()).deal_export.leads(asked, caller))


@blueprint.route("api/qualified-leads", methods=["POST"])
@endpoint(again=_again.new_lead)
async def send_qualified_lead(req: func.HttpRequest) -> func.HttpResponse:
    """A customer a seller recommends to a partner, who has the response window to answer."""
    from shared.domain.leads.commands import SendQualifiedLead

    caller = await require(req, Role.SELLER)
    command = read(req, SendQualifiedLead)
    created = await (await services()).recommendations.send(command, caller, idempotency_key(req))
    return await answer_created(req, created, caller)
