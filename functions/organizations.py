"""Organizations: what one says of itself, the partners there are, and the vendor's way to add one."""

from __future__ import annotations

from typing import Any

import azure.functions as func

from functions import _again
from functions._body import is_form, model_of, read, read_values
from functions._http import answer, endpoint, idempotency_key, prefers_html, return_path, see_other, version_of
from functions._identity import require
from functions._links import next_page
from shared.bootstrap import services
from shared.domain.errors import NotAllowed
from shared.domain.organizations.network import view
from shared.domain.organizations.organization import Caller, Role

blueprint = func.Blueprint()


@blueprint.route("api/organization", methods=["GET"])
@endpoint()
async def read_organization(req: func.HttpRequest) -> func.HttpResponse:
    """The caller's own organization."""
    caller = await require(req)
    organization = await (await services()).organizations.read(caller)
    return answer(view(organization), version=organization["version"])


@blueprint.route("api/organization", methods=["PUT", "POST"])
@endpoint(again=_again.organization)
async def update_organization(req: func.HttpRequest) -> func.HttpResponse:
    """What the organization says of itself, whole; needs If-Match. A form may POST the same fields."""
    from shared.domain.organizations.commands import UpdateOrganization  # rare; a cold start pays for none of it

    caller = await require(req, Role.ACCOUNT_ADMIN)
    version = version_of(req, needed=True)
    command = model_of(organization_values(req), UpdateOrganization)
    with_ = await services()
    organization = await with_.organizations.update(command, caller, version)
    await with_.readiness_of_offers.recompute(caller.organization_id, caller.user)  # a location needs its contact
    if prefers_html(req):
        return see_other(return_path(req, "/organization"))
    return answer(view(organization), version=organization["version"])


def organization_values(req: func.HttpRequest) -> dict[str, Any]:
    """The body's values. In a form, a location whose box `remove` is ticked is left out."""
    values = read_values(req)
    locations = values.get("locations")
    if not is_form(req) or not isinstance(locations, list):
        return values
    kept = [each for each in locations if not (isinstance(each, dict) and each.get("remove") == "true")]
    return {**values, "locations": kept}


async def the_vendors_admin(req: func.HttpRequest) -> Caller:
    """An AccountAdmin of the vendor. Raises NotAllowed for others."""
    caller = await require(req, Role.ACCOUNT_ADMIN)
    if caller.organization.kind != "vendor":
        raise NotAllowed("The vendor adds organizations.")
    return caller


@blueprint.route("api/organizations", methods=["POST"])
@endpoint(again=_again.organizations)
async def add_organization(req: func.HttpRequest) -> func.HttpResponse:
    """Let a partner take part: whoever signs in through its directory belongs to it from now on."""
    from shared.domain.organizations.commands import AddOrganization

    caller = await the_vendors_admin(req)
    command = read(req, AddOrganization)
    added = await (await services()).organizations.add(command, caller, idempotency_key(req))
    if prefers_html(req):
        return see_other(return_path(req, "/organizations"))
    # There is no address of another organization's own; the list is where it is found.
    headers = {"Location": "/api/organizations"} | ({"Idempotency-Replayed": "true"} if added.replayed else {})
    return answer(view(added.document), 201, headers=headers)


@blueprint.route("api/organizations", methods=["GET"])
@endpoint()
async def list_organizations(req: func.HttpRequest) -> func.HttpResponse:
    """One page of the partners by name: whom one can invite."""
    await require(req)
    listed = await (await services()).organizations.partners(**asked(req, "q", "limit", "after"))
    return answer({"items": listed.items, "next": next_page(req, listed.after)})


@blueprint.route("api/people", methods=["GET"])
@endpoint()
async def list_people(req: func.HttpRequest) -> func.HttpResponse:
    """One page of the organization's people by name: who has signed in."""
    caller = await require(req)
    listed = await (await services()).people.list(caller, **asked(req, "limit", "after"))
    return answer({"items": listed.items, "next": next_page(req, listed.after)})


def asked(req: func.HttpRequest, *names: str) -> dict[str, str]:
    """The query parameters of these names that say anything."""
    return {name: text for name in names if (text := req.params.get(name, "").strip())}
