"""Looking through the containers: which blobs are there, and which are new and at rest."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

from devhost.indexing import BlobTrigger, Function
from devhost.receipts import Message, Receipts
from devhost.sources import Source

log = logging.getLogger("devhost.blobs")


class Scanner:
    """Finds what is to be delivered: blobs that looked the same in two scans, so that no half copied file is read."""

    def __init__(self, source: Source, functions: Iterable[tuple[Function, BlobTrigger]], receipts: Receipts) -> None:
        self._source, self._functions, self._receipts = source, tuple(functions), receipts
        self._containers = sorted({trigger.container for _, trigger in self._functions})
        self._known: dict[tuple[str, str], str] | None = None
        self._settled: dict[str, str] = {}
        self._seen: dict[str, str] = {}

    def scan(self) -> list[Message]:
        """One look; what it found is already in the receipts. An I/O error leaves everything as it was."""
        now = {f"{name}/{path}": etag for name in self._containers for path, etag in self._source.etags(name)}
        resting = [path for path, etag in now.items() if self._settled.get(path) != etag == self._seen.get(path)]
        messages = [message for path in resting for message in self._messages(path, now[path])]
        gone = [key for key in self._all_known() if key[1] not in now]
        if messages or gone:
            self._receipts.add(messages, gone)
        for key in gone:
            del self._all_known()[key]
        self._all_known().update({(message.function, message.path): message.etag for message in messages})
        self._settled = {path: etag for path, etag in self._settled.items() if path in now}
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
