"""The documents of an offer as people read them, and one taken away."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from tests.functions.desk import Desk, ok, refused
from tests.functions.offers.offering import edited, publish_offer
from tests.functions.uploads.test_uploads_documents import FILES, sent
from tests.functions.uploads.uploading import an_offer


async def an_offer_with(desk: Desk, kind: str, file: str, name: str | None = None) -> str:
    offer: str = (await an_offer(desk))["id"]
    record = await sent(desk, offer, file, kind, name)
    assert record["status"] == "done", record["detail"]
    return offer


async def items(desk: Desk, offer: str, as_: str = "contoso-admin") -> list[Any]:
    return list(ok(await desk.get(f"/api/offers/{offer}/documents", as_))["items"])


async def test_each_document_is_listed_with_what_was_read_of_it(desk: Desk) -> None:
    offer = await an_offer_with(desk, "solution_pitch_deck", "pitch-deck.pptx")
    await sent(desk, offer, "one-pager.pdf", "solution_one_pager")
    deck, page = await items(desk, offer)
    assert (deck["type"], deck["slides"], deck["language"], deck["links"]) == ("solution_pitch_deck", 3, "en", [])
    assert deck["diagram"]["found"]
    assert deck["diagram"]["evidence"][0]["part"] == {"kind": "slide", "number": 2}
    assert (deck["hasPreview"], deck["previewHref"]) == (False, None)
    assert (page["pages"], page["previewHref"]) == (2, f"{page['href']}/preview")


@pytest.mark.parametrize("name", ["deck.pptx", 'Präsentation – "neu" 100%; v2 (1).pptx', "план.pptx", "a'b&c=d?.pptx"])
async def test_a_file_comes_back_as_it_was_under_its_own_name(desk: Desk, name: str) -> None:
    offer = await an_offer_with(desk, "other", "pitch-deck.pptx", name)
    (item,) = await items(desk, offer)
    answer = await desk.get(item["href"])
    assert answer.status_code == 200
    assert answer.content == (FILES / "pitch-deck.pptx").read_bytes()
    assert answer.headers["content-type"] == item["contentType"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="')
    assert disposition.isascii()
    assert disposition.count('"') == 2
    assert "\n" not in disposition


async def test_the_first_page_is_shown_as_a_picture(desk: Desk) -> None:
    offer = await an_offer_with(desk, "solution_one_pager", "one-pager.pdf")
    (item,) = await items(desk, offer)
    answer = await desk.get(item["previewHref"])
    assert answer.headers["content-type"] == "image/png"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert Image.open(io.BytesIO(answer.content)).size == (990, 1400)


async def test_what_has_no_picture_and_what_is_not_there_is_404(desk: Desk) -> None:
    offer = await an_offer_with(desk, "customer_case_study", "case-study.docx")
    base = f"/api/offers/{offer}/documents"
    for path in (
        "customer_case_study/case-study.docx/preview",
        "customer_case_study/none.docx",
        "other/case-study.docx",
    ):
        refused(await desk.get(f"{base}/{path}"), 404)
    refused(await desk.get(f"{base}/customer_case_study/case-study.docx", "fabrikam-admin"), 404)
    refused(await desk.get(base, "vendor-seller"), 404)


async def test_what_is_published_stays_readable_when_the_draft_has_another_or_none(desk: Desk) -> None:
    offer = await an_offer_with(desk, "solution_one_pager", "one-pager.pdf")
    await publish(desk, offer)
    address = f"/api/offers/{offer}/documents/solution_one_pager/one-pager.pdf"
    await sent(desk, offer, "case-study.docx", "solution_one_pager")
    await a_day_later(desk)
    for as_ in ("vendor-seller", "vendor-reviewer"):
        assert (await desk.get(address, as_)).content == (FILES / "one-pager.pdf").read_bytes()
    refused(await desk.get(address), 404)
    assert (await desk.get(f"{address}?of=published")).content == (FILES / "one-pager.pdf").read_bytes()
    assert (await desk.get(f"{address}/preview", "vendor-seller")).status_code == 200
    (seen,) = await items(desk, offer, "vendor-seller")
    assert (seen["fileName"], seen["pages"], seen["links"]) == ("one-pager.pdf", 2, None)


async def test_in_csp_partners_see_the_channel_deck_alone(desk: Desk) -> None:
    offer = await an_offer_with(desk, "channel_pitch_deck", "pitch-deck.pptx")
    await sent(desk, offer, "one-pager.pdf", "solution_one_pager")
    await publish(desk, offer, csp=True)
    assert [each["type"] for each in await items(desk, offer, "fabrikam-admin")] == ["channel_pitch_deck"]
    base = f"/api/offers/{offer}/documents"
    assert (await desk.get(f"{base}/channel_pitch_deck/pitch-deck.pptx", "fabrikam-admin")).status_code == 200
    refused(await desk.get(f"{base}/solution_one_pager/one-pager.pdf", "fabrikam-admin"), 404)
    await publish(desk, offer, csp=False)
    refused(await desk.get(f"{base}/channel_pitch_deck/pitch-deck.pptx", "fabrikam-admin"), 404)


async def test_a_document_is_taken_away(desk: Desk) -> None:
    offer = await an_offer_with(desk, "other", "diagram.png", "1.png")
    await sent(desk, offer, "diagram.png", "other", "2.png")
    address = f"/api/offers/{offer}/documents/other/1.png"
    after = ok(await desk.send("DELETE", address))
    assert [each["fileName"] for each in after["documents"]["other"]] == ["2.png"]
    assert (after["history"][-1]["action"], after["history"][-1]["fields"]) == ("delete_document", ["documents"])
    refused(await desk.send("DELETE", address), 404)
    refused(await desk.get(address), 404)
    stale = {"if-match": '"1"'}
    refused(await desk.send("DELETE", address.replace("1.png", "2.png"), headers=stale), 412)
    refused(await desk.send("DELETE", address.replace("1.png", "2.png"), as_="fabrikam-admin"), 404)
    refused(await desk.send("DELETE", address.replace("1.png", "2.png"), as_="contoso-auditor"), 403)


async def test_a_form_takes_a_document_away_and_it_can_be_sent_again(desk: Desk) -> None:
    offer = await an_offer_with(desk, "customer_wins", "wins.xlsx")
    address = f"/api/offers/{offer}/documents/customer_wins/wins.xlsx/remove"
    answer = await desk.send("POST", address, data={"etag": ""}, headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/offers/{offer}")
    assert ok(await desk.get(f"/api/offers/{offer}"))["documents"] == {}
    assert (await sent(desk, offer, "wins.xlsx", "customer_wins"))["status"] == "done"
    assert len(await items(desk, offer)) == 1


async def publish(desk: Desk, offer: str, csp: bool | None = None) -> None:
    """The draft as it is now, in force for others."""
    if csp is not None:
        await edited(desk, offer, availableInCsp=csp)
    await publish_offer(desk, offer)
    await desk.deliver()


async def a_day_later(desk: Desk) -> None:
    desk.clock.move(timedelta(hours=25))
    await desk.run("clean_documents")
