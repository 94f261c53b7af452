"""Offers and their files: one with mistakes in its list, one on its way, one with the reviewers, one that is ready.

The files are sent before the deals are told, so that they are read meanwhile; what stands on them comes after.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from demo.client import Client, Failed, Json

HERE: Final = Path(__file__).parent
FILES: Final = HERE / "files"
PATIENCE: Final = 60.0
"""Seconds; what is read or delivered takes a few."""
REVIEWER: Final = "vendor-reviewer"


@dataclass(frozen=True)
class Begun:
    """An offer that exists, and what is still to be done with it."""

    entry: Json
    id: str

    @property
    def persona(self) -> str:
        return f"{self.entry['by']}-admin"

    @property
    def path(self) -> str:
        return f"/api/offers/{self.id}"


def begin(client: Client) -> list[Begun]:
    """Create each offer's draft and send its files. Raises Failed."""
    entries: list[Any] = json.loads((HERE / "offers.json").read_text(encoding="utf-8"))
    return [_begun(client, entry) for entry in entries]


def _begun(client: Client, entry: Json) -> Begun:
    persona = f"{entry['by']}-admin"
    offer = Begun(entry, client.post("/api/offers", entry["draft"], persona)["id"])
    for kind, names in entry["files"].items():
        path = "contacts" if kind == "contacts" else f"documents/{kind}"
        for name in names:
            client.upload(f"{offer.path}/{path}", name, (FILES / name).read_bytes(), persona)
    return offer


def finish(client: Client, begun: list[Begun]) -> int:
    """Publish what is to be published, and let the reviewer decide on it; the number of offers. Raises Failed."""
    published = [offer for offer in begun if "publish" in offer.entry]
    for offer in published:
        _until(client, offer, lambda it, offer=offer: _is_read(it, offer.entry), "was not read")
        client.post(f"{offer.path}/publish", {"scope": "all"}, offer.persona)
    for offer in published:
        _until(client, offer, lambda it: it["state"] == "validated", "was not validated")
        client.post(f"{offer.path}/go-live", {}, offer.persona)
    for offer in published:
        _until_seen(client, offer)
        _review(client, offer)
    return len(begun)


def _review(client: Client, offer: Begun) -> None:
    for certificate in offer.entry["publish"].get("certificates", ()):
        client.post(f"{offer.path}/certificates", certificate, REVIEWER)
    decision = offer.entry["publish"].get("decision")
    if decision:
        client.post(f"{offer.path}/decision", {"decision": decision}, REVIEWER)
        _until(client, offer, lambda it: it["coSellStatus"] == decision, "was not decided")


def _is_read(offer: Json, entry: Json) -> bool:
    documents = [kind for kind in entry["files"] if kind != "contacts"]
    return all(kind in offer["documents"] for kind in documents) and bool(offer["contactCount"])


def _until(client: Client, offer: Begun, there: Callable[[Json], bool], otherwise: str) -> None:
    """Deliver until the offer's own organization sees it. Raises Failed."""
    _wait(client, lambda: there(client.get(offer.path, offer.persona)), f"{offer.entry['draft']['name']} {otherwise}")


def _until_seen(client: Client, offer: Begun) -> None:
    """Deliver until the vendor sees that the offer is live. Raises Failed."""
    name = offer.entry["draft"]["name"]
    _wait(client, lambda: client.get(offer.path, REVIEWER)["state"] == "live", f"{name} did not reach the vendor")


def _wait(client: Client, there: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not there():
        if time.monotonic() > deadline:
            raise Failed(f"{otherwise} within {PATIENCE:.0f} s")
        client.post("/admin/functions/deliver_events", {})
        time.sleep(0.1)
