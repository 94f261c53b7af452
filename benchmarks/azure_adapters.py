"""The Azure adapters beside the bare SDK calls they make, on the same local servers, turn about in one run.

    python -m benchmarks.azure_adapters [documents a round]

Documents are referrals of 2 KB, blobs 64 KB. The peers are `create_item`, `read_item`, `upload_blob`, `download_blob`
of a client opened as the SDK's own examples do. The target is 0.8 of their rate. A local server answers in one or two
milliseconds and shares the processors, so this shows what the adapter itself costs, not what Azure takes. Beside other
work the clock says who else wanted the processors: the CPU of this process, an operation, is printed too.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable

from azure.cosmos.aio import CosmosClient
from azure.storage.blob.aio import BlobServiceClient

from benchmarks.store_sqlite import referral
from shared.adapters.azure_blobs import AzureBlobs
from shared.adapters.azure_links import BlobAccount
from shared.adapters.cosmos import CosmosStore
from shared.adapters.cosmos_client import CosmosAccount
from shared.services.ports import DERIVED_CONTAINER, REFERRALS, UPLOADS_CONTAINER
from tests.emulators.servers import COSMOS_KEY, LocalAzure, running

ROUNDS = 21  # short ones, so that both sides meet the same other work
TARGET = 0.8
BLOB = b"x" * 64_000

Work = Callable[[int], Awaitable[object]]


async def measured(work: Work, numbers: range, at_once: int) -> tuple[float, float]:
    """How many a second, `at_once` at a time; and the milliseconds of CPU each takes this process."""
    waiting = iter(numbers)

    async def client() -> None:
        for number in waiting:
            await work(number)

    began, cpu_before = time.perf_counter(), time.process_time()
    await asyncio.gather(*(client() for _ in range(at_once)))
    cpu = time.process_time() - cpu_before
    return len(numbers) / (time.perf_counter() - began), 1000 * cpu / len(numbers)


async def compare(name: str, ours: Work, bare: Work, count: int, at_once: int) -> float:
    """Prints and returns the median of our rate over theirs; who goes first changes with each round."""
    pairs = []
    for turn in range(ROUNDS):
        numbers = range(turn * count, (turn + 1) * count)
        if turn % 2:
            our = await measured(ours, numbers, at_once)
            their = await measured(bare, numbers, at_once)
        else:
            their = await measured(bare, numbers, at_once)
            our = await measured(ours, numbers, at_once)
        pairs.append((*our, *their))
    ratio = statistics.median(our / their for our, _, their, _ in pairs)
    our, our_cpu, their, their_cpu = (statistics.median(each) for each in zip(*pairs, strict=True))
    print(
        f"{name:12} {at_once:2} at once: {our:7.0f}/s through the adapter, {their:7.0f}/s bare, {ratio:.2f} x;"
        f" CPU {our_cpu:.2f} ms, {their_cpu:.2f} ms bare, {their_cpu / our_cpu:.2f} x"
    )
    return ratio


async def documents(here: LocalAzure, count: int) -> list[float]:
    """Create and read."""
    store = CosmosStore(CosmosAccount(here.cosmos_endpoint, "bench", COSMOS_KEY), create_containers=True)
    await store.get(REFERRALS, "contoso", "nothing")
    ratios = []
    async with CosmosClient(here.cosmos_endpoint, COSMOS_KEY, enable_endpoint_discovery=False) as client:
        container = client.get_database_client("bench").get_container_client(REFERRALS)
        for at_once in (1, 8):
            ours, bare = f"ours{at_once}", f"bare{at_once}"
            ratios += [
                await compare(
                    "create",
                    lambda n, whose=ours: store.insert(REFERRALS, {**referral(n), "organizationId": whose}),
                    lambda n, whose=bare: container.create_item({**referral(n), "organizationId": whose}),
                    count,
                    at_once,
                ),
                await compare(
                    "read",
                    lambda n, whose=ours: store.get(REFERRALS, whose, f"r{n:07d}"),
                    lambda n, whose=bare: container.read_item(f"r{n:07d}", [whose, f"r{n:07d}"]),
                    count,
                    at_once,
                ),
            ]
    await store.close()
    return ratios


async def files(here: LocalAzure, count: int) -> list[float]:
    """Write and read."""
    blobs = AzureBlobs(BlobAccount(here.blob_connection), create_containers=True)
    etags = {}

    async def write(n: int) -> None:
        etags[n] = (await blobs.write(DERIVED_CONTAINER, f"ours/{n}", BLOB)).etag

    async def read(n: int) -> None:
        assert [part async for part in blobs.read(DERIVED_CONTAINER, f"ours/{n}", etags[n])] == [BLOB]

    async with BlobServiceClient.from_connection_string(here.blob_connection) as client:

        async def bare_read(n: int) -> None:
            assert (
                await (await client.get_blob_client(UPLOADS_CONTAINER, f"bare/{n}").download_blob()).readall() == BLOB
            )

        await blobs.head(UPLOADS_CONTAINER, "nothing")
        ratios = [
            await compare(
                "write blob",
                write,
                lambda n: client.get_blob_client(UPLOADS_CONTAINER, f"bare/{n}").upload_blob(BLOB),
                count,
                1,
            ),
            await compare("read blob", read, bare_read, count, 1),
        ]
    await blobs.close()
    return ratios


async def main(count: int) -> int:
    """1 where a ratio misses the target."""
    with running() as here:
        ratios = [*await documents(here, count), *await files(here, count // 4)]
    return 0 if min(ratios) >= TARGET else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)))
