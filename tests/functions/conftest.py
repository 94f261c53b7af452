"""The app under test: one desk a test, in a folder of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.functions.desk import Desk, open_desk


@pytest.fixture(autouse=True)
def _signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform says that it validates tokens."""
    monkeypatch.setenv("WEBSITE_AUTH_ENABLED", "True")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Cosell Desk with nothing in it but the organizations of the demo."""
    async with open_desk(tmp_path) as opened:
        yield opened
