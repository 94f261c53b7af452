"""Search over the text of documents: which offer, which document, which page; only what is in force, only what the
caller may read."""

from __future__ import annotations

from typing import Any

import pytest

from shared.services.ports import OFFERS
from tests.functions.desk import Desk, fields_of, ok, refused
from tests.functions.documents.texts import an_own_offer, published, read_in

Body = dict[str, Any]


async def search(desk: Desk, q: str, as_: str = "contoso-admin", **more: str) -> Body:
    return ok(await desk.client.get("/api/documents", params={"q": q, **more}, headers=_bearer(as_)))


def _bearer(as_: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {as_}"}


def places(found: Body) -> list[tuple[str, str, int]]:
    return [(item["document"]["fileName"], item["part"]["kind"], item["part"]["number"]) for item in found["items"]]


@pytest.fixture
async def offer(desk: Desk) -> str:
    """With a one-pager of two pages and a deck of three slides."""
    id = await an_own_offer(desk)
    await read_in(desk, id, "ERP Migrator moves ledgers.\nFast.", "Prices and terms of the migration")
    slides = (
        "Why migrate? Because ledgers grow",
        "The reference architecture: three diagrams of a hub\nand its spokes",
        "Société Générale, São Paulo: references",
    )
    await read_in(desk, id, *slides, kind="solution_pitch_deck")
    return id


async def test_a_hit_says_which_offer_which_document_which_page_and_why(desk: Desk, offer: str) -> None:
    found = await search(desk, "reference architecture")
    (item,) = found["items"]
    assert item["offer"] == {
        "id": offer,
        "name": "ERP Migrator",
        "publisherId": "contoso",
        "publisherName": "Contoso",
    }
    assert (item["document"]["type"], item["document"]["fileName"]) == ("solution_pitch_deck", "pitch.pptx")
    assert item["part"] == {"kind": "slide", "number": 2}
    assert item["snippet"] == "The reference architecture: three diagrams of a hub and its spokes"
    assert [piece["text"] for piece in item["pieces"] if piece["match"]] == ["reference", "architecture"]
    assert item["reasons"] == ["Has “reference” and “architecture”."]
    assert (item["missing"], found["nearest"], found["moreMatched"], found["unknown"]) == ([], False, False, [])


@pytest.mark.parametrize("q", ["societe generale", "SÃO", "Société", "references sao"])
async def test_spelling_does_not_count(desk: Desk, offer: str, q: str) -> None:
    assert ("pitch.pptx", "slide", 3) in places(await search(desk, q))


@pytest.mark.parametrize(
    ("q", "why"),
    [
        ("diagram", "Has “diagrams”, with “diagram” in it."),
        ("architectures", "Has “architecture”, with"),
        ("itectu", ""),
    ],
)
async def test_parts_of_words_and_plurals_are_found(desk: Desk, offer: str, q: str, why: str) -> None:
    (item,) = (await search(desk, q))["items"]
    assert item["part"]["number"] == 2
    assert why in item["reasons"][0]
    assert any(piece["match"] for piece in item["pieces"])


async def test_words_as_they_are_written_come_before_plurals(desk: Desk, offer: str) -> None:
    await read_in(desk, offer, "Movers of things", "Mover", upload="u2")
    found = await search(desk, "mover")
    assert [item["part"]["number"] for item in found["items"]] == [2, 1]


async def test_where_no_page_has_every_word_the_nearest_are_shown_with_what_is_missing(desk: Desk, offer: str) -> None:
    found = await search(desk, "ledgers zeppelin")
    assert found["nearest"]
    assert found["unknown"] == ["zeppelin"]
    assert {item["missing"][0] for item in found["items"]} == {"zeppelin"}
    assert "Does not have “zeppelin”." in found["items"][0]["reasons"]
    apart = await search(desk, "prices spokes")
    assert (len(apart["items"]), apart["nearest"], apart["unknown"]) == (2, True, [])
    within = await search(desk, "itectu spokes")
    assert (len(within["items"]), within["nearest"], within["unknown"]) == (1, False, [])
    assert (await search(desk, "zeppelin"))["items"] == []


async def test_an_offer_or_a_type_narrows_it(desk: Desk, offer: str) -> None:
    other = await an_own_offer(desk, "Another")
    await read_in(desk, other, "Ledgers elsewhere")
    assert len((await search(desk, "ledgers"))["items"]) == 3
    assert {item["offer"]["id"] for item in (await search(desk, "ledgers", offerId=offer))["items"]} == {offer}
    assert places(await search(desk, "ledgers", type="solution_pitch_deck")) == [("pitch.pptx", "slide", 1)]
    assert (await search(desk, "ledgers", offerId="nobodys"))["items"] == []


async def test_what_was_replaced_is_not_found_any_more(desk: Desk, offer: str) -> None:
    """Also where its passages are still there; and a text that is not in force yet is not found either."""
    await read_in(desk, offer, "Only the new one moves ledgers", upload="u2")
    assert places(await search(desk, "ledgers", type="solution_one_pager")) == [("one-pager.pdf", "page", 1)]
    await read_in(desk, offer, "Later ledgers", upload="u3", in_force=False)
    (item,) = (await search(desk, "ledgers", type="solution_one_pager"))["items"]
    assert item["snippet"].startswith("Only the new one")
    stored = await desk.services.store.get(OFFERS, "contoso", offer)
    assert stored is not None
    await desk.services.store.replace(stored, OFFERS, {**stored.document, "documents": {}})
    assert (await search(desk, "ledgers"))["items"] == []


async def test_others_find_nothing_of_it(desk: Desk, offer: str) -> None:
    """Not another partner, whatever is published; and the vendor nothing of what is not."""
    assert (await search(desk, "ledgers", "vendor-seller"))["items"] == []
    await published(desk, offer)
    assert (await search(desk, "ledgers", "fabrikam-admin"))["items"] == []


@pytest.mark.parametrize("persona", ["vendor-seller", "vendor-reviewer", "vendor-admin"])
async def test_the_vendor_finds_what_is_published_of_everybody(desk: Desk, offer: str, persona: str) -> None:
    theirs = await an_own_offer(desk, "Data Mover", "fabrikam-admin")
    await read_in(desk, theirs, "Ledgers too", organization="fabrikam")
    await published(desk, offer)
    await published(desk, theirs, "fabrikam")
    await read_in(desk, offer, "A draft of ledgers", upload="u2")
    found = await search(desk, "ledgers", persona, type="solution_one_pager")
    assert {(item["offer"]["name"], item["offer"]["publisherName"]) for item in found["items"]} == {
        ("ERP Migrator", "Contoso"),
        ("Data Mover", "Fabrikam"),
    }
    assert "draft" not in str(found)


async def test_pages_go_on_where_the_last_one_ended(desk: Desk, offer: str) -> None:
    await read_in(desk, offer, *(f"Chapter {n} of ledgers" for n in range(30)), upload="u2")
    everything = await search(desk, "ledgers chapter", limit="200")
    seen, path = [], "/api/documents?q=ledgers+chapter&limit=7"
    while path:
        page = ok(await desk.get(path))
        assert len(page["items"]) <= 7
        seen += page["items"]
        path = page["next"]
    assert seen == everything["items"]
    assert len(seen) == 30


async def test_a_long_document_does_not_hide_the_others(desk: Desk, offer: str) -> None:
    await read_in(desk, offer, *(f"Ledgers and chapter {n}" for n in range(9)), upload="u2")
    found = await search(desk, "ledgers", limit="4")
    assert "pitch.pptx" in {item["document"]["fileName"] for item in found["items"]}


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("", "q", "too_short"), ("q=a", "q", "too_short"), ("q=%20%2E%20", "q", "too_short"),
        ("q=of%20the", "q", "no_words"),
        (f"q={'x' * 201}", "q", "too_long"), ("q=aa+bb+cc+dd+ee+ff+gg+hh+ii", "q", "too_many_words"),
        ("q=erp&offerId=a/b", "offerId", "not_an_id"), ("q=erp&type=novel", "type", "unknown_value"),
        ("q=erp&limit=0", "limit", "out_of_range"),
    ],
)  # fmt: skip
async def test_what_cannot_be_searched_for_is_refused_by_name(desk: Desk, query: str, field: str, code: str) -> None:
    assert fields_of(refused(await desk.get(f"/api/documents?{query}"), 422)) == {field: code}


async def test_a_cursor_of_another_search_is_refused(desk: Desk, offer: str) -> None:
    path = (await search(desk, "ledgers", limit="1"))["next"]
    refused(await desk.get(path.replace("q=ledgers", "q=spokes")), 400, "wrong_cursor")
    refused(await desk.get("/api/documents?q=erp&after=x"), 400, "wrong_cursor")
