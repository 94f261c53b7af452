"""From a draft to a decision by pages alone: compare, publish, go live; and the vendor's side of it."""

from __future__ import annotations

from pathlib import Path

from tests.functions.desk import Desk, ok, open_desk
from tests.functions.offers.offering import a_draft, decide, edited, fill, live, published, ready
from tests.functions.reading import Browser, Page
from tests.functions.uploads.uploading import uploaded
from tests.unit.parsing.tables import file_of

REVIEWER = "vendor-reviewer"


async def page_of(desk: Desk, id: str, persona: str = "contoso-admin", path: str = "") -> Page:
    return await Browser(desk, persona).open(f"/offers/{id}{path}")


async def test_an_offer_is_published_taken_live_and_decided_by_forms_alone(desk: Desk) -> None:
    id = (await a_draft(desk))["id"]
    await fill(desk, id)
    contoso, reviewer = Browser(desk, "contoso-admin"), Browser(desk, REVIEWER)
    page = await page_of(desk, id)
    assert page.headings[1] == "Publish it"
    page = await contoso.send(await contoso.open(page.links["Review and publish"]), "/publish", scope="all")
    assert page.headings[1] == "Being validated"
    assert 'http-equiv="refresh" content="2"' in page.html
    await desk.deliver()
    page = await page_of(desk, id)
    assert page.headings[1] == "Go live"
    page = await contoso.send(page, "/go-live")
    assert "In review" in page.text
    await desk.deliver()
    queue = await reviewer.open("/review")
    (link,) = [link for link in queue.links.values() if link == f"/offers/{id}"]
    page = await reviewer.open(link)
    assert "Not approvable" not in page.text
    page = await reviewer.send(page, "/decision", decision="co_sell_ready")
    assert page.headings == ["Review", "Nothing waits for a decision"]
    await desk.deliver()
    page = await page_of(desk, id)
    assert page.headings[1] == "Co-sell ready"
    assert "Publications (1)" in page.text


async def test_compare_marks_what_differs_and_advises_a_scope(desk: Desk) -> None:
    id = (await live(desk))["id"]
    page = await page_of(desk, id, path="/compare")
    assert "The draft says what is published." in page.text
    assert not page.has_form("/publish"), "there is nothing to publish"
    await edited(desk, id, segments=["education"])
    page = await page_of(desk, id, path="/compare")
    assert "<mark>Education</mark>" in page.html
    assert dict(page.form("/publish").fields)["scope"] == "co_sell"
    assert "Only the co-sell details changed" in page.text
    await edited(desk, id, name="Another name")
    page = await page_of(desk, id, path="/compare")
    assert dict(page.form("/publish").fields)["scope"] == "all"
    assert "The listing changed too: Offer name." in page.text


async def test_a_publication_that_is_refused_says_so_on_the_form(desk: Desk) -> None:
    id = (await a_draft(desk))["id"]
    contoso = Browser(desk, "contoso-admin")
    page = await contoso.open(f"/offers/{id}/compare")
    page = await contoso.send(page, "/publish", scope="co_sell")
    assert (page.status, page.headings[1]) == (
        409,
        "The listing was never published; publish everything first.",
    )
    page = await contoso.send(page, "/publish", scope="something")
    assert page.status == 422
    assert "co_sell" in page.texts["publish-scope-error"]


async def test_what_the_validation_finds_is_told_with_a_way_to_mend_it(desk: Desk) -> None:
    id = (await a_draft(desk))["id"]
    await edited(desk, id, availableCountries=[])
    contoso = Browser(desk, "contoso-admin")
    await contoso.send(await contoso.open(f"/offers/{id}/compare"), "/publish", scope="all")
    await desk.deliver()
    page = await page_of(desk, id)
    assert page.headings[1] == "Correct the offer"
    assert "Available in : Choose at least one country" in page.text


async def test_a_reviewer_cannot_approve_past_a_check_and_sends_back_with_reasons(desk: Desk) -> None:
    id = (await live(desk))["id"]
    reviewer = Browser(desk, REVIEWER)
    page = await reviewer.open(f"/offers/{id}")
    assert "Not approvable yet: business profile complete" in page.text
    page = await reviewer.send(page, "/decision", decision="co_sell_ready")
    assert page.status == 409
    assert dict(page.form("/decision").fields)["decision"] == "co_sell_ready"
    page = await reviewer.send(page, "/decision", decision="send_back")
    assert page.status == 422
    assert "This is needed." in page.texts["decision-reasons-error"]
    fields = dict(page.form("/decision").fields)
    (row,) = [name.split(".")[1] for name, value in fields.items() if value == "one_pager"]
    page = await reviewer.send(
        page, "/decision", decision="send_back", **{f"reasons__{row}__message": "It has no phone number."}
    )
    assert page.headings[0] == "Review"
    await desk.deliver()
    page = await page_of(desk, id)
    assert page.headings[1] == "Sent back"
    assert "Solution one-pager : It has no phone number." in page.text
    assert page.has_form("/publish") is False
    again = await page_of(desk, id, path="/compare")
    assert again.has_form("/publish"), "the same may be sent again: what was missing may have been elsewhere"


async def test_certificates_are_recorded_with_their_evidence(desk: Desk) -> None:
    id = (await ready(desk))["id"]
    reviewer = Browser(desk, REVIEWER)
    page = await reviewer.open(f"/offers/{id}")
    page = await reviewer.send(page, "/certificates", kind="revenue", evidence="Invoices")
    assert page.status == 422
    assert "Say how much it was" in page.message("certificates", "amount.amount")
    page = await reviewer.send(
        page, "/certificates", kind="revenue", evidence="Invoices", amount__amount="150000", amount__currency="USD"
    )
    assert "Recorded." in page.text
    assert "Revenue , 150,000 USD: Invoices" in page.text
    await desk.deliver()
    assert "Revenue , 150,000 USD: Invoices" in (await page_of(desk, id)).text


async def test_sellers_read_what_is_published_and_decide_nothing(desk: Desk) -> None:
    id = (await ready(desk))["id"]
    seller = Browser(desk, "vendor-seller")
    listed = await seller.open("/offers")
    assert "Contoso" in listed.text
    page = await seller.open(f"/offers/{id}")
    assert page.forms == []
    assert page.links["one-pager.pdf"].startswith(f"/api/offers/{id}/documents/")
    assert (await desk.get(page.links["one-pager.pdf"], "vendor-seller")).status_code == 200
    contacts = await seller.open(f"/offers/{id}/contacts")
    assert "ana@contoso.example" in contacts.links
    assert contacts.forms == []
    assert (await seller.open("/review")).status == 403
    assert "Review" not in listed.links
    assert (await seller.open("/offers?status=co_sell_ready")).headings[1] == "Nothing here yet"


async def test_a_draft_does_not_exist_for_others_nor_what_is_newer_than_the_published(desk: Desk) -> None:
    draft = (await a_draft(desk))["id"]
    assert (await page_of(desk, draft, "vendor-seller")).status == 404
    id = (await published(desk))["id"]
    await edited(desk, id, name="Secret name")
    assert "Secret name" not in (await page_of(desk, id, "vendor-seller")).html
    assert (await page_of(desk, id, "fabrikam-admin")).status == 404


async def test_other_partners_see_of_a_csp_offer_whom_to_call_and_no_status(desk: Desk) -> None:
    id = (await ready(desk, availableInCsp=True))["id"]
    fabrikam = Browser(desk, "fabrikam-admin")
    listed = await fabrikam.open("/offers?tab=published")
    assert f"/offers/{id}" in listed.links.values()
    page = await fabrikam.open(f"/offers/{id}")
    assert "one-pager.pdf" not in page.text
    assert "In review" not in page.text
    assert "Checklist" not in page.text
    assert "ana@contoso.example" in (await fabrikam.open(f"/offers/{id}/contacts")).links


async def test_an_eligible_offer_is_approved_further_without_a_new_publication(desk: Desk) -> None:
    id = (await ready(desk))["id"]
    ok(await decide(desk, id, "co_sell_ready"))
    page = await page_of(desk, id, REVIEWER)
    fields = page.form("/decision").names
    assert "decision" in fields
    assert "reasons.0.check" not in fields


async def test_the_contacts_page_says_what_an_import_changed_and_takes_it_back(desk: Desk) -> None:
    id = (await a_draft(desk))["id"]
    one = ("Ana Lima", "ana@contoso.example", "Seller", "Partner sales", "FR", "")
    two = ("Leo Roux", "leo@contoso.example", "Seller", "Partner sales", "DE", "")
    await uploaded(desk, id, file_of(one))
    contoso = Browser(desk, "contoso-admin")
    page = await contoso.open(f"/offers/{id}/contacts")
    assert page.headings == ["Contacts", "In force"]
    await uploaded(desk, id, file_of((*one[:2], "Head of sales", *one[3:]), two), "second.csv")
    page = await contoso.open(f"/offers/{id}/contacts")
    assert "second.csv: 1 added, 0 removed, 1 changed, 0 untouched." in page.text
    assert "<mark>Head of sales</mark>" in page.html
    page = await contoso.send(page, "/contacts/undo")
    assert "Undone" in page.text
    assert "leo@contoso.example" not in page.links


async def test_a_list_that_waits_is_looked_at_then_confirmed_or_discarded(tmp_path: Path) -> None:
    async with open_desk(tmp_path, CONTACTS_CONFIRM="true") as desk:
        id = (await a_draft(desk))["id"]
        contoso = Browser(desk, "contoso-admin")
        row = ("Ana Lima", "ana@contoso.example", "Seller", "Partner sales", "FR", "")
        await uploaded(desk, id, file_of(row))
        page = await contoso.open(f"/offers/{id}")
        assert "A new list of 1 waits for you" in page.text
        page = await contoso.open(page.links["see what it changes, then confirm or discard it"])
        assert page.headings[1] == "A new list waits for you"
        assert (await Browser(desk, "contoso-auditor").open(f"/offers/{id}/contacts")).forms == []
        page = await contoso.send(page, "/contacts/confirm")
        assert "Confirmed" in page.text
        assert "ana@contoso.example" in page.links
        await uploaded(desk, id, file_of((*row[:1], "other@contoso.example", *row[2:])), "second.csv")
        page = await contoso.open(f"/offers/{id}/contacts")
        stale = page
        await uploaded(desk, id, file_of((*row[:1], "third@contoso.example", *row[2:])), "third.csv")
        page = await contoso.send(stale, "/contacts/confirm")
        assert page.status == 412
        assert "third.csv: 1 added, 1 removed" in page.text, "the list that waits now"
        page = await contoso.send(page, "/contacts/discard")
        assert "Discarded" in page.text
        assert "ana@contoso.example" in page.links


async def test_every_field_is_labelled_and_every_place_a_page_points_to_is_there(desk: Desk) -> None:
    id = (await ready(desk))["id"]
    await edited(desk, id, segments=["education"])
    paths = ("/offers", f"/offers/{id}", f"/offers/{id}/edit", f"/offers/{id}/compare", f"/offers/{id}/contacts")
    pages = [await Browser(desk, "contoso-admin").open(path) for path in paths]
    pages += [
        await Browser(desk, REVIEWER).open(path) for path in ("/offers", "/review", f"/offers/{id}", "/documents")
    ]
    for page in pages:
        assert page.html.count("<h1") == 1
        for each in page.inputs:
            assert each.get("type") == "hidden" or each["labelled"] or each.get("id") in page.labels, each
        for ids in page.described.values():
            assert all(one in page.ids for one in ids)
        for text, link in page.links.items():
            assert not link.startswith("#") or link.removeprefix("#") in page.ids, f"{text} points to nothing"
        assert page.html.count("<table") == page.html.count("<caption")
        assert "style=" not in page.html
        assert "<script" not in page.html
