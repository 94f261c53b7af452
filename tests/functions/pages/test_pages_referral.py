"""The page of one referral: what it shows, which forms it has, and what a refused form looks like."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.functions.deals import a_contact, a_customer, a_deal, an_acceptance
from tests.functions.desk import Desk, ok
from tests.functions.reading import Browser

HOSTILE = "<script>alert(1)</script>\"'&amp;"
ACTIONS = (
    "accept", "decline", "win", "lose", "close-as-error", "share", "request-help", "invite-partner", "notes", "edit"
)  # fmt: skip


@pytest.mark.parametrize("persona", ["contoso-admin", "contoso-user", "contoso-auditor", "contoso-offers"])
async def test_a_page_has_a_form_for_each_allowed_action_and_no_other(desk: Desk, persona: str) -> None:
    for deal in (await desk.created(), (await desk.asked())[0], (await desk.sent())[1], (await desk.accepted())[1]):
        allowed = (await desk.read(deal["id"], persona))["allowedActions"]
        page = await Browser(desk, persona).open(f"/referrals/{deal['id']}")
        shown = [action for action in ACTIONS if f"do-{action}" in page.ids]
        assert sorted(shown) == allowed


async def test_every_field_has_a_label_and_every_page_one_heading_and_a_skip_link(desk: Desk) -> None:
    own, copy = await desk.asked()
    contoso, seller = Browser(desk, "contoso-admin"), Browser(desk, "vendor-seller")
    pages = [
        await contoso.open(path) for path in ("/deals", "/deals/new", "/offers", f"/referrals/{own['id']}", "/offers/x")
    ]
    pages += [await seller.open(path) for path in ("/deals", "/deals/new", f"/referrals/{copy['id']}")]
    for page in pages:
        assert page.html.count("<h1") == 1
        assert page.links["Skip to the content"] == "#main"
        assert page.ids["main"] == "main"
        for each in page.inputs:
            assert each.get("type") == "hidden" or each["labelled"] or each.get("id") in page.labels, each
        for ids in page.described.values():
            assert all(id in page.ids for id in ids)
        assert "<script" not in page.html
        assert "style=" not in page.html


async def test_hostile_names_are_shown_as_they_are_and_run_nothing(desk: Desk) -> None:
    deal = a_deal(
        name=HOSTILE,
        notes=HOSTILE,
        crmId=HOSTILE,
        customer=a_customer(name=HOSTILE, contact=a_contact(lastName=HOSTILE)),
    )
    own = await desk.created(deal)
    ok(await desk.act(own["id"], "notes", {"text": HOSTILE}))
    for path in ("/deals?tab=outbound", f"/referrals/{own['id']}"):
        page = await Browser(desk, "contoso-admin").open(path)
        assert "<script" not in page.html
        assert HOSTILE in page.text


async def test_accepting_starts_from_what_was_sent(desk: Desk) -> None:
    _, copy = await desk.sent()
    page = await Browser(desk, "contoso-admin").open(f"/referrals/{copy['id']}")
    filled = dict(page.form("/accept").fields)
    assert filled["name"] == copy["name"]
    assert (filled["estimatedValue.amount"], filled["estimatedValue.currency"]) == ("125000.00", "EUR")
    assert filled["estimatedCloseDate"] == "2027-03-31"


async def test_a_decline_without_its_note_is_shown_again_open_and_filled_in(desk: Desk) -> None:
    _, copy = await desk.sent()
    contoso = Browser(desk, "contoso-admin")
    page = await contoso.send(await contoso.open(f"/referrals/{copy['id']}"), "/decline", reason="8")
    assert page.status == 422
    assert "This reason needs a note" in page.message("decline", "notes")
    assert dict(page.form("/decline").fields)["reason"] == "8"
    assert 'id="do-decline" open' in page.html
    page = await contoso.send(page, "/decline", notes="Not our region")
    assert "Declined" in page.text
    assert "Not our region" in page.text


async def test_an_action_no_longer_possible_shows_the_state_and_keeps_what_was_typed(desk: Desk) -> None:
    _, copy = await desk.sent()
    contoso = Browser(desk, "contoso-admin")
    before = await contoso.open(f"/referrals/{copy['id']}")
    ok(await desk.act(copy["id"], "accept", an_acceptance()))
    page = await contoso.send(before, "/decline", reason="8", notes="A long explanation")
    assert page.status == 409
    assert "'decline' is not possible" in page.text
    assert "A long explanation" in page.text
    assert page.has_form("/win")
    assert not page.has_form("/decline")


async def test_an_edit_of_what_changed_meanwhile_shows_both_and_may_be_sent_again(desk: Desk) -> None:
    own = await desk.created()
    contoso = Browser(desk, "contoso-admin")
    path = f"/referrals/{own['id']}"
    before = await contoso.open(path)
    ok(await desk.edit_now(own["id"], {"name": "Renamed elsewhere"}))
    page = await contoso.send(before, f"/api{path}", crmId="OPP-77")
    assert page.status == 412
    assert page.headings[0] == "Renamed elsewhere"
    edit = dict(page.form(own["id"], ["crmId"]).fields)
    assert (edit["crmId"], edit["name"]) == ("OPP-77", own["name"])
    page = await contoso.send(page, own["id"], crmId="OPP-78")
    assert page.headings[0] == own["name"]
    assert "OPP-78" in page.text


async def test_an_edit_reaches_every_field_and_empties_what_is_emptied(desk: Desk) -> None:
    own = await desk.created()
    contoso = Browser(desk, "contoso-admin")
    page = await contoso.open(f"/referrals/{own['id']}")
    page = await contoso.send(
        page, own["id"], name="Second name", crmId="", salesStage="qualified", employees__1__firstName="Mia",
        employees__1__lastName="Berg", employees__1__phoneNumber="+49 40 12345678",
        employees__1__email="mia@contoso.example", solutions__1__kind="vendor", solutions__1__name="Cloud",
        teamMembers__1="contoso-user",
    )  # fmt: skip
    assert "Saved." in page.text
    after = await desk.read(own["id"])
    assert (after["name"], after["crmId"], after["salesStage"]) == ("Second name", None, "qualified")
    assert [one["firstName"] for one in after["employees"]] == ["Leo", "Mia"]
    assert [one["name"] for one in after["solutions"]] == ["Fabrikam Migrator", "Cloud"]
    assert after["teamMembers"] == ["contoso-admin", "contoso-user"]
    assert "contact" in after["customer"]


async def test_the_customers_contact_is_edited_in_a_form_of_its_own(desk: Desk) -> None:
    own = await desk.created()
    contoso = Browser(desk, "contoso-admin")
    page = await contoso.open(f"/referrals/{own['id']}")
    refused = await contoso.send(page, own["id"], customer__contact__email="nonsense")
    assert refused.status == 422
    assert "Use an e-mail address" in refused.message("contact", "customer.contact.email")
    page = await contoso.send(page, own["id"], customer__contact__email="new@contoso.example")
    assert "new@contoso.example" in page.text


async def test_notes_are_internal_unless_shared(desk: Desk) -> None:
    own = await desk.created()
    contoso = Browser(desk, "contoso-admin")
    page = await contoso.send(await contoso.open(f"/referrals/{own['id']}"), "/notes", text="Between us")
    assert "Between us" in page.text
    assert (await desk.read(own["id"]))["noteEntries"][0]["audience"] == "internal"
    page = await contoso.send(page, "/notes", text="For all", audience="shared")
    assert [note["audience"] for note in (await desk.read(own["id"]))["noteEntries"]] == ["internal", "shared"]


async def test_warnings_stand_on_top_in_words_people_use(desk: Desk) -> None:
    _, copy = await desk.asked()
    desk.clock.move(timedelta(days=13))
    page = await Browser(desk, "vendor-seller").open(f"/referrals/{copy['id']}")
    assert "Answer by 18 Jan 2027, 09:30 UTC, or it expires." in page.text
    desk.clock.move(timedelta(days=1))
    page = await Browser(desk, "vendor-seller").open(f"/referrals/{copy['id']}")
    assert "it has expired" in page.text
    assert [form.action.rpartition("/")[2] for form in page.forms] == ["favourite", "withdraw-consent"]


async def test_history_names_who_did_what_and_a_changed_value(desk: Desk) -> None:
    own = await desk.created()
    ok(await desk.edit_now(own["id"], {"estimatedValue": {"amount": "90000", "currency": "EUR"}, "notes": "Secret"}))
    page = await Browser(desk, "contoso-admin").open(f"/referrals/{own['id']}")
    assert "Estimated value: 125,000 EUR → 90,000 EUR" in page.text
    assert "Changed: Notes" in page.text


async def test_a_decline_is_told_on_the_senders_page_with_reason_and_note(desk: Desk) -> None:
    own, copy = await desk.asked()
    ok(await desk.act(copy["id"], "decline", {"reason": 8, "notes": "Busy until May"}, "vendor-seller"))
    await desk.deliver()
    page = await Browser(desk, "contoso-admin").open(f"/referrals/{own['id']}")
    assert "The Vendor Declined" in page.text
    assert "Reason: others." in page.text
    assert "Busy until May" in page.text
    assert page.has_form("/request-help")
