"""Blobs: whole or not at all, and never mixed with what replaced them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from shared.services.ports import DERIVED_CONTAINER, UPLOADS_CONTAINER, BlobChanged, BlobFacts, BlobMissing, BlobStore

PATH = "contoso/offer1/contacts/people.csv"


async def content(blobs: BlobStore, facts: BlobFacts, container: str = UPLOADS_CONTAINER) -> bytes:
    return b"".join([part async for part in blobs.read(container, facts.path, facts.etag)])


async def paths(blobs: BlobStore, prefix: str = "", container: str = UPLOADS_CONTAINER) -> list[str]:
    return [facts.path async for facts in blobs.list(container, prefix)]


async def in_parts(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_a_written_blob_is_read_back(blobs: BlobStore) -> None:
    facts = await blobs.write(UPLOADS_CONTAINER, PATH, b"name,country\n")
    assert await blobs.head(UPLOADS_CONTAINER, PATH) == facts
    assert (facts.path, facts.length) == (PATH, 13)
    assert abs(datetime.now(UTC) - facts.modified_at) < timedelta(minutes=1)
    assert await content(blobs, facts) == b"name,country\n"


async def test_a_blob_written_in_parts_is_one_blob(blobs: BlobStore) -> None:
    facts = await blobs.write(UPLOADS_CONTAINER, PATH, in_parts(b"one,", b"", b"two"))
    assert await content(blobs, facts) == b"one,two"


async def test_a_large_blob_comes_in_ranges_of_at_most_four_megabytes(blobs: BlobStore) -> None:
    large = bytes(range(256)) * 40_000
    facts = await blobs.write(UPLOADS_CONTAINER, PATH, large)
    parts = [part async for part in blobs.read(UPLOADS_CONTAINER, PATH, facts.etag)]
    assert b"".join(parts) == large
    assert max(map(len, parts)) <= 4 * 2**20


async def test_an_empty_blob_is_a_blob(blobs: BlobStore) -> None:
    facts = await blobs.write(UPLOADS_CONTAINER, PATH, b"")
    assert facts.length == 0
    assert await content(blobs, facts) == b""


async def test_each_write_has_an_etag_of_its_own(blobs: BlobStore) -> None:
    etags = [(await blobs.write(UPLOADS_CONTAINER, PATH, b"same")).etag for _ in range(20)]
    assert len(set(etags)) == 20


async def test_an_older_etag_does_not_read_what_replaced_it(blobs: BlobStore) -> None:
    first = await blobs.write(UPLOADS_CONTAINER, PATH, b"first")
    second = await blobs.write(UPLOADS_CONTAINER, PATH, b"other")
    with pytest.raises(BlobChanged):
        await content(blobs, first)
    assert await content(blobs, second) == b"other"


async def test_a_blob_replaced_while_it_is_read_is_noticed(blobs: BlobStore) -> None:
    facts = await blobs.write(UPLOADS_CONTAINER, PATH, b"a" * 9_000_000)
    reading = blobs.read(UPLOADS_CONTAINER, PATH, facts.etag)
    await anext(reading)
    await blobs.write(UPLOADS_CONTAINER, PATH, b"b" * 9_000_000)
    with pytest.raises(BlobChanged):
        async for part in reading:
            assert set(part) == {ord("a")}  # never a mixture


async def test_what_is_missing_is_told_apart(blobs: BlobStore) -> None:
    assert await blobs.head(UPLOADS_CONTAINER, PATH) is None
    with pytest.raises(BlobMissing):
        await content(blobs, BlobFacts(PATH, "any", 1, datetime.now(UTC)))
    facts = await blobs.write(UPLOADS_CONTAINER, PATH, b"a")
    await blobs.delete(UPLOADS_CONTAINER, PATH)
    await blobs.delete(UPLOADS_CONTAINER, PATH)
    assert await blobs.head(UPLOADS_CONTAINER, PATH) is None
    with pytest.raises(BlobMissing):
        await content(blobs, facts)


async def test_a_list_names_what_begins_with_the_prefix(blobs: BlobStore) -> None:
    for path in ("a/1/x.csv", "a/1/y.csv", "a/10/z.csv", "b/1/x.csv", "top.txt"):
        await blobs.write(UPLOADS_CONTAINER, path, b"-")
    assert await paths(blobs) == ["a/1/x.csv", "a/1/y.csv", "a/10/z.csv", "b/1/x.csv", "top.txt"]
    assert await paths(blobs, "a/1") == ["a/1/x.csv", "a/1/y.csv", "a/10/z.csv"]
    assert await paths(blobs, "a/1/") == ["a/1/x.csv", "a/1/y.csv"]
    assert await paths(blobs, "nothing/here") == []
    assert await paths(blobs, container=DERIVED_CONTAINER) == []


async def test_containers_do_not_share_paths(blobs: BlobStore) -> None:
    upload = await blobs.write(UPLOADS_CONTAINER, PATH, b"in")
    derived = await blobs.write(DERIVED_CONTAINER, PATH, b"out")
    assert (await content(blobs, upload), await content(blobs, derived, DERIVED_CONTAINER)) == (b"in", b"out")


@pytest.mark.parametrize("name", ["être 日本.csv", "a b%20c+d&e=f#g?.csv", "quote'\".csv", "n" * 200 + ".csv"])
async def test_names_of_any_script_and_sign_are_kept(blobs: BlobStore, name: str) -> None:
    facts = await blobs.write(UPLOADS_CONTAINER, f"contoso/{name}", b"x")
    assert facts.path == f"contoso/{name}"
    assert await content(blobs, facts) == b"x"
    assert await paths(blobs, "contoso/") == [f"contoso/{name}"]


async def test_a_write_that_breaks_off_leaves_what_was_there(blobs: BlobStore) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    first = await blobs.write(UPLOADS_CONTAINER, PATH, b"whole")
    with pytest.raises(ConnectionResetError):
        await blobs.write(UPLOADS_CONTAINER, PATH, breaking())
    assert await content(blobs, first) == b"whole"
    with pytest.raises(ConnectionResetError):
        await blobs.write(UPLOADS_CONTAINER, "contoso/new.csv", breaking())
    assert await paths(blobs) == [PATH]


async def test_an_upload_link_names_the_blob_and_the_time_it_ends(blobs: BlobStore) -> None:
    ends = datetime(2027, 1, 1, 12, tzinfo=UTC)
    link = await blobs.upload_link("contoso/o/contacts/a b.csv", ends)
    assert "/uploads/contoso/o/contacts/a%20b.csv?" in link
    assert link != await blobs.upload_link("contoso/o/contacts/a b.csv", ends + timedelta(minutes=1))
