"""Docs say what is: settings, routes, errors and make targets are compared with the code."""

from __future__ import annotations

import re
from pathlib import Path

from functions._http import STATUS
from shared.settings import Settings
from tests.registered import registered

ROOT = Path(__file__).parent.parent


def test_every_setting_is_documented_and_no_other() -> None:
    """docs/settings.md names exactly the settings of the model."""
    page = (ROOT / "docs/settings.md").read_text().partition("## The local host's own")[0]
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE))
    assert documented == {name.upper() for name in Settings.model_fields} - {"IN_AZURE"}


def test_every_api_route_is_documented_with_its_function() -> None:
    """docs/api.md has a row for each HTTP function under /api/."""
    page = (ROOT / "docs/api.md").read_text()
    rows = set(re.findall(r"^\| ([A-Z, ]+) (/api/\S+) \| (\w+) \|", page, re.MULTILINE))
    documented = {(name, frozenset(methods.split(", ")), path) for methods, path, name in rows}
    actual = {
        (one.name, frozenset(one.methods), f"/{one.route}") for one in registered() if one.route.startswith("api/")
    }
    assert documented == actual


def test_every_refusal_has_a_status_in_the_docs() -> None:
    """Each status of the error table stands in docs/api.md."""
    page = (ROOT / "docs/api.md").read_text().partition("## Routes")[0]
    table = set(re.findall(r"\b(4\d\d|5\d\d)\b", page))
    assert {str(status) for status in STATUS.values()} <= table


def test_every_make_target_has_a_help_line() -> None:
    """`make help` lists all there is."""
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    helped = set(re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE))
    assert set(phony.group(1).split()) == helped
