"""What moves a referral on, one function each. The transition table decides; a function only reads and answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import azure.functions as func

from functions import _again
from functions._answers import answer_referral, own_referral, referral_id
from functions._body import read
from functions._http import endpoint, version_of
from functions._identity import TEAM, require
from shared.bootstrap import services
from shared.domain.organizations.organization import Caller, Role
from shared.domain.referrals.commands import (
    Accept,
    CloseAsError,
    Decline,
    InvitePartner,
    Lose,
    Nothing,
    RequestHelp,
    Win,
)
from shared.domain.referrals.document import Referral
from shared.domain.values import Value

if TYPE_CHECKING:
    from shared.services.referrals.referrals import Referrals

blueprint = func.Blueprint()

C = TypeVar("C", bound=Value)
Act = Callable[[str, C, Caller, int | None], Awaitable[Referral]]
"""One action of the service: the referral's id, the command, who asks, the version they read."""


async def _act(
    req: func.HttpRequest, command_of: type[C], act_of: Callable[[Referrals], Act[C]], *, by: tuple[Role, ...] = TEAM
) -> func.HttpResponse:
    caller = await require(req, *by)
    command = read(req, command_of)
    act = act_of((await services()).referrals)
    return await answer_referral(req, await act(referral_id(req), command, caller, version_of(req)), caller)


@blueprint.route("api/referrals/{id}/accept", methods=["POST"])
@endpoint(again=_again.referral, subject=own_referral)
async def accept_referral(req: func.HttpRequest) -> func.HttpResponse:
    """Take a received referral on; its clock stops and its sender is told."""
    return await _act(req, Accept, lambda referrals: referrals.accept)


@blueprint.route("api/referrals/{id}/decline", methods=["POST"])
@endpoint(again=_again.referral, subject=own_referral)
async def decline_referral(req: func.HttpRequest) -> func.HttpResponse:
    """Decline a received referral; its sender is told why."""
    return await _act(req, Decline, lambda referrals: referrals.decline)


@blueprint.route("api/referrals/{id}/win", methods=["POST"])
@endpoint(again=_again.referral, subject=own_referral)
async def win_referral(req: func.HttpRequest) -> func.HttpResponse:
    """Close an accepted referral as won; open invitations are taken back."""
    return await _act(req, Win, lambda referrals: referrals.win)


@blueprint.route("api/referrals/{id}/lose", methods=["POST"])
@endpoint(again=_again.referral, subject=own_referral)
async def lose_referral(req: func.HttpRequest) -> func.HttpResponse:
    """Close an accepted referral as lost; open invitations are taken back."""
    return await _act(req, Lose, lambda referrals: referrals.lose)


@blueprint.route("api/referrals/{id}/close-as-error", methods=["POST"])
@endpoint(again=_again.referral, subject=own_referral)
async def close_referral_as_error(req: func.HttpRequest) -> func.HttpResponse:
    """Close what should not have been; it stays out of win and loss figures."""
    return await _act(req, CloseAsError, lambda referrals: referrals.close_as_error, by=(Role.REFERRALS_ADMIN,))


@blueprint.route("api/referrals/{id}/share", methods=["POST"])
@endpoint(again=_again.referral, subject=own_referral)
async def share_referral(req: func.HttpRequest) -> func.HttpResponse:
    """Let the vendor see a private deal: it becomes partner-led, for good."""
    return await _act(req, Nothing, lambda referrals: referrals.share)


@blueprint.route("api/referrals/{id}/request-help", methods=["POST"])
@endpoint(again=_again.referral, subject=own_referral)
async def request_help(req: func.HttpRequest) -> func.HttpResponse:
    """Ask the vendor's sellers for help: the deal becomes co-sell, for good, and they have the response window."""
    return await _act(req, RequestHelp, lambda referrals: referrals.request_help)


@blueprint.route("api/referrals/{id}/invite-partner", methods=["POST"])
@endpoint(again=_again.referral, subject=own_referral)
async def invite_partner(req: func.HttpRequest) -> func.HttpResponse:
    """Ask another partner to join a deal created here; it gets its own copy and has the response window."""
    return await _act(req, InvitePartner, lambda referrals: referrals.invite_partner)


@blueprint.route("api/referrals/{id}/withdraw-consent", methods=["POST"])
@endpoint(again=_again.referral, subject=own_referral)
async def withdraw_consent(req: func.HttpRequest) -> func.HttpResponse:
    """The customer takes its consent back: the contact goes here and at every organization that holds it."""
    return await _act(req, Nothing, lambda referrals: referrals.withdraw_consent)


@blueprint.route("api/referrals/{id}/send-again", methods=["POST"])
@endpoint(again=_again.referral, subject=own_referral)
async def send_again(req: func.HttpRequest) -> func.HttpResponse:
    """Try every delivery anew that was given up."""
    return await _act(req, Nothing, lambda referrals: referrals.send_again)
