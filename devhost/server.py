"""The host in a process of its own: settings, import, socket, signals."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import azure.functions as func
import uvicorn

from devhost.configuration import LocalSettings, read_host_json, read_local_settings
from devhost.errors import StartupError
from devhost.host import STOP_SECONDS, Host, environment_of, personas_of
from devhost.invocation import THREAD_NAME
from devhost.web import Cors

log = logging.getLogger("devhost")

SHUTDOWN_SIGNALS = (signal.SIGTERM, signal.SIGINT)
KEEP_ALIVE_SECONDS = 75


class _Server(uvicorn.Server):
    """uvicorn, with the signals left to us (it would die of them) and a word when it really listens."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        port = sockets[0].getsockname()[1] if sockets else self.config.port
        sys.stdout.write(f"Listening on http://localhost:{port}\n")
        sys.stdout.flush()


def run(port: int | None, data: Path, address: str, settings_file: Path | None) -> int:
    """Serve function_app of the current folder until a signal; the exit code. Raises StartupError."""
    settings = _local_settings(settings_file)
    for name, value in settings.values.items():
        os.environ.setdefault(name, value)
    rules = read_host_json(Path("host.json"), os.environ)
    logging.getLogger().setLevel(rules.log_level)
    listener = _bind(address, settings.port if port is None else port)
    with listener:
        own_port = listener.getsockname()[1]
        data.mkdir(parents=True, exist_ok=True)
        signed_in, public_url = bool(personas_of(os.environ)), os.environ.get("PUBLIC_URL")
        os.environ.update(environment_of(data, own_port, signed_in=signed_in, public_url=public_url))
        module = _import_app()
        cors = Cors(settings.cors, settings.cors_credentials)
        host = Host(module.app, settings=os.environ, data=data, host_json=rules, cors=cors)
        return asyncio.run(_serve(host, listener, module))


async def _serve(host: Host, listener: socket.socket, module: ModuleType) -> int:
    config = uvicorn.Config(
        host.asgi,
        http="httptools",
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=int(STOP_SECONDS),
    )
    server = _Server(config)
    deadline = [float("inf")]

    def stop() -> None:
        server.force_exit = server.should_exit  # asked a second time: wait no longer
        server.should_exit = True
        deadline[0] = time.monotonic() + (0 if server.force_exit else STOP_SECONDS)
        host.begin_stop()
        _tell(module)

    for number in SHUTDOWN_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop)
    await host.start()
    await server.serve(sockets=[listener])
    finished = await host.stop(deadline[0] - time.monotonic())
    await _close(module)
    log.info("Stopped")
    if not finished or _threads_are_stuck():
        logging.shutdown()
        os._exit(0)  # the interpreter would wait for such a thread for ever
    return 0


def _threads_are_stuck() -> bool:
    threads = [thread for thread in threading.enumerate() if thread.name.startswith(THREAD_NAME)]
    for thread in threads:
        thread.join(0.2)  # an idle one ends at once
    return any(thread.is_alive() for thread in threads)


def _tell(module: ModuleType) -> None:
    """An optional `def stopping()` in function_app is called as the stop begins, so that long runs can end early."""
    stopping = getattr(module, "stopping", None)
    if stopping is not None:
        stopping()


async def _close(module: ModuleType) -> None:
    """The app's own last word: an optional `async def close()` in function_app, called when nothing runs any more.

    The platform has no such hook; it is here so that a local store can be closed in order.
    """
    close = getattr(module, "close", None)
    if close is None:
        return
    try:
        await asyncio.wait_for(close(), 5)
    except Exception:  # whatever the app's last word does, the host ends in order
        log.exception("function_app.close failed")


def _local_settings(path: Path | None) -> LocalSettings:
    if path is None and not Path("local.settings.json").exists():
        log.warning("There is no local.settings.json; settings come from the environment alone")
        return LocalSettings()
    return read_local_settings(path or Path("local.settings.json"))


def _bind(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # asyncio sets TCP_NODELAY only where the protocol is written out; without it answers wait 40 ms for an ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
        listener.listen(2048)
    except (OSError, OverflowError) as error:
        listener.close()
        raise StartupError(
            f"{address}:{port} cannot be listened on: {error}. Is another host running? Try --port"
        ) from None
    return listener


def _import_app() -> ModuleType:
    try:
        module = importlib.import_module("function_app")
    except (Exception, SystemExit) as error:
        log.exception("function_app cannot be imported; Azure would show no function and no reason")
        raise StartupError(f"function_app cannot be imported: {error!r}") from error
    apps = [value for value in vars(module).values() if isinstance(value, func.FunctionApp)]
    if len({id(app) for app in apps}) != 1 or not isinstance(getattr(module, "app", None), func.FunctionApp):
        raise StartupError("function_app needs exactly one FunctionApp at module level, called app")
    return module
