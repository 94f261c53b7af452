"""The pages, over the same services as the API. Each reads, asks a service, and shows; none decides anything.

What makes a page is imported when one is asked for: programs never need it.
"""

from __future__ import annotations

import azure.functions as func

from functions import _html
from functions._answers import referral_id
from functions._http import endpoint, see_other
from functions._identity import require
from functions.organizations import the_vendors_admin
from functions.webhooks import keeper, own_webhook, webhook_id
from shared.bootstrap import services
from shared.domain.errors import NotAllowed, NotFound
from shared.domain.organizations.organization import Role

blueprint = func.Blueprint()


@blueprint.route("/", methods=["GET"])
@endpoint(page=True)
async def front_door(req: func.HttpRequest) -> func.HttpResponse:
    """The deals are what people come for."""
    return see_other("/deals")


@blueprint.route("deals", methods=["GET"])
@endpoint(page=True)
async def deals_page(req: func.HttpRequest) -> func.HttpResponse:
    """Tabs, filters, and one row a deal."""
    from functions._pages import deals

    return await deals.list_page(req, await require(req))


@blueprint.route("deals/new", methods=["GET"])
@endpoint(page=True)
async def new_deal_page(req: func.HttpRequest) -> func.HttpResponse:
    """The form of a new deal; of an opportunity for a partner where a seller asks."""
    from functions._pages import deals

    caller = await require(req)
    if not _html.creates_deals(caller):
        raise NotAllowed("New deals are for a partner's referral roles, opportunities for sellers.")
    return await deals.start_page(req, caller)


@blueprint.route("leads", methods=["GET"])
@endpoint(page=True)
async def leads_page(req: func.HttpRequest) -> func.HttpResponse:
    """Who waits for a call; tabs, filters, and one row a lead."""
    from functions._pages import leads

    return await leads.list_page(req, await require(req))


@blueprint.route("leads/new", methods=["GET"])
@endpoint(page=True)
async def new_lead_page(req: func.HttpRequest) -> func.HttpResponse:
    """The form of a lead that a seller recommends to a partner."""
    from functions._pages import leads

    return await leads.new_page(await require(req, Role.SELLER))


@blueprint.route("referrals/{id}", methods=["GET"])
@endpoint(page=True)
async def referral_page(req: func.HttpRequest) -> func.HttpResponse:
    """Everything of one referral, and a form for whatever may be done to it now."""
    from functions._pages import referral

    caller = await require(req)
    found = await (await services()).referrals.read(referral_id(req), caller)
    return await referral.page_of(found, caller, done=req.params.get("done"), again=req.params.get("again"))


@blueprint.route("engagements/{id}", methods=["GET"])
@endpoint(page=True)
async def engagement_page(req: func.HttpRequest) -> func.HttpResponse:
    """One piece of business: the organization's own copies, who takes part, and what happened when."""
    from functions._pages import engagement

    return await engagement.page_of(str(req.route_params["id"]), await require(req))


@blueprint.route("deadlines", methods=["GET"])
@endpoint(page=True)
async def deadlines_page(req: func.HttpRequest) -> func.HttpResponse:
    """Everything that has a clock, the most pressing first; and the calendar link."""
    from functions._pages import deadlines

    return await deadlines.list_page(req, await require(req))


@blueprint.route("organization", methods=["GET"])
@endpoint(page=True)
async def organization_page(req: func.HttpRequest) -> func.HttpResponse:
    """The caller's own organization: its facts, its locations and its people."""
    from functions._pages import organization

    return await organization.own_page(req, await require(req), done=req.params.get("done"))


@blueprint.route("organizations", methods=["GET"])
@endpoint(page=True)
async def organizations_page(req: func.HttpRequest) -> func.HttpResponse:
    """The partners, and the form of a new one, for the vendor's administrators."""
    from functions._pages import organization

    return await organization.list_page(req, await the_vendors_admin(req), done=req.params.get("done"))


@blueprint.route("insights", methods=["GET"])
@endpoint(page=True)
async def insights_page(req: func.HttpRequest) -> func.HttpResponse:
    """The organization's response record, in tables and charts."""
    from functions._pages import insights

    return await insights.page_of(await require(req))


@blueprint.route("routing", methods=["GET"])
@endpoint(page=True)
async def routing_page(req: func.HttpRequest) -> func.HttpResponse:
    """The rules by which received referrals go to locations, and their dry run."""
    from functions._pages import routing

    return await routing.page_of(await require(req), done=req.params.get("done"))


@blueprint.route("companies", methods=["GET"])
@endpoint(page=True)
async def companies_page(req: func.HttpRequest) -> func.HttpResponse:
    """The organization's own list of companies, and the form that imports one."""
    from functions._pages import companies

    return await companies.list_page(req, await require(req, Role.ACCOUNT_ADMIN))


@blueprint.route("notices", methods=["GET"])
@endpoint(page=True)
async def notices_page(req: func.HttpRequest) -> func.HttpResponse:
    """One's own notices, the newest first."""
    from functions._pages import notices

    return await notices.list_page(req, await require(req))


@blueprint.route("notices/preferences", methods=["GET"])
@endpoint(page=True)
async def notice_preferences_page(req: func.HttpRequest) -> func.HttpResponse:
    """What one is told, by which way, in which language."""
    from functions._pages import notices

    return await notices.preferences_page(await require(req), done=req.params.get("done"))


@blueprint.route("webhooks", methods=["GET"])
@endpoint(page=True)
async def webhooks_page(req: func.HttpRequest) -> func.HttpResponse:
    """The programs that are called, and the form of a new one."""
    from functions._pages import webhooks

    return await webhooks.list_page(await keeper(req), done=req.params.get("done"))


@blueprint.route("webhooks/{id}", methods=["GET"])
@endpoint(page=True, subject=own_webhook)
async def webhook_page(req: func.HttpRequest) -> func.HttpResponse:
    """One webhook, what it was sent, and what may be done."""
    from functions._pages import webhooks

    return await webhooks.page_of(req, await keeper(req), webhook_id(req))


@blueprint.route("static/{file}", methods=["GET"])
@endpoint(page=True)
async def static_file(req: func.HttpRequest) -> func.HttpResponse:
    """The stylesheet and the icon: open to everybody, by name only."""
    found = _html.static(str(req.route_params["file"]))
    if found is None:
        raise NotFound("There is no such file.")
    return found
