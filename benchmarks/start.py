"""How long the local host takes from its command line to its first answer, on an empty folder and again."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure

RUNS: Final = 5
ROOT: Final = Path(__file__).parent.parent


def seconds_to_health(data: Path) -> float:
    """From the command to 200 on /api/health."""
    began = time.perf_counter()
    host = subprocess.Popen(
        [sys.executable, "-m", "devhost", "--port", "0", "--data", str(data)],
        cwd=ROOT,
        env=os.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert host.stdout is not None
        url = host.stdout.readline().split()[-1].replace("localhost", "127.0.0.1")
        with urllib.request.urlopen(f"{url}/api/health", timeout=30) as response:  # noqa: S310 - our own host
            assert response.status == 200
        return time.perf_counter() - began
    finally:
        host.terminate()
        host.communicate()


def measure() -> list[Figure]:
    """Medians; the first start makes the store."""
    first, second = [], []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as data:
            first.append(seconds_to_health(Path(data)))
            second.append(seconds_to_health(Path(data)))
    return [
        Figure("first start to first answer", statistics.median(first), "s"),
        Figure("second start to first answer", statistics.median(second), "s", limit=3.0),
    ]
