"""From one organization to another and back: the receiver's copy, and its answer on the sender's (DESIGN.md section 3)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

import pytest

from shared.services.ports import ORGANIZATIONS
from tests.functions.deals import (
    ABSENT,
    Body,
    a_contact,
    a_customer,
    a_deal_with_help,
    a_help_request,
    an_acceptance,
    an_employee,
    an_opportunity,
)
from tests.functions.desk import WINDOW, Desk, ok, refused
from tests.functions.expected import instant_after

VENDOR: Final = "vendor-seller"


async def invitation_of(desk: Desk, own: Body, as_: str = "contoso-admin") -> Body:
    """The only invitation on the sender's copy, as its organization reads it now."""
    (invitation,) = (await desk.read(own["id"], as_))["invitations"]
    assert {"id", "target", "status", "expiresAt", "reason"} <= invitation.keys()
    return dict(invitation)


async def test_until_it_is_delivered_an_invitation_is_sending_and_has_no_clock(desk: Desk) -> None:
    """The receiver has nothing yet; its window starts when it receives."""
    own = await desk.created(a_deal_with_help())
    invitation = await invitation_of(desk, own)
    assert (invitation["target"], invitation["status"], invitation["expiresAt"]) == ("vendor", "sending", None)
    assert await desk.items("/api/deals?tab=inbound", VENDOR) == []


async def test_the_receiver_gets_its_own_incoming_copy_with_fourteen_days(desk: Desk) -> None:
    """receivedAt is the delivery, expiresAt exactly 14 x 24 h later; the sender's invitation learns the clock."""
    own = await desk.created(a_deal_with_help())
    desk.clock.move(timedelta(hours=5, microseconds=7))
    assert (await desk.deliver()).done == 1
    copy = await desk.copy_of(own, VENDOR)
    assert (copy["stage"], copy["direction"], copy["dealType"]) == ("received", "incoming", "co_sell")
    assert (copy["organizationId"], copy["engagementId"]) == ("vendor", own["engagementId"])
    assert copy["id"] != own["id"]
    assert copy["receivedAt"] == "2027-01-04T14:30:00.000007Z"
    assert copy["expiresAt"] == "2027-01-18T14:30:00.000007Z"
    invitation = await invitation_of(desk, own)
    assert (invitation["status"], invitation["expiresAt"]) == ("pending", copy["expiresAt"])


@pytest.mark.parametrize("clock_change", ["2027-03-20T12:00:00+00:00", "2027-10-25T12:00:00+00:00"])
async def test_fourteen_days_are_fourteen_times_24_hours(desk: Desk, clock_change: str) -> None:
    """In UTC, across summer time and winter time alike."""
    desk.clock.now = desk.clock.now.fromisoformat(clock_change)
    _, copy = await desk.sent(estimatedCloseDate="2027-12-31")
    assert copy["expiresAt"] == instant_after(copy["receivedAt"], WINDOW)


async def test_what_travels_and_what_stays(desk: Desk) -> None:
    """Name, customer, value, date and solutions come along; CRM and campaign ids, description and team do not."""
    employee = an_employee(firstName="STAYS-FIRST", lastName="STAYS-LAST", email="stays@contoso.example")
    own, copy = await desk.asked(
        crmId="STAYS-CRM", campaignId="STAYS-CAMPAIGN", notes="STAYS-NOTES", employees=[employee]
    )
    for field in ("name", "customer", "estimatedValue", "estimatedCloseDate", "solutions"):
        assert copy[field] == own[field]
    assert (copy["help"], copy["sender"]["organizationId"]) == ({"code": 3, "notes": "a proof of concept"}, "contoso")
    assert (copy["teamMembers"], copy["noteEntries"], copy["invitations"]) == ([], [], [])
    assert "stays" not in str(copy).lower()


async def test_the_customers_contact_comes_along_only_where_consent_is_recorded(desk: Desk) -> None:
    """A seller's opportunity without consent shows the company, not the person."""
    _, without = await desk.sent(name="Without", customerConsent=False)
    _, with_consent = await desk.sent(name="With", customerConsent=True)
    assert "contact" not in without["customer"]
    assert "ana@contoso.example" not in str(without)
    assert with_consent["customer"]["contact"] == a_contact()


async def test_on_accept_the_other_sides_team_becomes_visible(desk: Desk) -> None:
    """Not before: employees are named to each other once they work together."""
    sellers = [an_employee(firstName="Vera", email="vera@vendor.example")]
    own, copy = await desk.sent(employees=sellers)
    assert "vera@vendor.example" not in str(copy)
    ours = [an_employee(firstName="Olga", email="olga@contoso.example")]
    accepted = ok(await desk.act(copy["id"], "accept", an_acceptance(employees=ours)))
    await desk.deliver()
    assert "vera@vendor.example" in str(accepted)
    assert "olga@contoso.example" in str(await invitation_of(desk, own, VENDOR))


async def test_an_acceptance_is_the_receivers_own_and_its_sender_is_told(desk: Desk) -> None:
    """Each copy has its own name, value and date; the sender's deal stays accepted with its own figures."""
    own, copy = await desk.asked()
    body = an_acceptance(crmId="V-1", campaignId="V-2", employees=[an_employee()])
    accepted = ok(await desk.act(copy["id"], "accept", body, VENDOR))
    assert {name: accepted[name] for name in body} == body
    assert (await desk.deliver()).done == 1
    sender = await desk.read(own["id"])
    assert sender["invitations"][0]["status"] == "accepted"
    assert [sender[name] for name in ("stage", "name", "estimatedValue", "crmId")] == [
        "accepted", own["name"], own["estimatedValue"], own["crmId"],
    ]  # fmt: skip


@pytest.mark.parametrize("missing", ["name", "estimatedValue", "estimatedCloseDate"])
async def test_accepting_needs_name_value_and_date(desk: Desk, missing: str) -> None:
    """The rest is optional; what is missing is named and the clock runs on."""
    _, copy = await desk.sent()
    response = await desk.act(copy["id"], "accept", an_acceptance(**{missing: ABSENT}))
    assert [error["field"] for error in refused(response, 422, "invalid")["errors"]] == [missing]
    assert (await desk.read(copy["id"]))["stage"] == "received"


async def test_an_acceptance_may_have_no_employees(desk: Desk) -> None:
    """Incoming deals may have none, unlike own ones."""
    _, copy = await desk.sent()
    accepted = ok(await desk.act(copy["id"], "accept", an_acceptance(notes=ABSENT)))
    assert accepted["employees"] == []


async def test_a_decline_tells_the_sender_reason_and_note(desk: Desk) -> None:
    """The sender's deal stays accepted whatever happens."""
    own, copy = await desk.sent()
    ok(await desk.act(copy["id"], "decline", {"reason": 8, "notes": "Not our field"}))
    await desk.deliver()
    invitation = await invitation_of(desk, own, VENDOR)
    assert (invitation["status"], invitation["reason"]) == ("declined", 8)
    assert "Not our field" in str(invitation)
    assert (await desk.read(own["id"], VENDOR))["stage"] == "accepted"


@pytest.mark.parametrize(("action", "body", "status"), [("win", {}, "won"), ("lose", {"reason": 3}, "lost")])
async def test_the_receivers_win_or_loss_is_reported_too(desk: Desk, action: str, body: Body, status: str) -> None:
    """After accept; each organization closes its own copy."""
    own, copy = await desk.accepted()
    assert own["invitations"][0]["status"] == "accepted"
    ok(await desk.act(copy["id"], action, body))
    await desk.deliver()
    assert (await invitation_of(desk, own, VENDOR))["status"] == status
    assert (await desk.read(own["id"], VENDOR))["stage"] == "accepted"


@pytest.mark.parametrize(("action", "body"), [("win", {}), ("lose", {"reason": 1}), ("close-as-error", {"reason": 7})])
async def test_an_archived_deal_withdraws_what_nobody_answered(desk: Desk, action: str, body: Body) -> None:
    """The receiver's copy becomes archived/withdrawn and nothing can be done to it."""
    own, copy = await desk.asked()
    ok(await desk.act(own["id"], action, body))
    assert (await invitation_of(desk, own))["status"] == "withdrawn"
    await desk.deliver()
    seen = await desk.read(copy["id"], VENDOR)
    assert (seen["stage"], seen["outcome"], seen["allowedActions"]) == ("archived", "withdrawn", [])
    refused(await desk.act(copy["id"], "accept", an_acceptance(), VENDOR), 409, "action_not_possible")


async def test_a_withdrawal_overtakes_nothing(desk: Desk) -> None:
    """A deal archived before its invitation was delivered leaves no open copy behind."""
    own = await desk.created(a_deal_with_help())
    ok(await desk.act(own["id"], "win"))
    while (await desk.deliver()).done:
        pass
    assert (await invitation_of(desk, own))["status"] == "withdrawn"
    items = await desk.items("/api/deals?tab=inbound", VENDOR)
    assert [(item["stage"], item["outcome"]) for item in items] in ([], [("archived", "withdrawn")])


@pytest.mark.parametrize(
    ("action", "body", "status", "stage"),
    [("accept", an_acceptance(), "accepted", "accepted"), ("decline", {"reason": 2}, "declined", "archived")],
)
async def test_an_answer_before_the_withdrawal_arrives_stands(
    desk: Desk, action: str, body: Body, status: str, stage: str
) -> None:
    """The withdrawal meets an answered copy and is skipped; the answer replaces `withdrawn` on the archived deal."""
    own, copy = await desk.asked()
    ok(await desk.act(own["id"], "lose", {"reason": 1}))
    ok(await desk.act(copy["id"], action, body, VENDOR))
    report = await desk.deliver()
    await desk.deliver()
    assert sum(report.skipped.values()) >= 1
    assert (await desk.read(copy["id"], VENDOR))["stage"] == stage
    assert (await invitation_of(desk, own))["status"] == status
    assert (await desk.read(own["id"]))["outcome"] == "lost"


async def test_after_a_decline_help_may_be_asked_again(desk: Desk) -> None:
    """A new invitation linked to the old; the old one keeps its outcome, the engagement is the same."""
    own, first = await desk.asked()
    ok(await desk.act(first["id"], "decline", {"reason": 1}, VENDOR))
    await desk.deliver()
    ok(await desk.act(own["id"], "request-help", a_help_request()))
    await desk.deliver()
    old, new = (await desk.read(own["id"]))["invitations"]
    assert (old["status"], new["status"]) == ("declined", "pending")
    assert old["id"] in [value for name, value in new.items() if name != "id"]
    copies = await desk.items("/api/deals?tab=inbound", VENDOR)
    assert sorted(copy["stage"] for copy in copies) == ["archived", "received"]
    assert {copy["engagementId"] for copy in copies} == {own["engagementId"]}


async def test_an_erroneous_copy_leaves_no_sender_waiting(desk: Desk) -> None:
    """A received copy closed as an error will never be answered otherwise."""
    own, copy = await desk.sent()
    ok(await desk.act(copy["id"], "close-as-error", {"reason": 3}))
    await desk.deliver()
    assert (await invitation_of(desk, own, VENDOR))["status"] not in ("sending", "pending")


async def test_delivering_twice_changes_nothing_more(desk: Desk) -> None:
    """A second run finds nothing to do, at every step of a whole story."""
    own = await desk.created(a_deal_with_help())
    for action, body in (("accept", an_acceptance()), ("win", {})):
        assert (await desk.deliver()).done == 1
        before = desk.contents()
        assert (await desk.deliver()).done == 0
        assert desk.contents() == before
        copy = await desk.copy_of(own, VENDOR)
        ok(await desk.act(copy["id"], action, body, VENDOR))


async def test_events_are_not_sent_before_they_are_stored_nor_forgotten_after(desk: Desk) -> None:
    """Each partner's copy exists exactly once, whatever the order of creates and deliveries."""
    for partner in ("contoso", "fabrikam", "tailspin"):
        ok(await desk.post("/api/opportunities", an_opportunity(partnerId=partner, name=partner), VENDOR), 201)
    assert (await desk.deliver()).done == 3
    for partner in ("contoso", "fabrikam", "tailspin"):
        items = await desk.items("/api/deals?tab=inbound", f"{partner}-admin")
        assert [item["name"] for item in items] == [partner]


async def test_the_customer_of_a_received_deal_is_frozen(desk: Desk) -> None:
    """An incoming copy's customer came with it; an edit that reaches it is refused by name."""
    _, copy = await desk.accepted(customerConsent=True, customer=a_customer())
    for patch in ({"customer": {"city": "Lyon"}}, {"customer": {"contact": {"email": "x@contoso.example"}}}):
        problem = refused(await desk.edit_now(copy["id"], patch), 422, "invalid")
        assert [error["code"] for error in problem["errors"]] == ["frozen"]


@pytest.mark.parametrize("sweep_first", [True, False])
async def test_an_overdue_copy_of_an_archived_deal_ends_the_same_on_both_sides(desk: Desk, sweep_first: bool) -> None:
    """Whichever of the two timers comes first, sender and receiver agree on what became of it."""
    own, copy = await desk.sent()
    desk.clock.move(WINDOW)
    ok(await desk.act(own["id"], "win", {}, VENDOR))
    for timer in (desk.expire, desk.deliver) if sweep_first else (desk.deliver, desk.expire):
        await timer()
    await desk.deliver()
    outcome = (await desk.read(copy["id"]))["outcome"]
    assert outcome in ("expired", "withdrawn")
    assert (await invitation_of(desk, own, VENDOR))["status"] == outcome


async def test_timers_that_run_twice_at_once_do_everything_once(desk: Desk) -> None:
    """Two instances may run the same timer at the same moment."""
    own = [await desk.created(a_deal_with_help(name=f"Deal {n}")) for n in range(5)]
    await asyncio.gather(desk.deliver(), desk.deliver(), desk.deliver())
    items = await desk.items("/api/deals?tab=inbound", VENDOR)
    assert sorted(item["name"] for item in items) == sorted(deal["name"] for deal in own)
    desk.clock.move(WINDOW)
    reports = await asyncio.gather(desk.expire(), desk.expire())
    assert sum(report.done for report in reports) == 5
    await asyncio.gather(desk.deliver(), desk.deliver())
    for deal in own:
        seen = await desk.read(deal["id"])
        assert [entry["action"] for entry in seen["history"]].count("invitation-expired") == 1
        assert seen["invitations"][0]["status"] == "expired"


async def test_what_cannot_be_delivered_is_given_up_after_ten_attempts_and_can_be_sent_again(desk: Desk) -> None:
    """Its sender is told why; others are not held up; an action starts it anew (DESIGN.md section 3)."""
    away = await desk.services.store.get(ORGANIZATIONS, "tailspin", "tailspin")
    assert away is not None
    stuck = ok(await desk.post("/api/opportunities", an_opportunity(partnerId="tailspin"), VENDOR), 201)
    await desk.services.store.delete(away, ORGANIZATIONS)
    desk.clock.move(timedelta(hours=1))
    fine = ok(await desk.post("/api/opportunities", an_opportunity(partnerId="fabrikam"), VENDOR), 201)
    failures = 0
    for _ in range(15):
        report = await desk.deliver()
        failures += sum(report.failed.values())
        desk.clock.move(timedelta(days=1))
    assert failures == 10
    await desk.copy_of(fine, "fabrikam-admin")
    told = await desk.read(stuck["id"], VENDOR)
    assert any("tailspin" in warning["message"] for warning in told["warnings"])
    await desk.services.store.insert(ORGANIZATIONS, away.document)
    desk.clock.move(timedelta(days=1))
    assert (await desk.deliver()).done == 0
    ok(await desk.act(stuck["id"], "send-again", as_=VENDOR))
    assert (await desk.deliver()).done == 1
    copy = await desk.copy_of(stuck, "tailspin-admin")
    assert copy["expiresAt"] == instant_after(desk.clock.now.isoformat(), WINDOW)
    assert (await desk.read(stuck["id"], VENDOR))["warnings"] == []
