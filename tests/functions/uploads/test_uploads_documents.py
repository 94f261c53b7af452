"""Co-sell documents of an offer."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from shared.services.ports import DERIVED_CONTAINER, DOCUMENTS, Query, Where
from tests.emulators.pair import on_azure
from tests.functions.desk import Desk, fields_of, ok, refused
from tests.functions.uploads.uploading import an_offer, drop, send_file, trigger, uploaded
from tests.unit.parsing import hostile

FILES = Path(__file__).parents[2] / "files" / "documents"


async def sent(desk: Desk, offer: str, file: str, kind: str, name: str | None = None) -> Any:
    return await uploaded(desk, offer, (FILES / file).read_bytes(), name or file, f"/documents/{kind}")


async def stored_facts(desk: Desk, offer: str) -> list[dict[str, Any]]:
    where = (Where("kind", "eq", "facts"), Where("offerId", "eq", offer))
    page = await desk.services.store.find(DOCUMENTS, "contoso", Query(where=where))
    return page.items


async def test_a_document_is_in_force_with_its_facts_once_it_was_read(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    record = await sent(desk, offer, "one-pager.pdf", "solution_one_pager")
    assert (record["status"], record["kind"], record["documentType"]) == ("done", "document", "solution_one_pager")
    shown = ok(await desk.get(f"/api/offers/{offer}"))["documents"]["solution_one_pager"]
    assert (shown["title"], shown["author"], shown["pages"]) == ("Fabrikam one-pager", "Fabrikam", 2)
    assert (shown["fileName"], shown["contentType"]) == ("one-pager.pdf", "application/pdf")
    facts = await desk.services.blobs.head(DERIVED_CONTAINER, shown["textPath"])
    assert facts is not None
    text = b"".join([part async for part in desk.services.blobs.read(DERIVED_CONTAINER, facts.path, facts.etag)])
    assert "ERP to the cloud" in text.decode()
    (stored,) = await stored_facts(desk, offer)
    assert (stored["documentType"], stored["pages"]) == ("solution_one_pager", 2)


async def test_a_new_file_takes_the_place_of_the_one_before(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    await sent(desk, offer, "one-pager.pdf", "solution_pitch_deck")
    await sent(desk, offer, "pitch-deck.pptx", "solution_pitch_deck")
    shown = ok(await desk.get(f"/api/offers/{offer}"))["documents"]
    assert (shown["solution_pitch_deck"]["slides"], list(shown)) == (3, ["solution_pitch_deck"])
    assert len(await stored_facts(desk, offer)) == 1
    again = await sent(desk, offer, "pitch-deck.pptx", "solution_pitch_deck")
    assert again["status"] == "unchanged"


async def test_other_documents_are_up_to_five_by_file_name(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    for number in range(5):
        assert (await sent(desk, offer, "diagram.png", "other", f"{number}.png"))["status"] == "done"
    sixth = await sent(desk, offer, "diagram.png", "other", "5.png")
    assert (sixth["status"], sixth["code"]) == ("rejected", "too_many_documents")
    assert (await sent(desk, offer, "diagram.jpg", "other", "4.jpg"))["code"] == "too_many_documents"
    shown = ok(await desk.get(f"/api/offers/{offer}"))["documents"]["other"]
    assert [each["fileName"] for each in shown] == [f"{number}.png" for number in range(5)]
    assert len(await stored_facts(desk, offer)) == 5


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", "empty_file"),
        (b"hello", "a.pdf", "unknown_type"),
        (hostile.DOCX, "a.pdf", "type_mismatch"),
        ((FILES / "locked.docx").read_bytes(), "a.docx", "encrypted"),
        (hostile.bomb(), "a.docx", "bomb"),
    ],
)
async def test_what_cannot_be_read_is_rejected_with_a_reason(desk: Desk, content: bytes, name: str, code: str) -> None:
    offer = (await an_offer(desk))["id"]
    await sent(desk, offer, "case-study.docx", "customer_case_study")
    before = ok(await desk.get(f"/api/offers/{offer}"))
    record = await uploaded(desk, offer, content, name, "/documents/customer_case_study")
    assert (record["status"], record["code"]) == ("rejected", code)
    assert record["detail"]
    assert ok(await desk.get(f"/api/offers/{offer}")) == before


async def test_an_unknown_document_type_is_refused_by_name(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    answer = await send_file(desk, offer, b"x", "a.pdf", "/documents/brochure")
    assert fields_of(refused(answer, 422)) == {"type": "unknown_value"}


async def test_an_older_document_that_comes_late_stays_out(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    path = f"contoso/{offer}/documents/customer_wins"
    late = await drop(desk, f"{path}/late.xlsx", (FILES / "wins.xlsx").read_bytes())
    if on_azure():  # Blob Storage tells the time of a write in whole seconds (docs/decisions/0009)
        await asyncio.sleep(1.1)
    await sent(desk, offer, "one-pager.pdf", "customer_wins")
    await trigger(desk, late.path)
    assert ok(await desk.get(f"/api/offers/{offer}"))["documents"]["customer_wins"]["fileName"] == "one-pager.pdf"
    (stored,) = await stored_facts(desk, offer)
    assert stored["fileName"] == "one-pager.pdf"
