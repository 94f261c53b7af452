"""What tests of several folders share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.emulators.node import NoNode
from tests.emulators.servers import LocalAzure, running


@pytest.fixture(scope="session")
def local_azure() -> Iterator[LocalAzure]:
    """Azurite and the Cosmos DB server, one of each for the whole run. A test that needs them is skipped by name where
    they cannot run."""
    try:
        with running() as here:
            yield here
    except NoNode as reason:
        pytest.skip(f"no local Azure servers: {reason}")
