"""What is delivered, withdrawn, answered in between, repeated or given up (DESIGN.md section 3: "The outbox")."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from shared.domain.organizations.network import NETWORK
from shared.services.ports import ORGANIZATIONS
from tests.functions.deals import Body, a_deal_with_help, a_help_request, an_acceptance, an_employee, an_opportunity
from tests.functions.desk import WINDOW, Desk, ok, refused
from tests.functions.expected import instant_after
from tests.functions.referrals.test_invitations import VENDOR, invitation_of


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


async def test_two_answers_in_one_delivery_arrive_in_their_order(desk: Desk) -> None:
    """Accepted and won before any timer ran: the sender ends with won, and has heard of both, team included."""
    own, copy = await desk.asked()
    ours = [an_employee(email="vera@vendor.example")]
    ok(await desk.act(copy["id"], "accept", an_acceptance(employees=ours), VENDOR))
    ok(await desk.act(copy["id"], "win", {}, VENDOR))
    assert (await desk.deliver()).done == 2
    seen = await desk.read(own["id"])
    assert [entry["action"] for entry in seen["history"]][-2:] == ["invitation-accepted", "invitation-won"]
    assert seen["invitations"][0]["status"] == "won"
    assert "vera@vendor.example" in str(seen["invitations"])


async def test_the_senders_own_change_and_the_answer_meet_in_any_order(desk: Desk) -> None:
    """An edit of what was read before the answer arrived is 412: the answer is a change of the sender's copy."""
    own, copy = await desk.asked()
    etag = await desk.etag(own["id"])
    ok(await desk.act(copy["id"], "decline", {"reason": 1}, VENDOR))
    ok(await desk.edit(own["id"], {"crmId": "before"}, etag))
    etag = await desk.etag(own["id"])
    await desk.deliver()
    refused(await desk.edit(own["id"], {"crmId": "after"}, etag), 412, "changed_since_read")
    seen = await desk.read(own["id"])
    assert (seen["crmId"], seen["invitations"][0]["status"]) == ("before", "declined")


async def test_the_timer_functions_do_it_too(desk: Desk) -> None:
    """deliver_events and expire_unanswered_referrals, by their names, as the platform starts them."""
    own = await desk.created(a_deal_with_help())
    await desk.run("deliver_events")
    copy = await desk.copy_of(own, VENDOR)
    desk.clock.move(WINDOW)
    for timer in ("expire_unanswered_referrals", "deliver_events", "deliver_events", "expire_unanswered_referrals"):
        await desk.run(timer)
    assert (await desk.read(copy["id"], VENDOR))["outcome"] == "expired"
    assert (await invitation_of(desk, own))["status"] == "expired"


async def test_what_cannot_be_delivered_is_given_up_after_ten_attempts_and_can_be_sent_again(desk: Desk) -> None:
    """Its sender is told why; others are not held up; an action starts it anew (DESIGN.md section 3)."""
    away = await desk.services.store.get(ORGANIZATIONS, NETWORK, "tailspin")
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
