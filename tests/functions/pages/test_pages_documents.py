"""The page that searches documents: words in, pages and slides out, each with a link to its file and its offer."""

from __future__ import annotations

from tests.functions.desk import Desk
from tests.functions.documents.texts import an_own_offer, published, read_in
from tests.functions.reading import Browser, Page

DECK = "solution_pitch_deck"


async def searched(desk: Desk, persona: str, query: str) -> Page:
    return await Browser(desk, persona).open(f"/documents?{query}")


async def test_a_partner_finds_the_slide_and_comes_to_its_file_and_its_offer(desk: Desk) -> None:
    offer = await an_own_offer(desk)
    await read_in(desk, offer, "Why migrate", "The reference architecture: three <b>diagrams</b> of a hub", kind=DECK)
    page = await searched(desk, "contoso-admin", "q=reference+architecture")
    assert page.headings == ["Search documents", "1 place"]
    assert page.links["pitch.pptx"] == f"/api/offers/{offer}/documents/{DECK}/pitch.pptx"
    assert page.links["ERP Migrator"] == f"/offers/{offer}"
    assert "slide 2" in page.text
    assert "<mark>reference</mark>" in page.html
    assert "three <b>diagrams</b>" in page.text, "what a document says is only text"
    assert dict(page.form("/documents").fields)["q"] == "reference architecture"


async def test_sellers_find_what_is_published_with_whose_it_is(desk: Desk) -> None:
    offer = await an_own_offer(desk)
    await read_in(desk, offer, "Ledgers move in a night")
    assert (await searched(desk, "vendor-seller", "q=ledgers")).headings[1] == "No document says this"
    await published(desk, offer)
    page = await searched(desk, "vendor-seller", "q=ledgers")
    assert "page 1" in page.text
    assert "Contoso" in page.text
    assert (await searched(desk, "fabrikam-admin", "q=ledgers")).headings[1] == "No document says this"


async def test_what_cannot_be_searched_for_is_said_beside_its_field(desk: Desk) -> None:
    page = await searched(desk, "contoso-admin", "q=a")
    assert page.status == 422
    assert "at least" in page.message("find", "q")
    page = await searched(desk, "contoso-admin", "q=ledgers&type=novel")
    assert "Use one of" in page.message("find", "type")
    assert (await searched(desk, "contoso-admin", "q=ledgers&after=broken")).status == 400


async def test_a_page_that_was_not_asked_anything_answers_nothing(desk: Desk) -> None:
    page = await searched(desk, "contoso-auditor", "")
    assert page.headings == ["Search documents"]
    assert page.links["Documents"] == "/documents"
    for each in page.inputs:
        assert each["labelled"] or each["id"] in page.labels
