"""What an entry of a referral's history means to people and to programs."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from shared.domain.notices.hearing import WEBHOOK_TYPES, event_of, notice_of, webhook_data, webhook_type_of
from shared.domain.notices.notice import EVENTS
from shared.domain.referrals.document import SYSTEM, Action, InvitationStatus

AT = "2027-01-04T09:30:00.000000Z"
OTHERS = ("create", "mirror", "receive", "retire", "sender-changed", "note-received", "receiver-note")
ACTIONS = (
    *get_args(Action),
    *OTHERS,
    *(f"invitation-{one}" for one in get_args(InvitationStatus)),
    "of-a-later-version",
)


def a_referral(**changes: Any) -> Any:
    blank = dict.fromkeys(
        ("senderName", "expiresAt", "outcome", "qualification", "hotUntil", "locationId", "customerCountry", "dealType",
         "direction", "estimatedValue", "engagementId")
    )  # fmt: skip
    referral = {
        **blank, "id": "r", "organizationId": "contoso", "kind": "deal", "name": "Big", "customerName": "Wingtip",
        "stage": "accepted", "mirror": False, "customerRequestedContact": False, "teamMembers": ["ana", "ana", "leo"],
        "noteEntries": [], "invitations": [], "version": 3,
    }  # fmt: skip
    return {**referral, **changes}


def an_entry(action: str, by: str = "ana") -> Any:
    return {"at": AT, "by": by, "action": action, "fields": []}


@pytest.mark.parametrize("action", ACTIONS)
def test_each_action_is_something_programs_know_and_people_may_choose(action: str) -> None:
    for referral in (a_referral(), a_referral(kind="lead"), a_referral(mirror=True)):
        for by in ("ana", SYSTEM):
            assert webhook_type_of(referral, an_entry(action, by)) in WEBHOOK_TYPES
            assert event_of(referral, an_entry(action, by)) in (*EVENTS, None)
            assert webhook_data(referral, 1, an_entry(action, by), "https://d.example")["change"]["action"] == action


def test_a_lead_is_hot_where_its_customer_asks_to_be_contacted() -> None:
    assert event_of(a_referral(kind="lead"), an_entry("receive", SYSTEM)) == "lead.received"
    hot = a_referral(kind="lead", customerRequestedContact=True, hotUntil="2027-01-07T09:30:00.000000Z")
    assert event_of(hot, an_entry("receive", SYSTEM)) == "lead.hot"
    assert webhook_type_of(hot, an_entry("receive", SYSTEM)) == "lead.received"
    assert webhook_data(hot, 0, an_entry("receive", SYSTEM), "")["hot"]
    over = an_entry("accept") | {"at": "2027-01-07T09:30:00.000000Z"}
    assert not webhook_data(hot, 1, over, "")["hot"], "the flame is out"


def test_who_did_it_is_not_told_and_the_system_is_nobody() -> None:
    notice = notice_of(a_referral(), 2, an_entry("win"))
    assert notice is not None
    assert (notice.recipients, notice.by, notice.key) == (("ana", "leo"), "ana", "r:2")
    expired = notice_of(a_referral(teamMembers=[]), 2, an_entry("expire", SYSTEM))
    assert expired is not None
    assert (expired.recipients, expired.by) == (None, None)


def test_of_two_invitations_the_one_answered_last_is_named() -> None:
    asked = [
        {"status": "declined", "answeredAt": "2027-01-02", "targetName": "Fabrikam", "reason": 1},
        {"status": "declined", "answeredAt": "2027-01-03", "targetName": "Tailspin", "reason": 2},
        {"status": "pending", "answeredAt": None, "targetName": "Contoso", "reason": None},
    ]
    notice = notice_of(a_referral(invitations=asked), 1, an_entry("invitation-declined", SYSTEM))
    assert notice is not None
    assert notice.subject["otherName"] == "Tailspin"
    gone = notice_of(a_referral(invitations=asked), 1, an_entry("invitation-accepted", SYSTEM))
    assert gone is not None
    assert gone.subject["otherName"] is None, "it went on since; the words say the other side"


def test_ones_own_edits_are_told_to_programs_only() -> None:
    for action in ("edit", "notes", "share", "request-help", "invite-partner", "create", "withdraw-consent"):
        assert event_of(a_referral(), an_entry(action)) is None
    assert webhook_type_of(a_referral(), an_entry("edit")) == "referral.updated"
    assert webhook_type_of(a_referral(), an_entry("create")) == "referral.created"
