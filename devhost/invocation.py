"""Running one function: its context, its place (loop or thread), and the line in the log."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import logging
import sys
import threading
import time
import uuid
from collections import deque
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import azure.functions as func
from azure.functions._abc import RetryContext, RpcException, TraceContext

from devhost.indexing import Function

log = logging.getLogger("devhost.calls")

THREAD_NAME = "function"


class FunctionFailed(Exception):
    """A timer or blob function raised; its own exception is the cause."""


class NoRetries(RetryContext):
    """There are no retry policies here: every call is a first one."""

    retry_count = 0
    max_retry_count = 0
    exception: RpcException | None = None  # type: ignore[assignment]


class Trace(TraceContext):
    """The W3C trace headers of the caller."""

    trace_parent = ""
    trace_state = ""
    attributes: dict[str, str] = {}

    def __init__(self, headers: Mapping[str, str]) -> None:
        self.trace_parent = headers.get("traceparent", "")
        self.trace_state = headers.get("tracestate", "")
        self.attributes = {}


class Context(func.Context):
    """What a `context` parameter gets."""

    invocation_id = ""
    function_name = ""
    function_directory = ""
    trace_context: TraceContext = Trace({})
    retry_context: RetryContext = NoRetries()
    thread_local_storage: Any = None

    def __init__(self, name: str, invocation_id: str, headers: Mapping[str, str]) -> None:
        self.invocation_id = invocation_id
        self.function_name = name
        self.function_directory = str(Path.cwd())
        self.trace_context = Trace(headers)
        self.thread_local_storage = threading.local()
        self.thread_local_storage.invocation_id = invocation_id


class Invoker:
    """Runs functions: coroutines on the loop, others in threads. `timeout` (seconds) is watched, not enforced."""

    def __init__(self, timeout: float, threads: int | None = None) -> None:
        self._timeout = timeout
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=THREAD_NAME)
        self.failures: deque[dict[str, str]] = deque(maxlen=20)

    async def call(self, function: Function, invocation_id: str, value: object, headers: Mapping[str, str]) -> Any:
        """What the function returns; raises what it raises."""
        arguments: dict[str, object] = {function.argument: value}
        if function.wants_context:
            arguments["context"] = Context(function.name, invocation_id, headers)
        if function.is_async:
            return await function.code(**arguments)
        work = functools.partial(contextvars.copy_context().run, function.code, **arguments)
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def run(self, function: Function, value: object, reason: str) -> None:
        """A call without an answer (timer, blob), with its log line. Raises FunctionFailed."""
        invocation_id, started = new_id(), time.perf_counter()
        outcome = "failed"
        try:
            await self.call(function, invocation_id, value, {})
            outcome = "succeeded"
        except (Exception, SystemExit) as error:
            self.note_failure(function.name)
            log.exception("%s raised (%s) id=%s", function.name, reason, invocation_id)
            raise FunctionFailed(function.name) from error
        finally:
            self.report(function.name, outcome, started, invocation_id)

    def report(self, name: str, outcome: object, started: float, invocation_id: str) -> None:
        """The log line of one call."""
        seconds = time.perf_counter() - started
        log.info("%s %s %.1f ms id=%s", name, outcome, seconds * 1000, invocation_id)
        if seconds > self._timeout:
            log.error("%s ran longer than functionTimeout; Azure would have stopped it id=%s", name, invocation_id)

    def note_failure(self, name: str) -> None:
        """Keep the exception in hand for /admin/host/status, without its text: that may hold a caller's data."""
        kind = type(sys.exception()).__name__
        self.failures.append({"function": name, "error": kind, "at": datetime.now(UTC).isoformat()})

    def close(self) -> None:
        """Let the threads go; does not wait for one that is stuck."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def new_id() -> str:
    """An invocation id."""
    return str(uuid.uuid4())
