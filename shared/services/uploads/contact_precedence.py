"""Which of several contacts files counts: the newest, and none twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.domain.offers import contact_lists as lists
from shared.domain.offers.offer import ActiveImport, Offer
from shared.domain.offers.upload import Upload
from shared.services.uploads.records import Outcome


def needless(offer: Offer | None, upload: Upload, content_hash: str) -> Outcome | None:
    """Why this file need not, or must not, replace the list in force or the one that waits; None if it should."""
    if offer is None:
        return Outcome("rejected", "no_such_offer", "The offer is not there any more.")
    active, pending = offer["activeImport"], offer["pendingImport"]
    if pending is not None:
        if early := _same(pending, upload, content_hash, {"pending": True}):
            return early
        if pending["sourceModifiedAt"] > upload["sourceModifiedAt"]:
            return Outcome("superseded", "superseded", "A newer file waits to be confirmed.")
    if active is not None:
        if early := _same(active, upload, content_hash, {}):
            return early
        if active["sourceModifiedAt"] > upload["sourceModifiedAt"]:
            return Outcome("superseded", "superseded", "A newer file is in force already.")
    return None


def _same(known: ActiveImport, upload: Upload, content_hash: str, told: Mapping[str, Any]) -> Outcome | None:
    if known["contentHash"] != content_hash:
        return None
    if known["uploadId"] != upload["id"]:
        return Outcome("unchanged", values={"result": {"contacts": known["contacts"], **told}})
    counts = {key: count for key, count in known.get("diff", {}).items() if key != "base"}
    return Outcome("done", values={"result": {"contacts": known["contacts"], **counts, **told}})


def without_pending(offer: Offer | None, upload: Upload, content_hash: str, now: datetime) -> Offer | None:
    """The offer without the list that waits, where a newer file holds the list in force again; None to leave it."""
    pending = offer["pendingImport"] if offer else None
    if offer is None or pending is None or pending["contentHash"] == content_hash:
        return None
    return lists.discarded(offer, upload["uploadedBy"] or "storage", now)
