"""The Offer: a marketplace listing whose co-sell configuration is being made ready, as one stored document.

Its uploaded contacts and documents are referred to from here: what `activeImport` and `documents` name is in force, and
one conditional write of the offer puts it in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NotRequired, TypedDict, cast

from shared.domain.instants import instant
from shared.domain.organizations.organization import Caller
from shared.domain.referrals.commands import CreateOffer


class ActiveImport(TypedDict):
    """A contacts import that is, or was, in force: whence it came, how much it holds, and since when."""

    importId: str
    uploadId: str
    path: str
    contentHash: str
    sourceModifiedAt: str
    contacts: int
    chunks: int
    activatedAt: str


class Offer(TypedDict):
    """The stored document; fields unknown to this version survive a rewrite."""

    schema: int
    id: str
    organizationId: str
    version: int
    createdAt: str
    updatedAt: str
    name: str
    sortName: str
    offerType: str
    availableCountries: list[str]
    activeImport: ActiveImport | None
    previousImport: ActiveImport | None
    contactCount: int
    documents: dict[str, Any]
    history: list[dict[str, Any]]
    outbox: list[dict[str, Any]]
    outboxSeq: int
    applied: dict[str, int]
    pendingAt: str | None
    commandHash: NotRequired[str | None]


def created(command: CreateOffer, id: str, caller: Caller, now: datetime, command_hash: str | None) -> Offer:
    """A new offer: a draft with its listing's bare facts."""
    at = instant(now)
    given = command.document()
    return {
        "schema": 1,
        "id": id,
        "organizationId": caller.organization_id,
        "version": 1,
        "createdAt": at,
        "updatedAt": at,
        "name": given["name"],
        "sortName": command.name.casefold(),
        "offerType": command.offer_type,
        "availableCountries": given["availableCountries"],
        "activeImport": None,
        "previousImport": None,
        "contactCount": 0,
        "documents": {},
        "history": [{"at": at, "by": caller.user, "action": "create", "fields": []}],
        "outbox": [],
        "outboxSeq": 0,
        "applied": {},
        "pendingAt": None,
        "commandHash": command_hash,
    }


def changed(offer: Offer, action: str, by: str, at: datetime, values: Mapping[str, Any]) -> Offer:
    """One domain change: `values` set, version raised, history appended. Nothing else raises the version."""
    after = cast(Offer, {**offer, **values})
    after["version"] = offer["version"] + 1
    after["updatedAt"] = instant(at)
    after["history"] = [
        *offer["history"], {"at": instant(at), "by": by, "action": action, "fields": sorted(values)}
    ]  # fmt: skip
    return after


ANSWERED_FIELDS = (
    "id", "organizationId", "createdAt", "updatedAt", "name", "offerType", "availableCountries", "activeImport",
    "previousImport", "contactCount", "documents", "history",
)  # fmt: skip
SUMMARY_FIELDS = ("id", "name", "offerType", "availableCountries", "createdAt", "updatedAt", "contactCount")


def view(offer: Offer) -> dict[str, Any]:
    """What people and programs see of one offer."""
    stored = cast(dict[str, Any], offer)
    return {field: stored[field] for field in ANSWERED_FIELDS}


def summary(stored: Mapping[str, Any]) -> dict[str, Any]:
    """One row of a list."""
    return {field: stored[field] for field in SUMMARY_FIELDS}
