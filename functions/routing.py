"""Routing: which location a received referral goes to, and a dry run of draft rules."""

from __future__ import annotations

from typing import Any

import azure.functions as func

from functions import _again
from functions._body import is_form, model_of, read_values
from functions._http import answer, endpoint, form_value, prefers_html, return_path, see_other, version_of
from functions._identity import require
from shared.bootstrap import services
from shared.domain.errors import PreconditionNeeded
from shared.domain.organizations.organization import Caller, Role
from shared.domain.organizations.routing import view

blueprint = func.Blueprint()


@blueprint.route("api/routing", methods=["GET"])
@endpoint()
async def read_routing(req: func.HttpRequest) -> func.HttpResponse:
    """The organization's rules; version 0 before there are any."""
    caller = await require(req)
    stored = await (await services()).routing.read(caller)
    return answer(view(stored, caller.organization), version=stored["version"] if stored else 0)


@blueprint.route("api/routing", methods=["PUT", "POST"])
@endpoint(again=_again.routing)
async def update_routing(req: func.HttpRequest) -> func.HttpResponse:
    """The rules, whole; needs If-Match once there are any. A form may POST the same fields."""
    from shared.domain.organizations.commands import Route  # rare; a cold start pays for none of it

    caller = await require(req, Role.ACCOUNT_ADMIN)
    version = await _version(req, caller)
    values = routing_values(req)
    if is_form(req):
        values.pop("last", None)  # the same form is also tried on the last received
    command = model_of(values, Route)
    with_ = await services()
    stored = await with_.routing.update(command, caller, version)
    if prefers_html(req):
        return see_other(return_path(req, "/routing"))
    organization = await with_.organizations.get(caller.organization_id)
    return answer(view(stored, organization or caller.organization), version=stored["version"])


@blueprint.route("api/routing/dry-run", methods=["POST"])
@endpoint(again=_again.routing)
async def dry_run_routing(req: func.HttpRequest) -> func.HttpResponse:
    """What draft rules would have done with the last received referrals; writes nothing."""
    from functions._replay import replay
    from shared.domain.organizations.commands import TryRules

    caller = await require(req, Role.ACCOUNT_ADMIN)
    command = model_of(routing_values(req), TryRules)
    replayed = await (await services()).routing.dry_run(command, caller)
    if prefers_html(req):
        from functions._pages import forms, routing  # pages are heavy; programs never need them

        draft = forms.flat(routing_values(req))
        return await routing.page_of(caller, tried=(draft, replayed), base=form_value(req, "etag"))
    return answer(replay(replayed))


async def _version(req: func.HttpRequest, caller: Caller) -> int | None:
    """The version the rules were read in; 0 where there are none yet and nothing is said. Raises PreconditionNeeded."""
    try:
        return version_of(req, needed=True)
    except PreconditionNeeded:
        if await (await services()).routing.read(caller):
            raise
        return 0


def routing_values(req: func.HttpRequest) -> dict[str, Any]:
    """The body's values. In a form, a rule whose box `remove` is ticked is left out, and no rule is an empty list."""
    values = read_values(req)
    if not is_form(req):
        return values
    rules = values.get("rules", [])
    if isinstance(rules, list):
        rules = [one for one in rules if not (isinstance(one, dict) and one.get("remove") == "true")]
    return {**values, "rules": rules}
