"""Passages of published documents are copied to where the vendor looks them up, and leave it again."""

from __future__ import annotations

from shared.domain.offers.published import PUBLISHED
from shared.services.documents.published import Synced, passages_query
from shared.services.ports import DOCUMENTS
from tests.functions.desk import Desk
from tests.functions.documents.texts import an_own_offer, read_in


async def texts(desk: Desk, offer: str) -> set[str]:
    """What is published of an offer."""
    page = await desk.services.store.find(DOCUMENTS, PUBLISHED, passages_query(offer))
    assert all(item["publisherId"] == "contoso" for item in page.items)
    return {item["text"] for item in page.items}


async def test_the_passages_of_published_documents_are_copied_once(desk: Desk) -> None:
    offer = await an_own_offer(desk)
    documents = await read_in(desk, offer, "First page", "Second page")
    sync = desk.services.published_texts.sync
    assert await sync("contoso", offer, documents) == Synced(2, 0)
    assert await sync("contoso", offer, documents) == Synced(0, 0)
    assert await texts(desk, offer) == {"First page", "Second page"}


async def test_a_newer_file_takes_the_place_of_the_older_one_when_it_is_published(desk: Desk) -> None:
    """Until then the older one stays, also when its own passages are gone."""
    offer = await an_own_offer(desk)
    before = await read_in(desk, offer, "Old", "Older", upload="u1")
    sync = desk.services.published_texts.sync
    await sync("contoso", offer, before)
    after = await read_in(desk, offer, "New", upload="u2")
    for id in [item["id"] for item in (await _own(desk, offer)) if item["uploadId"] == "u1"]:
        stored = await desk.services.store.get(DOCUMENTS, "contoso", id)
        assert stored is not None
        await desk.services.store.delete(stored, DOCUMENTS)
    assert await sync("contoso", offer, before) == Synced(0, 0)
    assert await texts(desk, offer) == {"Old", "Older"}
    assert await sync("contoso", offer, after) == Synced(1, 2)
    assert await texts(desk, offer) == {"New"}


async def test_without_documents_nothing_stays_and_other_offers_keep_theirs(desk: Desk) -> None:
    offer, other = await an_own_offer(desk), await an_own_offer(desk, "Another")
    sync = desk.services.published_texts.sync
    await sync("contoso", offer, await read_in(desk, offer, *(f"Page {n}" for n in range(40))))
    await sync("contoso", other, await read_in(desk, other, "Theirs"))
    assert await sync("contoso", offer, {}) == Synced(0, 40)
    assert await texts(desk, offer) == set()
    assert await texts(desk, other) == {"Theirs"}


async def test_more_passages_than_a_page_of_the_store_are_all_copied(desk: Desk) -> None:
    offer = await an_own_offer(desk)
    documents = await read_in(desk, offer, *(f"Page {n}" for n in range(450)))
    assert await desk.services.published_texts.sync("contoso", offer, documents) == Synced(450, 0)


async def _own(desk: Desk, offer: str) -> list[dict[str, str]]:
    return (await desk.services.store.find(DOCUMENTS, "contoso", passages_query(offer))).items
