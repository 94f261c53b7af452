"""Files that come by storage alone, and storage that fails."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from shared.domain.offers.upload import UNROUTED, upload_id
from shared.services.ports import UPLOADS, Document, DocumentStore, Stored, StoreUnavailable
from tests.functions.desk import Desk, ok, open_desk
from tests.functions.uploads.uploading import BO, an_offer, drop, imported, names, trigger
from tests.unit.parsing import hostile
from tests.unit.parsing.tables import ANA, file_of


@pytest.mark.parametrize(
    ("path", "owner", "code"),
    [
        ("readme.txt", UNROUTED, "unknown_path"),
        ("nobody/o1/contacts/a.csv", UNROUTED, "unknown_organization"),
        ("nobody/odd/a.csv", UNROUTED, "unknown_path"),
        ("contoso/odd/a.csv", "contoso", "unknown_path"),
        ("contoso/bulk/a.csv", "contoso", "unknown_path"),
        ("contoso/o1/documents/brochure/a.pdf", "contoso", "unknown_document_type"),
        ("contoso/o1/contacts/a.csv", "contoso", "no_such_offer"),
    ],
)
async def test_a_file_in_no_known_place_is_rejected_and_kept_on_record(
    desk: Desk, path: str, owner: str, code: str
) -> None:
    facts = await drop(desk, path, file_of(ANA))
    await trigger(desk, path)
    stored = await desk.services.store.get(UPLOADS, owner, upload_id(path, facts.etag))
    assert stored is not None
    assert (stored.document["status"], stored.document["code"], stored.document["path"]) == ("rejected", code, path)
    assert stored.document["detail"]


async def test_another_organizations_offer_is_no_offer(desk: Desk) -> None:
    offer = (await an_offer(desk, "fabrikam-admin"))["id"]
    await drop(desk, f"contoso/{offer}/contacts/a.csv", file_of(ANA))
    await trigger(desk, f"contoso/{offer}/contacts/a.csv")
    (record,) = ok(await desk.get("/api/uploads"))["items"]
    assert record["code"] == "no_such_offer"


async def test_a_dropped_file_is_imported_like_a_sent_one(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    path = f"contoso/{offer}/contacts/Kontakte März.csv"
    await drop(desk, path, file_of(ANA))
    await trigger(desk, path)
    assert await names(desk, offer) == ["Ana Lima"]
    assert ok(await desk.get(f"/api/offers/{offer}"))["history"][-1]["by"] == "storage"


async def test_a_file_too_large_is_rejected_before_it_is_read(tmp_path: Path) -> None:
    async with open_desk(tmp_path, CONTACTS_FILE_LIMIT="1000", DOCUMENT_FILE_LIMIT="2000") as desk:
        offer = (await an_offer(desk))["id"]
        for place, content in (("contacts/a.csv", file_of(ANA) * 20), ("documents/other/a.docx", hostile.DOCX)):
            await drop(desk, f"contoso/{offer}/{place}", content)
            await trigger(desk, f"contoso/{offer}/{place}")
        items = ok(await desk.get("/api/uploads"))["items"]
        assert {(item["status"], item["code"]) for item in items} == {("rejected", "too_large")}
        sent = await desk.send("POST", f"/api/offers/{offer}/contacts", files={"file": ("a.csv", file_of(ANA) * 20)})
        assert sent.status_code == 413


async def test_a_file_that_goes_away_before_it_is_read_leaves_nothing(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    assert await desk.services.uploads.ingest(f"contoso/{offer}/contacts/gone.csv") is None
    assert ok(await desk.get("/api/uploads"))["items"] == []


class Failing:
    """A store that fails at one of its writes, before or after writing, as a network does."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        self.writes = 0
        self.fail_at: int | None = None
        self.after_writing = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def insert(self, container: str, document: Document) -> Stored:
        self._before()
        stored = await self._store.insert(container, document)
        self._after()
        return stored

    async def replace(self, stored: Stored, container: str, document: Document) -> Stored:
        self._before()
        replaced = await self._store.replace(stored, container, document)
        self._after()
        return replaced

    def _before(self) -> None:
        self.writes += 1
        if self.writes == self.fail_at and not self.after_writing:
            raise StoreUnavailable("injected")

    def _after(self) -> None:
        if self.writes == self.fail_at and self.after_writing:
            raise StoreUnavailable("injected")


@pytest.fixture
async def failing(tmp_path: Path) -> AsyncIterator[tuple[Desk, Failing]]:
    stores: list[Failing] = []

    def wrap(store: DocumentStore) -> DocumentStore:
        stores.append(Failing(store))
        return stores[-1]

    async with open_desk(tmp_path, wrap=wrap) as desk:
        yield desk, stores[-1]


async def test_a_storage_fault_is_noted_raised_and_mended_by_the_next_run(failing: tuple[Desk, Failing]) -> None:
    desk, store = failing
    offer = (await an_offer(desk))["id"]
    facts = await drop(desk, f"contoso/{offer}/contacts/a.csv", file_of(ANA))
    store.fail_at = store.writes + 4
    with pytest.raises(StoreUnavailable):
        await trigger(desk, facts.path)
    (record,) = ok(await desk.get("/api/uploads"))["items"]
    assert record["status"] == "failed"
    shown = ok(await desk.get(f"/api/uploads/{record['id']}"))
    assert (shown["attempts"], shown["lastError"]) == (1, "injected")
    await trigger(desk, facts.path)
    shown = ok(await desk.get(f"/api/uploads/{record['id']}"))
    assert (shown["status"], shown["lastError"]) == ("done", None)
    assert await names(desk, offer) == ["Ana Lima"]


@pytest.mark.parametrize("after_writing", [False, True])
@pytest.mark.parametrize("kind", ["contacts", "document"])
async def test_wherever_a_write_fails_the_old_list_or_the_new_one_is_in_force_and_the_next_run_ends_it(
    failing: tuple[Desk, Failing], kind: str, after_writing: bool
) -> None:
    desk, store = failing
    store.after_writing = after_writing
    for write in range(1, 9):
        offer = (await an_offer(desk))["id"]
        await imported(desk, offer, ANA)
        place, content = (
            ("contacts/b.csv", file_of(BO, ANA))
            if kind == "contacts"
            else ("documents/other/a.png", (hostile.DOCUMENTS / "diagram.png").read_bytes())
        )
        facts = await drop(desk, f"contoso/{offer}/{place}", content)
        store.fail_at = store.writes + write
        try:
            await trigger(desk, facts.path)
        except StoreUnavailable:
            assert await names(desk, offer) in (["Ana Lima"], ["Bo Li", "Ana Lima"])
            await trigger(desk, facts.path)
        store.fail_at = None
        stored = await desk.services.store.get(UPLOADS, "contoso", upload_id(facts.path, facts.etag))
        assert stored is not None
        assert stored.document["status"] == "done"
        shown = ok(await desk.get(f"/api/offers/{offer}"))
        assert (len(await names(desk, offer)), len(shown["documents"])) == ((2, 0) if kind == "contacts" else (1, 1))
        assert [entry["action"] for entry in shown["history"]].count("import_contacts") == (
            2 if kind == "contacts" else 1
        )
