"""The app's services on a folder of the test's own, and who takes part there."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import orjson

from shared.bootstrap import Services, build, organization_documents
from shared.services.ports import ORGANIZATIONS, Document, DocumentStore
from shared.settings import Settings
from tests.functions.desk import ROOT
from tests.scale.engagements import NOW


def services_on(folder: Path, at: datetime = NOW) -> Services:
    """Services whose clock stands still."""
    return build(Settings(local_data=folder), lambda: at)


def demo_organizations() -> list[Document]:
    """The demo's three partners and the vendor, as they are stored."""
    entries = orjson.loads((ROOT / "demo" / "organizations.json").read_bytes())
    return [document for entry in entries for document in organization_documents(entry, NOW)]


async def with_organizations(store: DocumentStore) -> None:
    """Put them there."""
    for document in demo_organizations():
        await store.insert(ORGANIZATIONS, document)
