"""Offers and their files: created over the API, uploaded by dropping files into the upload folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from demo.client import Client, Json

FILES: Final = Path(__file__).parent / "files"


def create_offers(client: Client, data: Path, entries: list[Json]) -> int:
    """Create each offer and drop its files; what they hold arrives when the app has read them. Raises Failed."""
    for entry in entries:
        listing = {name: entry[name] for name in ("name", "offerType", "availableCountries")}
        offer = client.post("/api/offers", listing, f"{entry['by']}-admin")
        folder = data / "uploads" / str(entry["by"]) / str(offer["id"])
        if "contacts" in entry:
            _drop(entry["contacts"], folder / "contacts")
        for document_type, name in entry["documents"].items():
            _drop(name, folder / "documents" / document_type)
    return len(entries)


def _drop(name: str, folder: Path) -> None:
    """Copied under a name that is passed over, then renamed: nobody sees half a file."""
    folder.mkdir(parents=True, exist_ok=True)
    under_way = folder / f".{name}.writing"
    shutil.copyfile(FILES / name, under_way)
    under_way.replace(folder / name)
