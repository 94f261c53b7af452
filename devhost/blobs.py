"""Blob functions over folders or Azurite: a scan finds new versions, a receipt notes each, a queue delivers them.

Delivery is at least once and in no promised order. A function gets the whole blob in memory, as on the platform. A
version that fails `poisonBlobThreshold` times becomes a message in webjobs-blobtrigger-poison.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from devhost.configuration import HostJson, positive_seconds
from devhost.conversion import input_stream
from devhost.errors import StartupError
from devhost.indexing import BlobTrigger, Function
from devhost.invocation import FunctionFailed, Invoker
from devhost.receipts import Message, Receipts
from devhost.scanning import Scanner
from devhost.sources import POISON, Blob, Folders, Source

log = logging.getLogger("devhost.blobs")

T = TypeVar("T")

SCAN_SHARE = 20  # a scan may take a twentieth of the time; a large folder is looked at less often


class BlobTriggers:
    """The blob functions of one app. Files and receipts are touched in one thread, never on the loop."""

    def __init__(
        self,
        functions: Iterable[Function],
        invoker: Invoker,
        data: Path,
        rules: HostJson,
        settings: Mapping[str, str],
    ) -> None:
        self._source = _source(data, settings)
        self._interval = positive_seconds(settings, "DEVHOST_BLOB_SCAN_SECONDS", 10)
        self._retry_seconds = positive_seconds(settings, "DEVHOST_BLOB_RETRY_SECONDS", 1)
        pairs = [(function, function.trigger) for function in functions if isinstance(function.trigger, BlobTrigger)]
        self._functions = {function.name: function for function, _ in pairs}
        self._invoker, self._rules = invoker, rules
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="blobs")
        self._receipts = Receipts(data / "devhost" / "receipts.sqlite") if pairs else None
        self._scanner = Scanner(self._source, pairs, self._receipts) if self._receipts else None
        self._queue: asyncio.Queue[Message] = asyncio.Queue()

    def work(self, stopping: asyncio.Event) -> list[Coroutine[Any, Any, None]]:
        """What to run beside the web server: one look-out, and as many deliveries at a time as host.json says."""
        if self._receipts is None or self._scanner is None:
            return []
        deliveries = [self._deliver(self._receipts, stopping) for _ in range(self._rules.blob_parallelism)]
        return [self._look_out(self._receipts, self._scanner, stopping), *deliveries]

    async def run_one(self, function: Function, path: str) -> None:
        """Run a function on one blob ("container/name") now, without a receipt. Raises FunctionFailed, LookupError."""
        name = path.partition("/")[2]
        parts = path.split("/")
        if not name or any(part[:1] in ("", ".") or "\\" in part or "\0" in part for part in parts):
            raise ValueError(f"input must be container/name, not {path!r}")
        blob = await asyncio.to_thread(self._source.read, path)
        if blob is None:
            raise LookupError(f"there is no blob {path}")
        await self._run(function, path, blob)

    def close(self) -> None:
        """Let the thread and the receipts go."""
        self._thread.shutdown(wait=True)
        self._source.close()
        if self._receipts is not None:
            self._receipts.close()

    async def _look_out(self, receipts: Receipts, scanner: Scanner, stopping: asyncio.Event) -> None:
        for message in await self._aside(receipts.waiting):
            self._queue.put_nowait(message)
        while not stopping.is_set():
            started = time.perf_counter()
            try:
                for message in await self._aside(scanner.scan):
                    self._queue.put_nowait(message)
            except OSError:
                log.exception("The containers cannot be looked through; trying again")
            pause = max(self._interval, SCAN_SHARE * (time.perf_counter() - started))
            await _wait(stopping, pause)

    async def _deliver(self, receipts: Receipts, stopping: asyncio.Event) -> None:
        stop = asyncio.ensure_future(stopping.wait())
        while not stopping.is_set():
            take = asyncio.ensure_future(self._queue.get())
            await asyncio.wait((take, stop), return_when=asyncio.FIRST_COMPLETED)
            if stopping.is_set():
                take.cancel()  # the receipt brings it back at the next start
                return
            await self._attempt(receipts, take.result())

    async def _attempt(self, receipts: Receipts, message: Message) -> None:
        function = self._functions.get(message.function)
        attempt = await self._aside(lambda: receipts.begin(message)) if function else None
        if attempt is None or function is None:
            return
        try:
            blob = await asyncio.to_thread(self._source.read, message.path)
            if blob is None or blob.etag != message.etag:
                return  # deleted or overwritten while it waited: the scan brings the new version
            await self._run(function, message.path, blob)
        except (FunctionFailed, OSError):
            await self._failed(receipts, message, attempt)
            return
        await self._aside(lambda: receipts.settle(message))

    async def _failed(self, receipts: Receipts, message: Message, attempt: int) -> None:
        if attempt < self._rules.poison_threshold:
            delay = self._retry_seconds * 2 ** (attempt - 1)
            log.warning("%s failed on %s, attempt %d; again in %.1f s", message.function, message.path, attempt, delay)
            asyncio.get_running_loop().call_later(delay, self._queue.put_nowait, message)
            return
        log.error("%s gave up on %s after %d attempts; see %s", message.function, message.path, attempt, POISON)
        await self._aside(lambda: self._source.write_poison(_poison(message)))
        await self._aside(lambda: receipts.settle(message))

    async def _run(self, function: Function, path: str, blob: Blob) -> None:
        stream = input_stream(path, blob.uri, blob.content, blob.etag, blob.modified)
        await self._invoker.run(function, stream, path)

    async def _aside(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _source(data: Path, settings: Mapping[str, str]) -> Source:
    """Where DEVHOST_BLOB_SOURCE says. Raises StartupError."""
    name = settings.get("DEVHOST_BLOB_SOURCE", "folder")
    if name == "folder":
        return Folders(data)
    if name == "azurite":
        from devhost.azurite import Azurite

        return Azurite(settings.get("AzureWebJobsStorage", ""))
    raise StartupError(f"DEVHOST_BLOB_SOURCE: write folder or azurite, not {name!r}")


def _poison(message: Message) -> dict[str, Any]:
    container, _, name = message.path.partition("/")
    return {
        "Type": "BlobTrigger",
        "FunctionId": f"Host.Functions.{message.function}",
        "BlobType": "BlockBlob",
        "ContainerName": container,
        "BlobName": name,
        "ETag": f'"{message.etag}"',
    }


async def _wait(stopping: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return
