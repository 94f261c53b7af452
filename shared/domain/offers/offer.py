"""The Offer: a marketplace listing whose co-sell configuration is being made ready, as one stored document.

Its uploaded contacts and documents are referred to from here: what `activeImport` and `documents` name is in force, and
one conditional write of the offer puts it in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Literal, NotRequired, TypedDict, cast

from shared.domain.instants import instant
from shared.domain.offers.commands import CreateOffer
from shared.domain.organizations.organization import Caller

OfferState = Literal["draft", "validating", "validated", "live"]
CoSellStatus = Literal["none", "in_review", "sent_back", "co_sell_ready", "ip_co_sell_eligible"]
ReviewState = Literal["none", "in_review", "decided"]

LISTING_FIELDS: Final = ("name", "offerType", "availableCountries", "availableInCsp", "transactable")
"""What the marketplace shows; publishing with scope `all` puts it in force."""
CO_SELL_FIELDS: Final = ("solutionType", "platforms", "segments", "solutionAreas", "landingPageUrl")
"""What the co-sell tab adds; with the documents and the contacts, either scope puts it in force."""
MAX_HISTORY: Final = 500


class ActiveImport(TypedDict):
    """A contacts import that is, was, or may come in force: whence it came, how much it holds, and since when.

    `coverage` counts contacts by country (`OOO` is everywhere) and role; `salesStates` are the states that rows of role
    partner_sales name, by country. `diff` counts what it changes in the import `base` (None: there was no list):
    `added`, `removed`, `changed`, `untouched`. Imports of earlier versions lack all three.
    """

    importId: str
    uploadId: str
    path: str
    contentHash: str
    sourceModifiedAt: str
    contacts: int
    chunks: int
    activatedAt: str
    coverage: NotRequired[dict[str, dict[str, int]]]
    salesStates: NotRequired[dict[str, list[str]]]
    diff: NotRequired[dict[str, Any]]


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
    availableInCsp: bool
    transactable: bool
    solutionType: str | None
    platforms: list[str]
    segments: list[str]
    solutionAreas: list[dict[str, Any]]
    landingPageUrl: str | None
    state: OfferState
    coSellStatus: CoSellStatus
    reviewState: ReviewState
    csp: Literal["yes", "no"]
    review: dict[str, Any] | None
    certificates: dict[str, Any]
    reviewSeq: int
    published: dict[str, Any] | None
    pendingPublication: dict[str, Any] | None
    publications: list[dict[str, Any]]
    validation: list[dict[str, Any]]
    readiness: dict[str, Any] | None
    readinessChanges: list[dict[str, Any]]
    activeImport: ActiveImport | None
    previousImport: ActiveImport | None
    pendingImport: ActiveImport | None
    contactCount: int
    documents: dict[str, Any]
    history: list[dict[str, Any]]
    outbox: list[dict[str, Any]]
    outboxSeq: int
    applied: dict[str, int]
    pendingAt: str | None
    dueAt: str | None
    commandHash: NotRequired[str | None]


def _unset() -> dict[str, Any]:
    """What an offer has before anybody says more of it."""
    return {
        "availableInCsp": False,
        "transactable": False,
        "solutionType": None,
        "platforms": [],
        "segments": [],
        "solutionAreas": [],
        "landingPageUrl": None,
        "state": "draft",
        "coSellStatus": "none",
        "reviewState": "none",
        "csp": "no",
        "review": None,
        "certificates": {},
        "reviewSeq": 0,
        "published": None,
        "pendingPublication": None,
        "publications": [],
        "validation": [],
        "readiness": None,
        "readinessChanges": [],
        "pendingImport": None,
        "dueAt": None,
    }


def stored_offer(document: Mapping[str, Any]) -> Offer:
    """The offer as stored; one of an earlier version gets what it did not know of yet."""
    return cast(Offer, {**_unset(), **document})


def created(command: CreateOffer, id: str, caller: Caller, now: datetime, command_hash: str | None) -> Offer:
    """A new offer: a draft with its listing's bare facts."""
    at = instant(now)
    new = {
        **_unset(),
        "schema": 1,
        "id": id,
        "organizationId": caller.organization_id,
        "version": 1,
        "createdAt": at,
        "updatedAt": at,
        **command.document(),
        "sortName": command.name.casefold(),
        "csp": "yes" if command.available_in_csp else "no",
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
    return cast(Offer, new)


def changed(
    offer: Offer, action: str, by: str, at: datetime, values: Mapping[str, Any], fields: Iterable[str] | None = None
) -> Offer:
    """One domain change: `values` set, version raised, history appended, naming `fields` (all that were set, where
    none are given). Nothing else raises the version."""
    after = cast(Offer, {**offer, **values})
    after["version"] = offer["version"] + 1
    after["updatedAt"] = instant(at)
    named = sorted(values if fields is None else fields)
    entry = {"at": instant(at), "by": by, "action": action, "fields": named}
    after["history"] = [*offer["history"], entry][-MAX_HISTORY:]
    return after


ANSWERED_FIELDS = (
    "id", "organizationId", "createdAt", "updatedAt", *LISTING_FIELDS, *CO_SELL_FIELDS, "state", "coSellStatus",
    "reviewState", "review", "certificates", "published", "pendingPublication", "publications", "validation",
    "readiness", "readinessChanges", "activeImport", "previousImport", "pendingImport", "contactCount", "documents",
    "history",
)  # fmt: skip
SUMMARY_FIELDS = (
    "id", "name", "offerType", "availableCountries", "state", "coSellStatus", "reviewState", "createdAt", "updatedAt",
    "contactCount",
)  # fmt: skip


def view(offer: Offer) -> dict[str, Any]:
    """What people and programs see of one offer."""
    stored = cast(dict[str, Any], offer)
    return {field: stored[field] for field in ANSWERED_FIELDS}


def summary(stored: Mapping[str, Any]) -> dict[str, Any]:
    """One row of a list."""
    return {field: stored[field] for field in SUMMARY_FIELDS}
