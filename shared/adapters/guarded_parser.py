"""Parses uploaded files in a child process that limits itself (shared/parsing/guard.py); the parent survives any file.

The child gets nothing of our environment, a session of its own, so that all it might start is killed with it, and a
wall limit that counts only the time we wait for it: while the caller stores what came, the child waits on its pipe.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

import shared
from shared.services.ports import FileKind, ParserFailed

MODULE = "shared.parsing.guard"
MAX_LINE = 4_000_000  # bytes; one line is a document's facts, a picture, or 250 contacts
# Bytes. Contacts are streamed, so theirs cost no memory. A document's million characters come with their words.
MAX_OUTPUT = {"document": 16_000_000, "contacts": 400_000_000, "companies": 40_000_000}
LONGEST = {"document": 14.0}  # seconds, whatever the setting: who sent a hostile one knows within fifteen
STDERR_KEPT = 2_000  # bytes, for the log
LIMIT_SIGNALS = {signal.SIGXCPU: "too_slow", signal.SIGXFSZ: "too_much_output"}


class GuardedParser:
    """`ports.FileParser` over child processes, `at_once` of them at a time."""

    def __init__(self, wall_limit: timedelta = timedelta(seconds=60), at_once: int = 1) -> None:
        self._wall_limit = wall_limit.total_seconds()
        self._free = asyncio.Semaphore(at_once)

    async def parse(self, kind: FileKind, file: Path, name: str) -> AsyncIterator[dict[str, Any]]:
        """The child's lines as they come. Close the iterator (`aclosing`) to stop early. Raises ParserFailed."""
        async with self._free:
            child = await _start(kind, file, name)
            complaint = asyncio.create_task(_last_words(child))
            finished = False
            try:
                async for line in self._lines(child, kind):
                    yield line
                code = await child.wait()
                finished = True
                if code != 0:
                    raise ParserFailed(_reason(code), f"exit code {code}: {await complaint}")
            finally:
                if not finished:
                    _kill(child)
                await asyncio.shield(_let_go(child, complaint))

    async def _lines(self, child: asyncio.subprocess.Process, kind: str) -> AsyncIterator[dict[str, Any]]:
        seconds_left = min(self._wall_limit, LONGEST.get(kind, self._wall_limit))
        bytes_left = MAX_OUTPUT[kind]
        clock = asyncio.get_running_loop().time
        while True:
            asked_at = clock()
            line = await _read_line(child, seconds_left)
            seconds_left -= clock() - asked_at
            bytes_left -= len(line)
            if not line:
                return
            if bytes_left < 0:
                raise ParserFailed("too_much_output", f"more than {MAX_OUTPUT[kind]:,} bytes")
            yield _decoded(line)


async def _start(kind: str, file: Path, name: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *_command(kind, file, name),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": os.pathsep.join(_import_path())},
        cwd="/",
        start_new_session=True,
        limit=MAX_LINE,
    )


def _command(kind: str, file: Path, name: str) -> list[str]:
    return [sys.executable, "-m", MODULE, kind, str(file.absolute()), name]


def _import_path() -> list[str]:
    """Our own folder, then everything this process imports from; `""` is the folder it was started in."""
    ours = str(Path(shared.__path__[0]).parent)
    return list(dict.fromkeys([ours, *(str(Path(each).absolute()) for each in sys.path)]))


async def _read_line(child: asyncio.subprocess.Process, seconds: float) -> bytes:
    assert child.stdout is not None  # noqa: S101  it is a pipe, by _start
    try:
        async with asyncio.timeout(max(seconds, 0)):
            return await child.stdout.readline()
    except TimeoutError:
        raise ParserFailed("too_slow", "the wall limit was reached") from None
    except ValueError:  # a line longer than `limit`
        raise ParserFailed("too_much_output", f"a line of more than {MAX_LINE:,} bytes") from None


def _decoded(line: bytes) -> dict[str, Any]:
    try:
        decoded = orjson.loads(line)
    except orjson.JSONDecodeError:
        decoded = None
    if not isinstance(decoded, dict) or "type" not in decoded:
        raise ParserFailed("parser_died", "a line of output was cut off")
    return decoded


def _reason(code: int) -> str:
    return LIMIT_SIGNALS.get(signal.Signals(-code), "parser_died") if code < 0 else "parser_died"


async def _last_words(child: asyncio.subprocess.Process) -> str:
    """The end of what the child wrote to its standard error; reading it keeps the pipe from filling up."""
    kept = b""
    while child.stderr is not None and (piece := await child.stderr.read(4_096)):
        kept = (kept + piece)[-STDERR_KEPT:]
    return kept.decode(errors="replace").strip()


def _kill(child: asyncio.subprocess.Process) -> None:
    """The child and everything in its session."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


async def _let_go(child: asyncio.subprocess.Process, complaint: asyncio.Task[str]) -> None:
    """Empty the pipes and wait for the end, so that neither a process nor a transport is left behind."""
    while child.stdout is not None and await child.stdout.read(65_536):
        pass
    await complaint
    await child.wait()
