"""The host: every part put together over one FunctionApp, in a process of its own (server.py) or inside a test."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import azure.functions as func
from azure.functions.decorators.function_app import Function as Indexed

from devhost.admin import Admin
from devhost.blobs import BlobTriggers
from devhost.configuration import HostJson
from devhost.errors import StartupError
from devhost.identity import EasyAuth, Persona, read_personas
from devhost.indexing import BlobTrigger, HttpTrigger, functions_of, index
from devhost.invocation import Invoker
from devhost.keys import FunctionKeys, persistent_secret
from devhost.messages import BODY_LIMIT
from devhost.timers import TimerStatus, timers_of
from devhost.uploads import SignedUploads
from devhost.web import Cors, Web

log = logging.getLogger("devhost")

STOP_SECONDS = 30.0


class Host:
    """Runs the functions of one app; `asgi` is its HTTP face.

    `settings` are what %NAME% and the DEVHOST_ settings are read from, `data` the folder that holds containers and the
    host's own files (`devhost/`). The environment is not touched: `environment_of` says what functions expect to find
    there. Raises StartupError.
    """

    def __init__(
        self,
        app: func.FunctionApp | Sequence[Indexed],
        *,
        settings: Mapping[str, str],
        data: Path,
        host_json: HostJson | None = None,
        personas: Sequence[Persona] | None = None,
        cors: Cors | None = None,
        body_limit: int = BODY_LIMIT,
    ) -> None:
        rules, own = host_json or HostJson(), data / "devhost"
        indexed = functions_of(app) if isinstance(app, func.FunctionApp) else app
        self.functions = index(indexed, settings, rules.route_prefix)
        people = personas if personas is not None else personas_of(settings)
        keys = FunctionKeys(own / "keys.json", [function.name for function in self.functions])
        self._invoker = Invoker(rules.function_timeout, _threads(settings))
        self._timers = timers_of(self.functions, TimerStatus(own / "timers.json"), self._invoker)
        self._blobs = BlobTriggers(self.functions, self._invoker, data, rules, settings)
        self._started = time.monotonic()
        self._stopping = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self.asgi = Web(
            self.functions,
            self._invoker,
            keys,
            Admin(self, keys.master if settings.get("DEVHOST_ADMIN_KEY_REQUIRED") else None),
            SignedUploads(data, persistent_secret(own / "upload-link.key")),
            easy_auth=EasyAuth(people, persistent_secret(own / "session.key")) if people else None,
            cors=cors or Cors(),
            limit=body_limit,
        )

    async def start(self) -> None:
        """Start the timers and the look-out for blobs; HTTP needs no start."""
        for timer in self._timers.values():
            self._spawn(timer.keep_time(self._stopping))
        for work in self._blobs.work(self._stopping):
            self._spawn(work)

    def begin_stop(self) -> None:
        """Start nothing more; what runs goes on."""
        self._stopping.set()

    async def stop(self, seconds: float = STOP_SECONDS) -> bool:
        """Start nothing more, wait for what runs, at most `seconds`. False if something was still running."""
        self.begin_stop()
        if self._running:
            await asyncio.wait(self._running, timeout=max(seconds, 0.0))
        left = len(self._running)
        if left:
            log.error("%d runs did not end in time; they are cut off", left)
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._blobs.close()
        self._invoker.close()
        return left == 0

    async def run_now(self, name: str, text: str = "") -> None:
        """Run a timer function, or a blob function on the blob `text` ("container/path"), and wait for its end.

        Raises LookupError for an unknown function or blob, ValueError for an HTTP function, and FunctionFailed.
        """
        await self._now(name, text)

    def start_now(self, name: str, text: str) -> None:
        """The same without waiting: POST /admin/functions/{name}."""
        self._spawn(self._now(name, text))

    def status(self) -> Mapping[str, Any]:
        """What /admin/host/status answers: the functions, and the last failures, newest last."""
        return {
            "state": "Stopping" if self._stopping.is_set() else "Running",
            "version": f"devhost on azure-functions {version('azure-functions')}",
            "processUptime": int((time.monotonic() - self._started) * 1000),
            "functions": [{"name": function.name, "trigger": _kind(function.trigger)} for function in self.functions],
            "errors": list(self._invoker.failures),
        }

    def _now(self, name: str, text: str) -> Coroutine[Any, Any, None]:
        found = next((function for function in self.functions if function.name.lower() == name.lower()), None)
        if found is None:
            raise LookupError(f"there is no function {name}")
        if isinstance(found.trigger, HttpTrigger):
            raise ValueError(f"{name} is called by its route")
        if isinstance(found.trigger, BlobTrigger):
            return self._blobs.run_one(found, text)
        return self._timers[found.name].run()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # the invoker has logged it


def environment_of(data: Path, port: int, *, signed_in: bool, public_url: str | None = None) -> dict[str, str]:
    """What the functions expect in their environment on this host; needed before function_app is imported.

    Links in mails and calendar links begin with `public_url`, or else with where this host listens.
    """
    key = persistent_secret(data / "devhost" / "upload-link.key")
    link = {"UPLOAD_LINK_URL": f"http://localhost:{port}/.upload", "UPLOAD_LINK_KEY": key}
    return {
        "AZURE_FUNCTIONS_ENVIRONMENT": "Development",
        "LOCAL_DATA": str(data),
        "PUBLIC_URL": public_url or f"http://localhost:{port}",
        **link,
        **({"WEBSITE_AUTH_ENABLED": "True"} if signed_in else {}),
    }


def personas_of(settings: Mapping[str, str]) -> tuple[Persona, ...]:
    """The personas of the file that DEVHOST_PERSONAS names; none without it. Raises StartupError."""
    path = settings.get("DEVHOST_PERSONAS")
    return read_personas(Path(path)) if path else ()


def _threads(settings: Mapping[str, str]) -> int | None:
    text = settings.get("PYTHON_THREADPOOL_THREAD_COUNT", "")
    if text and not (text.isdecimal() and 0 < int(text) <= 1000):
        raise StartupError(f"PYTHON_THREADPOOL_THREAD_COUNT must be a number of threads, not {text!r}")
    return int(text) if text else None


def _kind(trigger: object) -> str:
    return type(trigger).__name__.removesuffix("Trigger").lower() + "Trigger"
