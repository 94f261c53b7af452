"""Deals: create one, list them, take them away as CSV, send one to a partner."""

from __future__ import annotations

import azure.functions as func

from functions import _again
from functions._answers import answer_created, csv_file
from functions._body import read
from functions._http import answer, endpoint, idempotency_key
from functions._identity import require
from functions._links import next_page
from shared.bootstrap import services
from shared.domain.errors import NotAllowed
from shared.domain.organizations.organization import Role
from shared.domain.referrals.commands import CreateDeal, SendOpportunity
from shared.services.referrals.export import Exported
from shared.services.referrals.lists import ListRequest

blueprint = func.Blueprint()


@blueprint.route("api/deals", methods=["POST"])
@endpoint(again=_again.new_deal)
async def create_deal(req: func.HttpRequest) -> func.HttpResponse:
    """A partner's own deal: private, visible to the vendor, or with help asked at once."""
    caller = await require(req, Role.REFERRALS_ADMIN, Role.REFERRALS_USER)
    if caller.organization.kind != "partner":
        raise NotAllowed("Sellers send opportunities: POST /api/opportunities.")
    command = read(req, CreateDeal)
    created = await (await services()).referrals.create(command, caller, idempotency_key(req))
    return await answer_created(req, created, caller)


@blueprint.route("api/opportunities", methods=["POST"])
@endpoint(again=_again.new_deal)
async def send_opportunity(req: func.HttpRequest) -> func.HttpResponse:
    """A seller's deal, sent to a partner, who has the response window to answer."""
    caller = await require(req, Role.SELLER)
    command = read(req, SendOpportunity)
    created = await (await services()).referrals.send_opportunity(command, caller, idempotency_key(req))
    return await answer_created(req, created, caller)


@blueprint.route("api/deals", methods=["GET"])
@endpoint()
async def list_deals(req: func.HttpRequest) -> func.HttpResponse:
    """One page of a tab (inbound, outbound, favourites), filtered, searched and sorted."""
    caller = await require(req)
    listed = await (await services()).referral_lists.deals(list_request(req), caller)
    return answer({"items": listed.items, "next": next_page(req, listed.after)})


@blueprint.route("api/deals.csv", methods=["GET"])
@endpoint()
async def export_deals(req: func.HttpRequest) -> func.HttpResponse:
    """The deals of a tab, filtered, as CSV; headers and the file's name say what is not in it."""
    caller = await require(req)
    asked = list_request(req)
    exported = await (await services()).deal_export.deals(asked, caller)
    return export_file(req, "deals", asked, exported)


def export_file(req: func.HttpRequest, what: str, asked: ListRequest, exported: Exported) -> func.HttpResponse:
    """A file of deals or of leads; headers and name say what is not in it."""
    headers = {"X-Contacts-Withheld": str(exported.contacts_withheld)}
    if exported.after is not None:
        headers |= {"X-Rows-Left-Out": "yes", "Link": f'<{next_page(req, exported.after)}>; rel="next"'}
    return csv_file(exported.content, _file_name(what, asked, exported), headers)


def _file_name(what: str, asked: ListRequest, exported: Exported) -> str:
    """Whoever downloads it sees no headers, but this."""
    parts = [f"{what}-{asked.tab}"]
    if asked.after is not None:
        parts.append("continued")
    if exported.after is not None:
        parts.append("more-left-out")
    if exported.contacts_withheld:
        parts.append(f"{exported.contacts_withheld}-contacts-withheld")
    return f"{'-'.join(parts)}.csv"


def list_request(req: func.HttpRequest, tab: str = "inbound") -> ListRequest:
    """The query parameters a list understands; absent ones take their defaults, `tab` the one given."""
    known = ("tab", "stage", "outcome", "q", "sort", "limit", "after")
    given = {name: req.params[name] for name in known if req.params.get(name)}
    if "q" in given:
        given["q"] = given["q"].strip()
    return ListRequest(**{"tab": tab, **given})
