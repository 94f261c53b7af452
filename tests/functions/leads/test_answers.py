"""What a partner does with a lead: accept, also into a deal it has, decline, edit, win, lose (DOMAIN: "Leads")."""

from __future__ import annotations

from typing import Any

import pytest

from tests.functions.deals import BODIES, a_deal, an_acceptance
from tests.functions.desk import Desk, fields_of, ok, refused
from tests.functions.leads.leading import a_lead, inquired, published, recommended


async def test_an_accepted_lead_stays_a_lead(desk: Desk) -> None:
    """Under Leads, not under Deals; now it has a name, a value and a date of its own."""
    lead = await inquired(desk)
    accepted = ok(await desk.act(lead["id"], "accept", an_acceptance()))
    assert (accepted["kind"], accepted["stage"], accepted["name"]) == ("lead", "accepted", "Ours to win")
    assert accepted["estimatedValue"] == {"amount": "90000.00", "currency": "EUR"}
    assert accepted["need"] == lead["need"]
    assert [one["id"] for one in await desk.items("/api/leads?tab=marketplace")] == [lead["id"]]
    assert await desk.items("/api/deals?tab=inbound") == []


@pytest.mark.parametrize("missing", ["name", "estimatedValue", "estimatedCloseDate"])
async def test_accepting_a_lead_needs_what_accepting_a_deal_needs(desk: Desk, missing: str) -> None:
    lead = await inquired(desk)
    body = {field: value for field, value in an_acceptance().items() if field != missing}
    assert fields_of(refused(await desk.act(lead["id"], "accept", body), 422)) == {missing: "missing"}


async def test_a_lead_is_accepted_into_a_deal_of_ones_own(desk: Desk) -> None:
    """The deal has a value and a date already; the lead's may be left out, and then there are none."""
    lead, deal = await inquired(desk), await desk.created()
    accepted = ok(await desk.act(lead["id"], "accept", {"linkedReferralId": deal["id"]}))
    assert (accepted["stage"], accepted["linkedReferralId"]) == ("accepted", deal["id"])
    assert (accepted["name"], accepted["estimatedValue"], accepted["estimatedCloseDate"]) == (lead["name"], None, None)
    edited = ok(await desk.edit_now(lead["id"], {"crmId": "X-1"}))
    assert edited["crmId"] == "X-1"
    won = ok(await desk.act(lead["id"], "win", {}))
    assert (won["outcome"], won["finalValue"]) == ("won", None)


async def test_only_an_open_deal_of_ones_own_takes_a_lead_in(desk: Desk) -> None:
    lead = await inquired(desk)
    closed = await desk.created()
    ok(await desk.act(closed["id"], "lose", {"reason": 3}))
    foreign = await desk.created(as_="fabrikam-admin")
    _, received = await desk.sent()
    for id in (closed["id"], foreign["id"], received["id"], lead["id"], "nothing"):
        problem = refused(await desk.act(lead["id"], "accept", {"linkedReferralId": id}), 422)
        assert fields_of(problem) == {"linkedReferralId": "no_such_deal"}, id
    deal = await desk.created()
    body = {**an_acceptance(), "linkedReferralId": deal["id"]}
    assert fields_of(refused(await desk.act(received["id"], "accept", body), 422)) == {
        "linkedReferralId": "only_for_leads"
    }


async def test_a_lead_can_be_declined_won_and_lost(desk: Desk) -> None:
    declined = await inquired(desk, need="one")
    assert ok(await desk.act(declined["id"], "decline", {"reason": 5}))["outcome"] == "declined"
    for action, outcome in (("win", "won"), ("lose", "lost")):
        lead = await inquired(desk, need=action)
        ok(await desk.act(lead["id"], "accept", an_acceptance()))
        assert ok(await desk.act(lead["id"], action, BODIES[action]))["outcome"] == outcome


@pytest.mark.parametrize("action", ["share", "request-help", "invite-partner"])
async def test_a_lead_is_not_shared_and_nobody_is_asked_to_join(desk: Desk, action: str) -> None:
    lead = await inquired(desk)
    refused(await desk.act(lead["id"], action, BODIES[action]), 409)
    ok(await desk.act(lead["id"], "accept", an_acceptance()))
    refused(await desk.act(lead["id"], action, BODIES[action]), 409)


@pytest.mark.parametrize(
    ("patch", "code"),
    [
        ({"customer": {"name": "Other"}}, "frozen"),
        ({"customer": {"contact": None}}, "frozen"),
        ({"need": "x"}, "frozen"),
    ],
)
async def test_what_the_customer_wrote_stays(desk: Desk, patch: dict[str, Any], code: str) -> None:
    lead = await inquired(desk)
    ok(await desk.act(lead["id"], "accept", an_acceptance()))
    problem = refused(await desk.edit_now(lead["id"], patch), 422)
    assert set(fields_of(problem).values()) == {code}


async def test_an_accepted_lead_is_edited_like_an_incoming_deal(desk: Desk) -> None:
    """Employees and solutions may be none; a value that is there cannot be taken away."""
    lead = await inquired(desk)
    ok(await desk.act(lead["id"], "accept", an_acceptance()))
    edited = ok(await desk.edit_now(lead["id"], {"notes": "Ours now", "employees": [], "solutions": []}))
    assert (edited["notes"], edited["need"]) == ("Ours now", lead["need"])
    assert fields_of(refused(await desk.edit_now(lead["id"], {"estimatedValue": None}), 422)) == {
        "estimatedValue": "missing"
    }


async def test_a_user_without_a_team_may_answer_a_lead_nobody_has_taken(desk: Desk) -> None:
    lead = await inquired(desk)
    accepted = ok(await desk.act(lead["id"], "accept", an_acceptance(), "contoso-user"))
    assert len(accepted["teamMembers"]) == 1


# Recommended by a seller


async def test_a_recommended_lead_reaches_the_partner_with_its_contact(desk: Desk) -> None:
    """The sender sees its own, outgoing, under Qualified; nothing is hot, and no value is needed."""
    own, copy = await recommended(desk)
    assert (own["kind"], own["direction"], own["stage"], own["qualification"]) == (
        "lead", "outgoing", "accepted", "sales_qualified"
    )  # fmt: skip
    assert [one["status"] for one in own["invitations"]] == ["sending"]
    assert (copy["kind"], copy["direction"], copy["qualification"]) == ("lead", "incoming", "sales_qualified")
    assert copy["customer"] == own["customer"]
    assert copy["need"] == copy["notes"] == own["need"]
    assert copy["sender"]["organizationId"] == "vendor"
    assert (copy["dealType"], copy["estimatedValue"], copy["flame"]) == (None, None, None)
    (listed,) = await desk.items("/api/leads?tab=qualified", "vendor-seller")
    assert (listed["id"], listed["invited"][0]["status"]) == (own["id"], "pending")


async def test_without_consent_the_contact_does_not_travel(desk: Desk) -> None:
    _, copy = await recommended(desk, customerConsent=False)
    assert "contact" not in copy["customer"]
    assert copy["customerTold"] == {"allowed": False, "reason": "No contact of the customer is known."}


async def test_the_sender_hears_what_became_of_its_lead(desk: Desk) -> None:
    own, copy = await recommended(desk)
    ok(await desk.act(copy["id"], "decline", {"reason": 8, "notes": "No capacity"}))
    await desk.deliver()
    (invitation,) = (await desk.read(own["id"], "vendor-seller"))["invitations"]
    assert (invitation["status"], invitation["reason"], invitation["note"]) == ("declined", 8, "No capacity")


async def test_the_senders_win_is_shown_beside_the_partners_copy(desk: Desk) -> None:
    own, copy = await recommended(desk)
    ok(await desk.act(copy["id"], "accept", an_acceptance()))
    await desk.deliver()
    ok(await desk.act(own["id"], "win", {}, "vendor-seller"))
    await desk.deliver()
    seen = (await desk.read(copy["id"]))["senderView"]
    assert (seen["outcome"], seen["estimatedValue"]) == ("won", None)
    ok(await desk.get(f"/api/engagements/{copy['engagementId']}"))


async def test_a_lead_that_looks_like_one_sent_before_is_asked_about(desk: Desk) -> None:
    own, _ = await recommended(desk)
    body = {
        "partnerId": "fabrikam",
        "qualification": "marketing_qualified",
        "name": "Again",
        "customer": {"name": own["customer"]["name"], "country": "FR"},
        "need": "The same customer",
    }
    await published(desk, "fabrikam")
    problem = refused(await desk.post("/api/qualified-leads", body, "vendor-seller"), 409, "possible_duplicate")
    assert [one["id"] for one in problem["collisions"]] == [own["id"]]
    ok(await desk.post("/api/qualified-leads", {**body, "proceed": True}, "vendor-seller"), 201)


async def test_the_same_key_makes_one_lead(desk: Desk) -> None:
    await published(desk)
    body = a_lead()
    first = await desk.post("/api/qualified-leads", body, "vendor-seller", idempotency_key="k")
    second = await desk.post("/api/qualified-leads", body, "vendor-seller", idempotency_key="k")
    assert ok(first, 201)["id"] == ok(second, 201)["id"]
    assert second.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"qualification": "direct"}, "qualification", "not_qualified"),
        ({"qualification": "hot"}, "qualification", "literal_error"),
        ({"partnerId": "vendor"}, "partnerId", "unknown_partner"),
        ({"partnerId": "nobody"}, "partnerId", "unknown_partner"),
        ({"partnerId": "fabrikam"}, "partnerId", "not_receiving"),
        ({"estimatedCloseDate": "2026-01-01"}, "estimatedCloseDate", "in_the_past"),
        ({"estimatedValue": {"amount": "0", "currency": "EUR"}}, "estimatedValue", "not_positive"),
    ],
)
async def test_what_breaks_a_rule_of_a_recommended_lead_is_named(
    desk: Desk, changes: dict[str, Any], field: str, code: str
) -> None:
    await published(desk)
    problem = refused(await desk.post("/api/qualified-leads", a_lead(**changes), "vendor-seller"), 422)
    assert fields_of(problem) == {field: code}


# Duplicates


async def test_a_received_lead_says_which_deal_it_may_belong_to(desk: Desk) -> None:
    """A lead that names no solution and has no date may be about any of the same customer."""
    customer = {"name": "Wingtip Toys GmbH", "country": "FR", "city": "Paris", "addressLine1": "1 rue X"}
    deal = await desk.created(a_deal(customer=customer))
    lead = await inquired(desk)
    (warning,) = [one for one in lead["warnings"] if one["code"] == "possible_duplicate"]
    assert [link["href"] for link in warning["links"]] == [f"/referrals/{deal['id']}"]


async def test_a_deal_of_a_customer_that_asked_is_asked_about_before_it_is_created(desk: Desk) -> None:
    lead = await inquired(desk)
    customer = {"name": "WINGTIP TOYS", "country": "FR", "city": "Paris", "addressLine1": "1 rue X"}
    problem = refused(await desk.post("/api/deals", a_deal(customer=customer)), 409, "possible_duplicate")
    (collision,) = problem["collisions"]
    assert (collision["id"], collision["estimatedCloseDate"]) == (lead["id"], None)
