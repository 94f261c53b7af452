"""Looking through a container's folder: which files are there, and which are new and at rest."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from devhost.indexing import BlobTrigger, Function
from devhost.receipts import Message, Receipts

log = logging.getLogger("devhost.blobs")

Version = tuple[int, int]  # modified (ns), size


def etag_of(version: Version) -> str:
    """The ETag of one version of a file."""
    return f"{version[0]:x}-{version[1]:x}"


def version_of(status: os.stat_result) -> Version:
    """The version a file has now."""
    return status.st_mtime_ns, status.st_size


def files_below(folder: Path) -> Iterator[tuple[str, Version]]:
    """Names (with /) and versions of the files in a folder; names that start with a dot, and links, are passed over."""
    waiting = [(str(folder), "")]
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
                        yield prefix + entry.name, version_of(entry.stat(follow_symlinks=False))
                    except FileNotFoundError:
                        continue


class Scanner:
    """Finds what is to be delivered: files that looked the same in two scans, so that no half copy is read."""

    def __init__(self, data: Path, functions: Iterable[tuple[Function, BlobTrigger]], receipts: Receipts) -> None:
        self._data, self._functions, self._receipts = data, tuple(functions), receipts
        self._containers = sorted({trigger.container for _, trigger in self._functions})
        self._known: dict[tuple[str, str], str] | None = None
        self._settled: dict[str, Version] = {}
        self._seen: dict[str, Version] = {}

    def scan(self) -> list[Message]:
        """One look; what it found is already in the receipts. An I/O error leaves everything as it was."""
        now = {
            f"{name}/{path}": version for name in self._containers for path, version in files_below(self._data / name)
        }
        resting = [path for path, version in now.items() if self._settled.get(path) != version == self._seen.get(path)]
        messages = [message for path in resting for message in self._messages(path, etag_of(now[path]))]
        gone = [key for key in self._all_known() if key[1] not in now]
        if messages or gone:
            self._receipts.add(messages, gone)
        for key in gone:
            del self._all_known()[key]
        self._all_known().update({(message.function, message.path): message.etag for message in messages})
        self._settled = {path: version for path, version in self._settled.items() if path in now}
        self._settled.update({path: now[path] for path in resting})
        self._seen = now
        return messages

    def _messages(self, path: str, etag: str) -> Iterator[Message]:
        container, _, name = path.partition("/")
        if not _is_text(path):
            log.warning("%r is no text; a blob cannot have such a name, it is passed over", path)
            return
        for function, trigger in self._functions:
            wanted = trigger.container == container and trigger.pattern.fullmatch(name)
            if wanted and self._all_known().get((function.name, path)) != etag:
                yield Message(function.name, path, etag)

    def _all_known(self) -> dict[tuple[str, str], str]:
        if self._known is None:
            self._known = self._receipts.known()
        return self._known


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
