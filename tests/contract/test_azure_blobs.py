"""What only the storage account does: links that write one blob, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from shared.services.ports import DERIVED_CONTAINER, UPLOADS_CONTAINER, BlobStore, StoreUnavailable
from tests.emulators.accounts import accounts
from tests.emulators.opened import azure_blobs

PATH = "contoso/offer1/contacts/a b%+é.csv"
PUT = {"x-ms-blob-type": "BlockBlob"}


@pytest.fixture
async def blobs() -> AsyncIterator[BlobStore]:
    async with azure_blobs(accounts().blob_connection()) as opened:
        yield opened


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=5)


async def test_a_link_writes_its_blob_and_writes_it_again(blobs: BlobStore) -> None:
    link = await blobs.upload_link(PATH, soon())
    async with httpx.AsyncClient() as client:
        for content in (b"first", b"second!"):
            assert (await client.put(link, content=content, headers=PUT)).status_code == 201
    facts = await blobs.head(UPLOADS_CONTAINER, PATH)
    assert facts is not None
    assert facts.length == 7


async def test_a_link_neither_reads_nor_deletes_nor_reaches_another_blob(blobs: BlobStore) -> None:
    await blobs.write(UPLOADS_CONTAINER, PATH, b"ours")
    await blobs.write(UPLOADS_CONTAINER, "other.csv", b"theirs")
    link = await blobs.upload_link(PATH, soon())
    _, _, signature = link.partition("?")
    other = (await blobs.upload_link("other.csv", soon())).partition("?")[0]
    account = other.removesuffix(f"/{UPLOADS_CONTAINER}/other.csv")
    derived = other.replace(f"/{UPLOADS_CONTAINER}/", f"/{DERIVED_CONTAINER}/")
    async with httpx.AsyncClient() as client:
        answers = [
            await client.get(link),
            await client.delete(link),
            await client.put(f"{other}?{signature}", content=b"x", headers=PUT),
            await client.put(f"{derived}?{signature}", content=b"x", headers=PUT),
            await client.get(f"{account}/{UPLOADS_CONTAINER}?restype=container&comp=list&{signature}"),
        ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [403] * 5
    kept = await blobs.head(UPLOADS_CONTAINER, "other.csv")
    assert kept is not None
    assert kept.length == 6


async def test_a_link_ends_when_it_says(blobs: BlobStore) -> None:
    link = await blobs.upload_link(PATH, datetime.now(UTC) - timedelta(seconds=5))
    async with httpx.AsyncClient() as client:
        assert (await client.put(link, content=b"late", headers=PUT)).status_code == 403
    assert await blobs.head(UPLOADS_CONTAINER, PATH) is None


@pytest.mark.parametrize("path", ["", "/a", ".a/b", "я" * 128, "a//b", "a/../b", "./a", "a\\b", "a\0", "a" * 1025])
async def test_a_path_an_address_would_not_keep_is_a_mistake(blobs: BlobStore, path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        await blobs.head(UPLOADS_CONTAINER, path)
    with pytest.raises(ValueError, match="path"):
        await blobs.upload_link(path, soon())


async def test_an_account_that_is_not_there_is_unavailable() -> None:
    from shared.adapters.azure_blobs import AzureBlobs
    from shared.adapters.azure_links import BlobAccount

    nowhere = "AccountName=a;AccountKey=bG9jYWw=;BlobEndpoint=http://127.0.0.1:1/a"
    blobs = AzureBlobs(BlobAccount(nowhere))
    with pytest.raises(StoreUnavailable):
        await blobs.head(UPLOADS_CONTAINER, PATH)
    await blobs.close()
