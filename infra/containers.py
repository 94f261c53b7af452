"""Writes `containers.generated.json`, which cosmos.bicep makes its containers of: `python -m infra.containers`.

Bicep cannot turn shared/adapters/containers.json into indexing policies, so the function that makes them for the Python
adapter makes them here too. tests/infra fails when the file is not what this would write.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from shared.adapters.containers import containers
from shared.adapters.cosmos_definitions import definition

FILE = Path(__file__).with_name("containers.generated.json")

# Containers in which a document may say when it expires (counters and notices, DESIGN.md section 4).
EXPIRING = frozenset({"work", "notifications"})


def generated() -> list[dict[str, Any]]:
    """Each container: `name`, `partitionKey`, `indexingPolicy`, and whether its documents may `expire`."""
    wanted = ((name, definition(container)) for name, container in containers().items())
    return [
        {
            "name": name,
            "partitionKey": body["partitionKey"],
            "indexingPolicy": body["indexingPolicy"],
            "expires": name in EXPIRING,
        }
        for name, body in wanted
    ]


def text() -> str:
    """The file's content."""
    return json.dumps(generated(), indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"wrote {FILE}\n")
