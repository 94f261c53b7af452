"""The app as a child process: `python -m devhost`, from start to clean stop."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from demo.client import Client, Failed

ROOT: Final = Path(__file__).parents[1]
START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 35.0  # the host itself waits 30 for what is in flight


class App:
    """One local host on a port, over a data folder. `settings` are environment variables that win over its file."""

    def __init__(self, port: int, data: Path, *, quiet: bool = False, **settings: str) -> None:
        self.port = port
        silent = subprocess.DEVNULL if quiet else None
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
            [sys.executable, "-m", "devhost", "--port", str(port), "--data", str(data)],
            cwd=ROOT,
            env={**os.environ, **settings},
            stdout=silent,
            stderr=silent,
        )

    def wait_until_healthy(self) -> Client:
        """A client, once /api/health answers. Raises Failed where it ends first, or never answers."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise Failed(f"the app ended with exit code {self._process.returncode}")
            client = Client(self.port)
            try:
                client.get("/api/health")
            except Failed:
                client.close()
                time.sleep(0.05)
            else:
                return client
        raise Failed(f"the app did not answer within {START_SECONDS:.0f} s")

    def wait(self) -> int:
        """Its exit code, whenever it ends."""
        return self._process.wait()

    def stop(self) -> int:
        """Ask it to stop, once, and wait. Ctrl-C reaches it too, and asking twice would cut off what is in flight."""
        try:
            self._process.wait(0.4)
        except subprocess.TimeoutExpired:
            if _listens(self.port):
                self._process.terminate()
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def stop_now(self) -> int:
        """The same where no signal can have reached it."""
        self._process.terminate()
        return self._process.wait(STOP_SECONDS)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def require_free(port: int) -> None:
    """Raises Failed where something listens on the port already."""
    if _listens(port):
        raise Failed(f"port {port} is taken; is it running already? Choose another: make run PORT=7072")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
