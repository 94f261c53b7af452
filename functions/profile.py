"""The business profile: the draft, its publication in the directory, and what the vendor records of a partner."""

from __future__ import annotations

from typing import Any, Final

import azure.functions as func

from functions import _again
from functions._body import is_form, model_of, read_values
from functions._http import answer, endpoint, form_value, prefers_html, return_path, see_other, version_of
from functions._identity import require
from shared.bootstrap import services
from shared.domain.organizations.organization import Role
from shared.services.directory.profiles import Seen

blueprint = func.Blueprint()

KEEPERS: Final = (Role.BUSINESS_PROFILE_ADMIN, Role.ACCOUNT_ADMIN)
LINES: Final = ("industries", "products", "services", "solutions", "keywords")
"""Lists that a form has as a text, an entry a line."""
BOXES: Final = ("markets", "customerSizes")
"""Lists that a form has as boxes to tick."""


@blueprint.route("api/profile", methods=["GET"])
@endpoint()
async def read_profile(req: func.HttpRequest) -> func.HttpResponse:
    """The caller's own organization's profile, empty where nothing was said yet."""
    caller = await require(req)
    return _answer(await (await services()).profiles.read(caller))


@blueprint.route("api/profile", methods=["PUT", "POST"])
@endpoint(again=_again.profile)
async def update_profile(req: func.HttpRequest) -> func.HttpResponse:
    """The whole draft; needs If-Match once there is one. A form may POST the same fields."""
    from shared.domain.directory.commands import UpdateProfile  # rare; a cold start pays for none of it

    caller = await require(req, *KEEPERS)
    command = model_of(profile_values(req), UpdateProfile)
    said = bool((req.headers.get("if-match") or form_value(req, "etag") or "").strip())
    seen = await (await services()).profiles.update(command, caller, version_of(req), said=said)
    return see_other(return_path(req, "/profile?done=profile")) if prefers_html(req) else _answer(seen)


@blueprint.route("api/profile/publish", methods=["POST"])
@endpoint(again=_again.profile)
async def publish_profile(req: func.HttpRequest) -> func.HttpResponse:
    """Put the draft into the public directory; 422 names what is missing."""
    caller = await require(req, *KEEPERS)
    seen = await (await services()).profiles.publish(caller, version_of(req))
    return see_other("/profile?done=publish") if prefers_html(req) else _answer(seen)


@blueprint.route("api/profile/unpublish", methods=["POST"])
@endpoint(again=_again.profile)
async def unpublish_profile(req: func.HttpRequest) -> func.HttpResponse:
    """Take the profile out of the directory; no leads are received from then on."""
    caller = await require(req, *KEEPERS)
    seen = await (await services()).profiles.unpublish(caller, version_of(req))
    return see_other("/profile?done=unpublish") if prefers_html(req) else _answer(seen)


@blueprint.route("api/organizations/{id}/competencies", methods=["POST"])
@endpoint(again=_again.competencies)
async def record_competencies(req: func.HttpRequest) -> func.HttpResponse:
    """What the vendor records of a partner, whole; public at once where the partner is in the directory."""
    from shared.domain.directory.commands import RecordCompetencies

    caller = await require(req, Role.REVIEWER)
    id = str(req.route_params["id"])
    command = model_of(read_values(req), RecordCompetencies)
    recorded = await (await services()).profiles.record(command, id, caller, version_of(req))
    if prefers_html(req):
        return see_other(return_path(req, f"/directory/{id}"))
    said = {name: recorded[name] for name in ("organizationId", "competencies", "endorsements", "updatedAt")}
    return answer(said, version=recorded["version"])


def profile_values(req: func.HttpRequest) -> dict[str, Any]:
    """The body's values. A form has lists as lines of a text or as boxes, and a row for each location's contact."""
    values = read_values(req)
    if not is_form(req):
        return values
    lines = {name: _lines(values[name]) for name in LINES if isinstance(values.get(name), str)}
    boxes = {name: [values[name]] for name in BOXES if isinstance(values.get(name), str)}
    contacts = values.get("contacts")
    if isinstance(contacts, list):  # a row of which only the location is there says nothing
        boxes["contacts"] = [each for each in contacts if not isinstance(each, dict) or each.keys() != {"locationId"}]
    return {**values, **lines, **boxes}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _answer(seen: Seen) -> func.HttpResponse:
    return answer(seen.document, version=seen.version)
