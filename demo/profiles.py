"""Business profiles, published: whoever looks for a partner finds the demo's in the directory."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from demo.client import Client, Json

FILE: Final = Path(__file__).parent / "profiles.json"
RECORDED: Final = {
    "competencies": [{"name": "Business applications", "level": "Gold", "awardedDate": "2026-03-01"}],
    "endorsements": [{"text": "Three plants went live on the planned day.", "by": "Wingtip Toys"}],
}


def publish_all(client: Client) -> int:
    """Save and publish each profile; their number. Raises Failed."""
    entries: list[Any] = json.loads(FILE.read_text(encoding="utf-8"))
    for entry in entries:
        _publish(client, entry, f"{entry['by']}-admin")
    client.post("/api/organizations/contoso/competencies", RECORDED, "vendor-reviewer")
    return len(entries)


def _publish(client: Client, entry: Json, persona: str) -> None:
    organization = client.get("/api/organization", persona)
    if "location" in entry and not organization["locations"]:
        said = {"name": organization["name"], "country": organization["country"], "locations": [entry["location"]]}
        organization = client.send("PUT", "/api/organization", said, persona)
    contacts = [{"locationId": place["id"], **entry["contact"]} for place in organization["locations"]]
    client.send("PUT", "/api/profile", {**entry["profile"], "contacts": contacts}, persona)
    client.post("/api/profile/publish", {}, persona)
