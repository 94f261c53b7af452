"""One store call over a failing network: three attempts at most, one read to settle what is unclear, nothing twice."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from shared.adapters.cosmos import CosmosStore
from shared.services.ports import REFERRALS, AlreadyExists, ChangedMeanwhile, Query, StoreUnavailable
from tests.contract.samples import DEALS, read, referral
from tests.emulators.accounts import accounts
from tests.emulators.traces import delete_database
from tests.faults.fault_proxy import (
    BEHIND,
    CONFLICT,
    HALF_AN_ANSWER,
    RESET_AFTER,
    RESET_BEFORE,
    UNAVAILABLE,
    UNAVAILABLE_BUT_DONE,
    Asked,
    Fault,
    FaultProxy,
    slow,
    throttled,
)

UNDONE = {"throttled": throttled(), "unavailable": UNAVAILABLE, "reset before": RESET_BEFORE, "slow": slow(0.2)}
DONE = {"reset after": RESET_AFTER, "unavailable but done": UNAVAILABLE_BUT_DONE, "half an answer": HALF_AN_ANSWER}
FAULTS = UNDONE | DONE


@dataclass
class Network:
    """A store behind the proxy, and another that reaches the server directly."""

    proxy: FaultProxy
    store: CosmosStore
    direct: CosmosStore

    async def ready(self) -> None:
        """Connections open, so that only what follows is counted."""
        await self.store.get(REFERRALS, "contoso", "nothing")
        self.proxy.seen.clear()

    def fail(self, *faults: Fault | None) -> None:
        """The next document requests meet these; those after them pass."""
        waiting = list(faults)

        async def choose(asked: Asked) -> Fault | None:
            return waiting.pop(0) if asked.is_document and waiting else None

        self.proxy.choose = choose


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    account = accounts().new_database()
    async with FaultProxy(account.endpoint).listening() as proxy:
        direct = CosmosStore(account, create_containers=True)
        await direct.get(REFERRALS, "contoso", "nothing")
        store = CosmosStore(replace(account, endpoint=proxy.endpoint))
        opened = Network(proxy, store, direct)
        await opened.ready()
        yield opened
        await store.close()
        await direct.close()
        delete_database(account)


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_once_is_not_noticed(network: Network, name: str) -> None:
    network.fail(FAULTS[name])
    first = await network.store.insert(REFERRALS, referral(name="first"))
    network.fail(FAULTS[name])
    second = await network.store.replace(first, REFERRALS, referral(name="second"))
    network.fail(FAULTS[name])
    assert await read(network.store) == second
    network.fail(FAULTS[name])
    assert len((await network.store.find(REFERRALS, "contoso", Query(DEALS))).items) == 1
    network.fail(FAULTS[name])
    await network.store.delete(second, REFERRALS)
    assert await network.direct.get(REFERRALS, "contoso", "r1") is None


@pytest.mark.parametrize("name", DONE)
async def test_a_write_that_was_done_all_the_same_is_settled_by_one_read(network: Network, name: str) -> None:
    network.fail(DONE[name])
    first = await network.store.insert(REFERRALS, referral(name="first"))
    assert network.proxy.documents() == ["POST", "POST", "GET"]
    assert first == await read(network.direct)
    network.proxy.seen.clear()
    network.fail(DONE[name])
    second = await network.store.replace(first, REFERRALS, referral(name="second"))
    assert network.proxy.documents() == ["PUT", "PUT", "GET"]
    assert second == await read(network.direct)
    network.proxy.seen.clear()
    network.fail(DONE[name])
    await network.store.delete(second, REFERRALS)
    assert network.proxy.documents() == ["DELETE", "DELETE"]


@pytest.mark.parametrize("name", ["throttled", "unavailable", "reset before"])
async def test_three_faults_are_told_and_nothing_is_half_done(network: Network, name: str) -> None:
    network.fail(*[FAULTS[name]] * 3)
    with pytest.raises(StoreUnavailable) as told:
        await network.store.insert(REFERRALS, referral())
    assert told.value.retry_after > 0
    settles = [] if name == "throttled" else ["GET"]
    assert network.proxy.documents() == ["POST"] * 3 + settles
    assert await network.direct.get(REFERRALS, "contoso", "r1") is None
    held = await network.direct.insert(REFERRALS, referral())
    network.fail(*[FAULTS[name]] * 3)
    with pytest.raises(StoreUnavailable):
        await network.store.replace(held, REFERRALS, referral(name="lost"))
    assert await read(network.direct) == held
    network.proxy.seen.clear()
    for ask in (network.store.get(REFERRALS, "contoso", "r1"), network.store.find(REFERRALS, "contoso", Query(DEALS))):
        network.fail(*[FAULTS[name]] * 3)
        with pytest.raises(StoreUnavailable):
            await ask
    assert network.proxy.documents() == ["GET"] * 3 + ["QUERY"] * 3


async def test_three_lost_answers_to_a_write_that_was_done_are_its_success(network: Network) -> None:
    network.fail(RESET_AFTER, RESET_BEFORE, RESET_BEFORE)
    stored = await network.store.insert(REFERRALS, referral())
    assert network.proxy.documents() == ["POST", "POST", "POST", "GET"]
    network.fail(RESET_BEFORE, RESET_BEFORE, RESET_AFTER)
    await network.store.delete(stored, REFERRALS)
    assert await network.direct.get(REFERRALS, "contoso", "r1") is None


async def test_a_read_that_cannot_settle_leaves_it_unclear(network: Network) -> None:
    network.fail(RESET_AFTER, None, UNAVAILABLE)
    with pytest.raises(StoreUnavailable):
        await network.store.insert(REFERRALS, referral())
    assert network.proxy.documents() == ["POST", "POST", "GET"]
    with pytest.raises(AlreadyExists):
        await network.store.insert(REFERRALS, referral())


async def test_a_lost_write_is_known_again_behind_seven_later_ones(network: Network) -> None:
    held = await network.direct.insert(REFERRALS, referral())

    async def others(asked: Asked) -> Fault | None:
        if asked.method != "PUT":
            return None
        if asked.number == 0:
            return RESET_AFTER
        for n in range(7):
            await network.direct.replace(await read(network.direct), REFERRALS, referral(name=f"theirs {n}"))
        return None

    network.proxy.choose = others
    ours = await network.store.replace(held, REFERRALS, referral(name="ours"))
    assert (await read(network.direct)).document["name"] == "theirs 6"
    with pytest.raises(ChangedMeanwhile):
        await network.store.replace(ours, REFERRALS, referral(name="again"))


async def test_somebody_elses_write_behind_a_lost_attempt_is_a_conflict(network: Network) -> None:
    held = await network.direct.insert(REFERRALS, referral())
    await network.direct.replace(held, REFERRALS, referral(name="theirs"))
    network.fail(RESET_BEFORE)
    with pytest.raises(ChangedMeanwhile):
        await network.store.replace(held, REFERRALS, referral(name="ours"))
    assert network.proxy.documents() == ["PUT", "PUT", "GET"]
    network.fail(RESET_BEFORE)
    with pytest.raises(AlreadyExists):
        await network.store.insert(REFERRALS, referral(name="ours"))
    network.fail(RESET_BEFORE)
    with pytest.raises(ChangedMeanwhile):
        await network.store.delete(held, REFERRALS)
    assert (await read(network.direct)).document["name"] == "theirs"


async def test_a_plain_conflict_costs_no_read(network: Network) -> None:
    held = await network.direct.insert(REFERRALS, referral())
    network.fail(CONFLICT)
    with pytest.raises(ChangedMeanwhile):
        await network.store.replace(held, REFERRALS, referral(name="ours"))
    with pytest.raises(AlreadyExists):
        await network.store.insert(REFERRALS, referral())
    assert network.proxy.documents() == ["PUT", "POST"]


async def test_a_replica_that_is_behind_is_asked_again(network: Network) -> None:
    await network.direct.insert(REFERRALS, referral())
    network.fail(BEHIND)
    assert (await read(network.store)).document["name"] == "Contoso ERP"
    assert network.proxy.documents() == ["GET", "GET"]


async def test_the_wait_is_at_least_what_the_service_asks_for(network: Network) -> None:
    network.fail(throttled(400))
    started = time.monotonic()
    await network.store.insert(REFERRALS, referral())
    assert 0.4 <= time.monotonic() - started < 1.0
    usage = network.store.calls.usage["insert", REFERRALS]
    assert (usage.attempts, usage.throttled, usage.request_units) == (2, 1, 1.5)


async def test_a_wait_too_long_for_a_caller_is_passed_on_to_it(network: Network) -> None:
    network.fail(throttled(30_000))
    with pytest.raises(StoreUnavailable) as told:
        await network.store.insert(REFERRALS, referral())
    assert told.value.retry_after >= 30
    assert network.proxy.documents() == ["POST"]
