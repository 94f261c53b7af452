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
from pathlib import Path
from typing import Any

import orjson
import pytest

from shared.adapters.cosmos import CosmosStore
from shared.adapters.cosmos_client import CosmosAccount
from shared.services.ports import Document
from tests.emulators.servers import COSMOS_KEY, LocalAzure
from tests.faults.fault_proxy import RESET_AFTER, RESET_BEFORE, Asked, Fault, FaultProxy
from tests.faults.invariants import all_referrals, assert_settled
from tests.faults.storm import CLIENTS, Crowd, RunningClock, Storm, Told
from tests.functions.deals import a_deal
from tests.functions.desk import Desk, ok, open_desk, refused

log = logging.getLogger(__name__)

TERMINAL = {"win": "won", "lose": "lost", "decline": "declined"}
RECOVERY = 5.0  # seconds after the storm's end


@asynccontextmanager
async def behind_proxy(folder: Path, here: LocalAzure, proxy: FaultProxy) -> AsyncIterator[tuple[Desk, CosmosStore]]:
    """The app whose store is behind the proxy, and the store itself."""
    database = f"test-{uuid.uuid4().hex[:12]}"
    settings = here.settings(database) | {"COSMOS_ENDPOINT": proxy.endpoint}
    direct = CosmosStore(CosmosAccount(here.cosmos_endpoint, database, COSMOS_KEY))
    async with open_desk(folder, RunningClock(), **settings) as desk:
        yield desk, direct
    await direct.close()


@pytest.mark.parametrize(
    "seconds",
    [pytest.param(4, id="short"), pytest.param(60, id="long", marks=pytest.mark.faults)],
)
async def test_sixteen_clients_in_a_storm_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, local_azure: LocalAzure, seconds: float
) -> None:
    monkeypatch.setenv("WEBSITE_AUTH_ENABLED", "True")
    storm = Storm(seed=1)
    async with (
        FaultProxy(local_azure.cosmos_endpoint, storm.choose).listening() as proxy,
        behind_proxy(tmp_path, local_azure, proxy) as (desk, direct),
    ):
        crowd = Crowd(desk, seed=2)
        storm.blowing = True
        running = asyncio.create_task(crowd.run())
        await asyncio.wait([running], timeout=seconds)
        storm.blowing = False
        ended = time.monotonic()
        crowd.over = True
        await running
        await asyncio.gather(*(crowd.create(n) for n in range(CLIENTS)))
        assert time.monotonic() - ended < RECOVERY
        while (await desk.deliver()).done:
            pass
        stored = await all_referrals(direct)
    check(crowd.told, stored)
    assert storm.faults > 20 * seconds
    assert most_sendings(proxy.seen) <= 3
    facts = (seconds, len(stored), crowd.told.statuses, len(proxy.seen), storm.faults)
    log.warning("%s s: %d referrals, answers %s, %d requests to the store, %d faults", *facts)


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
        behind_proxy(tmp_path, local_azure, proxy) as (desk, direct),
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
