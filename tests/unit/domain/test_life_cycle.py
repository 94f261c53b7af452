"""The domain's transition table against DOMAIN.md's, written a second time in model.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.engagements import invitations, sharing
from shared.domain.errors import NotAllowed, NotPossible
from shared.domain.organizations.organization import Caller, Organization
from shared.domain.referrals import deal, stage_changes
from shared.domain.referrals.commands import Accept, CloseAsError, Decline, InvitePartner, Lose, RequestHelp, Win
from shared.domain.referrals.document import Invitation, Referral
from shared.domain.referrals.life_cycle import TRANSITIONS, allowed_actions
from tests.unit.domain.model import BY_PEOPLE, BY_SYSTEM, FOR, RECEIVED, State, after, allowed
from tests.unit.domain.people import ADMIN, CONTOSO, NOW, VENDOR, a_referral, somebody

WINDOW: Final = timedelta(days=14)
OWN: Final = State(own=True, stage="accepted")
ACCEPTED: Final = State(own=False, stage="accepted", deal_type="co_sell")
HELP: Final = {"code": 1, "notes": "please", "customerConsent": True}

Do = Callable[[Referral, Caller, datetime], Referral]
DO: Final[dict[str, Do]] = {
    "accept": lambda r, c, now: stage_changes.accepted(
        r,
        Accept.model_validate(
            {"name": "N", "estimatedValue": {"amount": "1", "currency": "EUR"}, "estimatedCloseDate": "2099-01-01"}
        ),
        c,
        now,
    ),
    "decline": lambda r, c, now: stage_changes.declined(r, Decline(reason=1), c, now),
    "win": lambda r, c, now: stage_changes.won(r, Win(), c, now),
    "lose": lambda r, c, now: stage_changes.lost(r, Lose(reason=1), c, now),
    "close-as-error": lambda r, c, now: stage_changes.closed_as_error(r, CloseAsError(reason=7), c, now),
    "share": lambda r, c, now: sharing.shared(r, c, VENDOR, now),
    "request-help": lambda r, c, now: sharing.help_requested(r, RequestHelp.model_validate(HELP), c, VENDOR, now),
    "invite-partner": lambda r, c, now: sharing.partner_invited(r, another_invitation(), c, a_partner(r), now),
    "edit": lambda r, c, now: deal.edited(r, {"crmId": f"crm-{r['version']}"}, c, now),
    "notes": lambda r, c, now: deal.noted(
        r, {"id": f"n{r['version']}", "author": c.user, "at": "", "text": "x", "audience": "internal"}, c, now
    ),
}


def another_invitation() -> InvitePartner:
    """What a partner is asked; nothing in it is missing."""
    person = {"firstName": "Leo", "lastName": "Roux", "phoneNumber": "+33198765432", "email": "leo@contoso.example"}
    return InvitePartner.model_validate(
        {
            "partnerId": "fabrikam",
            "estimatedValue": {"amount": "1", "currency": "EUR"},
            "estimatedCloseDate": "2099-01-01",
            "notes": "join us",
            "employees": [person],
            "solutions": [{"kind": "own", "name": "S"}],
            "customerConsent": True,
        }
    )


def a_partner(referral: Referral) -> Organization:
    """One that has not been asked yet."""
    return Organization(f"partner-{len(referral['invitations'])}", "Another", "partner", "US")


def incoming() -> Referral:
    """Contoso's received copy of a deal that Fabrikam sent."""
    own = a_referral(help={"code": 1, "notes": "x"}, customerConsent=True)
    event = own["outbox"][0]
    target = {"organizationId": "contoso", "organizationKind": "partner", "id": event["target"]["id"]}
    return invitations.received(target, event["payload"], "their-deal", 1, NOW, invitations.Reception(WINDOW))


def answered(own: Referral, status: str, seq: int) -> Referral:
    """The vendor's answer on the sender's copy, to the last request."""
    invitation = last_request(own)
    payload = {
        "invitationId": invitation["id"], "status": status, "answeredAt": "", "reason": None, "note": None, "team": [],
    }  # fmt: skip
    return invitations.answered(own, payload, "copy", seq, NOW)


def last_request(own: Referral) -> Invitation:
    return [one for one in own["invitations"] if one["kind"] == "help"][-1]


def test_the_table_lists_the_documents_pairs_and_no_other() -> None:
    """Every (stage, action) of DOMAIN.md's life cycle that this wing has; nothing else."""
    documented = {
        (state.stage, action)
        for state in (RECEIVED, OWN, ACCEPTED, State(own=False, stage="archived", outcome="won"))
        for action in allowed(state)
    } | {("received", action) for action in BY_SYSTEM}
    assert set(TRANSITIONS) == documented


def test_each_pair_leads_where_the_document_says() -> None:
    """Stage and outcome after it; None keeps the stage."""
    for (stage, action), transition in TRANSITIONS.items():
        before = RECEIVED if stage == "received" else OWN
        expected = after(before, action)
        assert (transition.to or stage, transition.outcome) == (expected.stage, expected.outcome), (stage, action)


STEPS: Final = st.sampled_from(
    [*BY_PEOPLE, "tick", "overdue", "vendor accepts", "vendor declines", "vendor lets expire"]
)


@settings(max_examples=150, derandomize=True, deadline=None, database=None)
@given(st.booleans(), st.lists(STEPS, max_size=12))
def test_any_walk_through_the_life_cycle_is_the_documents(own: bool, steps: list[str]) -> None:
    """Own and incoming referrals under random actions: what is allowed, where it leads, what is refused."""
    referral, state, now = (a_referral(), OWN, NOW) if own else (incoming(), RECEIVED, NOW)
    for seq, step in enumerate(steps, start=1):
        if step == "tick":
            now += timedelta(hours=1)
        elif step == "overdue":
            now = max(now, NOW + WINDOW)
            state = State(**{**vars(state), "overdue": state.stage == "received"})
        elif step.startswith("vendor"):
            if state.help == "open" and last_request(referral)["status"] == "sending":
                status = {"vendor accepts": "accepted", "vendor declines": "declined"}.get(step, "expired")
                referral = answered(referral, status, seq)
                state = State(**{**vars(state), "help": "open" if status == "accepted" else "ended"})
        else:
            referral, state = try_action(referral, state, step, now)
        seen = (referral["stage"], referral["outcome"], referral["dealType"])
        assert seen == (state.stage, state.outcome, state.deal_type)
        assert allowed_actions(referral, ADMIN, now) == sorted(allowed(state))


def try_action(referral: Referral, state: State, action: str, now: datetime) -> tuple[Referral, State]:
    """The action's effect where the model allows it, or its refusal, which changes nothing."""
    before = repr(referral)
    if action not in allowed(state):
        with pytest.raises(NotPossible) as refusal:
            DO[action](referral, ADMIN, now)
        assert set(refusal.value.allowed) == allowed(state)
        assert repr(referral) == before
        return referral, state
    changed = DO[action](referral, ADMIN, now)
    assert repr(referral) == before, "a change makes a new document"
    assert changed["version"] == referral["version"] + 1
    assert changed["history"][:-1] == referral["history"]
    return changed, after(state, action)


@pytest.mark.parametrize("action", BY_PEOPLE)
@pytest.mark.parametrize(
    ("roles", "user", "stands_for"),
    [
        (["ReferralsAdmin"], "x", "ReferralsAdmin"),
        (["AccountAdmin"], "x", "AccountAdmin"),
        (["ReferralsUser"], "ann", "team member"),
        (["ReferralsUser"], "x", "other user"),
        (["Seller"], "ann", "a seller elsewhere than at the vendor"),
        (["Auditor"], "ann", "Auditor"),
        (["CosellSolutionAdmin", "BusinessProfileAdmin", "Reviewer"], "ann", "others"),
        ([], "ann", "no role"),
    ],
)
def test_each_action_is_for_those_the_document_names(action: str, roles: list[str], user: str, stands_for: str) -> None:
    """A partner's claim of a vendor's role counts for nothing; being in the team without a role neither."""
    referral = a_referral() if action not in ("accept", "decline") else incoming()
    referral["teamMembers"] = ["ann"]
    caller = somebody(*roles, user=user)
    if stands_for in FOR[action]:
        DO[action](referral, caller, NOW)
        assert action in allowed_actions(referral, caller, NOW)
    else:
        with pytest.raises(NotAllowed):
            DO[action](referral, caller, NOW)
        assert action not in allowed_actions(referral, caller, NOW)


def test_at_the_vendor_a_seller_is_the_team() -> None:
    """Answers requests for help, but closes nothing as an error; a Reviewer neither."""
    copy = incoming()
    copy["organizationId"], copy["organizationKind"] = "vendor", "vendor"
    assert allowed_actions(copy, somebody("Seller", of=VENDOR), NOW) == ["accept", "decline", "notes"]
    assert allowed_actions(copy, somebody("Reviewer", of=VENDOR), NOW) == []


@settings(max_examples=60, derandomize=True, deadline=None, database=None)
@given(st.timedeltas(timedelta(0), timedelta(days=30)))
def test_the_window_is_half_open_to_the_microsecond(elapsed: timedelta) -> None:
    """`now < expiresAt` is in time, for every action and for the sweep, which never agree to both."""
    copy, now = incoming(), NOW + elapsed
    in_time = elapsed < WINDOW
    assert (allowed_actions(copy, ADMIN, now) != []) is in_time
    assert (stage_changes.expired(copy, now) is None) is in_time


@pytest.mark.parametrize("elapsed", [WINDOW - timedelta(microseconds=1), WINDOW, WINDOW + timedelta(microseconds=1)])
def test_the_boundary_itself(elapsed: timedelta) -> None:
    """The instant of expiry is the first that is too late."""
    copy = incoming()
    assert (stage_changes.expired(copy, NOW + elapsed) is None) is (elapsed < WINDOW)


def test_organizations_are_who_they_say() -> None:
    """The people of these tests act for a partner and for the vendor."""
    assert (CONTOSO.kind, VENDOR.kind) == ("partner", "vendor")
