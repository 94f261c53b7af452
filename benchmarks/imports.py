"""What importing the app costs beside what it cannot do without: a cold start on the platform pays it each time."""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure

RUNS: Final = 11
ROOT: Final = Path(__file__).parent.parent
OURS: Final = "import function_app"
FLOOR: Final = "import azure.functions, pydantic"
CLOCK: Final = "import time; began = time.process_time(); {}; print(time.process_time() - began)"


def seconds(statement: str) -> float:
    """CPU seconds of one import in a new interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", CLOCK.format(statement)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def measure() -> list[Figure]:
    """Taken in turns, so that both meet the same machine."""
    pairs = [(seconds(OURS), seconds(FLOOR)) for _ in range(RUNS)]
    ours, floor = (statistics.median(times) * 1000 for times in zip(*pairs, strict=True))
    return [Figure("import function_app", ours, "ms CPU", floor, "azure.functions and pydantic alone", limit=2.0)]
