"""Versions of one file that overtake each other: the newest is read, and none is left waiting for its turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared import bootstrap
from shared.domain.offers import upload as uploads
from shared.services.ports import (
    CONTACTS,
    UPLOADS,
    BlobFacts,
    BlobStore,
    Document,
    DocumentStore,
    Stored,
)
from tests.functions.desk import START, Desk, ok, open_desk
from tests.functions.uploads.uploading import BO, an_offer, imported, names, send_file, trigger
from tests.unit.parsing.tables import ANA, file_of

MORE_THAN_A_PAGE = 210


async def waiting_record(desk: Desk, path: str, etag: str) -> str:
    """The record of a version nobody read, as a request leaves it that stored its blob a while ago."""
    new = uploads.new_record(uploads.read_path(path), etag, 1, START, None, desk.clock())
    await desk.services.store.insert(UPLOADS, dict(new))
    return new["id"]


async def status_of(desk: Desk, id: str) -> tuple[str, str | None]:
    record = ok(await desk.get(f"/api/uploads/{id}"))
    return record["status"], record["code"]


async def test_all_versions_before_the_newest_are_ended_however_many_there_are(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    newest = ok(await send_file(desk, offer, file_of(ANA)), 202)
    older = [await waiting_record(desk, newest["path"], f'"{n}"') for n in range(MORE_THAN_A_PAGE)]
    other = await waiting_record(desk, newest["path"] + ".other.csv", '"1"')
    await trigger(desk, newest["path"])
    assert {await status_of(desk, id) for id in older} == {("superseded", "replaced")}
    assert await status_of(desk, other) == ("received", None)


async def test_a_record_written_after_a_newer_version_was_read_is_ended_by_its_own_event(desk: Desk) -> None:
    """Also where the run that read the newer one died before it came to the older ones."""
    offer = (await an_offer(desk))["id"]
    record = await imported(desk, offer, ANA)
    late = await waiting_record(desk, record["path"], '"late"')
    await trigger(desk, record["path"])
    assert await status_of(desk, late) == ("superseded", "replaced")


async def test_records_that_no_event_comes_for_are_ended_by_the_daily_look(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    record = await imported(desk, offer, ANA)
    late = await waiting_record(desk, record["path"], '"late"')
    gone = await waiting_record(desk, record["path"] + ".gone.csv", '"1"')
    desk.clock.move(timedelta(minutes=50))
    recent = await waiting_record(desk, record["path"], '"recent"')
    desk.clock.move(timedelta(minutes=20))
    assert (await desk.services.reconciliation.reconcile()).done == 2
    assert await status_of(desk, late) == ("superseded", "replaced")
    assert await status_of(desk, gone) == ("superseded", "removed")
    assert await status_of(desk, recent) == ("received", None)


class CoarseBlobs:
    """A BlobStore by delegation whose clock stands still: all files are of one second, as they can be in Azure."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs

    def __getattr__(self, name: str) -> Any:
        return getattr(self._blobs, name)

    async def head(self, container: str, path: str) -> BlobFacts | None:
        facts = await self._blobs.head(container, path)
        return facts and replace(facts, modified_at=START)

    async def write(self, container: str, path: str, content: bytes | AsyncIterator[bytes]) -> BlobFacts:
        return replace(await self._blobs.write(container, path, content), modified_at=START)


class Watched:
    """A DocumentStore by delegation: counts the contacts written, and once a record is `done`, something happens."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        self.contacts = 0
        self.then: Callable[[], Awaitable[None]] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def insert(self, container: str, document: Document) -> Stored:
        self.contacts += container == CONTACTS
        return await self._store.insert(container, document)

    async def replace(self, stored: Stored, container: str, document: Document) -> Stored:
        replaced = await self._store.replace(stored, container, document)
        if container == UPLOADS and document["status"] == "done" and self.then is not None:
            then, self.then = self.then, None
            await then()
        return replaced


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[tuple[Desk, Watched]]:
    async with open_desk(tmp_path) as desk:
        store = Watched(desk.services.store)
        coarse: Any = CoarseBlobs(desk.services.blobs)
        desk.services = replace(desk.services, store=store, blobs=coarse)  # type: ignore[arg-type]
        bootstrap.use(desk.services)
        yield desk, store


async def test_a_file_sent_while_the_one_before_comes_to_its_end_is_not_ended_with_it(
    watched: tuple[Desk, Watched],
) -> None:
    """Storage gives both the same second; an acknowledged file was lost."""
    desk, store = watched
    offer = (await an_offer(desk))["id"]
    sent: list[Document] = []

    async def send_another() -> None:
        sent.append(ok(await send_file(desk, offer, file_of(BO)), 202))

    store.then = send_another
    await imported(desk, offer, ANA)
    await trigger(desk, sent[0]["path"])
    assert await status_of(desk, sent[0]["id"]) == ("done", None)
    assert await names(desk, offer) == ["Bo Li"]


async def test_events_of_one_file_that_come_at_once_read_it_once(watched: tuple[Desk, Watched]) -> None:
    desk, store = watched
    offer = (await an_offer(desk))["id"]
    record = ok(await send_file(desk, offer, file_of(ANA)), 202)
    await asyncio.gather(*(trigger(desk, record["path"]) for _ in range(3)))
    assert store.contacts == 2, "a chunk and a manifest"
