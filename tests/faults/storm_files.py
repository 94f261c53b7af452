"""Contact files that clients of a storm send, the events that storage makes of each one written, and what must have
become of them."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import httpx

import function_app
from devhost.conversion import input_stream
from devhost.indexing import functions_of
from shared.domain.offers.upload import upload_id
from shared.services.ports import (
    OFFERS,
    UPLOADS,
    UPLOADS_CONTAINER,
    BlobStore,
    Document,
    DocumentStore,
    StoreUnavailable,
)
from tests.faults.fault_proxy import Asked
from tests.faults.invariants import all_documents
from tests.functions.deals import an_offer
from tests.functions.desk import Desk, ok
from tests.unit.parsing.tables import file_of

OWNERS: Final = ("contoso", "contoso", "contoso", "fabrikam", "fabrikam", "tailspin", "tailspin")  # of one offer each
AT_ONCE: Final = 8  # events handled at a time, as host.json has it by default
DELIVERIES: Final = 5  # of one event, then it is poison
RETRY: Final = 0.1  # seconds, doubled with each attempt; the platform's are longer
MISSED: Final = 0.1  # of the events never come
STALE: Final = 0.2  # of those whose version was replaced meanwhile come all the same
CHUNK: Final = 250  # contacts


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of one offer go."""

    organization: str
    offer: str

    @property
    def persona(self) -> str:
        return f"{self.organization}-admin"

    @property
    def path(self) -> str:
        return f"{self.organization}/{self.offer}/contacts/people.csv"


@dataclass
class Sent:
    """One file on its way: all files differ. Times are the loop's; `record` is the id of what was acknowledged."""

    place: Place
    names: list[str]
    started: float
    ended: float = float("inf")
    record: str | None = None

    @property
    def content(self) -> bytes:
        rows = [[name, f"{name.replace(' ', '')}@contoso.example", "Seller", "Partner sales", "FR", ""]
                for name in self.names]  # fmt: skip
        return file_of(*rows)


@dataclass
class Told:
    """What happened to files and events, counted."""

    sent: list[Sent] = field(default_factory=list)
    written: int = 0
    missed: int = 0
    delivered: int = 0
    failed: int = 0
    poison: int = 0

    @property
    def acknowledged(self) -> int:
        return sum(1 for each in self.sent if each.record)


class Files:
    """Sends files through the app, and runs the blob function for each blob that storage has written: twice, a few
    times until it succeeds, or not at all."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self._desk = desk
        self._chance = random.Random(seed)
        self._numbers = itertools.count()
        self._newest: dict[str, Asked] = {}
        self._events: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(AT_ONCE)
        (ingest,) = [each for each in functions_of(function_app.app) if each.get_function_name() == "ingest_upload"]
        self._ingest: Any = ingest.get_user_function()
        self.places: list[Place] = []  # where the crowd sends files
        self.told = Told()
        self.storm = False

    @property
    def report(self) -> str:
        """How many files and events there were."""
        told = self.told
        events = f"{told.delivered} deliveries, {told.failed} failed, {told.poison} given up"
        return f"{told.written} files written, {told.missed} of them missed by the trigger; {events}"

    async def new_place(self, organization: str) -> Place:
        """A new offer's, asked for until there is one."""
        key = f"offer {next(self._numbers)}"
        while True:
            answer = await self._desk.post("/api/offers", an_offer(), f"{organization}-admin", idempotency_key=key)
            if answer.status_code != 503:
                return Place(organization, ok(answer, 201)["id"])
            await asyncio.sleep(0.05)

    async def send(self, place: Place | None = None) -> httpx.Response:
        """A new list of a few contacts, or of more than one chunk; 202 acknowledges it."""
        place = place or self._chance.choice(self.places)
        number, count = next(self._numbers), self._chance.choice((1, 3, 3, CHUNK + 5))
        sent = Sent(place, [f"Person {number} {n}" for n in range(count)], time.monotonic())
        self.told.sent.append(sent)
        files = {"file": ("people.csv", sent.content)}
        answer = await self._desk.send("POST", f"/api/offers/{place.offer}/contacts", as_=place.persona, files=files)
        sent.ended = time.monotonic()
        if answer.status_code == 202:
            sent.record = answer.json()["id"]
        return answer

    async def acknowledged(self, place: Place) -> str:
        """A file sent until it is acknowledged; the id of its record."""
        while True:
            answer = await self.send(place)
            if answer.status_code == 202:
                return str(answer.json()["id"])
            await asyncio.sleep(0.05)

    async def in_force(self, place: Place) -> float:
        """A file sent and imported; in how many seconds."""
        began = time.monotonic()
        id, status = await self.acknowledged(place), ""
        while status != "done":
            await asyncio.sleep(0.05)
            answer = await self._desk.get(f"/api/uploads/{id}", place.persona)
            status = ok(answer)["status"] if answer.status_code != 503 else status
            assert status not in ("rejected", "superseded")
        return time.monotonic() - began

    def heard(self, asked: Asked, status: int) -> None:
        """Storage has answered a request; what it has written makes an event, which comes at least once."""
        if status == 201 and asked.uploaded_path:
            self.told.written += 1
            self._newest[asked.uploaded_path] = asked
            if self.storm and self._chance.random() < MISSED:
                self.told.missed += 1
                return
            for delay in (0.0, self._chance.random()):
                task = asyncio.create_task(self._event(asked.uploaded_path, asked, delay))
                self._events.add(task)

    async def handled(self) -> None:
        """Once every event was. Raises what the function raised but for a store that does not answer."""
        while waiting := [task for task in self._events if not task.done()]:
            await asyncio.wait(waiting)
        await asyncio.gather(*self._events)

    async def _event(self, path: str, written: Asked, delay: float) -> None:
        """Deliveries of one version until one succeeds. A host looks whether it is still there, not always in time."""
        name = f"{UPLOADS_CONTAINER}/{path}"
        blob = input_stream(name, f"http://blobs/{path}", written.body, "", datetime.now(UTC))
        for attempt in range(DELIVERIES):
            await asyncio.sleep(delay)
            async with self._room:
                if self._newest[path] is not written and self._chance.random() > STALE:
                    return
                self.told.delivered += 1
                began_in_the_storm = self.storm
                try:
                    await self._ingest(blob)
                except StoreUnavailable:
                    self.told.failed += 1
                    assert began_in_the_storm, "the storm is over, and the store does not answer"
                else:
                    return
            delay = RETRY * 2**attempt
        self.told.poison += 1


async def check_files(desk: Desk, told: Told, places: Iterable[Place], store: DocumentStore, blobs: BlobStore) -> str:
    """Every acknowledged file has a record that came to an end, the newest file is in force, nothing twice. What
    became of the records, counted."""
    statuses: Counter[str] = Counter()
    for place in places:
        sent = [each for each in told.sent if each.place == place]
        records = {record["id"]: record for record in await all_documents(store, UPLOADS, place.organization)
                   if record["offerId"] == place.offer}  # fmt: skip
        _check_records(sent, records)
        statuses.update(record["status"] for record in records.values())
        await _check_offer(desk, place, sent, records, store, blobs)
    return ", ".join(f"{status} {count}" for status, count in sorted(statuses.items()))


def _check_records(sent: list[Sent], records: dict[str, Document]) -> None:
    for each in sent:
        assert each.record is None or each.record in records, "an acknowledged upload is lost"
    ids = [each.record for each in sent if each.record]
    assert len(set(ids)) == len(ids), "two uploads have one record"
    for record in records.values():
        assert record["status"] in ("done", "unchanged", "superseded"), (record, "waits, or failed for ever")
        assert record["lastError"] is None


async def _check_offer(
    desk: Desk, place: Place, sent: list[Sent], records: dict[str, Document], store: DocumentStore, blobs: BlobStore
) -> None:
    """`sent` is in order of time."""
    facts = await blobs.head(UPLOADS_CONTAINER, place.path)
    assert facts is not None
    content = b"".join([part async for part in blobs.read(UPLOADS_CONTAINER, place.path, facts.etag)])
    (newest,) = [each for each in sent if each.content == content]
    assert all(newest.ended >= each.started for each in sent if each.record), "an acknowledged file was undone"
    stored = await store.get(OFFERS, place.organization, place.offer)
    assert stored is not None
    offer = stored.document
    listed = await desk.get(f"/api/offers/{place.offer}/contacts.csv", place.persona)
    assert [row.partition(",")[0] for row in listed.text.splitlines()[1:]] == newest.names
    assert records[upload_id(place.path, facts.etag)]["status"] in ("done", "unchanged")
    assert records[offer["activeImport"]["uploadId"]]["status"] == "done"
    assert offer["contactCount"] == offer["activeImport"]["contacts"] == len(newest.names)
    _check_history(offer, records)


def _check_history(offer: Document, records: dict[str, Document]) -> None:
    history = offer["history"]
    assert offer["version"] == len(history)
    assert [entry["at"] for entry in history] == sorted(entry["at"] for entry in history)
    imports = [entry["action"] for entry in history].count("import_contacts")
    assert imports == len(history) - 1
    done = [record["status"] for record in records.values()].count("done")
    assert done <= imports <= len(records), "an upload was put in force twice"
