"""The life cycle as DOMAIN.md's table tells it, written a second time and knowing nothing of the code.

Only what this wing of the house has: no leads, no registration.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

Help = Literal["none", "open", "ended"]
"""Whether the vendor was asked: never, by a request open or answered yes, or by one that came to nothing."""

BY_PEOPLE: Final = (
    "accept", "close-as-error", "decline", "edit", "invite-partner", "lose", "notes", "request-help", "share", "win",
)  # fmt: skip
BY_SYSTEM: Final = ("expire", "withdraw")


@dataclass(frozen=True)
class State:
    """What the table asks about a referral. `own` is a deal that a partner created itself."""

    own: bool
    stage: str
    outcome: str | None = None
    deal_type: str = "private"
    help: Help = "none"
    overdue: bool = False


RECEIVED: Final = State(own=False, stage="received", deal_type="co_sell")


def archived(state: State, outcome: str) -> State:
    return replace(state, stage="archived", outcome=outcome, overdue=False)


def allowed(state: State) -> set[str]:
    """What people may do at all, each by those it is for (DOMAIN.md: "Life cycle of a referral")."""
    if state.stage == "archived" or state.overdue:
        return set()
    if state.stage == "received":
        return {"accept", "decline", "close-as-error", "notes"}
    possible = {"close-as-error", "edit", "notes", "win", "lose"}
    if state.own:
        possible.add("invite-partner")
    if state.own and state.deal_type == "private":
        possible.add("share")
    if state.own and state.help != "open":
        possible.add("request-help")
    return possible


def after(state: State, action: str) -> State:
    """Where an allowed action leads."""
    match action:
        case "accept":
            return replace(state, stage="accepted")
        case "decline":
            return archived(state, "declined")
        case "expire":
            return archived(state, "expired")
        case "withdraw":
            return archived(state, "withdrawn")
        case "win":
            return archived(state, "won")
        case "lose":
            return archived(state, "lost")
        case "close-as-error":
            return archived(state, "error")
        case "share":
            return replace(state, deal_type="partner_led")
        case "request-help":
            return replace(state, deal_type="co_sell", help="open")
    return state


FOR: Final[dict[str, set[str]]] = {
    action: {"ReferralsAdmin", "AccountAdmin", "team member", "Seller"} for action in BY_PEOPLE
} | {"close-as-error": {"ReferralsAdmin", "AccountAdmin"}}
"""Who each action is for; a ReferralsUser counts as "team member" where its id is in `teamMembers`."""
