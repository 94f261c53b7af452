"""Editing by merge patch and knowing what one edits: fields, ETags, If-Match (DESIGN.md sections 3 and 5)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, Final

import pytest

from tests.functions.deals import ABSENT, Body, a_deal, a_deal_with_help, an_acceptance, an_employee
from tests.functions.desk import Desk, fields_of, ok, refused

EDITS: Final[list[Body]] = [
    {"name": "Renamed"},
    {"estimatedCloseDate": "2027-12-31"},
    {"estimatedValue": {"amount": "1.50", "currency": "USD"}},
    {"notes": "other words"},
    {"crmId": "OPP-43"},
    {"campaignId": "AUTUMN-27"},
    {"employees": [an_employee(), an_employee(firstName="Mia")]},
    {"solutions": [{"kind": "vendor", "name": "Their product"}]},
    {"salesStage": "proposed"},
    {"teamMembers": ["contoso-admin", "contoso-user"]},
    {"name": "Two", "crmId": "at once"},
]


@pytest.mark.parametrize("patch", EDITS)
async def test_an_edit_changes_what_it_names_and_nothing_else(desk: Desk, patch: Body) -> None:
    """DOMAIN.md's editable fields; history names them; `updatedAt` and the ETag move."""
    before = await desk.created()
    desk.clock.move(timedelta(seconds=1))
    after = ok(await desk.edit_now(before["id"], patch))
    differ = {name for name in after if after[name] != before[name]}
    assert differ == {*patch, "updatedAt", "history"}
    assert {name: after[name] for name in patch} == patch
    assert set(patch) <= set(after["history"][-1]["fields"])
    assert (after["history"][-1]["action"], after["history"][-1]["by"]) == ("edit", "contoso-admin")


@pytest.mark.parametrize("field", ["notes", "crmId", "campaignId", "salesStage"])
async def test_null_takes_an_optional_field_away(desk: Desk, field: str) -> None:
    """RFC 7396: null removes."""
    deal = await desk.created(a_deal(salesStage="qualified"))
    assert ok(await desk.edit_now(deal["id"], {field: None}))[field] is None


async def test_a_patch_reaches_into_an_object(desk: Desk) -> None:
    """RFC 7396: objects are merged, so the currency stays."""
    deal = await desk.created()
    edited = ok(await desk.edit_now(deal["id"], {"estimatedValue": {"amount": "7.00"}}))
    assert edited["estimatedValue"] == {"amount": "7.00", "currency": "EUR"}


async def test_merge_patch_has_its_own_media_type(desk: Desk) -> None:
    """application/merge-patch+json (RFC 7396) is the patch's proper name."""
    deal = await desk.created()
    headers = {"If-Match": await desk.etag(deal["id"]), "Content-Type": "application/merge-patch+json"}
    response = await desk.send("PATCH", f"/api/referrals/{deal['id']}", headers=headers, content=b'{"name": "R"}')
    assert ok(response)["name"] == "R"


@pytest.mark.parametrize("patch", [{"employees": []}, {"solutions": []}, {"employees": None}, {"solutions": None}])
async def test_an_own_deal_keeps_an_employee_and_a_solution(desk: Desk, patch: Body) -> None:
    """At least one of each."""
    deal = await desk.created()
    assert fields_of(refused(await desk.edit_now(deal["id"], patch), 422, "invalid")).keys() == patch.keys()


@pytest.mark.parametrize("patch", [{"employees": []}, {"solutions": []}])
async def test_an_incoming_deal_may_have_none(desk: Desk, patch: Body) -> None:
    """Incoming deals and leads need neither."""
    _, copy = await desk.accepted()
    ok(await desk.edit_now(copy["id"], {"employees": [an_employee()]}))
    edited = ok(await desk.edit_now(copy["id"], patch))
    assert {name: edited[name] for name in patch} == patch


@pytest.mark.parametrize(
    "patch", [{"name": None}, {"estimatedValue": None}, {"estimatedCloseDate": None}, {"name": ""}]
)
async def test_what_a_deal_needs_cannot_be_taken_away(desk: Desk, patch: Body) -> None:
    """Name, value and close date stay."""
    deal = await desk.created()
    assert fields_of(refused(await desk.edit_now(deal["id"], patch), 422, "invalid")).keys() == patch.keys()


FROZEN: Final[list[tuple[str, Body]]] = [
    ("customer.name", {"customer": {"name": "Other"}}),
    ("customer.country", {"customer": {"country": "DE"}}),
    ("customer.postalCode", {"customer": {"postalCode": None}}),
    ("customer", {"customer": None}),
    ("customer", {"customer": "Contoso SA"}),
    ("customerConsent", {"customerConsent": True}),
    ("locationId", {"locationId": "paris"}),
    ("id", {"id": "x"}),
    ("organizationId", {"organizationId": "fabrikam"}),
    ("engagementId", {"engagementId": "x"}),
    ("stage", {"stage": "archived"}),
    ("outcome", {"outcome": "won"}),
    ("dealType", {"dealType": "co_sell"}),
    ("visibleToVendor", {"visibleToVendor": True}),
    ("help", {"help": {"code": 1, "notes": "x"}}),
    ("history", {"history": []}),
    ("noteEntries", {"noteEntries": []}),
    ("invitations", {"invitations": []}),
    ("expiresAt", {"expiresAt": None}),
    ("version", {"version": 1}),
    ("outbox", {"outbox": []}),
    ("allowedActions", {"allowedActions": []}),
    ("nonsense", {"nonsense": 1}),
]


@pytest.mark.parametrize(("field", "patch"), FROZEN)
async def test_an_edit_reaches_nothing_else(desk: Desk, field: str, patch: Body) -> None:
    """Customer, location, consent, and what the server keeps: refused by name, nothing is stored."""
    deal = await desk.created()
    before = desk.contents()
    assert fields_of(refused(await desk.edit_now(deal["id"], patch), 422, "invalid")).keys() == {field}
    assert desk.contents() == before


async def test_a_value_is_checked_only_when_it_changes(desk: Desk) -> None:
    """A deal whose close date has passed can still be renamed, with the date sent along; another past date cannot."""
    deal = await desk.created()
    desk.clock.move(timedelta(days=365))
    ok(await desk.edit_now(deal["id"], {"name": "Late"}))
    ok(await desk.edit_now(deal["id"], {"estimatedCloseDate": deal["estimatedCloseDate"], "name": "Later"}))
    problem = refused(await desk.edit_now(deal["id"], {"estimatedCloseDate": "2027-04-01"}), 422, "invalid")
    assert fields_of(problem).keys() == {"estimatedCloseDate"}


async def test_history_names_personal_fields_without_their_values(desk: Desk) -> None:
    """Contact, employees and notes are named only; short values that are nobody's are shown from/to."""
    deal = await desk.created()
    patch = {
        "notes": "PERSONAL-1",
        "employees": [an_employee(lastName="PERSONAL-2")],
        "customer": {"contact": {"lastName": "PERSONAL-3"}},
        "name": "Shown",
    }
    history = ok(await desk.edit_now(deal["id"], patch))["history"]
    assert "PERSONAL" not in str(history)
    assert history[-1]["fields"] == ["customer", "employees", "name", "notes"]
    assert history[-1]["changes"]["name"] == {"from": deal["name"], "to": "Shown"}


@pytest.mark.parametrize("patch", [{}, {"name": "Contoso ERP to the cloud"}])
async def test_an_edit_that_changes_nothing_is_no_change(desk: Desk, patch: Body) -> None:
    """No history entry, the same ETag."""
    deal = await desk.created()
    etag = await desk.etag(deal["id"])
    desk.clock.move(timedelta(minutes=1))
    response = await desk.edit(deal["id"], patch, etag)
    assert (ok(response), response.headers["ETag"]) == (deal, etag)


# ETags


async def test_an_edit_without_if_match_is_428(desk: Desk) -> None:
    """It must say what it edits."""
    deal = await desk.created()
    refused(await desk.edit(deal["id"], {"name": "R"}, None), 428, "precondition_required")


async def test_an_edit_of_what_has_changed_is_412(desk: Desk) -> None:
    """The second of two who read the same version."""
    deal = await desk.created()
    etag = await desk.etag(deal["id"])
    first = await desk.edit(deal["id"], {"name": "First"}, etag)
    assert ok(first)["name"] == "First"
    refused(await desk.edit(deal["id"], {"name": "Second"}, etag), 412, "changed_since_read")
    ok(await desk.edit(deal["id"], {"name": "Second"}, first.headers["ETag"]))


@pytest.mark.parametrize(
    "etag", ['"0"', '"-1"', '"x"', '""', '"99999999999999999999"', '"1e0"', "nonsense", '"\u00b2"']
)
async def test_an_etag_that_is_no_version_of_it_is_412(desk: Desk, etag: str) -> None:
    """Whatever its text, it is not the one to be edited."""
    deal = await desk.created()
    headers = {"If-Match": etag.encode()}
    response = await desk.client.patch(
        f"/api/referrals/{deal['id']}",
        json={"name": "R"},
        headers={"Authorization": "Bearer contoso-admin", **headers},
    )
    refused(response, 412, "changed_since_read")


async def test_a_stage_action_may_say_what_it_acts_on(desk: Desk) -> None:
    """If-Match guards it where given; without it the state machine alone does."""
    _, copy = await desk.sent()
    etag = await desk.etag(copy["id"])
    ok(await desk.act(copy["id"], "notes", {"text": "x"}))
    refused(await desk.act(copy["id"], "accept", an_acceptance(), if_match=etag), 412, "changed_since_read")
    ok(await desk.act(copy["id"], "accept", an_acceptance(), if_match=await desk.etag(copy["id"])))
    ok(await desk.act(copy["id"], "win"))


async def test_if_match_star_is_any_version(desk: Desk) -> None:
    """RFC 9110: `*` matches whatever is there."""
    deal = await desk.created()
    ok(await desk.edit(deal["id"], {"name": "R"}, "*"))


async def test_delivery_does_not_change_the_etag(desk: Desk) -> None:
    """Create, deliver, then edit with the ETag of the create: outbox and receipts are bookkeeping."""
    response = await desk.post("/api/deals", a_deal_with_help())
    deal, etag = ok(response, 201), response.headers["ETag"]
    desk.clock.move(timedelta(minutes=1))
    assert (await desk.deliver()).done == 1
    seen = await desk.get(f"/api/referrals/{deal['id']}")
    assert (seen.headers["ETag"], seen.json()["updatedAt"], seen.json()["history"]) == (
        etag,
        deal["updatedAt"],
        deal["history"],
    )
    assert seen.json()["invitations"][0]["status"] == "pending"
    assert ok(await desk.edit(deal["id"], {"name": "R"}, etag))["name"] == "R"


async def test_a_favourite_does_not_change_the_etag(desk: Desk) -> None:
    """A heart is kept apart from the referral: no history, no ETag change."""
    response = await desk.post("/api/deals", a_deal())
    deal, etag = ok(response, 201), response.headers["ETag"]
    ok(await desk.act(deal["id"], "favourite"))
    seen = await desk.get(f"/api/referrals/{deal['id']}")
    assert seen.headers["ETag"] == etag
    assert seen.json() == {**deal, "favourite": True}


async def test_of_many_edits_of_one_version_exactly_one_is_made(desk: Desk) -> None:
    """The others are 412; nothing of theirs is stored."""
    deal = await desk.created()
    etag = await desk.etag(deal["id"])
    answers = await asyncio.gather(*(desk.edit(deal["id"], {"crmId": f"N{n}"}, etag) for n in range(12)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 11
    seen = await desk.read(deal["id"])
    (winner,) = [answer.json() for answer in answers if answer.status_code == 200]
    assert (seen["crmId"], len(seen["history"])) == (winner["crmId"], 2)


async def test_of_many_answers_exactly_one_is_given(desk: Desk) -> None:
    """Accept, decline and close-as-error of one received referral at once, without If-Match: the others get 409."""
    own, copy = await desk.sent()
    bodies: list[tuple[str, Any]] = [
        ("accept", an_acceptance()),
        ("decline", {"reason": 1}),
        ("close-as-error", {"reason": 7}),
    ]
    answers = await asyncio.gather(*(desk.act(copy["id"], *bodies[n % 3]) for n in range(12)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 200
    assert set(statuses) <= {200, 409, 412}
    stage_changes = [e["action"] for e in (await desk.read(copy["id"]))["history"] if e["action"] != "receive"]
    assert len(stage_changes) == statuses.count(200)
    await desk.deliver()
    told = [
        e for e in (await desk.read(own["id"], "vendor-seller"))["history"] if e["action"].startswith("invitation-")
    ]
    assert len(told) <= 1


async def test_reads_of_one_thing_carry_an_etag_and_are_not_cached(desk: Desk) -> None:
    """Deals and offers; no store's own mark in it."""
    deal = await desk.created(a_deal(notes=ABSENT))
    response = await desk.get(f"/api/referrals/{deal['id']}")
    assert response.headers["ETag"] == '"1"'
    assert response.headers["Cache-Control"] == "no-store"
