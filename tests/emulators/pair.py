"""The pair of stores a whole suite runs on: COSELL_STORE=embedded (the default) or azure (the local servers).

The servers are started at first use and live as long as the process; each folder of a test has a database of its own.
"""

from __future__ import annotations

import atexit
import hashlib
import os
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from azure.storage.blob import ContainerClient

from shared.adapters.containers import containers
from shared.services.ports import DERIVED_CONTAINER, UPLOADS_CONTAINER
from tests.emulators.node import NoNode
from tests.emulators.servers import LocalAzure, running


def on_azure() -> bool:
    return os.environ.get("COSELL_STORE", "embedded") == "azure"


def chosen_pair(folder: Path) -> dict[str, str]:
    """The settings that open the pair for a test in this folder; the same folder finds the same data again."""
    if not on_azure():
        return {}
    here = servers()
    _forget_others(here, folder)
    return here.settings(_database(folder))


def contents(folder: Path) -> dict[str, Any]:
    """Everything stored for this folder on the local servers but who was seen: each container's documents, each blob's
    ETag."""
    here, database = servers(), _database(folder)
    found: dict[str, Any] = {}
    for name in containers():
        answer = httpx.get(f"{here.cosmos_endpoint}/dbs/{database}/colls/{name}/docs").raise_for_status()
        documents = answer.json()["Documents"]
        is_person = [name == "organizations" and each.get("kind") == "person" for each in documents]
        found[name] = sorted(repr(each) for each, seen in zip(documents, is_person, strict=True) if not seen)
    for name in (UPLOADS_CONTAINER, DERIVED_CONTAINER):
        with ContainerClient.from_connection_string(here.blob_connection, name) as client:
            found[f"files in {name}"] = (
                sorted((one.name, one.etag) for one in client.list_blobs()) if client.exists() else []
            )
    return found


@cache
def servers() -> LocalAzure:
    """This process's. A test that needs them is skipped where they cannot run."""
    stack = ExitStack()
    atexit.register(stack.close)
    try:
        return stack.enter_context(running())
    except NoNode as reason:
        pytest.skip(f"no local Azure servers: {reason}")


def _database(folder: Path) -> str:
    return f"test-{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"


_last: list[Path] = []


def _forget_others(here: LocalAzure, folder: Path) -> None:
    """There is one `uploads` container for all; a new folder finds it empty."""
    if _last == [folder]:
        return
    _last[:] = [folder]
    for name in (UPLOADS_CONTAINER, DERIVED_CONTAINER):
        with ContainerClient.from_connection_string(here.blob_connection, name) as client:
            if client.exists():
                for one in client.list_blobs():
                    client.delete_blob(one.name)
