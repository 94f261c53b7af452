"""What it costs to import the app: cold starts are paid by whoever comes first (LIBRARIES.md: "Imports")."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any, Final

from tests.functions.desk import ROOT

ROUNDS: Final = 5
FORBIDDEN: Final = (
    "pptx", "docx", "openpyxl", "pypdf", "azure.storage", "azure.cosmos", "azure.identity", "jinja2", "pycountry",
    "icalendar",
)  # fmt: skip
LIBRARIES: Final = "azure.functions; from pydantic import BaseModel"
"""pydantic loads nothing of itself until a name of it is asked for."""

CHILD: Final = """
import json, sys, time
started = time.process_time()
import {modules}
spent = time.process_time() - started
print(json.dumps([spent, sorted(sys.modules)]))
"""


def imported(modules: str, compiled: Path) -> tuple[float, list[str]]:
    """CPU seconds of an import in a new process, and every module loaded by it; `compiled` keeps the bytecode."""
    answer = subprocess.run(
        [sys.executable, "-c", CHILD.format(modules=modules)],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(compiled)},
        check=True,
        capture_output=True,
        text=True,
    )
    found: list[Any] = json.loads(answer.stdout)
    return found[0], found[1]


def test_importing_the_app_loads_nothing_heavy(tmp_path: Path) -> None:
    """Parsers, Azure clients, the page engine and country lists come when they are needed."""
    _, loaded = imported("function_app", tmp_path)
    assert [name for name in loaded if any(name == one or name.startswith(f"{one}.") for one in FORBIDDEN)] == []


def test_importing_the_app_costs_at_most_twice_its_two_libraries(tmp_path: Path) -> None:
    """Medians of the same run, the two alternating, so that a busy machine is busy for both.

    A first import of each writes the bytecode: pip compiles the libraries when it installs them, so an environment
    that forbids writing it would compare our compiler's time with their loader's.
    """
    imported("function_app", tmp_path)
    imported(LIBRARIES, tmp_path)
    rounds = [(imported("function_app", tmp_path)[0], imported(LIBRARIES, tmp_path)[0]) for _ in range(ROUNDS)]
    app, libraries = (median(times) for times in zip(*rounds, strict=True))
    assert app <= 2 * libraries, f"app {app * 1000:.0f} ms, libraries alone {libraries * 1000:.0f} ms"
