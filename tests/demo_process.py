"""`python -m demo run` as a process of its own, as `make run` starts it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from demo.app import free_port

ROOT: Final = Path(__file__).parents[1]
READY: Final = "Ctrl-C stops it."


class Demo:
    """The running demo: its address, what it printed, and how it ends."""

    def __init__(self, port: int, process: subprocess.Popen[bytes], output: Path) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.process = process
        self._output = output

    @property
    def printed(self) -> str:
        return self._output.read_text(encoding="utf-8")

    def until_healthy(self, seconds: float = 60) -> float:
        """How long /api/health took to answer, in seconds."""
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            assert self.process.poll() is None, self.printed
            try:
                if httpx.get(f"{self.url}/api/health", timeout=2).status_code == 200:
                    return time.monotonic() - begun
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError(f"no health within {seconds} s:\n{self.printed}")

    def until_ready(self, seconds: float = 60) -> float:
        """How long it took until it said what to try, in seconds."""
        begun = time.monotonic()
        while READY not in self.printed:
            assert self.process.poll() is None, self.printed
            assert time.monotonic() - begun < seconds, self.printed
            time.sleep(0.05)
        return time.monotonic() - begun

    def get(self, path: str, persona: str) -> Any:
        answer = httpx.get(f"{self.url}{path}", headers={"Authorization": f"Bearer {persona}"})
        assert answer.status_code == 200, answer.text
        return json.loads(answer.content)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """The exit code after a signal."""
        self.process.send_signal(number)
        return self.process.wait(20)


@contextmanager
def running(data: Path, command: str = "run", environment: Mapping[str, str] | None = None) -> Iterator[Demo]:
    """The demo over a data folder, on a free port, with these settings; ended whatever happens."""
    port = free_port()
    with tempfile.NamedTemporaryFile() as output:
        arguments = [sys.executable, "-m", "demo", command, "--port", str(port), "--data", str(data)]
        process = subprocess.Popen(
            arguments, cwd=ROOT, stdout=output, stderr=output, env={**os.environ, **(environment or {})}
        )
        try:
            yield Demo(port, process, Path(output.name))
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(20)
