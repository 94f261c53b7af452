"""The embedded blob store: a folder. A container is a folder in it, a blob's path is the file's path in there."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import hmac
import os
import stat
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from typing import BinaryIO, TypeVar
from urllib.parse import quote
from uuid import uuid4

from shared.services.ports import UPLOADS_CONTAINER, BlobChanged, BlobFacts, BlobMissing, StoreUnavailable

_Result = TypeVar("_Result")
RANGE = 2**20  # bytes read at a time
_LONGEST_NAME = 255  # bytes, the limit of common file systems


class FolderBlobs:
    """BlobStore in a folder. A path that could mean anything but one file in its container is a ValueError.

    Files whose names begin with a dot are not blobs: they are writes under way, and the system's own litter.
    """

    def __init__(self, root: Path, link_url: str | None = None, link_key: str | None = None) -> None:
        """`link_url` is where the local host takes signed uploads, `link_key` the key it checks them with."""
        self._root = root
        self._link_url = link_url
        self._link_key = link_key

    async def head(self, container: str, path: str) -> BlobFacts | None:
        """The blob's facts, or None. Raises ValueError, StoreUnavailable."""
        return await _on_disk(self._head, container, path)

    async def write(self, container: str, path: str, content: bytes | AsyncIterator[bytes]) -> BlobFacts:
        """Create or overwrite, on disk when it returns. Raises ValueError, StoreUnavailable, what `content` raises."""
        target = self._file(container, path)
        temporary = target.with_name(f".{uuid4().hex}.writing")
        file = await _on_disk(_create, target, temporary)
        try:
            with file:
                if isinstance(content, bytes):
                    await _on_disk(file.write, content)
                else:
                    async for part in content:
                        await _on_disk(file.write, part)
                return await _on_disk(_put_in_place, file, temporary, target, path)
        finally:
            temporary.unlink(missing_ok=True)

    async def read(self, container: str, path: str, etag: str) -> AsyncIterator[bytes]:
        """Ranges of 1 MB. Raises BlobMissing, BlobChanged (also at the end, so what was read before it is void),
        ValueError, StoreUnavailable."""
        target = self._file(container, path)
        file = await _on_disk(_open, target)
        if file is None:
            raise BlobMissing(f"{container}/{path}")
        with file:
            if _etag(os.fstat(file.fileno())) != etag:
                raise BlobChanged(f"{container}/{path}")
            while part := await _on_disk(file.read, RANGE):
                yield part
            if not await _on_disk(_is_still, file, target, etag):
                raise BlobChanged(f"{container}/{path}")

    async def delete(self, container: str, path: str) -> None:
        """Deleting what is not there is no error. Raises ValueError, StoreUnavailable."""
        await _on_disk(_delete, self._file(container, path))

    async def list(self, container: str, prefix: str = "") -> AsyncIterator[BlobFacts]:
        """Blobs whose path begins with `prefix`, by path. Raises ValueError, StoreUnavailable."""
        for facts in await _on_disk(self._listing, container, prefix):
            yield facts

    async def upload_link(self, path: str, expires_at: datetime) -> str:
        """An address of the local host, signed. Raises ValueError, and StoreUnavailable where no host takes uploads."""
        _check_path(path)
        if not path.isprintable():
            raise ValueError("a path to sign has no control characters")
        if self._link_url is None or self._link_key is None:
            raise StoreUnavailable("no host takes signed uploads here (UPLOAD_LINK_URL, UPLOAD_LINK_KEY)")
        expires = int(expires_at.timestamp())
        signed = f"PUT\n{UPLOADS_CONTAINER}\n{path}\n{expires}".encode()
        signature = hmac.new(self._link_key.encode(), signed, hashlib.sha256).hexdigest()
        return f"{self._link_url}/{UPLOADS_CONTAINER}/{quote(path)}?expires={expires}&signature={signature}"

    async def close(self) -> None:
        """Nothing is held between calls."""

    def _file(self, container: str, path: str) -> Path:
        _check_path(path)
        if "/" in container:
            raise ValueError("a container is one folder")
        _check_path(container)
        file = self._root / container / path
        root = os.path.realpath(self._root)
        if os.path.commonpath((root, os.path.realpath(file.parent))) != root:
            raise ValueError("a path does not leave the folder, by a link either")
        return file

    def _head(self, container: str, path: str) -> BlobFacts | None:
        file = _open(self._file(container, path))
        if file is None:
            return None
        with file:
            return _facts(path, os.fstat(file.fileno()))

    def _listing(self, container: str, prefix: str) -> Sequence[BlobFacts]:
        return sorted(self._walk(container, prefix), key=attrgetter("path"))

    def _walk(self, container: str, prefix: str) -> Iterator[BlobFacts]:
        folder = prefix.rpartition("/")[0]
        top = self._file(container, f"{folder}/any" if folder else "any").parent
        base = self._root / container
        for where, folders, names in os.walk(top):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                file = Path(where, name)
                path = file.relative_to(base).as_posix()
                if name.startswith(".") or not path.startswith(prefix) or not _is_text(path):
                    continue
                facts = self._head(container, path)
                if facts is not None:
                    yield facts


def _check_path(path: str) -> None:
    if not path or "\\" in path or "\0" in path:
        raise ValueError("a path is text without backslash and NUL")
    for segment in path.split("/"):
        if not segment or segment.startswith("."):
            raise ValueError("a path's segments are not empty and do not begin with a dot")
        if len(segment.encode()) > _LONGEST_NAME:
            raise ValueError(f"a path's segments have at most {_LONGEST_NAME} bytes")


def _is_text(path: str) -> bool:
    """Names on disk are bytes; one that is no UTF-8, or has a backslash, cannot be a blob's path."""
    try:
        _check_path(path)
    except ValueError:
        return False
    return True


async def _on_disk(action: Callable[..., _Result], *arguments: object) -> _Result:
    """Do it in a thread; what the disk refuses is StoreUnavailable."""
    try:
        return await asyncio.to_thread(action, *arguments)
    except OSError as error:
        raise StoreUnavailable(f"the folder of files does not answer: {error}") from error


def _open(file: Path) -> BinaryIO | None:
    """A regular file for reading; None if there is none, also where a link or a pipe has the name."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            return None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return None
    return os.fdopen(descriptor, "rb", buffering=0)


def _create(target: Path, temporary: Path) -> BinaryIO:
    if target.is_dir():
        raise ValueError("a folder has that path")
    try:
        _make_folders(target.parent)
    except (FileExistsError, NotADirectoryError) as error:
        raise ValueError("a file has the path of the folder") from error
    return temporary.open("xb")


def _delete(file: Path) -> None:
    try:
        file.unlink()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return
    _flush_folder(file.parent)


def _put_in_place(file: BinaryIO, temporary: Path, target: Path, path: str) -> BlobFacts:
    file.flush()
    # The system's clock for files ticks every few milliseconds: two writes within one tick would share their ETag.
    try:
        written = max(time.time_ns(), target.stat().st_mtime_ns + 1)
    except FileNotFoundError:
        written = time.time_ns()
    os.utime(temporary, ns=(written, written))
    os.fsync(file.fileno())
    facts = _facts(path, os.fstat(file.fileno()))
    temporary.replace(target)
    _flush_folder(target.parent)
    return facts


def _make_folders(folder: Path) -> None:
    """Make a folder and those above it, each on disk before it is used."""
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    folder.mkdir(exist_ok=True)
    _flush_folder(folder.parent)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_still(file: BinaryIO, target: Path, etag: str) -> bool:
    try:
        now = target.stat(follow_symlinks=False)
    except FileNotFoundError:
        return False
    opened = os.fstat(file.fileno())
    return os.path.samestat(opened, now) and _etag(opened) == etag


def _etag(facts: os.stat_result) -> str:
    return f"{facts.st_mtime_ns:x}-{facts.st_size:x}"


def _facts(path: str, facts: os.stat_result) -> BlobFacts:
    return BlobFacts(path, _etag(facts), facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC))
