"""The pages of the network: inviting and answering, mirrors, what the sender says now, consent, the engagement."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.functions.deals import (
    Body,
    a_contact,
    a_customer,
    a_deal,
    a_deal_with_help,
    a_help_request,
    a_partner_invitation,
    an_acceptance,
    an_employee,
)
from tests.functions.desk import Desk, ok, open_desk
from tests.functions.reading import Browser, Page

HOSTILE = "<script>alert(1)</script>\"'&amp;"
CONTOSO, FABRIKAM, SELLER = "contoso-admin", "fabrikam-admin", "vendor-seller"


async def page_of(desk: Desk, referral: Body, persona: str = CONTOSO) -> Page:
    """The page of one referral as a persona sees it."""
    page = await Browser(desk, persona).open(f"/referrals/{referral['id']}")
    assert page.status == 200
    return page


async def invited(desk: Desk, deal: Body | None = None, **changes: Any) -> tuple[Body, Body]:
    """Contoso's deal with Fabrikam invited, and Fabrikam's copy of it, received."""
    own = await desk.created(deal)
    own = ok(await desk.act(own["id"], "invite-partner", a_partner_invitation(**changes)))
    await desk.deliver()
    return own, await desk.copy_of(own, FABRIKAM)


async def mirrored(desk: Desk, **changes: Any) -> tuple[Body, Body]:
    """A partner-led deal of Contoso's, and the vendor's mirror of it."""
    own = await desk.created(a_deal(visibleToVendor=True, customerConsent=True, **changes))
    await desk.deliver()
    return own, await desk.copy_of(own, SELLER)


# Inviting


async def test_the_invitation_starts_from_the_deal_and_is_sent_by_its_form_alone(desk: Desk) -> None:
    own = await desk.created(a_deal())
    contoso = Browser(desk, CONTOSO)
    page = await page_of(desk, own)
    filled = dict(page.form("/invite-partner").fields)
    assert (filled["estimatedValue.amount"], filled["estimatedCloseDate"]) == ("125000.00", "2027-03-31")
    assert (filled["employees.0.email"], filled["solutions.0.name"]) == ("leo@contoso.example", "Fabrikam Migrator")
    assert "notes" in filled
    assert filled["notes"] == "", "our own description does not travel"
    refused = await contoso.send(page, "/invite-partner", partnerId="nobody", notes="Join us")
    assert refused.status == 422
    assert "There is no such partner." in refused.message("invite-partner", "partnerId")
    refused = await contoso.send(refused, "/invite-partner", partnerId="fabrikam", notes="")
    assert "This is needed." in refused.message("invite-partner", "notes")
    refused = await contoso.send(refused, "/invite-partner", notes="Join us")
    assert "the partner you invite may contact the customer" in refused.message("invite-partner", "customerConsent")
    assert 'id="do-invite-partner" open' in refused.html
    done = await contoso.send(
        refused, "/invite-partner", customerConsent="true", estimatedValue__amount="40000", code="3"
    )
    assert "Invited. The partner is told" in done.text
    await desk.deliver()
    copy = await desk.copy_of(own, FABRIKAM)
    assert (copy["estimatedValue"]["amount"], copy["help"]["code"]) == ("40000.00", 3)
    assert "Fabrikam Pending 14 days left" in (await page_of(desk, own)).text


async def test_a_customer_without_contact_gets_one_in_the_form(desk: Desk) -> None:
    own = await desk.created(a_deal(customer={**a_customer(), "contact": None}))
    contoso = Browser(desk, CONTOSO)
    page = await page_of(desk, own)
    filled: dict[str, str] = {"partnerId": "fabrikam", "notes": "Join us", "customerConsent": "true"}
    refused = await contoso.send(page, "/invite-partner", **filled)
    assert "Give the customer's contact" in refused.texts["invite-partner-customerContact"]
    contact = {f"customerContact__{name}": text for name, text in a_contact().items()}
    assert "Invited." in (await contoso.send(refused, "/invite-partner", **contact)).text


async def test_a_partner_that_is_asked_already_is_said_and_what_was_typed_stays(desk: Desk) -> None:
    own, _ = await invited(desk)
    page = await Browser(desk, CONTOSO).send(
        await page_of(desk, own), "/invite-partner", partnerId="fabrikam", notes="Once more"
    )
    assert page.status == 409
    assert "Fabrikam is asked already" in page.text
    assert dict(page.form("/invite-partner").fields)["notes"] == "Once more"


async def test_what_was_declined_is_told_with_its_reason_and_asked_again_from_what_was_said(desk: Desk) -> None:
    own, copy = await invited(desk, code=3)
    seller = Browser(desk, FABRIKAM)
    done = await seller.send(await page_of(desk, copy, FABRIKAM), "/decline", reason="6", notes="Not before June")
    assert "Declined. The sender is told." in done.text
    await desk.deliver()
    page = await page_of(desk, own)
    for words in ("Fabrikam Declined", "Reason: timeline too short.", "Not before June"):
        assert words in page.text
    again = await Browser(desk, CONTOSO).open(page.links["Ask Fabrikam again"].partition("#")[0])
    assert 'id="do-invite-partner" open' in again.html
    filled = dict(again.form("/invite-partner").fields)
    assert (filled["partnerId"], filled["notes"], filled["code"]) == ("fabrikam", "Could you migrate their data?", "3")
    assert "This continues the invitation of 4 Jan 2027." in again.text
    done = await Browser(desk, CONTOSO).send(again, "/invite-partner", notes="From June, then")
    assert "Continues the invitation of 4 Jan 2027 , declined." in done.text
    assert "Ask Fabrikam again" not in done.links, "it waits for an answer now"


@pytest.mark.parametrize("again", ["nobody", HOSTILE, "vendor", ""])
async def test_asking_again_starts_only_from_somebody_who_was_asked(desk: Desk, again: str) -> None:
    own = await desk.created()
    answer = await desk.get(f"/referrals/{own['id']}", params={"again": again}, headers={"Accept": "text/html"})
    page = Page(answer)
    assert dict(page.form("/invite-partner").fields)["partnerId"] == ""
    assert "<script" not in page.html


async def test_the_senders_side_sees_a_clock_that_runs_out_where_the_invitation_is(desk: Desk) -> None:
    own, copy = await invited(desk)
    desk.clock.move(timedelta(days=12))
    page = await page_of(desk, own)
    words = "Fabrikam has until 18 Jan 2027, 09:30 UTC to answer: remind them."
    assert page.text.count(words) == 2, "on top, and beside the invitation"
    assert page.links["See the invitation"] == "#invitations"
    theirs = await page_of(desk, copy, FABRIKAM)
    assert theirs.text.count("Answer by 18 Jan 2027, 09:30 UTC, or it expires.") == 2
    desk.clock.move(timedelta(days=3))
    await desk.expire()
    await desk.deliver()
    page = await page_of(desk, own)
    assert "Fabrikam Expired" in page.text
    assert "Ask Fabrikam again" in page.links


# The registration trap


async def test_the_help_form_shows_the_trap_before_it_is_stepped_into(desk: Desk) -> None:
    own, _ = await mirrored(desk)
    text = (await page_of(desk, own)).text
    assert "As a partner-led deal this can be registered once it is won." in text
    assert "A request is no guarantee that a seller takes part. Sellers have 14 days to decide." in text


async def test_a_declined_request_warns_on_top_beside_the_request_and_beside_the_win(desk: Desk) -> None:
    own, copy = await desk.asked()
    ok(await desk.act(copy["id"], "decline", {"reason": 4}, SELLER))
    await desk.deliver()
    page = await page_of(desk, own)
    assert page.text.count("this co-sell deal cannot be registered once it is won") == 3
    assert page.links["Ask for help again"] == "#request-help-code"
    assert page.ids["request-help-code"] == "select"
    filled = dict(page.form("/request-help").fields)
    assert (filled["code"], filled["notes"]) == ("3", "a proof of concept")
    done = await Browser(desk, CONTOSO).send(page, "/request-help", notes="a smaller proof of concept")
    assert "Help is asked for." in done.text
    assert "cannot be registered" not in done.text


# Mirrors


async def test_a_mirror_says_that_nothing_is_asked_and_has_no_form_but_its_heart(desk: Desk) -> None:
    own, mirror = await mirrored(desk)
    page = await page_of(desk, mirror, SELLER)
    assert "You see this deal; Contoso works it. Nothing is asked of you." in page.text
    assert [form.action.rpartition("/")[2] for form in page.forms] == ["favourite"]
    assert "Contoso withdraws it, if the customer asks." in page.text
    row = await Browser(desk, SELLER).open("/deals")
    assert "Seen, not asked" in row.text
    ok(await desk.act(own["id"], "win"))
    await desk.deliver()
    assert "Won Partner-led Seen, not asked" in (await page_of(desk, mirror, SELLER)).text


async def test_a_retired_mirror_leads_to_the_copy_that_took_its_place(desk: Desk) -> None:
    own, mirror = await mirrored(desk)
    ok(await desk.act(own["id"], "request-help", a_help_request()))
    await desk.deliver()
    page = await page_of(desk, mirror, SELLER)
    assert "Contoso asked for help with this deal." in page.text
    copy = await Browser(desk, SELLER).open(page.links["your own copy"])
    assert copy.has_form("/accept")
    rows = await Browser(desk, SELLER).open("/deals")
    assert "Replaced" in rows.text
    assert "Withdrawn" not in rows.text.partition("Customer")[2]


# What the sender says now


async def test_what_the_sender_changed_stands_beside_ours_and_is_marked(desk: Desk) -> None:
    own, copy = await invited(desk)
    ok(await desk.act(copy["id"], "accept", an_acceptance(), FABRIKAM))
    assert "What Contoso says now" not in (await page_of(desk, copy, FABRIKAM)).headings
    await desk.deliver()
    ok(await desk.edit_now(own["id"], {"estimatedValue": {"amount": "99000", "currency": "EUR"}, "name": HOSTILE}))
    await desk.deliver()
    page = await page_of(desk, copy, FABRIKAM)
    assert "What Contoso says now" in page.headings
    assert "Estimated value 90,000 EUR 99,000 EUR differs" in page.text
    assert f"Name Ours to win {HOSTILE} differs" in page.text
    assert "<script" not in page.html


@pytest.mark.parametrize(
    ("action", "body", "words"),
    [
        ("win", {"finalValue": {"amount": "120000", "currency": "EUR"}},
         "Contoso won this deal on 4 Jan 2027, at 120,000 EUR. Your copy is your own"),
        ("lose", {"reason": 3}, "Contoso lost this deal on 4 Jan 2027. Your copy is your own"),
        ("close-as-error", {"reason": 7}, "Contoso closed its deal as an error. Your copy is your own"),
    ],
)  # fmt: skip
async def test_the_senders_end_is_said_on_top_of_a_copy_at_work(
    desk: Desk, action: str, body: Body, words: str
) -> None:
    own, copy = await invited(desk)
    ok(await desk.act(copy["id"], "accept", an_acceptance(), FABRIKAM))
    await desk.deliver()
    ok(await desk.act(own["id"], action, body))
    await desk.deliver()
    page = await page_of(desk, copy, FABRIKAM)
    assert words in page.text
    assert page.has_form("/win")


async def test_what_the_partner_made_of_it_is_on_the_senders_page_and_in_its_row(desk: Desk) -> None:
    own, copy = await invited(desk)
    ours = [an_employee(firstName="Olga", email="olga@fabrikam.example")]
    ok(await desk.act(copy["id"], "accept", an_acceptance(employees=ours), FABRIKAM))
    await desk.deliver()
    page = await page_of(desk, own)
    assert "olga@fabrikam.example" in page.text
    assert "Fabrikam: accepted" in (await Browser(desk, CONTOSO).open("/deals?tab=outbound")).text
    ok(await desk.act(copy["id"], "win", {}, FABRIKAM))
    await desk.deliver()
    assert "Fabrikam Won" in (await page_of(desk, own)).text
    (row,) = await desk.items()
    assert row["invited"] == [{"targetName": "Fabrikam", "status": "won"}]


async def test_a_row_names_five_of_those_who_were_asked_each_once_the_newest_first(desk: Desk) -> None:
    own, copy = await invited(desk)
    ok(await desk.act(copy["id"], "decline", {"reason": 1}, FABRIKAM))
    await desk.deliver()
    ok(await desk.act(own["id"], "invite-partner", a_partner_invitation()))
    ok(await desk.act(own["id"], "invite-partner", a_partner_invitation(partnerId="tailspin")))
    sending = [{"targetName": name, "status": "sending"} for name in ("Tailspin Toys", "Fabrikam")]
    assert (await desk.items())[0]["invited"] == sending
    await desk.deliver()
    assert [one["status"] for one in (await desk.items())[0]["invited"]] == ["pending", "pending"]


# Shared notes


async def test_shared_notes_say_whose_they_are_and_internal_ones_stay(desk: Desk) -> None:
    own, copy = await invited(desk, a_deal_with_help())
    vendors = await desk.copy_of(own, SELLER)
    contoso, fabrikam, seller = Browser(desk, CONTOSO), Browser(desk, FABRIKAM), Browser(desk, SELLER)
    await contoso.send(await page_of(desk, own), "/notes", text="From Contoso", audience="shared")
    await contoso.send(await page_of(desk, own), "/notes", text="Between us")
    await fabrikam.send(await page_of(desk, copy, FABRIKAM), "/notes", text="From Fabrikam", audience="shared")
    await seller.send(await page_of(desk, vendors, SELLER), "/notes", text=HOSTILE, audience="shared")
    await desk.deliver()
    await desk.deliver()
    for page, others in (
        (await page_of(desk, own), {"From Fabrikam": "Fabrikam", HOSTILE: "The Vendor"}),
        (await page_of(desk, copy, FABRIKAM), {"From Contoso": "Contoso", HOSTILE: "The Vendor"}),
        (await page_of(desk, vendors, SELLER), {"From Contoso": "Contoso", "From Fabrikam": "Fabrikam"}),
    ):
        for text, name in others.items():
            assert f"{name}, 4 Jan 2027, 09:30 UTC Shared {text}" in page.text
        assert "<script" not in page.html
    assert "Between us" not in (await page_of(desk, copy, FABRIKAM)).html


# Consent


async def test_the_ledger_says_who_agreed_to_what_and_who_recorded_it(desk: Desk) -> None:
    own, copy = await invited(desk)
    page = await page_of(desk, own)
    for words in (
        "To be passed to the vendor, who may call Recorded",
        "To be passed to invited partners, who may call Recorded",
        "Ana Lima, ana@contoso.example. Recorded 4 Jan 2027, 09:30 UTC by Alba Contoso.",
        "I agree that my contact details are passed to the vendor and to the partners invited",
    ):
        assert words in page.text
    theirs = await page_of(desk, copy, FABRIKAM)
    assert "Recorded 4 Jan 2027, 09:30 UTC by Contoso." in theirs.text
    assert "contoso-admin" not in theirs.html


async def test_without_consent_the_page_says_how_to_record_it(desk: Desk) -> None:
    page = await page_of(desk, await desk.created(a_deal(visibleToVendor=True)))
    assert "None is recorded." in page.text
    assert "tick the box when you ask for help or invite a partner" in page.text
    assert page.links["Record it with a help request"] == "#request-help-customerConsent"
    assert page.ids["request-help-customerConsent"] == "input"


async def test_a_withdrawal_names_who_is_told_and_leaves_no_person_anywhere(desk: Desk) -> None:
    own, copy = await invited(desk, a_deal_with_help())
    page = await page_of(desk, own)
    assert "whatever stage its copy is: The Vendor, Fabrikam. They are told now." in page.text
    done = await Browser(desk, CONTOSO).send(page, "/withdraw-consent")
    assert "The contact is removed here. Every organization that holds it is told." in done.text
    assert "Withdrawn 4 Jan 2027, 09:30 UTC by Alba Contoso. Told: The Vendor, Fabrikam." in done.text
    await desk.deliver()
    vendors = await desk.copy_of(own, SELLER)
    theirs = [await page_of(desk, copy, FABRIKAM), await page_of(desk, vendors, SELLER)]
    for each in (done, *theirs):
        assert "ana@contoso.example" not in each.html
        assert "Lima" not in each.html
        assert not each.has_form("/withdraw-consent")
    for each in theirs:
        assert "by Contoso. " in each.text or "by Contoso." in each.text


async def test_after_a_withdrawal_another_person_is_named_in_the_form_that_needs_one(desk: Desk) -> None:
    own, copy = await desk.asked()
    ok(await desk.act(copy["id"], "decline", {"reason": 1}, SELLER))
    await desk.deliver()
    contoso = Browser(desk, CONTOSO)
    page = await contoso.send(await page_of(desk, own), "/withdraw-consent")
    contact = {f"customerContact__{name}": text for name, text in a_contact(email="bea@contoso.example").items()}
    page = await contoso.send(page, "/request-help", customerConsent="true", **contact)
    assert "Help is asked for." in page.text
    assert page.text.count("Withdrawn 4 Jan 2027") == 2, "the evidence stays"
    assert "Ana Lima, bea@contoso.example. Recorded" in page.text


# Withheld customers


@pytest.fixture
async def withholding(tmp_path: Path) -> AsyncIterator[Desk]:
    """Cosell Desk where receivers see street, contact and notes once they accept."""
    async with open_desk(tmp_path, HIDE_CUSTOMER_UNTIL_ACCEPTED="true") as opened:
        yield opened


SECRETS = ("1 rue de la Paix", "75002", "ana@contoso.example", "Lima", "Could you migrate", "A shared word")


async def test_what_is_withheld_says_so_until_it_is_accepted(withholding: Desk) -> None:
    desk = withholding
    own, copy = await invited(desk)
    ok(await desk.act(own["id"], "notes", {"text": "A shared word", "audience": "shared"}))
    await desk.deliver()
    page = await page_of(desk, copy, FABRIKAM)
    for words in ("Street, postal code and contact are hidden until you accept.", "Hidden until you accept.", "Paris"):
        assert words in page.text
    engagement = await Browser(desk, FABRIKAM).open(f"/engagements/{copy['engagementId']}")
    for secret in SECRETS:
        assert secret not in page.html
        assert secret not in engagement.html
    done = await Browser(desk, FABRIKAM).send(page, "/accept")
    for secret in SECRETS:
        assert secret in done.text
    assert "idden until" not in done.text


async def test_what_was_never_accepted_stays_hidden_on_its_page(withholding: Desk) -> None:
    desk = withholding
    _, copy = await invited(desk)
    page = await Browser(desk, FABRIKAM).send(await page_of(desk, copy, FABRIKAM), "/decline", reason="1")
    assert "are hidden because it was not accepted." in page.text
    assert not [secret for secret in SECRETS if secret in page.html]


# The engagement


async def test_the_engagement_shows_both_sides_what_each_may_know(desk: Desk) -> None:
    own, copy = await invited(desk, code=2)
    page = await Browser(desk, CONTOSO).open((await page_of(desk, own)).links["Who takes part, and what happened when"])
    assert page.status == 200
    assert page.links[own["name"]] == f"/referrals/{own['id']}"
    for words in (
        "Contoso Accepted You", "Fabrikam Pending Asked by you 14 days left", "Contoso created the deal.",
        "Contoso invited Fabrikam. Could you migrate their data?",
        "Fabrikam received it. To be answered by 18 Jan 2027",
    ):  # fmt: skip
        assert words in page.text
    theirs = await Browser(desk, FABRIKAM).open(f"/engagements/{own['engagementId']}")
    assert "Fabrikam received it from Contoso." in theirs.text
    assert "You see their team once you accept." in theirs.text
    assert "leo@contoso.example" not in theirs.html
    ok(await desk.act(copy["id"], "decline", {"reason": 8, "notes": HOSTILE}, FABRIKAM))
    await desk.deliver()
    page = await Browser(desk, CONTOSO).open(f"/engagements/{own['engagementId']}")
    assert f"Fabrikam declined: others. {HOSTILE}" in page.text
    assert "<script" not in page.html


async def test_the_engagement_is_told_from_the_first_day_to_the_last(desk: Desk) -> None:
    """Everything that can happen has words, seen from every side."""
    own, _ = await mirrored(desk)
    desk.clock.move(timedelta(days=1))
    ok(await desk.act(own["id"], "request-help", a_help_request()))
    ok(await desk.act(own["id"], "invite-partner", a_partner_invitation()))
    ok(await desk.act(own["id"], "invite-partner", a_partner_invitation(partnerId="tailspin")))
    await desk.deliver()
    desk.clock.move(timedelta(days=1))
    items = await desk.items("/api/deals?tab=inbound", SELLER)
    (vendors,) = [item for item in items if not item["mirror"]]
    copy = await desk.copy_of(own, FABRIKAM)
    ok(await desk.act(vendors["id"], "accept", an_acceptance(employees=[an_employee(firstName="Vera")]), SELLER))
    ok(await desk.act(copy["id"], "accept", an_acceptance(), FABRIKAM))
    await desk.deliver()
    ok(await desk.act(copy["id"], "lose", {"reason": 3}, FABRIKAM))
    ok(await desk.act(own["id"], "win"))
    await desk.deliver()
    ok(await desk.act(vendors["id"], "close-as-error", {"reason": 7}, "vendor-admin"))
    await desk.deliver()
    path = f"/engagements/{own['engagementId']}"
    ours = (await Browser(desk, CONTOSO).open(path)).text
    for words in (
        "Contoso asked The Vendor for help", "The Vendor accepted", "Vera Roux",
        "Fabrikam lost: customer chose another vendor.",
        "Contoso took back what Tailspin Toys had not answered", "Contoso won",
    ):  # fmt: skip
        assert words in ours
    seller = (await Browser(desk, SELLER).open(path)).text
    for words in (
        "Your copies",
        "Seen, not asked",
        "the copy that took its place",
        "The Vendor closed as an error: test",
    ):
        assert words in seller
    assert "Fabrikam" not in seller, "the vendor is not told of partners that were invited"
    fabrikam = (await Browser(desk, FABRIKAM).open(path)).text
    assert "Contoso won" not in fabrikam, "a closed copy follows no more"
    assert "Tailspin" not in fabrikam
    tailspin = (await Browser(desk, "tailspin-admin").open(path)).text
    assert "It was taken back before it was answered." in tailspin


async def test_a_private_deals_engagement_says_that_nobody_else_is_on_it(desk: Desk) -> None:
    own = await desk.created()
    page = await Browser(desk, "contoso-auditor").open(f"/engagements/{own['engagementId']}")
    assert "Nobody but you so far: the deal is private." in page.text


@pytest.mark.parametrize("persona", [FABRIKAM, SELLER])
async def test_somebody_without_a_copy_is_told_that_there_is_nothing(desk: Desk, persona: str) -> None:
    own = await desk.created(a_deal(name="Secret plan"))
    page = await Browser(desk, persona).open(f"/engagements/{own['engagementId']}")
    unknown = await Browser(desk, persona).open("/engagements/01234567-nothing")
    assert (page.status, page.headings) == (404, ["Not found"])
    assert page.text == unknown.text
    assert "Secret plan" not in page.html


# All of them


async def test_every_field_is_labelled_and_every_place_a_page_points_to_is_there(desk: Desk) -> None:
    own, copy = await invited(desk, a_deal_with_help())
    visible, mirror = await mirrored(desk, name="Seen only")
    desk.clock.move(timedelta(days=13))
    pages = [
        *[await page_of(desk, deal) for deal in (own, visible, await desk.created())],
        await page_of(desk, copy, FABRIKAM),
        await page_of(desk, mirror, SELLER),
        await Browser(desk, CONTOSO).open(f"/engagements/{own['engagementId']}"),
    ]
    for page in pages:
        assert page.html.count("<h1") == 1
        for each in page.inputs:
            assert each.get("type") == "hidden" or each["labelled"] or each.get("id") in page.labels, each
        for ids in page.described.values():
            assert all(id in page.ids for id in ids)
        for text, link in page.links.items():
            assert not link.startswith("#") or link.removeprefix("#") in page.ids, f"{text} points to nothing"
        assert "style=" not in page.html
        assert "<script" not in page.html
