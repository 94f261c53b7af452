"""Blob events that come twice, for a file that changes, to a function that dies, or that can never be served."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

import function_app
from devhost.configuration import HostJson
from devhost.host import Host
from devhost.indexing import functions_of
from devhost.sources import POISON
from shared import bootstrap
from shared.bootstrap import Services
from shared.services.ports import CONTACTS, BlobStore, Document, DocumentStore, Stored, StoreUnavailable
from tests.devhost.conftest import QUICK
from tests.devhost.test_azurite import poison_messages
from tests.emulators.accounts import servers
from tests.emulators.pair import on_azure
from tests.faults.blob_events import (
    NEW,
    OLD,
    Death,
    Killed,
    Steps,
    World,
    assert_no_orphans,
    imports,
    listed,
    new_path,
    offer_at,
    overwrite,
    put,
    ready,
    records,
    stepped,
)

STEPS = 28  # at least: before and after each call to the stores that an import makes


@pytest.fixture
async def world(tmp_path: Path) -> World:
    return await ready(tmp_path)


async def test_an_event_that_comes_again_later_finds_the_work_done(world: World) -> None:
    """In the same process and in another."""
    async with world.opened() as services:
        path = await new_path(services)
        await put(services, path, OLD)
        assert [await services.uploads.ingest(path) for _ in range(2)] == ["done", "done"]
        before = await offer_at(services, path)
    async with world.opened() as services:
        assert await services.uploads.ingest(path) == "done"
        assert await offer_at(services, path) == before
        assert (await imports(services, path), await listed(services, path)) == (1, OLD)
        assert [(record["status"], record["attempts"]) for record in await records(services, path)] == [("done", 0)]
    await assert_no_orphans(world)


async def test_an_event_that_comes_twice_at_once_makes_one_import(world: World) -> None:
    """In one process, and in two over the same data; each run says that it is done."""
    async with world.opened() as one, world.opened() as other:
        for second in (one, other):
            path = await new_path(one)
            await put(one, path, OLD)
            both = await asyncio.gather(one.uploads.ingest(path), second.uploads.ingest(path))
            assert both == ["done", "done"]
            assert (await imports(one, path), await listed(one, path)) == (1, OLD)
            assert [record["status"] for record in await records(one, path)] == ["done"]
    await assert_no_orphans(world)


@pytest.mark.slow
@pytest.mark.parametrize("second_event", ["after the first run", "while the first runs"])
async def test_a_file_overwritten_at_any_step_of_its_import_is_in_force_at_the_end(
    world: World, second_event: str
) -> None:
    """The event of the new version is handled once the run is over, or to its end before the run goes on."""
    async with world.opened() as services:
        for n in itertools.count(1):
            path = await new_path(services)
            await put(services, path, OLD)

            async def act(path: str = path) -> None:
                await overwrite(services, path)
                if second_event == "while the first runs":
                    assert await services.uploads.ingest(path) == "done"

            steps = Steps(n, act)
            told = await stepped(services, steps).uploads.ingest(path)
            if not steps.reached:
                break
            assert told in ("done", "superseded"), n
            assert await services.uploads.ingest(path) == "done", n
            assert await listed(services, path) == NEW, n
            assert await imports(services, path) in (1, 2), n
            statuses = sorted(record["status"] for record in await records(services, path))
            assert statuses in (["done"], ["done", "done"], ["done", "superseded"]), n
    assert n > STEPS
    await assert_no_orphans(world)


@pytest.mark.slow
@pytest.mark.parametrize("then", ["the event comes again", "the file is overwritten"])
async def test_a_function_killed_at_any_step_leaves_one_import_and_no_orphans_after_the_next_run(
    world: World, then: str
) -> None:
    """What was staged is used or removed, also where the next run is about another version."""
    for n in itertools.count(1):
        async with world.opened() as services:
            path = await new_path(services)
            await put(services, path, OLD)
            if not await killed(services, path, n):
                break
        async with world.opened() as services:
            assert await listed(services, path) in ([], OLD), n
            before = await imports(services, path)
            if then == "the file is overwritten":
                await overwrite(services, path)
            assert await services.uploads.ingest(path) == "done", n
            wanted = NEW if then == "the file is overwritten" else OLD
            assert await listed(services, path) == wanted, n
            again = wanted == NEW or not before
            assert await imports(services, path) == before + again, n
            statuses = sorted(record["status"] for record in await records(services, path))
            assert statuses in (["done"], ["done", "done"], ["done", "superseded"]), n
    assert n > STEPS
    removed = await assert_no_orphans(world)
    assert (removed > 0) == (then == "the file is overwritten")


async def killed(services: Services, path: str, n: int) -> bool:
    """Whether there was an n-th step to die at."""
    try:
        await stepped(services, Death(n)).uploads.ingest(path)
    except Killed:
        return True
    return False


class UnreadableBlobs:
    """A BlobStore by delegation: one file cannot be read."""

    def __init__(self, blobs: BlobStore, path: str) -> None:
        self._blobs, self._path = blobs, path

    def __getattr__(self, name: str) -> Any:
        return getattr(self._blobs, name)

    async def read(self, container: str, path: str, etag: str) -> AsyncIterator[bytes]:
        if path == self._path:
            raise StoreUnavailable("the range cannot be read")
        async for piece in self._blobs.read(container, path, etag):
            yield piece


class FullStore:
    """A DocumentStore by delegation: it takes no contacts of one offer."""

    def __init__(self, store: DocumentStore, path: str) -> None:
        self._store, self._offer = store, path.split("/")[1]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def insert(self, container: str, document: Document) -> Stored:
        if container == CONTACTS and document["offerId"] == self._offer:
            raise StoreUnavailable("the partition is full")
        return await self._store.insert(container, document)


@asynccontextmanager
async def hosted(folder: Path, services: Services) -> AsyncIterator[None]:
    """The platform looks out for blobs, and runs the function over these services."""
    settings = dict(QUICK)
    if on_azure():
        settings |= {"DEVHOST_BLOB_SOURCE": "azurite", "AzureWebJobsStorage": servers().blob_connection}
    ingest = [each for each in functions_of(function_app.app) if each.get_function_name() == "ingest_upload"]
    host = Host(ingest, settings=settings, data=folder, host_json=HostJson(route_prefix=""))
    bootstrap.use(services)
    await host.start()
    try:
        yield
    finally:
        await host.stop(5)
        bootstrap.use(None)


def poison_of(folder: Path, path: str) -> list[dict[str, str]]:
    """What the poison queue says of a file; on Azurite it is taken out."""
    if on_azure():
        try:
            messages = poison_messages(servers())
        except httpx.HTTPStatusError as error:
            assert error.response.status_code == 404, "the first message makes the queue"
            return []
    else:
        messages = [json.loads(message.read_text()) for message in (folder / POISON).glob("[!.]*.json")]
    return [message for message in messages if message["BlobName"] == path]


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["the range cannot be read", "the partition is full"])
async def test_a_file_that_always_fails_ends_in_the_poison_queue_and_its_record_says_why(
    world: World, tmp_path: Path, fault: str
) -> None:
    """Another file is not held up by it; a good version of it is imported, and the failed one waits for nothing."""
    async with world.opened() as whole:
        bad, good = await new_path(whole), await new_path(whole)
        broken = (
            replace(whole, blobs=UnreadableBlobs(whole.blobs, bad))  # type: ignore[arg-type]
            if fault == "the range cannot be read"
            else replace(whole, store=FullStore(whole.store, bad))  # type: ignore[arg-type]
        )
        if on_azure():
            await put(whole, good, NEW)  # makes the container
        facts = await put(whole, bad, OLD)
        messages: list[dict[str, str]] = []
        async with hosted(tmp_path, broken):
            await put(whole, good, NEW)
            for _ in range(300):
                messages = poison_of(tmp_path, bad)
                if messages:
                    break
                await asyncio.sleep(0.1)
            await _until_listed(whole, good, NEW)
        assert [(each["FunctionId"], each["ETag"].strip('"')) for each in messages] == [
            ("Host.Functions.ingest_upload", facts.etag.strip('"'))
        ]
        (record,) = await records(whole, bad)
        assert (record["status"], record["attempts"], record["lastError"]) == ("failed", 5, fault)
        assert await listed(whole, bad) == []
        await overwrite(whole, bad)
        async with hosted(tmp_path, whole):
            await _until_listed(whole, bad, NEW)
        statuses = sorted(record["status"] for record in await records(whole, bad))
        assert statuses == ["done", "superseded"]
    await assert_no_orphans(world)


async def _until_listed(services: Services, path: str, names: list[str]) -> None:
    for _ in range(300):
        if await listed(services, path) == names:
            return
        await asyncio.sleep(0.1)
    assert await listed(services, path) == names
