"""The house rules that import-linter cannot say: it takes no sub-package of somebody else's package."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def imported_by(module: Path) -> set[str]:
    """The dotted names a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("module", sorted((ROOT / "shared").rglob("*.py")), ids=lambda path: path.stem)
def test_shared_can_be_used_from_a_shell(module: Path) -> None:
    """No module of shared/ knows the Functions platform."""
    assert not {name for name in imported_by(module) if name.startswith("azure.functions")}


@pytest.mark.parametrize("module", sorted((ROOT / "shared/domain").rglob("*.py")), ids=lambda path: path.stem)
def test_the_domain_asks_nobody_for_the_time(module: Path) -> None:
    """Time is passed in: no rule reads a clock, the environment or a file."""
    text = module.read_text()
    for word in ("datetime.now", "utcnow", "time.time", "date.today", "os.environ", "open("):
        assert word not in text
