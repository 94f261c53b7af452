"""The app in a storm between it and its store: nothing acknowledged is lost, nothing is done twice, and it recovers."""

from __future__ import annotations

import asyncio
import logging
import random
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from shared.adapters.cosmos import CosmosStore
from shared.adapters.cosmos_client import CosmosAccount
from shared.services.ports import BlobStore, Document
from shared.services.uploads.reconciliation import PATIENCE
from tests.emulators.opened import azure_blobs
from tests.emulators.servers import COSMOS_KEY, LocalAzure
from tests.faults.fault_proxy import RESET_AFTER, RESET_BEFORE, Asked, Fault, FaultProxy
from tests.faults.invariants import all_referrals, assert_only_needed_contacts, assert_settled
from tests.faults.storm import (
    CLIENTS,
    Crowd,
    RunningClock,
    Storm,
    Told,
    storm_over_documents,
    storm_over_files,
)
from tests.faults.storm_files import OWNERS, Files, check_files
from tests.faults.test_blob_faults import most_sendings as most_blob_sendings
from tests.functions.deals import a_deal
from tests.functions.desk import Desk, ok, open_desk, refused

log = logging.getLogger(__name__)

TERMINAL = {"win": "won", "lose": "lost", "decline": "declined"}
RECOVERY = 5.0  # seconds after the storm's end
CALM = 1.0  # seconds at most until a small file is in force, on a machine with nothing else to do


@asynccontextmanager
async def behind_proxies(
    folder: Path, here: LocalAzure, cosmos: FaultProxy, blobs: FaultProxy | None = None
) -> AsyncIterator[tuple[Desk, CosmosStore]]:
    """The app whose stores are behind the proxies, and its document store itself."""
    database = f"test-{uuid.uuid4().hex[:12]}"
    settings = behind(here, cosmos, blobs).settings(database)
    direct = CosmosStore(CosmosAccount(here.cosmos_endpoint, database, COSMOS_KEY))
    async with open_desk(folder, RunningClock(), **settings) as desk:
        yield desk, direct
    await direct.close()


def behind(here: LocalAzure, cosmos: FaultProxy, blobs: FaultProxy | None) -> LocalAzure:
    """Signatures name the account and the path, not the host: the proxy's address serves as well."""
    if blobs is None:
        return replace(here, cosmos_endpoint=cosmos.endpoint)
    account = here.blob_endpoint.rpartition("/")[2]
    return replace(here, cosmos_endpoint=cosmos.endpoint, blob_endpoint=f"{blobs.endpoint}/{account}")


@pytest.fixture
async def blobs(local_azure: LocalAzure) -> AsyncIterator[BlobStore]:
    """Azurite itself, empty before and after."""
    async with azure_blobs(local_azure.blob_connection) as opened:
        yield opened


@pytest.mark.parametrize(
    "seconds",
    [pytest.param(4, id="short"), pytest.param(60, id="long", marks=pytest.mark.faults)],
)
async def test_sixteen_clients_in_a_storm_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, local_azure: LocalAzure, blobs: BlobStore, seconds: float
) -> None:
    monkeypatch.setenv("WEBSITE_AUTH_ENABLED", "True")
    storms = over_documents, over_files = storm_over_documents(seed=1), storm_over_files(seed=4)
    blob_server = local_azure.blob_endpoint.rpartition("/")[0]
    async with (
        FaultProxy(local_azure.cosmos_endpoint, over_documents.choose).listening() as cosmos_proxy,
        FaultProxy(blob_server, over_files.choose).listening() as blob_proxy,
        behind_proxies(tmp_path, local_azure, cosmos_proxy, blob_proxy) as (desk, direct),
    ):
        files = Files(desk, seed=5)
        blob_proxy.hear = files.heard
        files.places = [await files.new_place(owner) for owner in OWNERS]
        quiet = await files.new_place(OWNERS[0])
        calm = await files.in_force(quiet)
        crowd = Crowd(desk, files, seed=2)
        blow(storms, files, blowing=True)
        running = asyncio.create_task(crowd.run())
        await asyncio.wait([running], timeout=seconds)
        blow(storms, files, blowing=False)
        ended = time.monotonic()
        crowd.over = True
        await running
        imported = asyncio.create_task(files.in_force(quiet))
        await asyncio.gather(*(crowd.create(n) for n in range(CLIENTS)), *map(files.acknowledged, files.places))
        recovery = time.monotonic() - ended
        import_time = await imported
        await files.handled()
        while (await desk.deliver()).done:
            pass
        desk.clock.move(PATIENCE + timedelta(minutes=1))
        reconciled = await desk.services.reconciliation.reconcile()
        stored = await all_referrals(direct)
        check(crowd.told, stored)
        became = await check_files(desk, files.told, [quiet, *files.places], direct, blobs)
        desk.clock.move(timedelta(hours=25))
        cleaned = await desk.services.contact_cleaning.clean()
        await assert_only_needed_contacts(direct, set(OWNERS))
    assert not reconciled.failed
    assert not cleaned.failed
    sendings = most_sendings(cosmos_proxy.seen), most_blob_sendings(blob_proxy.seen)
    told = crowd.told
    lines = (
        f"{seconds:.0f} s, {CLIENTS} clients; all of them answered again after {recovery:.1f} s",
        f"a file sent when it was over was in force after {import_time:.1f} s, one before it after {calm:.1f} s",
        f"answers: {', '.join(f'{status}: {n}' for status, n in sorted(told.statuses.items()))}",
        f"acknowledged: {len(told.created)} creates, {len(told.changes)} changes, {files.told.acknowledged} of "
        f"{len(files.told.sent)} files; {len(stored)} referrals at the end",
        over_documents.report("Cosmos DB", sendings[0]),
        over_files.report("Blob Storage", sendings[1]),
        f"{files.report}; records: {became}",
        f"left for the daily looks: {reconciled.done} files and records to end, {cleaned.done} imports to remove",
    )
    log.warning("%s", "\n  ".join(lines))
    busy = max(calm / CALM, 1)  # how much slower than by itself the machine is, which others may use
    assert recovery < RECOVERY * busy
    assert import_time < (RECOVERY + 2 * len(OWNERS) * CALM) * busy  # one is read at a time, those of the storm first
    assert max(sendings) <= 3
    assert all(storm.faults.total() > storm.asked / 5 - 5 for storm in storms), "where few are asked, luck decides"
    assert files.told.acknowledged > len(OWNERS) + 2, "some of them in the storm"


def blow(storms: Iterable[Storm], files: Files, *, blowing: bool) -> None:
    files.storm = blowing
    for storm in storms:
        storm.blowing = blowing


def check(told: Told, stored: list[Document]) -> None:
    """What was acknowledged is there, once; what is there is legal and agrees with itself."""
    assert_settled(stored)
    by_id = {referral["id"]: referral for referral in stored}
    names = Counter(referral["name"] for referral in stored if referral["sender"] is None)
    assert set(names.values()) <= {1}, "a deal was made twice"
    for name, id_ in told.created.items():
        assert by_id[id_]["name"] == name, "an acknowledged deal is lost"
    assert len({(id_, version) for id_, version, _ in told.changes}) == len(told.changes), "a version was given twice"
    ends: defaultdict[str, list[str]] = defaultdict(list)
    for id_, version, action in told.changes:
        entry = by_id[id_]["history"][version - 1]
        assert entry["action"] == action, "an acknowledged change is lost"
        if action in TERMINAL:
            ends[id_].append(TERMINAL[action])
    for id_, outcomes in ends.items():
        assert outcomes == [by_id[id_]["outcome"]], "one end each"


def most_sendings(seen: Iterable[Asked]) -> int:
    """How often one write was sent, at most; each carries a mark of its own."""
    marks = Counter(orjson.loads(asked.body)["writeIds"][0] for asked in seen if asked.is_write and asked.body)
    return max(marks.values())


@pytest.mark.parametrize(
    "deals",
    [pytest.param(60, id="short"), pytest.param(1000, id="long", marks=pytest.mark.faults)],
)
async def test_creates_sent_many_times_while_answers_are_lost_make_one_deal_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, local_azure: LocalAzure, deals: int
) -> None:
    """Each is sent one to five times; 30 % of the store's answers, and of ours, are dropped."""
    monkeypatch.setenv("WEBSITE_AUTH_ENABLED", "True")
    chance = random.Random(3)
    dropping = False

    async def drop(asked: Asked) -> Fault | None:
        lost = dropping and asked.is_document and chance.random() < 0.3
        return (RESET_AFTER if asked.is_write else RESET_BEFORE) if lost else None

    async with (
        FaultProxy(local_azure.cosmos_endpoint, drop).listening() as proxy,
        behind_proxies(tmp_path, local_azure, proxy) as (desk, direct),
    ):
        places = asyncio.Semaphore(CLIENTS)

        bodies = [a_deal(name=f"deal {n}") for n in range(deals)]

        async def sent(n: int) -> list[Any]:
            """The answers of one key that came through: at least one."""
            heard: list[Any] = []
            times = chance.randint(1, 5)
            while times > 0 or not heard:
                times -= 1
                async with places:
                    answer = await desk.post("/api/deals", bodies[n], idempotency_key=f"key-{n}")
                assert answer.status_code in (201, 503), answer.text
                if answer.status_code == 201 and chance.random() >= 0.3:
                    heard.append((answer.headers["Location"], answer.json()))
            return heard

        dropping = True
        answers = await asyncio.gather(*map(sent, range(deals)))
        dropping = False
        assert all(answer == each[0] for each in answers for answer in each), "every replay is equal"
        for n in range(0, deals, 10):
            refused(await desk.post("/api/deals", {**bodies[n], "name": "changed"}, idempotency_key=f"key-{n}"), 422)
            ok(await desk.post("/api/deals", bodies[n], idempotency_key=f"key-{n}"), 201)
        stored = await all_referrals(direct, ["contoso"])
    assert Counter(referral["name"] for referral in stored) == {f"deal {n}": 1 for n in range(deals)}
    assert {each[0][1]["id"] for each in answers} == {referral["id"] for referral in stored}
