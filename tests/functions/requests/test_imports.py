"""What it costs to import the app: cold starts are paid by whoever comes first (LIBRARIES.md: "Imports")."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from math import inf
from pathlib import Path
from typing import Any, Final

from tests.functions.desk import ROOT

MOST_ROUNDS: Final = 20
FORBIDDEN: Final = (
    "pptx", "docx", "openpyxl", "pypdf", "azure.storage", "azure.cosmos", "azure.identity", "jinja2", "pycountry",
    "icalendar", "pypdfium2", "PIL", "xlrd", "olefile", "msoffcrypto", "lxml", "defusedxml", "shared.parsing.documents",
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
    """The least of several rounds each, the two alternating: others on the machine only ever add to a time, never take
    from it, so the least is what the import itself costs. More rounds are made only while others seem to interfere.

    A first import of each writes the bytecode: pip compiles the libraries when it installs them, so an environment
    that forbids writing it would compare our compiler's time with their loader's.
    """
    imported("function_app", tmp_path)
    imported(LIBRARIES, tmp_path)
    app = libraries = inf
    for _ in range(MOST_ROUNDS):
        app = min(app, imported("function_app", tmp_path)[0])
        libraries = min(libraries, imported(LIBRARIES, tmp_path)[0])
        if app <= 2 * libraries:
            break
    assert app <= 2 * libraries, f"app {app * 1000:.0f} ms, libraries alone {libraries * 1000:.0f} ms"
