"""Where blobs are: folders under the host's data folder, one for each container. `azurite.py` is the other place.

Everything here blocks and is called in a thread.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

POISON = "webjobs-blobtrigger-poison"

Version = tuple[int, int]  # modified (ns), size


@dataclass(frozen=True, slots=True)
class Blob:
    """One version of a blob, whole. `modified` is aware."""

    content: bytes
    etag: str
    modified: datetime
    uri: str


class Source(Protocol):
    """Every method raises OSError where the place does not answer."""

    def etags(self, container: str) -> Iterator[tuple[str, str]]:
        """The name (with /) and ETag of each blob."""
        ...

    def read(self, path: str) -> Blob | None:
        """The blob at "container/name", or None."""
        ...

    def write_poison(self, document: dict[str, Any]) -> None:
        """Put a message into the poison queue."""
        ...

    def close(self) -> None: ...


class Folders:
    """A container is a folder, the poison queue one of JSON files."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def etags(self, container: str) -> Iterator[tuple[str, str]]:
        """Names that start with a dot, and links, are passed over."""
        waiting = [(str(self._data / container), "")]
        while waiting:
            path, prefix = waiting.pop()
            try:
                entries = os.scandir(path)
            except FileNotFoundError:
                continue
            with entries:
                for entry in entries:
                    if entry.name[0] == ".":
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append((entry.path, f"{prefix}{entry.name}/"))
                    elif entry.is_file(follow_symlinks=False):
                        try:
                            yield prefix + entry.name, _etag(_version(entry.stat(follow_symlinks=False)))
                        except FileNotFoundError:
                            continue

    def read(self, path: str) -> Blob | None:
        target = self._data / path
        try:
            with target.open("rb") as file:
                content = file.read()
                version = _version(target.stat())
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None
        modified = datetime.fromtimestamp(version[0] / 1e9, UTC)
        return Blob(content, _etag(version), modified, target.absolute().as_uri())

    def write_poison(self, document: dict[str, Any]) -> None:
        folder = self._data / POISON
        folder.mkdir(parents=True, exist_ok=True)
        identity = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid4().hex}.json"
        temporary = folder / f".{identity}"
        temporary.write_text(json.dumps(document), encoding="utf-8")
        temporary.replace(folder / identity)

    def close(self) -> None:
        """Nothing is held."""


def _etag(version: Version) -> str:
    return f"{version[0]:x}-{version[1]:x}"


def _version(status: os.stat_result) -> Version:
    return status.st_mtime_ns, status.st_size
