"""From an uploaded file to a hit in it: the parser, the intake, the store and the search as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from shared.services.documents.published import passages_query
from shared.services.ports import DOCUMENTS
from tests.functions.desk import Desk, ok
from tests.functions.uploads.uploading import an_offer, uploaded

FILES: Final = Path(__file__).parents[2] / "files" / "documents"


async def test_an_uploaded_file_is_found_by_its_pages_until_another_takes_its_place(desk: Desk) -> None:
    """And in no other organization."""
    offer = str((await an_offer(desk))["id"])
    to = "/documents/solution_pitch_deck"
    record = await uploaded(desk, offer, (FILES / "pitch-deck.pptx").read_bytes(), "deck.pptx", to)
    assert record["status"] == "done", record
    (passage, *_) = await passages(desk, offer)
    word = max(passage["text"].split(), key=lambda each: len(each) if each.isalpha() else 0)
    (hit, *_) = ok(await desk.get(f"/api/documents?q={word}"))["items"]
    assert (hit["offer"]["id"], hit["document"]["fileName"], hit["part"]["kind"]) == (offer, "deck.pptx", "slide")
    part_of_it = ok(await desk.get(f"/api/documents?q={word[1:-1]}"))["items"]
    assert hit["document"]["id"] in {each["document"]["id"] for each in part_of_it}
    assert ok(await desk.get(f"/api/documents?q={word}", "fabrikam-admin"))["items"] == []
    record = await uploaded(desk, offer, (FILES / "one-pager.pdf").read_bytes(), "one.pdf", to)
    assert record["status"] == "done", record
    found = ok(await desk.get(f"/api/documents?q={word}"))["items"]
    assert {each["document"]["fileName"] for each in found} <= {"one.pdf"}


async def passages(desk: Desk, offer: str) -> list[dict[str, str]]:
    """Of the offer's documents, as they are stored."""

    return (await desk.services.store.find(DOCUMENTS, "contoso", passages_query(offer))).items
