"""Azurite and a Cosmos DB server, on free ports of this machine, until the block is left."""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.emulators.node import HERE, NoNode, installed

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
        return {
            "COSMOS_ENDPOINT": self.cosmos_endpoint,
            "COSMOS_KEY": COSMOS_KEY,
            "COSMOS_DATABASE": database,
            "COSMOS_CREATE": "true",
            "BLOB_CONNECTION": self.blob_connection,
        }


@contextmanager
def running() -> Iterator[LocalAzure]:
    """Both servers, empty and answering. Raises NoNode where they cannot run."""
    node, folder = installed()
    cosmos, blob, queue, table = _free_ports(4)
    with ExitStack() as stack:
        data = stack.enter_context(tempfile.TemporaryDirectory(prefix="azurite-"))
        azurite = [
            str(node), str(folder / "node_modules/azurite/dist/src/azurite.js"), "--silent", "--disableTelemetry",
            "--skipApiVersionCheck", "--inMemoryPersistence", "--blobPort", str(blob),
            "--queuePort", str(queue), "--tablePort", str(table),
        ]  # fmt: skip
        processes = [
            stack.enter_context(_process(azurite, Path(data))),
            stack.enter_context(_process([str(node), str(HERE / "cosmos.js"), str(folder), str(cosmos)], Path(data))),
        ]
        here = LocalAzure(
            f"http://127.0.0.1:{cosmos}",
            f"http://127.0.0.1:{blob}/{AZURITE_ACCOUNT}",
            f"http://127.0.0.1:{queue}/{AZURITE_ACCOUNT}",
        )
        for endpoint in (here.cosmos_endpoint, here.blob_endpoint, here.queue_endpoint):
            _wait_for(endpoint, processes)
        yield here


@contextmanager
def _process(command: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(endpoint: str, processes: list[subprocess.Popen[bytes]]) -> None:
    """Until it answers anything at all."""
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        for process in processes:
            if process.poll() is not None:
                raise NoNode(f"{process.args!r} ended with {process.returncode}")
        try:
            urllib.request.urlopen(endpoint, timeout=5).close()  # noqa: S310 - our own
        except urllib.error.HTTPError:
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
