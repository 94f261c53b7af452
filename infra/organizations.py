"""Puts organizations into the store the environment names: `python -m infra.organizations organizations.json`.

The file lists `{"id", "name", "kind": "partner"|"vendor", "country", "tenantId"}`, as demo/organizations.json does. Who
is there already stays as it is. Run it where the settings are, with `az login` done and the operator's role given
(docs/operations.md).
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from shared import bootstrap
from shared.services.ports import ORGANIZATIONS, AlreadyExists


async def add(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """One line for each organization: added, or there already."""
    services = await bootstrap.services()
    said = []
    for entry in entries:
        added = False
        for document in bootstrap.organization_documents(entry, services.clock()):
            try:
                await services.store.insert(ORGANIZATIONS, document)
                added = True
            except AlreadyExists:
                continue
        said.append(f"{entry['id']}: {'added' if added else 'there already'}")
    return said


async def _main(entries: Sequence[Mapping[str, Any]]) -> None:
    try:
        sys.stdout.write("\n".join(await add(entries)) + "\n")
    finally:
        await bootstrap.close()


if __name__ == "__main__":
    asyncio.run(_main(json.loads(Path(sys.argv[1]).read_text("utf-8"))))
