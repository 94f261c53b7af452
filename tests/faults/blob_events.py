"""Offers whose contacts come by blob events, on the chosen pair; every step of an import is a place to interfere."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from shared.bootstrap import Services, build
from shared.domain.offers.commands import CreateOffer
from shared.domain.offers.offer import Offer
from shared.services.offering.visible import Seen
from shared.services.ports import UPLOADS, UPLOADS_CONTAINER, BlobFacts, BlobStore, Document, Query
from shared.settings import read_settings
from tests.emulators.pair import chosen_pair
from tests.faults.contact_scenarios import CONTOSO
from tests.faults.invariants import assert_only_needed_contacts
from tests.faults.world import with_organizations
from tests.functions.deals import an_offer
from tests.functions.desk import MovableClock

OLD: Final = [f"Old {n}" for n in range(260)]  # a chunk holds 250
NEW: Final = [f"New {n}" for n in range(255)]
OPERATIONS: Final = ("insert", "get", "replace", "delete", "find", "find_due", "find_pending", "find_unannounced")
Act = Callable[[], Awaitable[None]]


class Killed(BaseException):
    """The process is gone: no handler of an exception of ours has its turn."""


class Steps:
    """Every moment before and after a call to the stores, counted; at one of them something happens."""

    def __init__(self, at: int, act: Act) -> None:
        self._at, self._act = at, act
        self._passed = 0

    @property
    def reached(self) -> bool:
        return self._passed >= self._at

    async def step(self) -> None:
        self._passed += 1
        if self._passed == self._at:
            await self._act()

    async def around(self, call: Callable[[], Awaitable[Any]]) -> Any:
        await self.step()
        answer = await call()
        await self.step()
        return answer


class Death(Steps):
    """A dead process makes no more calls either."""

    def __init__(self, at: int) -> None:
        super().__init__(at, _nothing)

    async def step(self) -> None:
        await super().step()
        if self.reached:
            raise Killed


async def _nothing() -> None:
    pass


class SteppedStore:
    """A DocumentStore by delegation."""

    def __init__(self, store: Any, steps: Steps) -> None:
        self._store, self._steps = store, steps

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if name not in OPERATIONS:
            return found

        async def stepped(*arguments: Any) -> Any:
            return await self._steps.around(lambda: found(*arguments))

        return stepped


class SteppedBlobs:
    """A BlobStore by delegation; reading has a step before each piece and one at the end."""

    def __init__(self, blobs: BlobStore, steps: Steps) -> None:
        self._blobs, self._steps = blobs, steps

    def __getattr__(self, name: str) -> Any:
        return getattr(self._blobs, name)

    async def head(self, container: str, path: str) -> BlobFacts | None:
        answer: BlobFacts | None = await self._steps.around(lambda: self._blobs.head(container, path))
        return answer

    async def read(self, container: str, path: str, etag: str) -> AsyncIterator[bytes]:
        await self._steps.step()
        async for piece in self._blobs.read(container, path, etag):
            yield piece
            await self._steps.step()
        await self._steps.step()


def stepped(services: Services, steps: Steps) -> Services:
    """The same services over stores at whose calls something happens."""
    store, blobs = SteppedStore(services.store, steps), SteppedBlobs(services.blobs, steps)
    return replace(services, store=store, blobs=blobs)  # type: ignore[arg-type]


class World:
    """One folder's data on the chosen pair. Every `opened` is a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = MovableClock()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Services]:
        settings = {"LOCAL_DATA": str(self.folder), **chosen_pair(self.folder)}
        services = build(read_settings(settings), self.clock)
        try:
            yield services
        finally:
            await services.close()


async def ready(folder: Path) -> World:
    """With the organizations of the demo."""
    world = World(folder)
    async with world.opened() as services:
        await with_organizations(services.store)
    return world


async def new_path(services: Services) -> str:
    """Where the contacts of a new offer belong."""
    stored = await services.offers.create(CreateOffer.model_validate(an_offer()), CONTOSO)
    return f"contoso/{stored.document['id']}/contacts/people.csv"


async def put(services: Services, path: str, names: list[str]) -> BlobFacts:
    """The file as the storage gets it."""
    rows = [f"{name},{name.replace(' ', '')}@contoso.example,Seller,Partner sales,FR," for name in names]
    text = "\n".join(["Name,Email,Job title,Role,Countries/Regions,States/Provinces", *rows, ""])
    return await services.blobs.write(UPLOADS_CONTAINER, path, text.encode())


async def overwrite(services: Services, path: str) -> BlobFacts:
    """The new list in place of the old one, within the same second of the clock of the storage."""
    return await put(services, path, NEW)


async def offer_at(services: Services, path: str) -> Offer:
    return await services.offers.read(path.split("/")[1], CONTOSO)


async def listed(services: Services, path: str) -> list[str]:
    """Who is on the list in force, as sellers get it."""
    seen = Seen({**await offer_at(services, path)}, "own")
    text = (await services.contact_lists.export(seen, "en")).decode("utf-8-sig")
    return [row.partition(",")[0] for row in text.splitlines()[1:]]


async def imports(services: Services, path: str) -> int:
    """How often a list was put in force."""
    history = (await offer_at(services, path))["history"]
    return [entry["action"] for entry in history].count("import_contacts")


async def records(services: Services, path: str) -> list[Document]:
    """The upload records of every version of the file, in no order."""
    page = await services.store.find(UPLOADS, "contoso", Query(limit=1000))
    found = [await services.store.get(UPLOADS, "contoso", item["id"]) for item in page.items if item["path"] == path]
    return [stored.document for stored in found if stored]


async def assert_no_orphans(world: World) -> int:
    """A day later, once `clean_imports` ran: the lists in force and those undo needs, every chunk, and nothing else.

    Gives how many imports it removed.
    """
    world.clock.move(timedelta(hours=25))
    async with world.opened() as services:
        report = await services.contact_cleaning.clean()
        assert not report.failed
        await assert_only_needed_contacts(services.store, ["contoso"])
        return report.done
