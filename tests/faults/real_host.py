"""`python -m devhost` as its users start it, on a free port and a folder of its own, until it is killed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Final, Self

ROOT: Final = Path(__file__).parents[2]


class RealHost:
    """A host process over `data`; `with` kills what still runs. `settings` are environment variables."""

    def __init__(self, data: Path, log: Path, **settings: str) -> None:
        with log.open("a") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "devhost", "--port", "0", "--data", str(data)],
                cwd=ROOT,
                env={**os.environ, **settings},
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        assert self.process.stdout is not None
        ready = self.process.stdout.readline()
        if not ready.startswith("Listening on "):
            self.kill()
            raise AssertionError(f"the host did not start; see {log}")
        self.url = ready.split()[-1].replace("localhost", "127.0.0.1")

    def kill(self) -> None:
        """SIGKILL: no handler runs, nothing is flushed."""
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()
