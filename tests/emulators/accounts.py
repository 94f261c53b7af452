"""The accounts that tests use: those COSMOS_ENDPOINT with COSMOS_KEY and BLOB_CONNECTION name; for what is not named,
local servers, started at first use and as long as the process.
"""

from __future__ import annotations

import atexit
import os
import uuid
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache

import pytest

from shared.adapters.cosmos_client import CosmosAccount
from tests.emulators.node import NoNode
from tests.emulators.servers import COSMOS_KEY, LocalAzure, running


class UnusableAccount(Exception):
    """An account that is named and that tests must not or cannot use; the text says why."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """What the environment names, and `local` for the rest."""

    environment: Mapping[str, str]
    local: Callable[[], LocalAzure]

    def new_database(self) -> CosmosAccount:
        """The Cosmos DB account, with the name of a database that nobody has yet. Raises UnusableAccount."""
        name = f"test-{uuid.uuid4().hex[:12]}"
        endpoint, key = self.environment.get("COSMOS_ENDPOINT"), self.environment.get("COSMOS_KEY")
        if not endpoint:
            return CosmosAccount(self.local().cosmos_endpoint, name, COSMOS_KEY)
        if not key:
            raise UnusableAccount("COSMOS_KEY is missing: tests make databases, which no identity may")
        return CosmosAccount(endpoint, name, key)

    def blob_connection(self) -> str:
        """The storage account's connection string. Raises UnusableAccount."""
        connection = self.environment.get("BLOB_CONNECTION")
        if not connection:
            return self.local().blob_connection
        if self.environment.get("PYTEST_XDIST_WORKER_COUNT", "1") != "1":
            raise UnusableAccount("BLOB_CONNECTION: one account has one container `uploads`; run pytest with -n 0")
        return connection


def accounts() -> Accounts:
    """This process's."""
    return Accounts(os.environ, servers)


def servers() -> LocalAzure:
    """The local servers of this process. A test that needs them is skipped where they cannot run."""
    started = _started()
    if isinstance(started, NoNode):
        pytest.skip(f"no local Azure servers: {started}")
    return started


@cache
def _started() -> LocalAzure | NoNode:
    """The reason is kept too: each attempt may take minutes, and every test would make one."""
    stack = ExitStack()
    atexit.register(stack.close)
    try:
        return stack.enter_context(running())
    except NoNode as reason:
        return reason
