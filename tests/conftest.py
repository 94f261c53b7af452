"""What tests of several folders share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from tests.emulators.accounts import servers
from tests.emulators.pair import leave
from tests.emulators.servers import LocalAzure

settings.register_profile("noisy machines", deadline=None)
settings.load_profile("noisy machines")


@pytest.fixture(scope="session", autouse=True)
def _accounts_left_as_they_were_found() -> Iterator[None]:
    """They may be real ones."""
    yield
    leave()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What random tests came to (`record_property("statistics", ...)`), summed."""
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.getreports(outcome)]
    total: Counter[str] = Counter()
    for name, value in (entry for report in reports for entry in report.user_properties):
        if name == "statistics":
            total.update(value)
    if total:
        terminalreporter.section("plays on the network")
        for what, number in sorted(total.items()):
            terminalreporter.write_line(f"{number:8} {what}")


@pytest.fixture(scope="session")
def local_azure() -> LocalAzure:
    """Azurite and the Cosmos DB server, one of each for the process. A test that needs them is skipped by name where
    they cannot run."""
    return servers()
