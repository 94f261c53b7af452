"""The app's services on a folder of the test's own, and who takes part there."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from shared.bootstrap import Services, build
from shared.services.organizations.files import read_organizations
from shared.services.organizations.organizations import Organizations
from shared.services.ports import DocumentStore
from shared.settings import Settings
from tests.functions.desk import ROOT
from tests.scale.engagements import NOW


def services_on(folder: Path, at: datetime = NOW, **settings: Any) -> Services:
    """Services whose clock stands still."""
    return build(Settings(local_data=folder, **settings), lambda: at)


async def with_organizations(store: DocumentStore) -> None:
    """Put the demo's three partners and the vendor there."""
    organizations = Organizations(store, lambda: NOW)
    for command in read_organizations((ROOT / "demo" / "organizations.json").read_bytes()):
        assert await organizations.put(command)
