"""A proxy between an SDK and its server that answers, delays or breaks off as it is told, and notes every request."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request on its way. `number` counts from 0."""

    number: int
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def is_document(self) -> bool:
        """It reads, writes or queries documents; the rest is the SDK finding its way."""
        return "/docs" in self.path

    @property
    def is_query(self) -> bool:
        return "x-ms-documentdb-isquery" in self.headers

    @property
    def is_write(self) -> bool:
        return self.is_document and self.method in ("POST", "PUT", "DELETE") and not self.is_query

    @property
    def uploaded_path(self) -> str | None:
        """Where in container `uploads` this request to Blob Storage would put a whole blob."""
        _, _, name = self.path.partition("/uploads/")
        return unquote(name) if self.method == "PUT" and name and "?" not in name else None


@dataclass(frozen=True, slots=True)
class Fault:
    """What becomes of a request. `status` is answered in the server's place, `forward` says whether the server does it
    all the same, `reset` breaks the connection instead of answering, `half` after half of the answer. `code` is what
    Blob Storage calls the error; it answers XML, Cosmos DB JSON."""

    status: int = 0
    code: str = ""
    retry_after_ms: int | None = None
    sub_status: int | None = None
    forward: bool = False
    reset: bool = False
    half: bool = False
    delay: float = 0.0  # seconds before anything else happens

    @property
    def name(self) -> str:
        """For reports."""
        if self.status:
            told = f"{self.status} {self.code or (self.sub_status or '')}".strip()
        else:
            told = "reset" if self.reset else "half an answer" if self.half else "slow"
        if self.reset or self.status:
            told += " but done" if self.forward else ""
        return told


def throttled(retry_after_ms: int = 50) -> Fault:
    """429: the service did nothing, and says when to come back."""
    return Fault(429, retry_after_ms=retry_after_ms)


UNAVAILABLE = Fault(503)
UNAVAILABLE_BUT_DONE = Fault(503, forward=True)
RESET_BEFORE = Fault(reset=True)
RESET_AFTER = Fault(reset=True, forward=True)
HALF_AN_ANSWER = Fault(half=True, forward=True)
CONFLICT = Fault(412)
BEHIND = Fault(404, sub_status=1002)
BUSY = Fault(503, "ServerBusy")
BUSY_BUT_DONE = Fault(503, "ServerBusy", forward=True)
BROKEN = Fault(500, "InternalError")
CONDITION_NOT_MET = Fault(412, "ConditionNotMet")


def slow(seconds: float) -> Fault:
    return Fault(delay=seconds, forward=True)


Choose = Callable[[Asked], Awaitable[Fault | None]]
Hear = Callable[[Asked, int], None]
"""Told each request that the server answered, and its status, before the client hears of it, if it does."""


async def no_fault(_: Asked) -> Fault | None:
    return None


def nobody_hears(_: Asked, __: int) -> None:
    pass


@dataclass
class FaultProxy:
    """`choose` decides about each request; `seen` holds those that arrived."""

    server: str
    choose: Choose = no_fault
    hear: Hear = nobody_hears
    seen: list[Asked] = field(default_factory=list)
    endpoint: str = ""
    _connections: set[asyncio.Task[None]] = field(default_factory=set)

    def documents(self) -> list[str]:
        """The document requests so far: method, or QUERY."""
        return ["QUERY" if asked.is_query else asked.method for asked in self.seen if asked.is_document]

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[FaultProxy]:
        """On a free port of this machine, until the block is left."""
        listener = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.endpoint = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            listener.close()
            for task in list(self._connections):
                task.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            address = urlsplit(self.server)
            upstream = await asyncio.open_connection(address.hostname, address.port)
            try:
                while await self._one(reader, writer, upstream):
                    pass
            finally:
                upstream[1].close()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            self._connections.discard(task)

    async def _one(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        upstream: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> bool:
        """Whether the connection can take another request."""
        head, body = await _message(reader)
        asked = self._noted(head, body)
        fault = await self.choose(asked) or Fault(forward=True)
        await asyncio.sleep(fault.delay)
        answer = b""
        if fault.forward:
            upstream[1].write(head + body)
            answer = b"".join(await _message(upstream[0], asked.method))
            self.hear(asked, int(answer[9:12]))
        if fault.status:
            answer = _made_up(fault, asked.method)
        if fault.reset or fault.half:
            if fault.half:
                writer.write(answer[: len(answer) // 2])
                await writer.drain()
                await asyncio.sleep(0.01)
            writer.transport.abort()
            return False
        writer.write(answer)
        await writer.drain()
        return True

    def _noted(self, head: bytes, body: bytes) -> Asked:
        first, *rest = head.decode("latin-1").rstrip().split("\r\n")
        method, path, _ = first.split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
        asked = Asked(len(self.seen), method, path, headers, body)
        self.seen.append(asked)
        return asked


async def _message(reader: asyncio.StreamReader, answers: str = "") -> tuple[bytes, bytes]:
    """One HTTP message, head and body; `answers` is the method it answers."""
    head = await reader.readuntil(HEAD_END)
    lines = head.lower().split(b"\r\n")
    length = next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")), 0)
    if any(line.startswith(b"transfer-encoding:") and b"chunked" in line for line in lines):
        return head, await _chunks(reader)
    if answers == "HEAD" or head[9:12] in (b"204", b"304"):
        return head, b""
    return head, await reader.readexactly(length)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while True:
        size = await reader.readline()
        chunk = await reader.readexactly(int(size.split(b";")[0], 16) + 2)
        parts += [size, chunk]
        if chunk == b"\r\n":
            return b"".join(parts)


def _made_up(fault: Fault, method: str) -> bytes:
    body, kind = _told(fault)
    lines = [f"HTTP/1.1 {fault.status} Made Up", f"content-type: {kind}", f"content-length: {len(body)}"]
    if fault.code:
        lines.append(f"x-ms-error-code: {fault.code}")
    else:
        lines.append("x-ms-request-charge: 0.5")
    if fault.retry_after_ms is not None:
        lines.append(f"x-ms-retry-after-ms: {fault.retry_after_ms}")
    if fault.sub_status is not None:
        lines.append(f"x-ms-substatus: {fault.sub_status}")
    return "\r\n".join(lines).encode() + HEAD_END + (b"" if method == "HEAD" else body)


def _told(fault: Fault) -> tuple[bytes, str]:
    """The body, and its type."""
    message = "made up by the fault proxy"
    if not fault.code:
        return json.dumps({"code": str(fault.status), "message": message}).encode(), "application/json"
    xml = f'<?xml version="1.0"?><Error><Code>{fault.code}</Code><Message>{message}</Message></Error>'
    return xml.encode(), "application/xml"
