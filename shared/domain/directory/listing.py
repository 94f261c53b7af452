"""What the directory shows of a partner: a published copy of its profile, in a partition all of them share.

Nobody's name, phone or address is in it: whoever asks a partner does so by its form. A copy that was taken back keeps
its place without its content, so that a publication that arrives late does not bring it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from shared.domain.directory.profile import SAID, Profile
from shared.domain.directory.words import found_by, search_text, terms_of
from shared.domain.ids import derived_id
from shared.domain.insights.placement import NEUTRAL
from shared.domain.instants import instant

DIRECTORY: Final = "directory"
LISTED: Final = "listing"
TAKEN_BACK: Final = "unlisted"
NO_RECORD: Final[dict[str, Any]] = {
    "answered": 0,
    "inTime": 0,
    "expired": 0,
    "medianHours": None,
    "accepted": 0,
    "unreported": 0,
    "placement": NEUTRAL,
}
"""The response record of somebody who has not been asked yet: neither ahead nor behind."""

LONGEST_SUMMARY: Final = 300
_PUBLIC: Final = tuple(field for field in SAID if field != "contacts")
_CONTENT: Final = (*_PUBLIC, "name", "country", "places", "competencies", "endorsements")

Listing = dict[str, Any]


def content(profile: Mapping[str, Any], organization: Mapping[str, Any]) -> dict[str, Any]:
    """What is published of a profile and its organization's stored document."""
    return {
        **{field: profile[field] for field in (*_PUBLIC, "competencies", "endorsements")},
        "name": organization["name"],
        "country": organization["country"],
        "places": [
            {field: place[field] for field in ("name", "country", "city") if place.get(field)}
            for place in organization["locations"]
        ],
    }


def published(
    before: Listing | None,
    profile: Profile,
    organization: Mapping[str, Any],
    record: Mapping[str, Any] | None,
    now: datetime,
) -> Listing | None:
    """The copy of a profile as it is meant to be published; None where what is there is as new or newer.

    `record` is the response record as it is now, None where it is not known: what is shown stays then.
    """
    if before is not None and before["profileVersion"] >= profile["version"]:
        return None
    known = record or (before["record"] if before is not None else None)
    at = (profile["published"] or {}).get("at", instant(now))
    base = {**(before or _new(profile["organizationId"], now)), **content(profile, organization)}
    return _found_by(_with({**base, "kind": LISTED, "publishedAt": at}, known or NO_RECORD), profile, now)


def recorded(before: Listing, profile: Profile, now: datetime) -> Listing | None:
    """The copy with what the vendor records now, and nothing else of the draft; None where it is as new or newer."""
    if before["profileVersion"] >= profile["version"]:
        return None
    after = {**before, "competencies": profile["competencies"], "endorsements": profile["endorsements"]}
    if before["kind"] != LISTED:
        return {**before, "profileVersion": profile["version"]}
    return _found_by(after, profile, now)


def taken_back(before: Listing, profile: Profile, now: datetime) -> Listing | None:
    """The copy without its content; None where it is newer."""
    if before["profileVersion"] >= profile["version"]:
        return None
    kept = {field: value for field, value in before.items() if field not in (*_CONTENT, "about", "publishedAt")}
    return {
        **kept,
        "kind": TAKEN_BACK,
        "profileVersion": profile["version"],
        "updatedAt": instant(now),
        "terms": [],
        "foundBy": "",
        "search": "",
    }


def with_record(before: Listing, record: Mapping[str, Any], now: datetime) -> Listing:
    """The copy with another response record; itself where that is the same."""
    after = _with(before, record)
    return before if after == before else {**after, "updatedAt": instant(now)}


def _new(organization_id: str, now: datetime) -> Listing:
    return {"schema": 1, "id": organization_id, "organizationId": DIRECTORY, "createdAt": instant(now)}


def _with(listing: Listing, record: Mapping[str, Any]) -> Listing:
    whole = {**NO_RECORD, **record}
    placement = min(1.0, max(0.0, float(whole["placement"])))
    return {**listing, "record": whole, "placementKey": round(placement, 4) + _turn(listing["id"])}


def _turn(id: str) -> float:
    """Less than any difference of placements: partners of one placement come in an order that follows from nothing
    else, and each at a place of its own, where lists find it sooner [ours]."""
    return int(derived_id("turn", id).replace("-", "")[:12], 16) / 16**12 * 0.00009


def _found_by(listing: Listing, profile: Profile, now: datetime) -> Listing:
    """With everything lists sort and search by."""
    description = listing["description"] or ""
    short = description if len(description) <= LONGEST_SUMMARY else _cut(description)
    terms = terms_of(listing)
    return {
        **listing,
        "about": short,
        "sortName": listing["name"].casefold(),
        "terms": terms,
        "foundBy": found_by(terms),
        "search": search_text(listing),
        "profileVersion": profile["version"],
        "updatedAt": instant(now),
    }


def _cut(text: str) -> str:
    """The beginning of a text, up to a word's end."""
    return text[:LONGEST_SUMMARY].rpartition(" ")[0] + " …"


def is_listed(listing: Mapping[str, Any] | None) -> bool:
    """Whether it is in the directory; one that is not receives no leads."""
    return listing is not None and listing["kind"] == LISTED


def says_the_same(listing: Mapping[str, Any], profile: Mapping[str, Any], organization: Mapping[str, Any]) -> bool:
    """Whether publishing again would change nothing that is read."""
    return all(listing.get(field) == value for field, value in content(profile, organization).items())


_ANSWERED: Final = (
    "id", "name", "country", "description", "industries", "products", "services", "solutions", "keywords", "markets",
    "customerSizes", "places", "competencies", "endorsements", "record", "publishedAt",
)  # fmt: skip


def view(listing: Mapping[str, Any]) -> dict[str, Any]:
    """What everybody sees of a partner."""
    return {field: listing[field] for field in _ANSWERED}
