"""Note entries, warnings, and the limits of one document (DOMAIN.md: "Notes"; DESIGN.md section 3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.functions.deals import (
    ABSENT,
    a_contact,
    a_customer,
    a_deal,
    a_deal_with_help,
    an_acceptance,
    an_employee,
    the_least_deal,
)
from tests.functions.desk import WINDOW, Desk, fields_of, ok, refused


async def test_a_note_entry_says_who_when_what_and_for_whom(desk: Desk) -> None:
    """Append-only, internal by default; `notes`, the description, stays what it was."""
    deal = await desk.created(as_="contoso-user")
    desk.clock.move(timedelta(minutes=5))
    ok(await desk.act(deal["id"], "notes", {"text": "First"}, "contoso-user"))
    desk.clock.move(timedelta(minutes=5))
    seen = ok(await desk.act(deal["id"], "notes", {"text": "Second\nline", "audience": "internal"}))
    first, second = seen["noteEntries"]
    assert first == {
        "id": first["id"],
        "author": "contoso-user",
        "at": "2027-01-04T09:35:00.000000Z",
        "text": "First",
        "audience": "internal",
    }
    assert (second["author"], second["text"], second["at"]) == ("contoso-admin", "Second\nline", seen["updatedAt"])
    assert first["id"] != second["id"]
    assert seen["notes"] == deal["notes"]


@pytest.mark.parametrize("audience", ["internal", "shared"])
async def test_an_audience_is_internal_or_shared(desk: Desk, audience: str) -> None:
    """DOMAIN.md: notes."""
    deal = await desk.created()
    seen = ok(await desk.act(deal["id"], "notes", {"text": "x", "audience": audience}))
    assert seen["noteEntries"][0]["audience"] == audience


async def test_a_note_in_any_open_stage_is_named_in_history_without_its_text(desk: Desk) -> None:
    """Received or accepted; its text is personal."""
    _, copy = await desk.sent()
    ok(await desk.act(copy["id"], "notes", {"text": "PERSONAL-9"}))
    ok(await desk.act(copy["id"], "accept", an_acceptance()))
    seen = ok(await desk.act(copy["id"], "notes", {"text": "PERSONAL-9"}))
    assert len(seen["noteEntries"]) == 2
    assert "PERSONAL-9" not in str(seen["history"])
    assert [entry["action"] for entry in seen["history"]].count("notes") == 2


async def test_internal_notes_never_leave(desk: Desk) -> None:
    """Not on accept, not on win, not to the sender, not to the receiver."""
    own, copy = await desk.asked()
    ok(await desk.act(own["id"], "notes", {"text": "OURS-INTERNAL"}))
    ok(await desk.act(copy["id"], "notes", {"text": "THEIRS-INTERNAL"}, "vendor-seller"))
    ok(await desk.act(copy["id"], "accept", an_acceptance(), "vendor-seller"))
    await desk.deliver()
    ok(await desk.act(copy["id"], "win", {}, "vendor-seller"))
    await desk.deliver()
    assert "OURS-INTERNAL" not in str(await desk.read(copy["id"], "vendor-seller"))
    assert "THEIRS-INTERNAL" not in str(await desk.read(own["id"]))


async def test_a_referral_holds_two_hundred_notes(desk: Desk) -> None:
    """One more is 409 referral_full; it can still be won."""
    deal = await desk.created()
    for n in range(200):
        ok(await desk.act(deal["id"], "notes", {"text": f"{n}"}))
    refused(await desk.act(deal["id"], "notes", {"text": "one more"}), 409, "referral_full")
    assert len((await desk.read(deal["id"]))["noteEntries"]) == 200
    ok(await desk.act(deal["id"], "win"))


async def test_a_referral_holds_400_kilobytes(desk: Desk) -> None:
    """A user's change past it is 409 referral_full; what ends the referral always has room."""
    own, copy = await desk.sent()
    full = None
    for _ in range(200):
        response = await desk.act(copy["id"], "notes", {"text": "\u20ac" * 4000})
        if response.status_code != 200:
            full = refused(response, 409, "referral_full")
            break
    assert full, "200 notes of 12 KB pass 400 KB"
    desk.clock.move(WINDOW)
    assert (await desk.expire()).done == 1
    await desk.deliver()
    assert (await desk.read(own["id"], "vendor-seller"))["invitations"][0]["status"] == "expired"


async def test_a_full_referral_learns_the_answer(desk: Desk) -> None:
    """System transitions always have room: the vendor's answer arrives on a sender's copy that is full."""
    own, copy = await desk.asked()
    while (await desk.act(own["id"], "notes", {"text": "\u20ac" * 4000})).status_code == 200:
        pass
    ok(await desk.act(copy["id"], "decline", {"reason": 8, "notes": "n" * 4000}, "vendor-seller"))
    await desk.deliver()
    assert (await desk.read(own["id"]))["invitations"][0]["status"] == "declined"


async def test_accepting_without_notes_is_warned_about(desk: Desk) -> None:
    """DOMAIN.md: "optional notes (their absence is a warning)". What the sender wrote are not the receiver's notes."""
    for make in (desk.sent, desk.asked):
        _, copy = await make()
        persona = "contoso-admin" if copy["organizationId"] == "contoso" else "vendor-seller"
        accepted = ok(await desk.act(copy["id"], "accept", an_acceptance(notes=ABSENT), persona))
        assert any("notes" in warning["code"] for warning in accepted["warnings"]), accepted["organizationId"]


async def test_accepting_with_notes_is_not(desk: Desk) -> None:
    """Nothing to warn about, and every warning has a code and a message."""
    _, copy = await desk.accepted()
    assert copy["warnings"] == []
    assert (await desk.created(a_deal(customerConsent=True)))["warnings"] == []


async def test_a_close_date_passed_is_a_warning_not_a_refusal(desk: Desk) -> None:
    """A deal that should have closed can still be edited and ended, and says so until it is."""
    deal = await desk.created(a_deal(customerConsent=True))
    desk.clock.move(timedelta(days=365))
    warned = ok(await desk.edit_now(deal["id"], {"crmId": "late"}))
    assert [warning.keys() for warning in warned["warnings"]] == [{"code", "message"}]
    assert ok(await desk.act(deal["id"], "win"))["warnings"] == []


async def test_a_deal_with_nothing_optional_has_no_warning_for_it(desk: Desk) -> None:
    """Own deals owe nobody notes."""
    assert (await desk.created(the_least_deal()))["warnings"] == []


async def test_people_are_whole_or_not_there(desk: Desk) -> None:
    """A contact in a patch must be complete as it will be, as an employee must."""
    deal = await desk.created(a_deal(customer=a_customer(contact=ABSENT)))
    half = {"customer": {"contact": {"firstName": "Ana"}}}
    problem = refused(await desk.edit_now(deal["id"], half), 422, "invalid")
    assert {field.rpartition(".")[0] for field in fields_of(problem)} == {"customer.contact"}
    ok(await desk.edit_now(deal["id"], {"customer": {"contact": a_contact()}}))
    one = {"employees": [an_employee(email=ABSENT)]}
    assert fields_of(refused(await desk.edit_now(deal["id"], one), 422, "invalid")).keys() == {"employees.0.email"}


async def test_history_grows_with_the_story_of_a_whole_deal(desk: Desk) -> None:
    """Every change one entry: who, when, action; system changes by the system."""
    own, copy = await desk.asked()
    ok(await desk.act(copy["id"], "accept", an_acceptance(), "vendor-seller"))
    await desk.deliver()
    ok(await desk.edit_now(own["id"], {"salesStage": "proposed"}))
    ended = ok(await desk.act(own["id"], "win"))
    by = [(entry["by"], entry["action"]) for entry in ended["history"]]
    assert [who for who, _ in by] == ["contoso-admin", "system", "contoso-admin", "contoso-admin"]
    assert [action for who, action in by if who != "system"] == ["create", "edit", "win"]
    assert all(entry.keys() >= {"at", "by", "action", "fields"} for entry in ended["history"])


async def test_help_asked_twice_is_asked_once(desk: Desk) -> None:
    """While a request is open another is refused, so the seller has one thing to answer."""
    own = await desk.created(a_deal_with_help())
    refused(await desk.attempt(own["id"], "request-help"), 409, "action_not_possible")
    await desk.deliver()
    refused(await desk.attempt(own["id"], "request-help"), 409, "action_not_possible")
    assert len(await desk.items("/api/deals?tab=inbound", "vendor-seller")) == 1
