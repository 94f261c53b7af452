"""From one organization to another and back: the receiver's copy, and its answer (DESIGN.md section 3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest

from tests.functions.deals import (
    ABSENT,
    Body,
    a_contact,
    a_customer,
    a_deal_with_help,
    an_acceptance,
    an_employee,
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
    assert "contoso-admin" not in str(copy), "nobody's user id leaves its organization"


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


async def test_the_customer_of_a_received_deal_is_frozen(desk: Desk) -> None:
    """An incoming copy's customer came with it; an edit that reaches it is refused by name."""
    _, copy = await desk.accepted(customerConsent=True, customer=a_customer())
    for patch in ({"customer": {"city": "Lyon"}}, {"customer": {"contact": {"email": "x@contoso.example"}}}):
        problem = refused(await desk.edit_now(copy["id"], patch), 422, "invalid")
        assert [error["code"] for error in problem["errors"]] == ["frozen"]
