"""What is dropped into the folder `uploads` goes to Azurite, so that make run-azure takes files as make run does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PAUSE = 0.5  # seconds between looks


@contextmanager
def mirrored(folder: Path, connection: str) -> Iterator[None]:
    """Until the block is left. Names that begin with a dot are files still being written."""
    stop = threading.Event()
    thread = threading.Thread(target=_mirror, args=(folder, connection, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)


def _mirror(folder: Path, connection: str, stop: threading.Event) -> None:
    from azure.storage.blob import ContainerClient

    sent: dict[Path, tuple[int, int]] = {}
    with ContainerClient.from_connection_string(connection, "uploads") as client:
        while not stop.wait(PAUSE):
            for path in folder.rglob("*"):
                if path.is_file() and not path.name.startswith("."):
                    facts = path.stat()
                    version = facts.st_mtime_ns, facts.st_size
                    if sent.get(path) != version:
                        if not client.exists():
                            client.create_container()
                        client.upload_blob(path.relative_to(folder).as_posix(), path.read_bytes(), overwrite=True)
                        sent[path] = version
