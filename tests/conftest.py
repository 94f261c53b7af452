"""What tests of several folders share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.emulators.accounts import servers
from tests.emulators.pair import leave
from tests.emulators.servers import LocalAzure


@pytest.fixture(scope="session", autouse=True)
def _accounts_left_as_they_were_found() -> Iterator[None]:
    """They may be real ones."""
    yield
    leave()


@pytest.fixture(scope="session")
def local_azure() -> LocalAzure:
    """Azurite and the Cosmos DB server, one of each for the process. A test that needs them is skipped by name where
    they cannot run."""
    return servers()
