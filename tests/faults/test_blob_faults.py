"""Files over a network that fails: tried again within bounds, whole or not at all, and said so when it cannot be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from shared.adapters.azure_blobs import AzureBlobs
from shared.adapters.azure_links import BlobAccount
from shared.services.ports import UPLOADS_CONTAINER, BlobFacts, BlobStore, StoreUnavailable
from tests.emulators.opened import azure_blobs
from tests.emulators.servers import LocalAzure
from tests.faults.fault_proxy import (
    HALF_AN_ANSWER,
    RESET_AFTER,
    RESET_BEFORE,
    UNAVAILABLE,
    UNAVAILABLE_BUT_DONE,
    Asked,
    Fault,
    FaultProxy,
)

PATH = "contoso/o1/contacts/people.csv"
LARGE = bytes(range(256)) * 12_000
FAULTS = {
    "unavailable": UNAVAILABLE,
    "unavailable but done": UNAVAILABLE_BUT_DONE,
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


async def test_faults_without_end_are_told_and_leave_what_was_there(network: Network) -> None:
    first = await network.direct.write(UPLOADS_CONTAINER, PATH, b"before")
    network.fail(*[UNAVAILABLE] * 99)
    with pytest.raises(StoreUnavailable):
        await network.blobs.write(UPLOADS_CONTAINER, PATH, b"after")
    assert len(network.proxy.seen) == 3
    with pytest.raises(StoreUnavailable):
        await content(network.blobs, first)
    assert len(network.proxy.seen) == 6
    assert await content(network.direct, first) == b"before"
