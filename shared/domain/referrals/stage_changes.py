"""The stage changes of a referral. Each is decided by the transition table; nothing else sets a stage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.domain.engagements.following import followers_told
from shared.domain.engagements.invitations import answering, withdrawing
from shared.domain.errors import Invalid
from shared.domain.instants import instant, today
from shared.domain.lists import ERROR_REASONS
from shared.domain.organizations.organization import Caller
from shared.domain.referrals.commands import Accept, CloseAsError, Decline, Lose, Win
from shared.domain.referrals.deal import require_not_past
from shared.domain.referrals.document import SYSTEM, Action, InvitationStatus, Referral
from shared.domain.referrals.life_cycle import TRANSITIONS, Transition, transition_for
from shared.domain.referrals.outbox import applying
from shared.domain.referrals.referral import changed, is_lead, is_overdue, is_own


def accepted(
    referral: Referral, command: Accept, caller: Caller, now: datetime, linked: Referral | None = None
) -> Referral:
    """The receiver takes it on; its clock stops and the sender is told, with the team that answers. `linked` is the own
    deal that a lead becomes part of, as it was found. Raises Invalid."""
    transition = transition_for(referral, "accept", caller, now)
    if command.linked_referral_id is not None:
        _require_linkable(referral, linked)
    day = command.estimated_close_date
    if day is not None and day.isoformat() != referral["estimatedCloseDate"]:
        require_not_past(day, now, "estimatedCloseDate")
    given = command.document()
    team = [*referral["teamMembers"]]
    values = {
        **given,
        "acceptedAt": instant(now),
        "teamMembers": team if caller.user in team else [*team, caller.user],
        **answering(referral, "accepted", now, team=given["employees"]),
    }
    return _moved(referral, "accept", transition, caller.user, now, values)


def _require_linkable(lead: Referral, deal: Referral | None) -> None:
    if not is_lead(lead):
        raise Invalid.field("linkedReferralId", "only_for_leads", "Only a lead is accepted into a deal; leave it out.")
    if deal is None or is_lead(deal) or deal["mirror"] or deal["stage"] != "accepted":
        raise Invalid.field(
            "linkedReferralId", "no_such_deal", "Name a deal of yours that is open: accepted, not closed."
        )


def declined(referral: Referral, command: Decline, caller: Caller, now: datetime) -> Referral:
    """The receiver does not take it on; the sender is told why."""
    transition = transition_for(referral, "decline", caller, now)
    values = {
        "reason": command.reason,
        "reasonNotes": command.notes,
        **answering(referral, "declined", now, reason=command.reason, note=command.notes),
    }
    return _moved(referral, "decline", transition, caller.user, now, values)


def won(referral: Referral, command: Win, caller: Caller, now: datetime) -> Referral:
    """Won, at the final value and day given or else the estimate and today; open invitations are taken back."""
    transition = transition_for(referral, "win", caller, now)
    values = {**_closing(referral, command, now), **_told(referral, "won", now)}
    return _moved(referral, "win", transition, caller.user, now, values)


def lost(referral: Referral, command: Lose, caller: Caller, now: datetime) -> Referral:
    """Lost, and why; open invitations are taken back."""
    transition = transition_for(referral, "lose", caller, now)
    values = {
        **_closing(referral, command, now),
        "reason": command.reason,
        "reasonNotes": command.notes,
        **_told(referral, "lost", now, reason=command.reason),
    }
    return _moved(referral, "lose", transition, caller.user, now, values)


def closed_as_error(referral: Referral, command: CloseAsError, caller: Caller, now: datetime) -> Referral:
    """Out of the figures. A sender still waiting for an answer learns that there will be none; one that was accepted
    learns that nothing comes of it."""
    transition = transition_for(referral, "close-as-error", caller, now)
    note = f"Closed as an error: {ERROR_REASONS[command.reason]}."
    if is_own(referral):
        told = withdrawing(referral, now)
    elif referral["stage"] == "received":
        told = answering(referral, "declined", now, reason=8, note=note)
    else:
        told = answering(referral, "accepted", now, note=note)
    values = {"reason": command.reason, "reasonNotes": command.notes, **told}
    return _moved(referral, "close-as-error", transition, caller.user, now, values)


def expired(referral: Referral, now: datetime) -> Referral | None:
    """Nobody answered in time. None where there is nothing to expire: it was answered first, or its time is not up."""
    if not is_overdue(referral, now):
        return None
    return _moved(
        referral, "expire", TRANSITIONS["received", "expire"], SYSTEM, now, answering(referral, "expired", now)
    )


def withdrawn(
    referral: Referral, payload: Mapping[str, Any], source_id: str, seq: int, now: datetime
) -> Referral | None:
    """The sender's deal is archived. None where the receiver answered first: that answer stands."""
    if referral["stage"] != "received":
        return None
    applied = applying(referral, source_id, seq)
    return _moved(referral, "withdraw", TRANSITIONS["received", "withdraw"], SYSTEM, now, applied)


def _moved(
    referral: Referral, action: Action, transition: Transition, by: str, now: datetime, values: Mapping[str, Any]
) -> Referral:
    """The one place that sets stage and outcome; what follows an own deal learns of it."""
    moved: dict[str, Any] = {**values, "stage": transition.to, "outcome": transition.outcome}
    if transition.to == "archived":
        moved["archivedAt"] = instant(now)
    return changed(referral, action, by, now, {**moved, **followers_told(referral, moved, now)})


def _closing(referral: Referral, command: Win | Lose, now: datetime) -> dict[str, Any]:
    closed_date = command.closed_date or today(now)
    if closed_date > today(now):
        raise Invalid.field("closedDate", "in_the_future", "A deal closes today or has closed before.")
    final = command.final_value.document() if command.final_value else referral["estimatedValue"]
    return {"finalValue": final, "closedDate": closed_date.isoformat()}


def _told(referral: Referral, status: InvitationStatus, now: datetime, *, reason: int | None = None) -> dict[str, Any]:
    """A receiver reports to its sender; an own deal takes back what nobody has answered."""
    if referral["sender"] is not None:
        return answering(referral, status, now, reason=reason)
    return withdrawing(referral, now)
