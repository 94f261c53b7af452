"""What is interrupted in the life of an offer's contacts: the import of a file, and the removal of an old list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import orjson

from shared.bootstrap import Services
from shared.domain.offers.commands import CreateOffer
from shared.domain.offers.offer import Offer
from shared.domain.offers.upload import chunk_id
from shared.domain.organizations.organization import Caller, Role
from shared.services.offering.visible import Seen
from shared.services.ports import CONTACTS, OFFERS, UPLOADS, UPLOADS_CONTAINER, Query
from tests.faults.world import services_on, with_organizations
from tests.functions.deals import an_offer
from tests.scale.engagements import NOW, PARTNERS

CONTOSO: Final = Caller(PARTNERS[0], "contoso-offers", frozenset({Role.COSELL_SOLUTION_ADMIN}))
FILES: Final = {"old": 260, "new": 520, "newest": 10}  # contacts; a chunk holds 250
IN_TWO_DAYS: Final = NOW + timedelta(days=2)
IN_FOUR_DAYS: Final = NOW + timedelta(days=4)


def contacts_file(name: str) -> bytes:
    """A sound file of as many contacts as `FILES` says, all its own."""
    rows = [f"{name} {n},{name}{n}@contoso.example,Seller,Partner sales,FR," for n in range(FILES[name])]
    return "\n".join(["Name,Email,Job title,Role,Countries/Regions,States/Provinces", *rows, ""]).encode()


def path_of(services: Services, name: str) -> str:
    return f"contoso/{_offer_id(services)}/contacts/{name}.csv"


def _offer_id(services: Services) -> str:
    id: str = orjson.loads((services.settings.local_data / "offer.json").read_bytes())
    return id


async def offer_of(services: Services) -> Offer:
    return await services.offers.read(_offer_id(services), CONTOSO)


async def prepared(folder: Path, imported: list[str], waiting: list[str]) -> None:
    """An offer into which some files were imported, and others lie where the trigger finds them."""
    services = services_on(folder)
    await with_organizations(services.store)
    created = await services.offers.create(CreateOffer.model_validate(an_offer()), CONTOSO)
    (folder / "offer.json").write_bytes(orjson.dumps(created.document["id"]))
    for name in imported:
        await services.blobs.write(UPLOADS_CONTAINER, path_of(services, name), contacts_file(name))
        assert await services.uploads.ingest(path_of(services, name)) == "done"
    for name in waiting:
        await services.blobs.write(UPLOADS_CONTAINER, path_of(services, name), contacts_file(name))
    await services.close()


async def listed(services: Services) -> str:
    """Whose list is in force: it is one file's, whole and in order."""
    rows = (
        (await services.contact_lists.export(Seen({**await offer_of(services)}, "own"), "en"))
        .decode("utf-8-sig")
        .splitlines()[1:]
    )
    name = rows[0].partition(" ")[0]
    assert [row.partition(",")[0] for row in rows] == [f"{name} {n}" for n in range(FILES[name])]
    return name


async def assert_only_what_is_needed_is_kept(services: Services, *names: str) -> None:
    """After the clean-up: the manifest and chunks of the lists in force and kept for undo, and nothing else."""
    offer = await offer_of(services)
    needed = {kept["path"]: kept for kept in (offer["activeImport"], offer["previousImport"]) if kept}
    assert set(needed) == {path_of(services, name) for name in names}
    wanted = {kept["importId"] for kept in needed.values()}
    wanted |= {chunk_id(kept["importId"], n) for kept in needed.values() for n in range(kept["chunks"])}
    page = await services.store.find(CONTACTS, "contoso", Query(order_by="id", limit=1000))
    assert {item["id"] for item in page.items} == wanted
    stored = await services.store.get(OFFERS, "contoso", offer["id"])
    assert stored is not None
    assert stored.document["outbox"] == []


@dataclass(frozen=True, slots=True)
class InterruptedImport:
    """A file is imported over a list in force."""

    calls: int = 12

    async def prepare(self, folder: Path) -> None:
        await prepared(folder, ["old"], ["new"])

    async def run(self, services: Services) -> None:
        await services.uploads.ingest(path_of(services, "new"))

    async def assert_recovers(self, folder: Path) -> None:
        """One list or the other is in force, whole; the trigger comes again; undo and clean-up find what they need."""
        services = services_on(folder)
        assert await listed(services) in ("old", "new")
        assert await services.uploads.ingest(path_of(services, "new")) == "done"
        assert await services.uploads.ingest(path_of(services, "new")) == "done"
        offer = await offer_of(services)
        assert [entry["action"] for entry in offer["history"]] == ["create", "import_contacts", "import_contacts"]
        assert offer["version"] == 3
        assert await listed(services) == "new"
        await self._assert_told(services)
        await services.close()
        await self._assert_undone_and_cleaned(folder)

    async def _assert_told(self, services: Services) -> None:
        page = await services.store.find(UPLOADS, "contoso", Query(limit=100))
        told = [item for item in page.items if item["path"] == path_of(services, "new")]
        assert [item["status"] for item in told] == ["done"]
        stored = await services.store.get(UPLOADS, "contoso", told[0]["id"])
        assert stored is not None
        assert stored.document["result"]["contacts"] == FILES["new"]

    async def _assert_undone_and_cleaned(self, folder: Path) -> None:
        services = services_on(folder, IN_TWO_DAYS)
        assert not (await services.contact_cleaning.clean()).failed
        await assert_only_what_is_needed_is_kept(services, "old", "new")
        await services.contact_lists.undo(_offer_id(services), CONTOSO, None)
        assert await listed(services) == "old"
        await services.close()
        services = services_on(folder, IN_FOUR_DAYS)
        assert not (await services.contact_cleaning.clean()).failed
        await assert_only_what_is_needed_is_kept(services, "old")
        await services.close()


@dataclass(frozen=True, slots=True)
class InterruptedClean:
    """The list before the one before is removed."""

    calls: int = 10

    async def prepare(self, folder: Path) -> None:
        await prepared(folder, ["old", "new", "newest"], [])

    async def run(self, services: Services) -> None:
        later = services_on(services.settings.local_data, IN_TWO_DAYS)
        watched = Services(services.settings, services.store, services.blobs, later.clock, services.stopping)
        await watched.contact_cleaning.clean()
        await later.close()

    async def assert_recovers(self, folder: Path) -> None:
        """The next run removes the rest, and only that."""
        services = services_on(folder, IN_TWO_DAYS)
        assert await listed(services) == "newest"
        assert not (await services.contact_cleaning.clean()).failed
        await assert_only_what_is_needed_is_kept(services, "new", "newest")
        assert (await services.contact_cleaning.clean()).done == 0
        await services.contact_lists.undo(_offer_id(services), CONTOSO, None)
        assert await listed(services) == "new"
        await services.close()


async def prepared_to_confirm(folder: Path) -> None:
    """A list in force, and another that waits to be confirmed."""
    await prepared(folder, ["old"], ["new"])
    services = services_on(folder, contacts_confirm=True)
    assert await services.uploads.ingest(path_of(services, "new")) == "done"
    assert await listed(services) == "old"
    await services.close()


@dataclass(frozen=True, slots=True)
class InterruptedStaging:
    """A file is taken in where lists wait to be confirmed, and another waits already."""

    calls: int = 12

    async def prepare(self, folder: Path) -> None:
        await prepared_to_confirm(folder)
        services = services_on(folder)
        await services.blobs.write(UPLOADS_CONTAINER, path_of(services, "newest"), contacts_file("newest"))
        await services.close()

    async def run(self, services: Services) -> None:
        waiting = services_on(services.settings.local_data, contacts_confirm=True)
        watched = Services(waiting.settings, services.store, services.blobs, services.clock, services.stopping)
        await watched.uploads.ingest(path_of(services, "newest"))
        await waiting.close()

    async def assert_recovers(self, folder: Path) -> None:
        """The list in force stays; the trigger comes again, and the newest waits; what it replaced is removed."""
        services = services_on(folder, contacts_confirm=True)
        assert await listed(services) == "old"
        assert await services.uploads.ingest(path_of(services, "newest")) == "done"
        offer = await offer_of(services)
        assert offer["pendingImport"] is not None
        assert offer["pendingImport"]["path"] == path_of(services, "newest")
        assert [entry["action"] for entry in offer["history"]][1:] == ["import_contacts", *["stage_contacts"] * 2]
        diff = await services.contact_lists.diff(offer)
        assert diff["counts"] == {"added": 10, "removed": 260, "changed": 0, "untouched": 0}
        assert await listed(services) == "old"
        await services.contact_lists.confirm(offer["id"], CONTOSO, None)
        assert await listed(services) == "newest"
        await services.close()
        services = services_on(folder, IN_TWO_DAYS)
        assert not (await services.contact_cleaning.clean()).failed
        await assert_only_what_is_needed_is_kept(services, "old", "newest")
        await services.close()


@dataclass(frozen=True, slots=True)
class InterruptedConfirm:
    """A list that waits is confirmed."""

    calls: int = 2

    async def prepare(self, folder: Path) -> None:
        await prepared_to_confirm(folder)

    async def run(self, services: Services) -> None:
        await services.contact_lists.confirm(_offer_id(services), CONTOSO, None)

    async def assert_recovers(self, folder: Path) -> None:
        """It waits still, or is in force, whole; whoever confirms again puts it in force once."""
        services = services_on(folder)
        offer = await offer_of(services)
        if offer["pendingImport"] is not None:
            assert await listed(services) == "old"
            await services.contact_lists.confirm(offer["id"], CONTOSO, None)
        assert await listed(services) == "new"
        offer = await offer_of(services)
        assert [entry["action"] for entry in offer["history"]].count("confirm_contacts") == 1
        assert offer["pendingImport"] is None
        await services.contact_lists.undo(offer["id"], CONTOSO, None)
        assert await listed(services) == "old"
        await services.close()
        services = services_on(folder, IN_TWO_DAYS)
        assert not (await services.contact_cleaning.clean()).failed
        await assert_only_what_is_needed_is_kept(services, "old")
        await services.close()


CONTACT_SCENARIOS: Final = {
    "import": InterruptedImport(),
    "stage": InterruptedStaging(),
    "confirm": InterruptedConfirm(),
    "clean": InterruptedClean(),
}
