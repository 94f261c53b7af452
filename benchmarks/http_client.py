"""Clients that cost little beside the server they load: prepared requests over kept connections, loopback only."""

from __future__ import annotations

import asyncio
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

ROOT: Final = Path(__file__).parent.parent
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """A server process that has begun to listen."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """What the process has used so far, all its threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


@contextmanager
def serving(*command: str, **settings: str) -> Iterator[Server]:
    """`python -m ...` until the end of the block; it says its port on its first line."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield Server(int(process.stdout.readline().rpartition(":")[2]), process.pid)
    finally:
        process.terminate()
        process.communicate()


def request(method: str, path: str, as_: str, *, body: Any = None, length: int | None = None) -> bytes:
    """The bytes of one request; `length` is what a bare server shall answer."""
    content = b"" if body is None else orjson.dumps(body)
    headers = {
        "Host": "localhost",
        "Authorization": f"Bearer {as_}",
        "X-Length": length and str(length),
        "Content-Type": "application/json" if content else None,
        "Content-Length": str(len(content)) if method != "GET" else None,
    }
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items() if value)]
    return "\r\n".join([*lines, "", ""]).encode() + content


async def exchange(port: int, message: bytes) -> tuple[int, bytes]:
    """One request on a connection of its own: status and body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        return await _ask(reader, writer, message)
    finally:
        writer.close()
        await writer.wait_closed()


async def load(port: int, messages: Sequence[bytes], clients: int, expected: int) -> float:
    """Seconds to send them all once, by so many clients; every status must be the one expected."""
    waiting = iter(messages)
    connections = [await asyncio.open_connection("127.0.0.1", port) for _ in range(clients)]

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for message in waiting:
            status, body = await _ask(reader, writer, message)
            assert status == expected, (status, body)

    began = time.perf_counter()
    await asyncio.gather(*itertools.starmap(client, connections))
    seconds = time.perf_counter() - began
    for _, writer in connections:
        writer.close()
        await writer.wait_closed()
    return seconds


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, message: bytes) -> tuple[int, bytes]:
    writer.write(message)
    head = await reader.readuntil(b"\r\n\r\n")
    start = head.lower().index(b"content-length:") + len(b"content-length:")
    length = int(head[start : head.index(b"\r", start)])
    return int(head[9:12]), await reader.readexactly(length)
