"""The answers several functions share: a referral to whoever asked, as JSON or by its page; a CSV file."""

from __future__ import annotations

import azure.functions as func

from functions._http import answer, prefers_html, return_path, see_other
from functions._identity import caller_of
from shared.bootstrap import services
from shared.domain.organizations.organization import Caller
from shared.domain.referrals.document import Referral
from shared.domain.referrals.view import view
from shared.services.idempotency import Created


def referral_id(req: func.HttpRequest) -> str:
    return str(req.route_params["id"])


async def own_referral(req: func.HttpRequest) -> object:
    """The referral the address names, in the caller's organization. Raises NotFound."""
    return await (await services()).referrals.read(referral_id(req), await caller_of(req))


async def answer_referral(
    req: func.HttpRequest, referral: Referral, caller: Caller, status: int = 200, headers: dict[str, str] | None = None
) -> func.HttpResponse:
    """The referral with its heart; a browser is sent to its page."""
    if prefers_html(req) and req.method != "GET":
        return see_other(return_path(req, f"/referrals/{referral['id']}"))
    with_ = await services()
    favourite = referral["id"] in await with_.favourites.of(caller)
    collisions = await with_.collisions.on_receipt(referral)
    fit = await with_.similar.fits(referral)
    standing = await with_.solutions.standing(referral)
    now = with_.clock()
    seen = view(referral, caller, now, favourite=favourite, collisions=collisions, fit=fit, standing=standing)
    return answer(seen, status, version=referral["version"], headers=headers)


def csv_file(
    content: bytes, name: str, headers: dict[str, str] | None = None, charset: str = "utf-8"
) -> func.HttpResponse:
    """A file to save under this name."""
    saved = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return func.HttpResponse(content, headers={**saved, **(headers or {})}, mimetype="text/csv", charset=charset)


async def answer_created(req: func.HttpRequest, created: Created[Referral], caller: Caller) -> func.HttpResponse:
    """201 with the Location, the same again for a replayed request; nobody has given a new deal its heart yet."""
    headers = {"Location": f"/api/referrals/{created.document['id']}"}
    if created.replayed:
        headers["Idempotency-Replayed"] = "true"
        return await answer_referral(req, created.document, caller, 201, headers)
    if prefers_html(req):
        return see_other(f"/referrals/{created.document['id']}")
    with_ = await services()
    standing = await with_.solutions.standing(created.document)
    seen = view(created.document, caller, with_.clock(), favourite=False, standing=standing)
    return answer(seen, 201, version=created.document["version"], headers=headers)
