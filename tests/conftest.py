"""What tests of several folders share."""

from __future__ import annotations

import pytest

from tests.emulators.pair import servers
from tests.emulators.servers import LocalAzure


@pytest.fixture(scope="session")
def local_azure() -> LocalAzure:
    """Azurite and the Cosmos DB server, one of each for the process. A test that needs them is skipped by name where
    they cannot run."""
    return servers()
