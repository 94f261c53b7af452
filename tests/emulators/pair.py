"""The pair of stores a whole suite runs on: COSELL_STORE=embedded (the default) or azure (`tests.emulators.accounts`).

Tests of a process come one after the other, each with a folder. A new folder finds a database of its own and both
containers of files empty; the database of the one before is deleted.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from shared.adapters.cosmos_client import CosmosAccount
from tests.emulators import traces
from tests.emulators.accounts import accounts
from tests.emulators.servers import settings_of


class _Process:
    """Where this process's tests are."""

    folder: Path | None = None
    database: CosmosAccount | None = None


def on_azure() -> bool:
    return os.environ.get("COSELL_STORE", "embedded") == "azure"


def chosen_pair(folder: Path) -> dict[str, str]:
    """The settings that open the pair for a test in this folder; the same folder finds the same data again."""
    if not on_azure():
        return {}
    connection = accounts().blob_connection()
    if _Process.database is None or _Process.folder != folder:
        leave()
        traces.empty_containers(connection)
        _Process.folder, _Process.database = folder, accounts().new_database()
    return settings_of(_Process.database, connection)


def contents(folder: Path) -> dict[str, Any]:
    """Everything stored for this folder but who was seen: each container's documents, each blob's ETag."""
    assert _Process.database is not None
    assert _Process.folder == folder, "what a former folder had is deleted"
    return {"documents": traces.documents(_Process.database), "files": traces.files(accounts().blob_connection())}


def leave() -> None:
    """Delete what the last folder's tests stored, if there were any."""
    database, _Process.folder, _Process.database = _Process.database, None, None
    if database is not None:
        traces.delete_database(database)
        traces.empty_containers(accounts().blob_connection())
