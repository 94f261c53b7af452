"""The demo set's leads: customers that ask a partner by its form, and customers that a seller recommends.

An entry's `do` is what the partner answers; `past` ones are sent twenty days ago, and nobody answered them in time.
"""

from __future__ import annotations

import json
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from demo.client import Client, Failed, Json

HERE: Final = Path(__file__).parent
ARRIVAL_SECONDS: Final = 15.0
PEOPLE: Final = {
    "contoso": ("Leo", "Roux", "+33 1 98 76 54 32", "leo.roux@contoso.example"),
    "fabrikam": ("Grace", "Howard", "+1 425 555 0100", "grace.howard@fabrikam.example"),
}
OUTCOMES: Final = {"accept": "accepted", "decline": "archived"}


def tell_past_leads(client: Client) -> None:
    """Those that nobody answers in time. Raises Failed."""
    _with_profiles(client)
    for entry in _all()["inquiries"]:
        if entry.get("past"):
            client.post("/api/inquiries", entry["body"])


def tell_leads(client: Client) -> int:
    """All others, and what becomes of them; how many. Raises Failed."""
    _with_profiles(client)
    told = 0
    for entry in _all()["inquiries"]:
        if not entry.get("past"):
            client.post("/api/inquiries", entry["body"])
            _answer(client, entry, "marketplace", entry["body"]["company"])
            told += 1
    for entry in _all()["qualified"]:
        client.post("/api/qualified-leads", entry["body"], "vendor-admin")
        _answer(client, entry, "qualified", entry["body"]["customer"]["name"])
        told += 1
    return told


def _all() -> Json:
    entries: Json = json.loads((HERE / "leads.json").read_text(encoding="utf-8"))
    return entries


def _answer(client: Client, entry: Json, tab: str, company: str) -> None:
    """Wait until the partner has it, then do what the entry says."""
    persona = f"{entry['body']['partnerId']}-admin"
    lead = _arrived(client, persona, tab, company)
    if "do" not in entry:
        return
    body = dict(entry["answer"])
    if entry["do"] == "accept":
        today = date.fromisoformat(client.get("/api/health")["now"][:10])
        closes = (today + timedelta(days=entry["closesIn"])).isoformat()
        body |= {"name": lead["name"], "estimatedCloseDate": closes}
    client.post(f"/api/referrals/{lead['id']}/{entry['do']}", body, persona)


def _arrived(client: Client, persona: str, tab: str, company: str) -> Json:
    deadline = time.monotonic() + ARRIVAL_SECONDS
    while time.monotonic() < deadline:
        items: list[Json] = client.get(f"/api/leads?tab={tab}&limit=200", persona)["items"]
        for item in items:
            if item["customer"]["name"] == company:
                return item
        client.post("/admin/functions/deliver_events", {})
        time.sleep(0.05)
    raise Failed(f"the lead of {company} did not arrive within {ARRIVAL_SECONDS:.0f} s")


def _with_profiles(client: Client) -> None:
    """Partners receive leads once their profile is published; one that is published already stays as it is."""
    for organization, profile in _all()["profiles"].items():
        persona = f"{organization}-admin"
        try:
            client.get(f"/api/directory/{organization}")
        except Failed:
            person = dict(zip(("firstName", "lastName", "phoneNumber", "email"), PEOPLE[organization], strict=True))
            contacts = [{"locationId": place["id"], **person} for place in _places(client, persona)]
            client.send("PUT", "/api/profile", {**profile, "contacts": contacts}, persona)
            client.post("/api/profile/publish", {}, persona)


def _places(client: Client, persona: str) -> list[Json]:
    """The organization's locations; it gets one where it has none."""
    organization = client.get("/api/organization", persona)
    if not organization["locations"]:
        place = {"name": "Main office", "country": organization["country"], "isDefault": True}
        said = {"name": organization["name"], "country": organization["country"], "locations": [place]}
        organization = client.send("PUT", "/api/organization", said, persona)
    found: list[Json] = organization["locations"]
    return found
