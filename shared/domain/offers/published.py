"""The published snapshot of an offer: the one document of another organization that others read (DOMAIN, "Who sees an
offer"). All of them share one partition, so that the vendor lists them in one query.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal, cast

from shared.domain.instants import instant
from shared.domain.offers.offer import CO_SELL_FIELDS, LISTING_FIELDS, Offer
from shared.domain.offers.review import MAX_HISTORY, Snapshot, entered
from shared.domain.organizations.organization import Caller, Role

PUBLISHED: Final = "published"
"""The partition of everything published; no organization may have this id."""
SNAPSHOT: Final = "snapshot"

View = Literal["own", "vendor", "csp"]
"""What somebody sees of an offer: all of their own; as the vendor everything published; as another partner of one
available in CSP its listing, contacts and channel deck."""

READERS: Final = (Role.SELLER, Role.REVIEWER, Role.ACCOUNT_ADMIN, Role.AUDITOR)
"""Who at the vendor reads what is published."""
CSP_DOCUMENTS: Final = ("channel_pitch_deck",)


def view_of(snapshot: Mapping[str, Any], caller: Caller) -> View | None:
    """How somebody who is not of the publisher sees a snapshot; None where they do not."""
    if caller.organization.kind == "vendor":
        return "vendor" if caller.has_any(*READERS) else None
    return "csp" if snapshot["csp"] == "yes" else None


def shown_documents(documents: Mapping[str, Any], view: View) -> dict[str, Any]:
    """Which of an offer's documents a view holds."""
    return {kind: held for kind, held in documents.items() if view != "csp" or kind in CSP_DOCUMENTS}


_MADE_OF: Final = (
    *LISTING_FIELDS, *CO_SELL_FIELDS, "number", "documents", "activeImport", "contactCount",
)  # fmt: skip


def refreshed(before: Snapshot | None, offer: Offer, publisher_name: str, now: datetime) -> Snapshot | None:
    """The snapshot as the offer is published now; None where it is as new. What is newly published is in review.

    Only a later publication, or going live, makes it newer: both happen once, so the order of two runs is no matter.
    """
    content = cast(dict[str, Any], offer["published"])
    is_new = before is None or before["number"] < content["number"]
    goes_live = offer["state"] == "live" and (before is None or before["state"] != "live")
    if not is_new and not goes_live:
        return None
    base = before or _first(offer, now)
    after = {**base, "state": "live" if goes_live else base["state"]}
    if is_new:
        after |= {field: content[field] for field in _MADE_OF}
        after |= {"publishedAt": content["at"], "reviewRequestedAt": content["at"], "publisherName": publisher_name}
        after |= {"sortName": content["name"].casefold(), "csp": "yes" if content["availableInCsp"] else "no"}
        after |= entered(base, content["number"], content["at"], content["by"])
    action = "publish" if is_new else "go-live"
    entry = {"at": instant(now), "by": content["by"], "action": action, "fields": []}
    return {
        **after,
        "offerVersion": offer["version"],
        "version": base["version"] + 1,
        "updatedAt": instant(now),
        "history": [*base["history"], entry][-MAX_HISTORY:],
    }


def _first(offer: Offer, now: datetime) -> Snapshot:
    return {
        "schema": 1,
        "id": offer["id"],
        "organizationId": PUBLISHED,
        "kind": SNAPSHOT,
        "publisherId": offer["organizationId"],
        "version": 0,
        "createdAt": instant(now),
        "state": "validated",
        "coSellStatus": "none",
        "certificates": {},
        "reviewSeq": 0,
        "history": [],
        "outbox": [],
        "outboxSeq": 0,
        "pendingAt": None,
        "dueAt": None,
    }


_OF_THE_VENDOR: Final = (
    "id", "publisherId", "publisherName", *LISTING_FIELDS, *CO_SELL_FIELDS, "number", "state", "coSellStatus",
    "reviewState", "review", "certificates", "documents", "activeImport", "contactCount", "publishedAt", "createdAt",
    "updatedAt", "history",
)  # fmt: skip
_IN_CSP: Final = (
    "id", "publisherId", "publisherName", *LISTING_FIELDS, "state", "documents", "contactCount", "publishedAt",
)  # fmt: skip
_PRIVATE: Final = ("path", "textPath", "filePath", "previewPath", "uploadId")
"""Of a document's reference, and of a contacts import: where it lies."""


def seen_by_others(snapshot: Mapping[str, Any], view: View) -> dict[str, Any]:
    """What the vendor's people, or another partner's, see of a published offer."""
    fields = _OF_THE_VENDOR if view == "vendor" else _IN_CSP
    documents = shown_documents(snapshot["documents"], view)
    shown = {kind: [_bare(each) for each in held] if isinstance(held, list) else _bare(held)
             for kind, held in documents.items()}  # fmt: skip
    answered = {"view": view, **{field: snapshot[field] for field in fields}, "documents": shown}
    if answered.get("activeImport"):
        answered["activeImport"] = _bare(answered["activeImport"])
    return answered


def _bare(reference: Mapping[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in reference.items() if field not in _PRIVATE}


_LISTED: Final = (
    "id", "publisherId", "publisherName", "name", "offerType", "solutionType", "availableCountries", "state",
    "createdAt", "updatedAt", "contactCount",
)  # fmt: skip
_LISTED_AT_THE_VENDOR: Final = (*_LISTED, "coSellStatus", "reviewState", "review", "reviewRequestedAt")


def summary_for_others(stored: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
    """One row of the list of published offers."""
    fields = _LISTED_AT_THE_VENDOR if caller.organization.kind == "vendor" else _LISTED
    return {field: stored[field] for field in fields}
