"""Creating an own deal: what it needs, what comes of it (DOMAIN.md: life cycle, "create"; DESIGN.md section 8)."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest

from tests.functions.deals import (
    ABSENT,
    Body,
    a_contact,
    a_customer,
    a_deal,
    a_deal_with_help,
    an_employee,
    an_opportunity,
    the_least_deal,
)
from tests.functions.desk import Desk, fields_of, ok, refused

INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
ANSWERED: Final = {
    "id", "engagementId", "organizationId", "kind", "direction", "dealType", "qualification", "stage", "outcome",
    "status", "substatus", "createdAt", "receivedAt", "expiresAt", "acceptedAt", "archivedAt", "updatedAt",
    "allowedActions", "warnings", "favourite", "customerRequestedContact", "hotUntil", "locationId", "sender",
    "senderView", "linkedReferralId", "teamMembers", "invitations", "noteEntries", "registration", "history",
    "name", "customer", "estimatedValue", "estimatedCloseDate", "crmId", "campaignId", "notes", "employees",
    "solutions",
}  # fmt: skip


async def test_the_documents_own_example_makes_an_accepted_deal(desk: Desk) -> None:
    """It is accepted from the start, never expires, and is answered with every field of DESIGN.md section 8."""
    response = await desk.post("/api/deals", a_deal())
    deal = ok(response, 201)
    assert deal.keys() >= ANSWERED
    assert response.headers["Location"] == f"/api/referrals/{deal['id']}"
    assert response.headers["ETag"]
    assert (deal["organizationId"], deal["kind"], deal["direction"]) == ("contoso", "deal", "outgoing")
    assert (deal["stage"], deal["outcome"], deal["dealType"]) == ("accepted", None, "private")
    assert (deal["expiresAt"], deal["receivedAt"], deal["favourite"]) == (None, None, False)
    assert deal["createdAt"] == deal["updatedAt"] == deal["acceptedAt"] == "2027-01-04T09:30:00.000000Z"
    assert ID.fullmatch(deal["id"])
    assert ID.fullmatch(deal["engagementId"])


async def test_an_offer_id_is_taken_as_it_comes_until_there_are_ready_offers(desk: Desk) -> None:
    """DESIGN.md's own example says "optional until offers exist" in its place."""
    solution = {"kind": "own", "name": "Fabrikam Migrator", "offerId": "optional until offers exist"}
    deal = await desk.created(a_deal(solutions=[solution], help={"code": 3, "notes": "x"}, customerConsent=True))
    assert deal["solutions"] == [solution]


async def test_what_was_sent_is_what_is_read(desk: Desk) -> None:
    """Every field of the body comes back as it was, now and on the next read."""
    body = a_deal()
    deal = await desk.created(body)
    read = await desk.read(deal["id"])
    assert read == deal
    assert {name: read[name] for name in body} == body


async def test_the_least_deal_needs_no_optional_field(desk: Desk) -> None:
    """Customer contact, ids, notes and sizes are optional; absent ones are null."""
    deal = await desk.created(the_least_deal())
    assert (deal["crmId"], deal["campaignId"], deal["notes"], deal["salesStage"]) == (None, None, None, None)
    assert "contact" not in deal["customer"]


async def test_creating_is_the_first_history_entry(desk: Desk) -> None:
    """History says who, when and what; nothing personal."""
    deal = await desk.created(a_deal(notes="SECRET-NOTE"))
    (entry,) = deal["history"]
    assert (entry["by"], entry["at"], entry["action"]) == ("contoso-admin", deal["createdAt"], "create")
    for personal in ("SECRET-NOTE", "ana@contoso.example", "+33198765432", "Roux"):
        assert personal not in str(deal["history"])


async def test_a_private_deal_is_nobody_elses(desk: Desk) -> None:
    """No copy exists at the vendor or at another partner, and nothing waits to be delivered."""
    await desk.created()
    assert (await desk.deliver()).done == 0
    for persona in ("vendor-admin", "fabrikam-admin"):
        for tab in ("inbound", "outbound"):
            assert await desk.items(f"/api/deals?tab={tab}", persona) == []


@pytest.mark.parametrize(
    ("answers", "deal_type"),
    [
        ({}, "private"),
        ({"visibleToVendor": False}, "private"),
        ({"visibleToVendor": True}, "partner_led"),
        ({"visibleToVendor": True, "help": {"code": 1, "notes": "x"}, "customerConsent": True}, "co_sell"),
        ({"visibleToVendor": False, "help": {"code": 6, "notes": "x"}, "customerConsent": True}, "co_sell"),
    ],
)
async def test_the_type_comes_from_two_answers(desk: Desk, answers: Body, deal_type: str) -> None:
    """Neither: private. Visible only: partner-led. Help: co-sell, and that forces visible."""
    deal = await desk.created(a_deal(**answers))
    assert deal["dealType"] == deal_type
    assert deal["visibleToVendor"] is (deal_type != "private")


NEEDED: Final = {
    "name": a_deal(name=ABSENT),
    "customer": a_deal(customer=ABSENT),
    "customer.name": a_deal(customer=a_customer(name=ABSENT)),
    "customer.addressLine1": a_deal(customer=a_customer(addressLine1=ABSENT)),
    "customer.city": a_deal(customer=a_customer(city=ABSENT)),
    "customer.country": a_deal(customer=a_customer(country=ABSENT)),
    "estimatedValue": a_deal(estimatedValue=ABSENT),
    "estimatedValue.amount": a_deal(estimatedValue={"currency": "EUR"}),
    "estimatedValue.currency": a_deal(estimatedValue={"amount": "1"}),
    "estimatedCloseDate": a_deal(estimatedCloseDate=ABSENT),
    "employees": a_deal(employees=ABSENT),
    "solutions": a_deal(solutions=ABSENT),
    "solutions.0.name": a_deal(solutions=[{"kind": "own"}]),
    "solutions.0.kind": a_deal(solutions=[{"name": "x"}]),
    **{
        f"employees.0.{part}": a_deal(employees=[an_employee(**{part: ABSENT})])
        for part in ("firstName", "lastName", "phoneNumber", "email")
    },
    **{
        f"customer.contact.{part}": a_deal(customer=a_customer(contact=a_contact(**{part: ABSENT})))
        for part in ("firstName", "lastName", "phoneNumber", "email")
    },
}


@pytest.mark.parametrize("field", NEEDED)
async def test_a_deal_needs(desk: Desk, field: str) -> None:
    """A missing field is named by its dotted path, alone."""
    problem = refused(await desk.post("/api/deals", NEEDED[field]), 422, "invalid")
    assert fields_of(problem) == {field: "missing"}


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("employees", a_deal(employees=[])),
        ("solutions", a_deal(solutions=[])),
        ("name", a_deal(name="")),
        ("name", a_deal(name="   ")),
        ("customer.name", a_deal(customer=a_customer(name=" "))),
        ("employees.0.email", a_deal(employees=[an_employee(email="")])),
        ("estimatedValue", a_deal(estimatedValue={"amount": "0", "currency": "EUR"})),
        ("estimatedValue", a_deal(estimatedValue={"amount": "0.00", "currency": "EUR"})),
        ("estimatedCloseDate", a_deal(estimatedCloseDate="2027-01-03")),
    ],
)
async def test_a_deal_needs_more_than_emptiness(desk: Desk, field: str, body: Body) -> None:
    """No empty lists or texts, a value above zero, a close date not in the past."""
    assert fields_of(refused(await desk.post("/api/deals", body), 422, "invalid")).keys() == {field}


@pytest.mark.parametrize(
    ("now", "day", "status"),
    [
        ("2027-01-04T00:00:00", "2027-01-04", 201),
        ("2027-01-04T23:59:59.999999", "2027-01-04", 201),
        ("2027-01-05T00:00:00", "2027-01-04", 422),
        ("2028-02-28T12:00:00", "2028-02-29", 201),
    ],
)
async def test_today_is_the_first_day_a_deal_may_close(desk: Desk, now: str, day: str, status: int) -> None:
    """Days are UTC days: until midnight today is not in the past."""
    desk.clock.now = desk.clock.now.fromisoformat(f"{now}+00:00")
    assert (await desk.post("/api/deals", a_deal(estimatedCloseDate=day))).status_code == status


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("125000.00", "125000.00"),
        ("125000", "125000.00"),
        ("0.01", "0.01"),
        ("999999999999999.99", "999999999999999.99"),
    ],
)
async def test_money_is_kept_to_the_cent(desk: Desk, given: str, kept: str) -> None:
    """Decimal strings in, decimal strings out; no float rounds them."""
    deal = await desk.created(a_deal(estimatedValue={"amount": given, "currency": "JPY"}))
    assert deal["estimatedValue"] == {"amount": kept, "currency": "JPY"}


@pytest.mark.parametrize("size", ["1to9employees", "251to1000employees", "Morethan20000employees"])
async def test_customer_sizes_are_the_documents_own(desk: Desk, size: str) -> None:
    """DOMAIN.md: lists, customer size."""
    assert (await desk.created(a_deal(customer=a_customer(size=size))))["customer"]["size"] == size


@pytest.mark.parametrize("kind", ["own", "third_party", "vendor"])
async def test_a_solution_is_own_third_party_or_the_vendors(desk: Desk, kind: str) -> None:
    """DOMAIN.md: terms, solution."""
    deal = await desk.created(a_deal(solutions=[{"kind": kind, "name": "S"}]))
    assert deal["solutions"] == [{"kind": kind, "name": "S"}]


@pytest.mark.parametrize("stage", ["created", "accepted", "qualified", "developed", "proposed", "negotiated", "won"])
async def test_a_sales_stage_is_optional(desk: Desk, stage: str) -> None:
    """DOMAIN.md: sales stages; it says nothing about the referral's own stage."""
    deal = await desk.created(a_deal(salesStage=stage))
    assert (deal["salesStage"], deal["stage"]) == (stage, "accepted")


@pytest.mark.parametrize(
    ("within", "body"),
    [
        (True, a_deal(employees=[an_employee()] * 20)),
        (False, a_deal(employees=[an_employee()] * 21)),
        (True, a_deal(solutions=[{"kind": "own", "name": "S"}] * 50)),
        (False, a_deal(solutions=[{"kind": "own", "name": "S"}] * 51)),
        (True, a_deal(notes="n" * 4000)),
        (False, a_deal(notes="n" * 4001)),
    ],
)
async def test_documents_are_bounded(desk: Desk, within: bool, body: Body) -> None:
    """20 employees, 50 solutions, notes of 4,000 characters (DESIGN.md section 3)."""
    response = await desk.post("/api/deals", body)
    assert response.status_code == (201 if within else 422), response.text


async def test_text_in_any_language_survives(desk: Desk) -> None:
    """Names are people's own, and notes may have lines."""
    name, notes = "Ōsaka 株式会社 — Ré Straße 🏢", "première ligne\nдругая\tстрока"
    deal = await desk.read((await desk.created(a_deal(name=name, notes=notes)))["id"])
    assert (deal["name"], deal["notes"]) == (name, notes)


@pytest.mark.parametrize(
    "needed", [{"customerConsent": False}, {"customerConsent": ABSENT}, {"customer": a_customer(contact=ABSENT)}]
)
async def test_asking_for_help_at_once_needs_contact_and_consent(desk: Desk, needed: dict[str, Any]) -> None:
    """The vendor may contact the customer directly, so both are refused when missing and no deal is made."""
    problem = refused(await desk.post("/api/deals", a_deal_with_help(**needed)), 422, "invalid")
    (field,) = fields_of(problem)
    assert field in ("customerConsent", "customer.contact")
    assert await desk.items() == []


@pytest.mark.parametrize("partner", ["nobody", "vendor", "tenant:c0000000-0000-4000-8000-000000000001", "", None])
async def test_an_opportunity_goes_to_a_partner(desk: Desk, partner: str | None) -> None:
    """Not to the vendor itself, not to what is no organization."""
    response = await desk.post("/api/opportunities", an_opportunity(partnerId=partner), "vendor-seller")
    assert fields_of(refused(response, 422, "invalid")).keys() == {"partnerId"}


@pytest.mark.parametrize("field", ["help", "visibleToVendor"])
async def test_an_opportunity_is_a_deal_without_help(desk: Desk, field: str) -> None:
    """The seller is the vendor: nothing to ask, nothing to show (DESIGN.md section 8)."""
    value = {"code": 1, "notes": "x"} if field == "help" else True
    response = await desk.post("/api/opportunities", an_opportunity(**{field: value}), "vendor-seller")
    assert fields_of(refused(response, 422, "invalid")) == {field: "unknown_field"}


async def test_a_deal_names_no_partner(desk: Desk) -> None:
    """`partnerId` belongs to opportunities; a deal refuses it by name."""
    problem = refused(await desk.post("/api/deals", a_deal(partnerId="fabrikam")), 422, "invalid")
    assert fields_of(problem) == {"partnerId": "unknown_field"}


@pytest.mark.parametrize(
    "field", ["id", "stage", "organizationId", "history", "version", "invitations", "outbox", "createdAt"]
)
async def test_what_the_server_knows_cannot_be_said(desk: Desk, field: str) -> None:
    """A body that brings the server's own fields is refused by name."""
    problem = refused(await desk.post("/api/deals", a_deal(**{field: "x"})), 422, "invalid")
    assert fields_of(problem) == {field: "unknown_field"}
