"""The folder in particular: it is never left, and holds only whole files."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.adapters.folder_blobs import FolderBlobs
from shared.services.ports import BlobChanged, StoreUnavailable

NOW = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "blobs"


@pytest.fixture
def blobs(folder: Path) -> FolderBlobs:
    return FolderBlobs(folder)


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "../secret", "a/../../secret", "a//b", "a/", "/", ".", "a/.", ".hidden", "a/.hidden/b", "a\\b",
     "..\\b", "a\0b", "é" * 128, "a/" + "b" * 256],
)  # fmt: skip
async def test_a_path_that_is_not_plainly_a_file_is_refused(blobs: FolderBlobs, folder: Path, path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        await blobs.write("uploads", path, b"x")
    with pytest.raises(ValueError, match="path"):
        await blobs.head("uploads", path)
    with pytest.raises(ValueError, match="path"):
        await blobs.delete("uploads", path)
    with pytest.raises(ValueError, match="path"):
        await anext(blobs.read("uploads", path, "e"))
    with pytest.raises(ValueError, match="path"):
        await blobs.upload_link(path, NOW)
    assert not list(folder.parent.iterdir())


@pytest.mark.parametrize("container", ["", "..", "a/b", ".x"])
async def test_a_container_is_one_folder(blobs: FolderBlobs, container: str) -> None:
    with pytest.raises(ValueError, match=r"path|folder"):
        await blobs.write(container, "a", b"x")


async def test_a_link_out_of_the_folder_is_not_followed(blobs: FolderBlobs, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key").write_text("secret")
    await blobs.write("uploads", "a/b", b"x")
    (folder / "uploads" / "out").symlink_to(tmp_path / "secret")
    (folder / "uploads" / "key").symlink_to(tmp_path / "secret" / "key")
    with pytest.raises(ValueError, match="link"):
        await blobs.head("uploads", "out/key")
    with pytest.raises(ValueError, match="link"):
        await blobs.write("uploads", "out/new", b"x")
    assert await blobs.head("uploads", "key") is None
    assert [facts.path async for facts in blobs.list("uploads")] == ["a/b"]
    await blobs.write("uploads", "key", b"ours")
    assert (tmp_path / "secret" / "key").read_text() == "secret"


async def test_only_files_with_legal_names_are_listed(blobs: FolderBlobs, folder: Path) -> None:
    await blobs.write("uploads", "a/b.csv", b"x")
    os.mkfifo(folder / "uploads" / "a" / "pipe")
    (folder / "uploads" / "a" / ".DS_Store").touch()
    (folder / "uploads" / ".git").mkdir()
    (folder / "uploads" / ".git" / "config").touch()
    os.mknod(os.fsencode(folder / "uploads") + b"/caf\xe9.csv")
    assert [facts.path async for facts in blobs.list("uploads")] == ["a/b.csv"]
    assert await blobs.head("uploads", "a/pipe") is None
    assert await blobs.head("uploads", "a") is None


async def test_a_file_and_a_folder_cannot_have_one_path(blobs: FolderBlobs) -> None:
    await blobs.write("uploads", "a/b", b"x")
    with pytest.raises(ValueError, match="folder"):
        await blobs.write("uploads", "a", b"x")
    with pytest.raises(ValueError, match="folder"):
        await blobs.write("uploads", "a/b/c", b"x")
    await blobs.delete("uploads", "a")
    assert await blobs.head("uploads", "a/b/c") is None


async def test_many_writing_one_path_leave_one_whole_file(blobs: FolderBlobs, folder: Path) -> None:
    written = await asyncio.gather(*(blobs.write("uploads", "a/b", bytes([n]) * 100_000) for n in range(20)))
    assert [path.name for path in (folder / "uploads" / "a").iterdir()] == ["b"]
    found = await blobs.head("uploads", "a/b")
    assert found in written
    assert len(set((folder / "uploads" / "a" / "b").read_bytes())) == 1


async def test_a_file_changed_in_place_while_it_is_read_is_noticed(blobs: FolderBlobs, folder: Path) -> None:
    facts = await blobs.write("uploads", "a/b", b"x" * 3_000_000)
    reading = blobs.read("uploads", "a/b", facts.etag)
    await anext(reading)
    with (folder / "uploads" / "a" / "b").open("r+b") as file:
        file.write(b"y")
    with pytest.raises(BlobChanged):
        [part async for part in reading]


async def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises((StoreUnavailable, ValueError)):
        await FolderBlobs(tmp_path / "file" / "blobs").write("uploads", "a/b", b"x")


async def test_an_upload_link_is_signed_for_one_blob_until_one_moment(folder: Path) -> None:
    blobs = FolderBlobs(folder, "http://localhost:7071/_uploads", "a key")
    link = await blobs.upload_link("contoso/o/documents/deck/é?.pptx", NOW)
    signed = "PUT\nuploads\ncontoso/o/documents/deck/é?.pptx\n1798761600".encode()
    signature = hmac.new(b"a key", signed, hashlib.sha256).hexdigest()
    assert link == (
        "http://localhost:7071/_uploads/uploads/contoso/o/documents/deck/%C3%A9%3F.pptx"
        f"?expires=1798761600&signature={signature}"
    )
    with pytest.raises(ValueError, match="control"):
        await blobs.upload_link("contoso/a\nuploads", NOW)
    with pytest.raises(StoreUnavailable, match="UPLOAD_LINK_URL"):
        await FolderBlobs(folder).upload_link("contoso/a", NOW)
