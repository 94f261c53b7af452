"""The one transition table: what may be done to a referral, in which stage, by whom, and where it leads.

An unlisted (stage, action) pair is refused and the possible actions are named; pages ask the same table which buttons
to show (DOMAIN: "Life cycle of a referral").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from shared.domain.errors import NotAllowed, NotPossible
from shared.domain.organizations.organization import Caller, Role
from shared.domain.referrals.document import Action, Outcome, Referral, Stage
from shared.domain.referrals.referral import is_overdue, is_own


class By(Enum):
    TEAM = "the referral's team"
    ADMIN = "a ReferralsAdmin"
    SYSTEM = "the system"


Condition = Callable[[Referral], str | None]
"""Says why an action is not possible for this referral although its stage allows it, or None."""


@dataclass(frozen=True, slots=True)
class Transition:
    """By whom, to which stage and outcome (None keeps the stage), and on what condition."""

    by: By
    to: Stage | None = None
    outcome: Outcome | None = None
    condition: Condition | None = None


def _created_here(referral: Referral) -> str | None:
    is_here = referral["kind"] == "deal" and is_own(referral)
    return None if is_here else "Only the organization that created a deal can do this."


def _own_deal(referral: Referral) -> str | None:
    if referral["organizationKind"] != "partner":
        return "Only the partner that created a deal can do this."
    return _created_here(referral)


def _own_private_deal(referral: Referral) -> str | None:
    already = "The vendor can see this deal already." if referral["visibleToVendor"] else None
    return _own_deal(referral) or already


TAKEN_PART: Final = frozenset({"sending", "pending", "accepted", "won", "lost"})
"""An invitation of one of these is not sent a second time: it waits, or the organization has taken part."""


def _own_deal_without_live_help(referral: Referral) -> str | None:
    live = any(i["kind"] == "help" and i["status"] in TAKEN_PART for i in referral["invitations"])
    return _own_deal(referral) or ("Help has been asked for already." if live else None)


TRANSITIONS: Final[dict[tuple[Stage, Action], Transition]] = {
    ("received", "accept"): Transition(By.TEAM, "accepted"),
    ("received", "decline"): Transition(By.TEAM, "archived", "declined"),
    ("received", "expire"): Transition(By.SYSTEM, "archived", "expired"),
    ("received", "withdraw"): Transition(By.SYSTEM, "archived", "withdrawn"),
    ("received", "close-as-error"): Transition(By.ADMIN, "archived", "error"),
    ("received", "notes"): Transition(By.TEAM),
    ("accepted", "close-as-error"): Transition(By.ADMIN, "archived", "error"),
    ("accepted", "edit"): Transition(By.TEAM),
    ("accepted", "share"): Transition(By.TEAM, condition=_own_private_deal),
    ("accepted", "request-help"): Transition(By.TEAM, condition=_own_deal_without_live_help),
    ("accepted", "invite-partner"): Transition(By.TEAM, condition=_created_here),
    ("accepted", "notes"): Transition(By.TEAM),
    ("accepted", "win"): Transition(By.TEAM, "archived", "won"),
    ("accepted", "lose"): Transition(By.TEAM, "archived", "lost"),
}


ANSWERS: Final = frozenset({"accept", "decline"})


def is_team(referral: Referral, action: Action, caller: Caller) -> bool:
    """ReferralsAdmin and AccountAdmin; a vendor's Seller; ReferralsUser where a member, or to answer an incoming
    referral that has no team yet (DOMAIN: "Life cycle")."""
    if caller.has_any(Role.REFERRALS_ADMIN, Role.SELLER):
        return True
    if not caller.has_any(Role.REFERRALS_USER):
        return False
    unclaimed = referral["direction"] == "incoming" and not referral["teamMembers"]
    return (unclaimed and action in ANSWERS) or caller.user in referral["teamMembers"]


def may(referral: Referral, action: Action, caller: Caller, by: By) -> bool:
    """Whether the caller is one of those an action is for."""
    if by is By.ADMIN:
        return caller.has_any(Role.REFERRALS_ADMIN)
    return by is By.TEAM and is_team(referral, action, caller)


def possible_actions(referral: Referral, now: datetime) -> dict[Action, Transition]:
    """What the referral's state allows to people, whoever they are; nothing once it is overdue, nothing to a mirror."""
    if is_overdue(referral, now) or referral["mirror"]:
        return {}
    return {
        action: transition
        for (stage, action), transition in TRANSITIONS.items()
        if stage == referral["stage"]
        and transition.by is not By.SYSTEM
        and (transition.condition is None or transition.condition(referral) is None)
    }


def allowed_actions(referral: Referral, caller: Caller, now: datetime) -> list[Action]:
    """What this caller may do to this referral now, in alphabetical order."""
    possible = possible_actions(referral, now).items()
    return sorted(action for action, transition in possible if may(referral, action, caller, transition.by))


def transition_for(referral: Referral, action: Action, caller: Caller, now: datetime) -> Transition:
    """The transition a caller asks for. Raises NotAllowed for who they are, NotPossible for the referral's state."""
    _require_permission(referral, action, caller)
    transition = possible_actions(referral, now).get(action)
    if transition is None:
        allowed = allowed_actions(referral, caller, now)
        raise NotPossible(f"{_why_not(referral, action, now)} {_instead(allowed)}", allowed=allowed)
    return transition


def _require_permission(referral: Referral, action: Action, caller: Caller) -> None:
    asked = {transition.by for (_, name), transition in TRANSITIONS.items() if name == action}
    if not any(may(referral, action, caller, by) for by in asked):
        raise NotAllowed(f"This is for {' or '.join(sorted(by.value for by in asked))}.")


def _why_not(referral: Referral, action: Action, now: datetime) -> str:
    if is_overdue(referral, now):
        return f"It was not answered by {referral['expiresAt']} and has expired."
    if referral["mirror"]:
        return "This is the partner's own deal, shown to you; only they change it."
    transition = TRANSITIONS.get((referral["stage"], action))
    why = transition.condition(referral) if transition and transition.condition else None
    if why:
        return why
    state = referral["outcome"] or referral["stage"]
    return f"The referral is {state}; '{action}' is not possible any more or not yet."


def _instead(allowed: list[Action]) -> str:
    return f"Possible now: {', '.join(allowed)}." if allowed else "Nothing can be done to it."
