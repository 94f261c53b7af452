"""The network as DOMAIN.md and issue 4 tell it, written a second time and knowing nothing of the code.

A copy is what its own organization is answered of it (DESIGN section 8); a person is who the token says.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from tests.network.people import Person

Copy = dict[str, Any]

ACTIONS: Final = (
    "accept", "close-as-error", "decline", "edit", "invite-partner", "lose", "notes", "request-help", "share", "win",
)  # fmt: skip
LIVE: Final = ("received", "accepted")
ENDS: Final = {"decline": "declined", "win": "won", "lose": "lost", "close-as-error": "error"}
LIVE_INVITATION: Final = ("sending", "pending", "accepted", "won", "lost")
UNANSWERED: Final = ("sending", "pending")
AFTER: Final[dict[str, tuple[str, ...]]] = {
    "sending": ("pending", "accepted", "declined", "expired", "withdrawn", "won", "lost"),
    "pending": ("accepted", "declined", "expired", "withdrawn", "won", "lost"),
    "withdrawn": ("accepted", "declined", "expired", "won", "lost"),
    "accepted": ("won", "lost"),
    "declined": (),
    "expired": (),
    "won": (),
    "lost": (),
}
"""Which status an invitation may show next. A withdrawal is a request: an answer given before it came replaces it."""

VIEWED: Final = ("name", "estimatedValue", "estimatedCloseDate", "solutions")
"""What the other copies are shown of the sender's when it changes; its stage, outcome and final figures too."""
CLOSING: Final = ("stage", "outcome", "finalValue", "closedDate")


# Who


def kind_of(organization: str) -> str:
    return "vendor" if organization == "vendor" else "partner"


def roles_of(person: Person) -> set[str]:
    """The roles that count: a partner's people are no sellers, an account admin is everything but the vendor's two."""
    roles = set(person.claims)
    if kind_of(person.organization) == "partner":
        roles -= {"Seller", "Reviewer"}
    if "AccountAdmin" in roles:
        roles |= {"ReferralsAdmin", "ReferralsUser", "BusinessProfileAdmin", "CosellSolutionAdmin"}
    return roles


def may_read(person: Person, copy: Copy) -> bool:
    """Reading is organization-wide, for everybody with a role there."""
    return person.organization == copy["organizationId"] and bool(roles_of(person))


def may(person: Person, copy: Copy, action: str) -> bool:
    """Whether the roles permit it, whatever state the copy is in."""
    roles = roles_of(person)
    if action == "close-as-error":
        return "ReferralsAdmin" in roles
    if roles & {"ReferralsAdmin", "Seller"}:
        return True
    if "ReferralsUser" not in roles:
        return False
    unclaimed = copy["direction"] == "incoming" and not copy["teamMembers"]
    return person.user in copy["teamMembers"] or (unclaimed and action in ("accept", "decline"))


def may_create(person: Person) -> bool:
    return kind_of(person.organization) == "partner" and bool(roles_of(person) & {"ReferralsAdmin", "ReferralsUser"})


def may_send(person: Person) -> bool:
    return "Seller" in roles_of(person)


# What


def is_overdue(copy: Copy, now: datetime) -> bool:
    """From `expiresAt` on, to the microsecond."""
    return copy["stage"] == "received" and datetime.fromisoformat(copy["expiresAt"]) <= now


def help_is_live(copy: Copy) -> bool:
    return any(one["kind"] == "help" and one["status"] in LIVE_INVITATION for one in copy["invitations"])


def invited(copy: Copy, organization: str) -> list[dict[str, Any]]:
    return [one for one in copy["invitations"] if one["target"] == organization]


def may_be_invited(copy: Copy, organization: str) -> bool:
    """Whether this partner can be invited now, or again."""
    is_other_partner = kind_of(organization) == "partner" and organization != copy["organizationId"]
    return is_other_partner and not any(one["status"] in LIVE_INVITATION for one in invited(copy, organization))


def invitation_kind(copy: Copy, action: str) -> str:
    """What an invitation is called: the vendor's are opportunities, a first or a further one."""
    if action == "request-help":
        return "help"
    return "opportunity" if kind_of(copy["organizationId"]) == "vendor" else "partner"


def possible(copy: Copy, now: datetime) -> set[str]:
    """What the state permits, each by those it is for."""
    if copy["stage"] == "archived" or copy.get("mirror") or is_overdue(copy, now):
        return set()
    if copy["stage"] == "received":
        return {"accept", "decline", "close-as-error", "notes"}
    actions = {"close-as-error", "edit", "lose", "notes", "win"}
    if copy["direction"] == "outgoing":
        actions.add("invite-partner")
        if kind_of(copy["organizationId"]) == "partner":
            if copy["dealType"] == "private":
                actions.add("share")
            if not help_is_live(copy):
                actions.add("request-help")
    return actions


def allowed(copy: Copy, person: Person, now: datetime) -> set[str]:
    """`allowedActions` as this person should be answered it."""
    return {action for action in possible(copy, now) if may(person, copy, action)}


def refusals(copy: Copy, person: Person, action: str, now: datetime) -> set[int]:
    """The statuses an attempt may be refused with; empty where it must succeed."""
    if person.organization != copy["organizationId"]:
        return {404}
    permitted, is_possible = may(person, copy, action), action in possible(copy, now)
    if permitted and is_possible:
        return set()
    return {409} if permitted else {403} if is_possible else {403, 409}


# What comes of it


def after(copy: Copy, action: str, body: dict[str, Any], now: datetime) -> Copy:
    """The fields that an action changes, each as it is afterwards; invitations apart."""
    if action in ENDS:
        changed: Copy = {"stage": "archived", "outcome": ENDS[action]}
        if action in ("win", "lose"):
            changed["finalValue"] = body.get("finalValue", copy["estimatedValue"])
            changed["closedDate"] = body.get("closedDate", now.date().isoformat())
        if "reason" in body:
            changed |= {"reason": body["reason"], "reasonNotes": body.get("notes")}
        return changed
    match action:
        case "accept":
            return {**body, "stage": "accepted"}
        case "edit":
            return body
        case "share":
            return {"dealType": "partner_led", "visibleToVendor": True}
        case "request-help":
            help = {"code": body["code"], "notes": body["notes"]}
            return {"dealType": "co_sell", "visibleToVendor": True, "help": help, "customerConsent": True}
        case "invite-partner":
            return {"customerConsent": True}
    return {}


def statuses_after(copy: Copy, action: str) -> list[str]:
    """The statuses of the invitations there were: closing an own deal takes back what nobody answered."""
    closes = action in ENDS
    return [
        "withdrawn" if closes and one["status"] in UNANSWERED else one["status"] for one in copy["invitations"]
    ]  # fmt: skip


def view_of(copy: Copy) -> Copy:
    """What the other side is shown of a sender's copy."""
    return {name: copy[name] for name in (*VIEWED, *CLOSING)}


def status_of(copy: Copy) -> tuple[str, str]:
    """Partner Center's names for the same."""
    if copy["stage"] == "archived":
        words = {"won": "Won", "lost": "Lost", "declined": "Declined", "error": "Error"}
        return "Closed", words.get(copy["outcome"], "Expired")
    return {"received": ("New", "Received"), "accepted": ("Active", "Accepted")}[copy["stage"]]


def told(copy: Copy) -> str:
    """What the sender's invitation says once everything is delivered."""
    if copy["stage"] == "received":
        return "pending"
    if copy["stage"] == "accepted":
        return "accepted"
    if copy["outcome"] == "error":
        return "accepted" if copy["acceptedAt"] else "declined"
    return str(copy["outcome"])


FIRST: Final = {"create": ("accepted", None), "receive": ("received", None)}
MOVES: Final = {
    ("received", "accept"): ("accepted", None),
    ("received", "decline"): ("archived", "declined"),
    ("received", "expire"): ("archived", "expired"),
    ("received", "withdraw"): ("archived", "withdrawn"),
    ("received", "close-as-error"): ("archived", "error"),
    ("accepted", "close-as-error"): ("archived", "error"),
    ("accepted", "win"): ("archived", "won"),
    ("accepted", "lose"): ("archived", "lost"),
}
BY_STAGE: Final = {
    "notes": LIVE, "edit": ("accepted",), "share": ("accepted",), "request-help": ("accepted",),
    "invite-partner": ("accepted",),
}  # fmt: skip


def end_of(history: list[dict[str, Any]]) -> tuple[str, str | None]:
    """Where a history leads. Raises AssertionError where an entry could not follow the one before."""
    stage, outcome = FIRST[history[0]["action"]]
    for entry in history[1:]:
        action = entry["action"]
        assert action not in FIRST, history
        if action in {name for _, name in MOVES}:
            assert (stage, action) in MOVES, f"{action} of a referral that is {stage}: {history}"
            stage, outcome = MOVES[stage, action]
        else:
            assert stage in BY_STAGE.get(action, (*LIVE, "archived")), f"{action} of a referral that is {stage}"
    return stage, outcome
