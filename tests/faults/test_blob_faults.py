"""Files over a network that fails: tried again within bounds, whole or not at all, and said so when it cannot be."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from shared.adapters.azure_blobs import AzureBlobs
from shared.adapters.azure_links import BlobAccount
from shared.services.ports import UPLOADS_CONTAINER, BlobChanged, BlobFacts, BlobStore, StoreUnavailable
from tests.emulators.opened import azure_blobs
from tests.emulators.servers import LocalAzure
from tests.faults.fault_proxy import (
    BROKEN,
    BUSY,
    BUSY_BUT_DONE,
    CONDITION_NOT_MET,
    HALF_AN_ANSWER,
    RESET_AFTER,
    RESET_BEFORE,
    Asked,
    Fault,
    FaultProxy,
)

PATH = "contoso/o1/contacts/people.csv"
LARGE = bytes(range(256)) * 12_000
FAULTS = {
    "busy": BUSY,
    "busy but done": BUSY_BUT_DONE,
    "broken": BROKEN,
    "reset before": RESET_BEFORE,
    "reset after": RESET_AFTER,
    "half an answer": HALF_AN_ANSWER,
}


@dataclass
class Network:
    proxy: FaultProxy
    blobs: AzureBlobs
    direct: BlobStore

    def fail(self, *faults: Fault | None) -> None:
        waiting = list(faults)

        async def choose(_: Asked) -> Fault | None:
            return waiting.pop(0) if waiting else None

        self.proxy.seen.clear()
        self.proxy.choose = choose


@pytest.fixture
async def network(local_azure: LocalAzure) -> AsyncIterator[Network]:
    server, _, account = local_azure.blob_endpoint.rpartition("/")
    async with azure_blobs(local_azure.blob_connection) as direct, FaultProxy(server).listening() as proxy:
        here = LocalAzure("", f"{proxy.endpoint}/{account}", local_azure.queue_endpoint)
        blobs = AzureBlobs(BlobAccount(here.blob_connection))
        yield Network(proxy, blobs, direct)
        await blobs.close()


async def content(blobs: BlobStore, facts: BlobFacts) -> bytes:
    return b"".join([part async for part in blobs.read(UPLOADS_CONTAINER, facts.path, facts.etag)])


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_once_is_not_noticed(network: Network, name: str) -> None:
    network.fail(FAULTS[name])
    facts = await network.blobs.write(UPLOADS_CONTAINER, PATH, b"small")
    assert await network.direct.head(UPLOADS_CONTAINER, PATH) == facts
    network.fail(FAULTS[name])
    assert await content(network.blobs, facts) == b"small"


@pytest.mark.parametrize("name", FAULTS)
async def test_a_large_file_is_whole_though_its_last_request_failed(network: Network, name: str) -> None:
    network.fail(None, None, FAULTS[name], FAULTS[name])
    facts = await network.blobs.write(UPLOADS_CONTAINER, PATH, LARGE)
    assert await content(network.direct, facts) == LARGE


@pytest.mark.parametrize("name", ["busy", "reset before", "half an answer"])
async def test_no_call_is_sent_more_than_three_times(network: Network, name: str) -> None:
    """Over kept connections, which libraries like to ask a second time, and in a body that breaks off."""
    facts = await network.blobs.write(UPLOADS_CONTAINER, PATH, b"whole")
    for call in (
        lambda: network.blobs.head(UPLOADS_CONTAINER, PATH),
        lambda: content(network.blobs, facts),
        lambda: listed(network.blobs),
        lambda: network.blobs.write(UPLOADS_CONTAINER, PATH, b"again"),
        lambda: network.blobs.delete(UPLOADS_CONTAINER, PATH),
    ):
        network.fail()
        await asyncio.gather(*(network.blobs.head(UPLOADS_CONTAINER, PATH) for _ in range(4)))
        network.fail(*[FAULTS[name]] * 99)
        with suppress(StoreUnavailable):
            await call()
        assert len(network.proxy.seen) <= 3
        assert most_sendings(network.proxy.seen) == len(network.proxy.seen)


async def listed(blobs: BlobStore) -> list[str]:
    return [facts.path async for facts in blobs.list(UPLOADS_CONTAINER)]


async def test_a_long_list_goes_on_where_a_page_failed(network: Network) -> None:
    paths = [f"contoso/o1/contacts/{n}.csv" for n in range(3)]
    for path in paths:
        await network.direct.write(UPLOADS_CONTAINER, path, b"-")
    network.fail(BUSY, RESET_AFTER)
    assert await listed(network.blobs) == paths


async def test_faults_without_end_are_told_and_leave_what_was_there(network: Network) -> None:
    first = await network.direct.write(UPLOADS_CONTAINER, PATH, b"before")
    network.fail(*[BUSY] * 99)
    with pytest.raises(StoreUnavailable, match="ServerBusy 503"):
        await network.blobs.write(UPLOADS_CONTAINER, PATH, b"after")
    assert len(network.proxy.seen) == 3
    with pytest.raises(StoreUnavailable):
        await content(network.blobs, first)
    assert len(network.proxy.seen) == 6
    assert await content(network.direct, first) == b"before"


async def test_a_condition_refused_though_it_holds_is_no_change(network: Network) -> None:
    """Whoever hears of a change gives the version up; a server's mistake is tried again by the platform."""
    facts = await network.direct.write(UPLOADS_CONTAINER, PATH, LARGE * 3)
    for before in (0, 1):
        network.fail(*[None] * before, CONDITION_NOT_MET)
        with pytest.raises(StoreUnavailable):
            await content(network.blobs, facts)
    await network.direct.write(UPLOADS_CONTAINER, PATH, b"other")
    network.fail(BUSY)
    with pytest.raises(BlobChanged):
        await content(network.blobs, facts)


async def test_two_large_files_written_to_one_path_at_once_are_never_mixed(network: Network) -> None:
    """One commits; what the others staged is void then, which they are told."""
    files = [bytes([n]) * 3_000_000 for n in range(4)]
    writes = [network.blobs.write(UPLOADS_CONTAINER, PATH, file) for file in files]
    answers = await asyncio.gather(*writes, return_exceptions=True)
    written = [answer for answer in answers if isinstance(answer, BlobFacts)]
    assert all(isinstance(answer, BlobFacts | StoreUnavailable) for answer in answers)
    assert written
    last = await network.direct.head(UPLOADS_CONTAINER, PATH)
    assert last is not None
    assert await content(network.direct, last) in files


def most_sendings(seen: list[Asked]) -> int:
    """How often one request to Blob Storage was sent, at most; pages of a list differ in their address."""
    sent = Counter((asked.headers["x-ms-client-request-id"], asked.method, asked.path) for asked in seen)
    return max(sent.values(), default=0)
