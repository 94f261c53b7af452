"""Sharing a deal with the vendor and asking for help: one-way upgrades (DOMAIN.md: "Deal type")."""

from __future__ import annotations

from typing import Final

import pytest

from tests.functions.deals import (
    ABSENT,
    Body,
    a_contact,
    a_customer,
    a_deal,
    a_deal_with_help,
    a_help_request,
    the_least_deal,
)
from tests.functions.desk import Desk, fields_of, ok, refused


async def test_a_deal_goes_from_private_to_partner_led_to_co_sell(desk: Desk) -> None:
    """Each step is an action of its own, and shows in the type and in what is possible next."""
    deal = await desk.created()
    shared = ok(await desk.act(deal["id"], "share"))
    assert (shared["dealType"], shared["visibleToVendor"]) == ("partner_led", True)
    refused(await desk.act(deal["id"], "share"), 409, "action_not_possible")
    asked = ok(await desk.act(deal["id"], "request-help", a_help_request()))
    assert (asked["dealType"], asked["visibleToVendor"]) == ("co_sell", True)
    assert (asked["help"], asked["stage"]) == ({"code": 2, "notes": "an architecture review"}, "accepted")
    for action in ("share", "request-help"):
        refused(await desk.attempt(deal["id"], action), 409, "action_not_possible")


async def test_help_may_be_asked_of_a_private_deal_at_once(desk: Desk) -> None:
    """It skips a step; help forces visible."""
    asked = ok(await desk.act((await desk.created())["id"], "request-help", a_help_request()))
    assert (asked["dealType"], asked["visibleToVendor"]) == ("co_sell", True)


@pytest.mark.parametrize("patch", [{"dealType": "private"}, {"visibleToVendor": False}, {"help": None}])
async def test_an_upgrade_is_never_revoked(desk: Desk, patch: Body) -> None:
    """No edit leads back."""
    deal = await desk.created(a_deal_with_help())
    problem = refused(await desk.edit_now(deal["id"], patch), 422, "invalid")
    assert fields_of(problem).keys() == patch.keys()


INCOMPLETE: Final[list[tuple[str, Body]]] = [
    ("code", a_help_request(code=ABSENT)),
    ("code", a_help_request(code=0)),
    ("code", a_help_request(code=7)),
    ("notes", a_help_request(notes=ABSENT)),
    ("notes", a_help_request(notes="  ")),
    ("customerConsent", a_help_request(customerConsent=ABSENT)),
    ("customerConsent", a_help_request(customerConsent=False)),
    ("customerContact.email", a_help_request(customerContact=a_contact(email=ABSENT))),
    ("customerContact.phoneNumber", a_help_request(customerContact=a_contact(phoneNumber=ABSENT))),
    ("customerContact.firstName", a_help_request(customerContact=a_contact(firstName=ABSENT))),
    ("customerContact.lastName", a_help_request(customerContact=a_contact(lastName=ABSENT))),
]


@pytest.mark.parametrize(("field", "body"), INCOMPLETE)
async def test_asking_for_help_needs(desk: Desk, field: str, body: Body) -> None:
    """A code of six, notes that say what is wanted, the contact whole, the customer's consent."""
    deal = await desk.created()
    assert fields_of(refused(await desk.act(deal["id"], "request-help", body), 422, "invalid")).keys() == {field}
    assert (await desk.read(deal["id"])) == deal


async def test_asking_for_help_needs_the_customers_contact(desk: Desk) -> None:
    """A deal without one gets it with the request, or is refused naming it."""
    deal = await desk.created(the_least_deal())
    problem = refused(await desk.act(deal["id"], "request-help", a_help_request()), 422, "invalid")
    assert fields_of(problem).keys() <= {"customerContact", "customer.contact"}
    asked = ok(await desk.act(deal["id"], "request-help", a_help_request(customerContact=a_contact())))
    assert asked["customer"]["contact"] == a_contact()


@pytest.mark.parametrize("code", [1, 2, 3, 4, 5, 6])
async def test_help_is_one_of_six_kinds(desk: Desk, code: int) -> None:
    """DOMAIN.md: lists, help wanted; the receiver learns which."""
    _, copy = await desk.asked(help={"code": code, "notes": "please"})
    assert copy["help"] == {"code": code, "notes": "please"}


async def test_consent_recorded_with_the_deal_is_enough(desk: Desk) -> None:
    """What the customer agreed to once need not be said again."""
    deal = await desk.created(a_deal(customerConsent=True))
    ok(await desk.act(deal["id"], "request-help", a_help_request(customerConsent=ABSENT)))


@pytest.mark.parametrize(
    ("field", "patch"),
    [
        ("customer.contact", {"customer": {"contact": {"email": "other@contoso.example"}}}),
        ("customer.contact", {"customer": {"contact": None}}),
        ("customer.name", {"customer": {"name": "Other"}}),
        ("customerConsent", {"customerConsent": False}),
        ("locationId", {"locationId": "lyon"}),
    ],
)
async def test_contact_and_consent_freeze_when_help_is_asked(desk: Desk, field: str, patch: Body) -> None:
    """The vendor relies on them; an edit that reaches them is refused by name."""
    deal = await desk.created(a_deal_with_help())
    problem = refused(await desk.edit_now(deal["id"], patch), 422, "invalid")
    assert fields_of(problem) == {field: "frozen"}


async def test_the_contact_may_still_come_before_help_is_asked(desk: Desk) -> None:
    """Until then it is the one part of the customer that an edit reaches."""
    deal = await desk.created(a_deal(customer=a_customer(contact=ABSENT)))
    edited = ok(await desk.edit_now(deal["id"], {"customer": {"contact": a_contact()}}))
    assert edited["customer"]["contact"] == a_contact()


async def test_a_contact_frozen_once_stays_so_for_the_next_request(desk: Desk) -> None:
    """After a declined request another contact cannot come in with the second one."""
    own, copy = await desk.asked()
    ok(await desk.act(copy["id"], "decline", {"reason": 1}, "vendor-seller"))
    await desk.deliver()
    again = a_help_request(customerContact=a_contact(email="other@contoso.example"))
    response = await desk.act(own["id"], "request-help", again)
    assert fields_of(refused(response, 422, "invalid")).keys() == {"customerContact"}


async def test_it_warns_when_no_solution_is_co_sell_ready(desk: Desk) -> None:
    """Asking is possible all the same; the answer carries {code, message}."""
    deal = await desk.created(a_deal_with_help())
    assert any("solution" in warning["message"].lower() for warning in deal["warnings"])
    assert all(warning.keys() == {"code", "message"} for warning in deal["warnings"])


async def test_an_incoming_deal_can_neither_be_shared_nor_be_asked_help_for(desk: Desk) -> None:
    """Only the organization that created a deal may."""
    _, copy = await desk.accepted()
    for action in ("share", "request-help"):
        refused(await desk.attempt(copy["id"], action), 409, "action_not_possible")
