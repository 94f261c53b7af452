"""What moves a referral on, one function each. The transition table decides; a function only reads and answers."""

from __future__ import annotations

import azure.functions as func

from functions import _again
from functions._answers import answer_referral, own_referral, referral_id
from functions._body import read
from functions._http import endpoint, version_of
from functions._identity import require
from functions.referrals import TEAM
from shared.bootstrap import services
from shared.domain.commands import Accept, CloseAsError, Decline, InvitePartner, Lose, Nothing, RequestHelp, Win
from shared.domain.organization import Role

blueprint = func.Blueprint()


@blueprint.route("api/referrals/{id}/accept", methods=["POST"])
@endpoint(again=_again.referral, subject=own_referral)
async def accept_referral(req: func.HttpRequest) -> func.HttpResponse:
    """Take a received referral on; its clock stops and its sender is told."""
    caller = await require(req, *TEAM)
    command = read(req, Accept)
    referral = await (await services()).referrals.accept(referral_id(req), command, caller, version_of(req))
    return await answer_referral(req, referral, caller)


@blueprint.route("api/referrals/{id}/decline", methods=["POST"])
@endpoint(again=_again.referral, subject=own_referral)
async def decline_referral(req: func.HttpRequest) -> func.HttpResponse:
    """Decline a received referral; its sender is told why."""
    caller = await require(req, *TEAM)
    command = read(req, Decline)
    referral = await (await services()).referrals.decline(referral_id(req), command, caller, version_of(req))
    return await answer_referral(req, referral, caller)


@blueprint.route("api/referrals/{id}/win", methods=["POST"])
@endpoint(again=_again.referral, subject=own_referral)
async def win_referral(req: func.HttpRequest) -> func.HttpResponse:
    """Close an accepted referral as won; open invitations are taken back."""
    caller = await require(req, *TEAM)
    command = read(req, Win)
    referral = await (await services()).referrals.win(referral_id(req), command, caller, version_of(req))
    return await answer_referral(req, referral, caller)


@blueprint.route("api/referrals/{id}/lose", methods=["POST"])
@endpoint(again=_again.referral, subject=own_referral)
async def lose_referral(req: func.HttpRequest) -> func.HttpResponse:
    """Close an accepted referral as lost; open invitations are taken back."""
    caller = await require(req, *TEAM)
    command = read(req, Lose)
    referral = await (await services()).referrals.lose(referral_id(req), command, caller, version_of(req))
    return await answer_referral(req, referral, caller)


@blueprint.route("api/referrals/{id}/close-as-error", methods=["POST"])
@endpoint(again=_again.referral, subject=own_referral)
async def close_referral_as_error(req: func.HttpRequest) -> func.HttpResponse:
    """Close what should not have been; it stays out of win and loss figures."""
    caller = await require(req, Role.REFERRALS_ADMIN)
    command = read(req, CloseAsError)
    referral = await (await services()).referrals.close_as_error(referral_id(req), command, caller, version_of(req))
    return await answer_referral(req, referral, caller)


@blueprint.route("api/referrals/{id}/share", methods=["POST"])
@endpoint(again=_again.referral, subject=own_referral)
async def share_referral(req: func.HttpRequest) -> func.HttpResponse:
    """Let the vendor see a private deal: it becomes partner-led, for good."""
    caller = await require(req, *TEAM)
    read(req, Nothing)
    referral = await (await services()).referrals.share(referral_id(req), caller, version_of(req))
    return await answer_referral(req, referral, caller)


@blueprint.route("api/referrals/{id}/request-help", methods=["POST"])
@endpoint(again=_again.referral, subject=own_referral)
async def request_help(req: func.HttpRequest) -> func.HttpResponse:
    """Ask the vendor's sellers for help: the deal becomes co-sell, for good, and they have the response window."""
    caller = await require(req, *TEAM)
    command = read(req, RequestHelp)
    referral = await (await services()).referrals.request_help(referral_id(req), command, caller, version_of(req))
    return await answer_referral(req, referral, caller)


@blueprint.route("api/referrals/{id}/invite-partner", methods=["POST"])
@endpoint(again=_again.referral, subject=own_referral)
async def invite_partner(req: func.HttpRequest) -> func.HttpResponse:
    """Ask another partner to join a deal created here; it gets its own copy and has the response window."""
    caller = await require(req, *TEAM)
    command = read(req, InvitePartner)
    referral = await (await services()).referrals.invite_partner(referral_id(req), command, caller, version_of(req))
    return await answer_referral(req, referral, caller)


@blueprint.route("api/referrals/{id}/withdraw-consent", methods=["POST"])
@endpoint(again=_again.referral, subject=own_referral)
async def withdraw_consent(req: func.HttpRequest) -> func.HttpResponse:
    """The customer takes its consent back: the contact goes here and at every organization that holds it."""
    caller = await require(req, *TEAM)
    read(req, Nothing)
    referral = await (await services()).referrals.withdraw_consent(referral_id(req), caller, version_of(req))
    return await answer_referral(req, referral, caller)


@blueprint.route("api/referrals/{id}/send-again", methods=["POST"])
@endpoint(again=_again.referral, subject=own_referral)
async def send_again(req: func.HttpRequest) -> func.HttpResponse:
    """Try every delivery anew that was given up."""
    caller = await require(req, *TEAM)
    read(req, Nothing)
    referral = await (await services()).referrals.send_again(referral_id(req), caller, version_of(req))
    return await answer_referral(req, referral, caller)
