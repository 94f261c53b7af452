"""What lies behind a document, from the file's arrival to its end: nothing half, nothing double, nothing left over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.domain.documents.passage import PASSAGE
from shared.services.ports import DERIVED_CONTAINER, DOCUMENTS, OFFERS, Query, StoreUnavailable, Where
from tests.functions.desk import Desk, ok, open_desk
from tests.functions.documents.test_document_files import a_day_later, an_offer_with, publish
from tests.functions.uploads.test_uploads_documents import FILES, sent
from tests.functions.uploads.test_uploads_storage import Failing
from tests.functions.uploads.uploading import an_offer, drop, trigger

KIND = "solution_one_pager"


async def kept(desk: Desk) -> dict[str, set[str]]:
    """The uploads that have passages, facts and files."""
    found: dict[str, set[str]] = {PASSAGE: set(), "facts": set(), "files": set()}
    for kind in (PASSAGE, "facts"):
        page = await desk.services.store.find(DOCUMENTS, "contoso", Query((Where("kind", "eq", kind),), limit=200))
        found[kind] = {item["uploadId"] for item in page.items}
    async for each in desk.services.blobs.list(DERIVED_CONTAINER, "contoso/"):
        found["files"].add(each.path.rpartition("/")[2].partition(".")[0])
    return found


def everything_of(*uploads: str) -> dict[str, set[str]]:
    return {kind: set(uploads) for kind in (PASSAGE, "facts", "files")}


async def outbox(desk: Desk, offer: str) -> list[str]:
    stored = await desk.services.store.get(OFFERS, "contoso", offer)
    assert stored is not None
    return [event["payload"]["uploadId"] for event in stored.document["outbox"]]


async def test_passages_say_where_they_are_from_and_what_they_are_found_by(desk: Desk) -> None:
    offer = await an_offer_with(desk, KIND, "one-pager.pdf")
    page = await desk.services.store.find(DOCUMENTS, "contoso", Query((Where("terms", "has", "alliance"),)))
    (passage,) = page.items
    reference = ok(await desk.get(f"/api/offers/{offer}"))["documents"][KIND]
    assert passage["part"] == {"kind": "page", "number": 2}
    assert (passage["documentId"], passage["uploadId"]) == (reference["documentId"], reference["uploadId"])
    found = ok(await desk.get("/api/documents?q=alliance"))["items"]
    assert [(each["document"]["fileName"], each["part"]["number"]) for each in found] == [("one-pager.pdf", 2)]


async def test_a_replaced_text_goes_at_once_and_its_files_in_a_day(desk: Desk) -> None:
    offer = await an_offer_with(desk, KIND, "one-pager.pdf")
    first = (await sent(desk, offer, "one-pager.pdf", "other"))["id"]  # stays
    second = (await sent(desk, offer, "case-study.docx", KIND))["id"]
    now = await kept(desk)
    assert now[PASSAGE] == now["facts"] == {first, second}
    assert len(now["files"]) == 3
    await a_day_later(desk)
    assert await kept(desk) == everything_of(first, second)
    assert await outbox(desk, offer) == []


async def test_a_document_taken_away_leaves_nothing_after_a_day(desk: Desk) -> None:
    offer = await an_offer_with(desk, KIND, "one-pager.pdf")
    ok(await desk.send("DELETE", f"/api/offers/{offer}/documents/{KIND}/one-pager.pdf"))
    assert ok(await desk.get("/api/documents?q=alliance"))["items"] == []
    await a_day_later(desk)
    assert await kept(desk) == everything_of()


async def test_a_published_version_stays_whole_until_another_is_published(desk: Desk) -> None:
    offer = await an_offer_with(desk, KIND, "one-pager.pdf")
    (first,) = (await kept(desk))["files"]
    await publish(desk, offer)
    second = (await sent(desk, offer, "case-study.docx", KIND))["id"]
    for _ in range(3):
        await a_day_later(desk)
        assert await kept(desk) == everything_of(first, second)
    await publish(desk, offer)
    await a_day_later(desk)
    assert await kept(desk) == everything_of(second)
    assert await outbox(desk, offer) == []


async def test_what_is_being_published_stays_until_it_is_refused(desk: Desk) -> None:
    offer = await an_offer_with(desk, KIND, "one-pager.pdf")
    stored = await desk.services.store.get(OFFERS, "contoso", offer)
    assert stored is not None
    pending = {"number": 1, "documents": stored.document["documents"]}
    await desk.services.store.replace(stored, OFFERS, {**stored.document, "pendingPublication": pending})
    (first,) = (await kept(desk))["files"]
    second = (await sent(desk, offer, "case-study.docx", KIND))["id"]
    await a_day_later(desk)
    assert await kept(desk) == everything_of(first, second)
    stored = await desk.services.store.get(OFFERS, "contoso", offer)
    assert stored is not None
    assert (stored.document["dueAt"], stored.document["pendingAt"]) == (None, stored.document["outbox"][0]["notBefore"])
    await desk.services.store.replace(stored, OFFERS, {**stored.document, "pendingPublication": None})
    await a_day_later(desk)
    assert await kept(desk) == everything_of(second)


@pytest.fixture
async def failing(tmp_path: Path) -> AsyncIterator[tuple[Desk, Failing]]:
    stores: list[Failing] = []

    def wrap(store: object) -> object:
        stores.append(Failing(store))  # type: ignore[arg-type]
        return stores[-1]

    async with open_desk(tmp_path, wrap=wrap) as desk:  # type: ignore[arg-type]
        yield desk, stores[-1]


@pytest.mark.parametrize("after_writing", [False, True])
async def test_a_run_that_dies_anywhere_is_made_good_by_the_next(
    failing: tuple[Desk, Failing], after_writing: bool
) -> None:
    """Each write of the taking in of a second version fails in turn, before or after it was done."""
    desk, store = failing
    offer: str = (await an_offer(desk))["id"]
    store.after_writing = after_writing
    for number in range(1, 40):
        name = ("one-pager.pdf", "print-locked.pdf")[number % 2]
        await drop(desk, f"contoso/{offer}/documents/{KIND}/{name}", (FILES / name).read_bytes())
        store.writes, store.fail_at = 0, number
        try:
            await trigger(desk, f"contoso/{offer}/documents/{KIND}/{name}")
        except StoreUnavailable:
            store.fail_at = None
            await trigger(desk, f"contoso/{offer}/documents/{KIND}/{name}")
        done = store.fail_at is not None and store.writes < number
        reference = ok(await desk.get(f"/api/offers/{offer}"))["documents"][KIND]
        assert reference["fileName"] == name
        found = ok(await desk.get("/api/documents?q=alliance"))["items"]
        assert [each["document"]["fileName"] for each in found] == [name]
        if done:
            break
    else:
        raise AssertionError("it never came to an end")
    store.fail_at = None
    await a_day_later(desk)
    assert await kept(desk) == everything_of(reference["uploadId"])
    assert await outbox(desk, offer) == []
