"""One referral: read it, edit it, note on it, give it a heart."""

from __future__ import annotations

import azure.functions as func

from functions import _again
from functions._answers import answer_referral, own_referral, referral_id
from functions._body import is_form, read, read_values
from functions._http import answer, endpoint, idempotency_key, prefers_html, return_path, see_other, version_of
from functions._identity import TEAM, require
from shared.bootstrap import services
from shared.domain.referrals.commands import AddNote

blueprint = func.Blueprint()


@blueprint.route("api/referrals/{id}", methods=["GET"])
@endpoint()
async def read_referral(req: func.HttpRequest) -> func.HttpResponse:
    """A referral of the caller's organization, with what may be done to it."""
    caller = await require(req)
    referral = await (await services()).referrals.read(referral_id(req), caller)
    return await answer_referral(req, referral, caller)


@blueprint.route("api/referrals/{id}", methods=["PATCH", "POST"])
@endpoint(again=_again.referral, subject=own_referral)
async def edit_referral(req: func.HttpRequest) -> func.HttpResponse:
    """A JSON merge patch; needs If-Match. A form may POST the same fields, an empty one meaning none."""
    caller = await require(req, *TEAM)
    version = version_of(req, needed=True)
    patch = read_values(req, empty_means_none=is_form(req))
    referral = await (await services()).referrals.edit(referral_id(req), patch, caller, version)
    return await answer_referral(req, referral, caller)


@blueprint.route("api/referrals/{id}/notes", methods=["POST"])
@endpoint(again=_again.referral, subject=own_referral)
async def add_note(req: func.HttpRequest) -> func.HttpResponse:
    """Append a note entry, internal unless shared."""
    caller = await require(req, *TEAM)
    command = read(req, AddNote)
    referral = await (await services()).referrals.add_note(
        referral_id(req), command, caller, version_of(req), idempotency_key(req)
    )
    return await answer_referral(req, referral, caller)


@blueprint.route("api/referrals/{id}/favourite", methods=["POST"])
@endpoint(subject=own_referral)
async def favourite(req: func.HttpRequest) -> func.HttpResponse:
    """Give it a heart; the referral itself does not change."""
    return await _heart(req, marked=True)


@blueprint.route("api/referrals/{id}/unfavourite", methods=["POST"])
@endpoint(subject=own_referral)
async def unfavourite(req: func.HttpRequest) -> func.HttpResponse:
    """Take the heart away."""
    return await _heart(req, marked=False)


async def _heart(req: func.HttpRequest, *, marked: bool) -> func.HttpResponse:
    caller = await require(req)
    with_ = await services()
    referral = await with_.referrals.read(referral_id(req), caller)
    if marked:
        await with_.favourites.mark(referral["id"], caller)
    else:
        await with_.favourites.unmark(referral["id"], caller)
    if prefers_html(req):
        return see_other(return_path(req, f"/referrals/{referral['id']}"))
    return answer({"id": referral["id"], "favourite": marked})
