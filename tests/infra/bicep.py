"""The Bicep files of infra/, read by a parser nobody here wrote."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
INFRA = ROOT / "infra"
FILES = sorted(INFRA.glob("*.bicep"))


def source(name: str) -> str:
    """A file's text."""
    return (INFRA / f"{name}.bicep").read_text("utf-8")


def code(name: str) -> str:
    """A file's text without comments and descriptions."""
    lines = (re.sub(r"(?<!:)//.*$", "", line) for line in source(name).splitlines())
    return "\n".join(line for line in lines if not line.startswith("@description"))


@functools.cache
def parsed(name: str) -> dict[str, Any]:
    """A file as pycep reads it: parameters, variables, resources, modules, outputs."""
    pycep = pytest.importorskip("pycep", reason="pycep-parser of requirements-dev.txt reads the Bicep files")
    tree: dict[str, Any] = pycep.BicepParser().parse(text=source(name))
    return tree


def section(name: str, kind: str) -> dict[str, Any]:
    """One kind of declaration by name; none is empty."""
    found: dict[str, Any] = parsed(name).get(kind, {})
    return found


def declared_types(name: str) -> set[str]:
    """Types of the resources a file makes, read from the text."""
    return set(re.findall(r"^resource \w+ '([^@']+)@[^']+' = ", source(name), re.MULTILINE))
