"""Azurite and a Cosmos DB server, on free ports of this machine, until the block is left."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shared.adapters.cosmos_client import CosmosAccount
from tests.emulators.node import NoNode, installed

ROOT: Final = Path(__file__).parents[2]
START_LIMIT: Final = 60.0  # seconds
COSMOS_KEY: Final = "bG9jYWw="  # any will do; the local server does not check it
AZURITE_ACCOUNT: Final = "devstoreaccount1"
AZURITE_KEY: Final = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="  # public
)


@dataclass(frozen=True, slots=True)
class LocalAzure:
    """Where the two servers are. The Azurite account is the one every Azurite has."""

    cosmos_endpoint: str
    blob_endpoint: str
    queue_endpoint: str

    @property
    def blob_connection(self) -> str:
        account = f"DefaultEndpointsProtocol=http;AccountName={AZURITE_ACCOUNT};AccountKey={AZURITE_KEY}"
        return f"{account};BlobEndpoint={self.blob_endpoint};QueueEndpoint={self.queue_endpoint};"

    def settings(self, database: str = "cosell") -> dict[str, str]:
        """The environment that makes the app use them."""
        return settings_of(CosmosAccount(self.cosmos_endpoint, database, COSMOS_KEY), self.blob_connection)


def settings_of(account: CosmosAccount, blob_connection: str) -> dict[str, str]:
    """The environment that makes the app use these accounts, and make what it needs there."""
    return {
        "COSMOS_ENDPOINT": account.endpoint,
        "COSMOS_KEY": str(account.key),
        "COSMOS_DATABASE": account.database,
        "AZURE_CREATE": "true",
        "BLOB_CONNECTION": blob_connection,
    }


@contextmanager
def running() -> Iterator[LocalAzure]:
    """Both servers, empty and answering. Raises NoNode where they cannot run."""
    node, folder = installed()
    cosmos, blob, queue, table = _free_ports(4)
    with _kept(node, folder, cosmos, blob, queue, table):
        here = LocalAzure(
            f"http://127.0.0.1:{cosmos}",
            f"http://127.0.0.1:{blob}/{AZURITE_ACCOUNT}",
            f"http://127.0.0.1:{queue}/{AZURITE_ACCOUNT}",
        )
        for endpoint in (here.cosmos_endpoint, here.blob_endpoint, here.queue_endpoint):
            _wait_for(endpoint)
        yield here


@contextmanager
def _kept(node: Path, folder: Path, *ports: int) -> Iterator[None]:
    """The keeper and its servers live while this end of its standard input is open."""
    command = [sys.executable, "-m", "tests.emulators.keeper", str(node), str(folder), *map(str, ports)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as launcher:
        launcher.wait()  # it has left the keeper behind
        yield


def _wait_for(endpoint: str) -> None:
    """Until it answers anything at all."""
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(endpoint, timeout=5).close()  # noqa: S310 - our own
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise NoNode(f"nothing answers at {endpoint}")


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
