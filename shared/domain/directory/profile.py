"""The business profile: an organization's draft of what the directory says of it, as one stored document.

It lives with its organization, under a name of its own; what is published is a copy (`listing`). Published or not is
decided here, and the copy follows: it carries the version it was made from, and an older one never replaces a newer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypedDict, cast

from shared.domain.errors import FieldError, Invalid
from shared.domain.instants import instant

if TYPE_CHECKING:
    from shared.domain.directory.commands import RecordCompetencies, UpdateProfile

PROFILE: Final = "profile"
"""The id and the kind: an organization has one."""

MAX_HISTORY: Final = 100
SAID: Final = (
    "description", "industries", "products", "services", "solutions", "keywords", "markets", "customerSizes",
    "contacts",
)  # fmt: skip
"""What the partner says; the rest is recorded by others."""

Places = Iterable[Mapping[str, Any]]
"""The organization's locations as they are stored: `id`, `name`, `country`, perhaps `city`."""


class Profile(TypedDict):
    """The stored document; version 0 is not stored yet. Fields unknown to this version survive a rewrite."""

    schema: int
    id: str
    organizationId: str
    kind: str
    version: int
    createdAt: str
    updatedAt: str
    description: str | None
    industries: list[str]
    products: list[str]
    services: list[str]
    solutions: list[str]
    keywords: list[str]
    markets: list[str]
    customerSizes: list[str]
    contacts: list[dict[str, Any]]
    competencies: list[dict[str, Any]]
    endorsements: list[dict[str, Any]]
    published: dict[str, Any] | None
    history: list[dict[str, Any]]


def empty(organization_id: str, now: datetime) -> Profile:
    """The draft of an organization that has said nothing yet."""
    lists: dict[str, Any] = {field: [] for field in (*SAID, "competencies", "endorsements")}
    new = {
        "schema": 1,
        "id": PROFILE,
        "organizationId": organization_id,
        "kind": PROFILE,
        "version": 0,
        "createdAt": instant(now),
        "updatedAt": instant(now),
        **lists,
        "description": None,
        "published": None,
        "history": [],
    }
    return cast(Profile, new)


def updated(profile: Profile, command: UpdateProfile, places: Places, by: str, now: datetime) -> Profile:
    """The draft as the partner says it is now; itself where that changes nothing. Raises Invalid."""
    values = command.document()
    _require_known(values["contacts"], places)
    return _changed(profile, "edit", values, by, now)


def recorded(profile: Profile, command: RecordCompetencies, by: str, now: datetime) -> Profile:
    """With what the vendor records of it; itself where that changes nothing."""
    return _changed(profile, "record-competencies", command.document(), by, now)


def published(profile: Profile, places: Sequence[Mapping[str, Any]], by: str, now: datetime) -> Profile:
    """Meant for the directory from now on. Raises Invalid naming what is missing."""
    lacking = missing(profile, places)
    if lacking:
        raise Invalid(lacking, "The profile is not complete yet.")
    _require_known(profile["contacts"], places)
    mark = {"version": profile["version"] + 1, "at": instant(now), "by": by}
    return _changed(profile, "publish", {"published": mark}, by, now)


def unpublished(profile: Profile, by: str, now: datetime) -> Profile:
    """Meant for nobody else; itself where it was not published."""
    return _changed(profile, "unpublish", {"published": None}, by, now)


def _changed(profile: Profile, action: str, values: Mapping[str, Any], by: str, now: datetime) -> Profile:
    before = cast(dict[str, Any], profile)
    fields = sorted(field for field, value in values.items() if before.get(field) != value)
    if not fields:
        return profile
    after = {
        **before,
        **values,
        "version": before["version"] + 1,
        "updatedAt": instant(now),
        "history": [*before["history"], {"at": instant(now), "by": by, "action": action, "fields": fields}],
    }
    after["history"] = after["history"][-MAX_HISTORY:]
    return cast(Profile, after)


def _require_known(contacts: Iterable[Mapping[str, Any]], places: Places) -> None:
    known = {place["id"] for place in places}
    unknown = [n for n, contact in enumerate(contacts) if contact["locationId"] not in known]
    if unknown:
        message = "Your organization has no such location; leave its contact out."
        raise Invalid([FieldError(f"contacts.{n}.locationId", "unknown_location", message) for n in unknown])


_NEEDED: Final = {
    "description": "Say what you do, and for whom.",
    "industries": "Name at least one industry.",
    "keywords": "Name at least one keyword that represents you.",
    "markets": "Name the countries you serve, or everywhere.",
    "customerSizes": "Choose the customer sizes you want.",
}


def missing(profile: Profile, places: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    """What keeps the profile from being complete, each as the field to fill in; nothing where it is complete."""
    said = cast(dict[str, Any], profile)
    lacking = [FieldError(field, "missing", message) for field, message in _NEEDED.items() if not said[field]]
    if not (said["products"] or said["services"] or said["solutions"]):
        lacking.append(FieldError("solutions", "missing", "Name at least one solution, service or product."))
    reached = {contact["locationId"] for contact in profile["contacts"]}
    bare = [place["name"] for place in places if place["id"] not in reached]
    if bare:
        lacking.append(FieldError("contacts", "missing", f"Name a contact for each location: {', '.join(bare)}."))
    elif not places:
        lacking.append(FieldError("contacts", "no_location", "Add a location to your organization, then its contact."))
    return lacking


def is_complete(profile: Profile, places: Sequence[Mapping[str, Any]]) -> bool:
    """Whether it may be published; offers are co-sell ready with a complete one only."""
    return not missing(profile, places)


def contact_of(profile: Mapping[str, Any], location_id: str) -> dict[str, Any] | None:
    """Who is reached about a location, without its id; None where nobody is named."""
    for contact in profile["contacts"]:
        if contact["locationId"] == location_id:
            return {field: value for field, value in contact.items() if field != "locationId"}
    return None


def view(
    profile: Profile, places: Sequence[Mapping[str, Any]], entry: Mapping[str, Any] | None, *, is_current: bool
) -> dict[str, Any]:
    """What the organization sees of its profile. `entry` is what the directory shows, `is_current` whether it says the
    same as the draft."""
    stored = cast(dict[str, Any], profile)
    lacking = missing(profile, places)
    shown = ("organizationId", *SAID, "competencies", "endorsements", "createdAt", "updatedAt", "history")
    return {
        **{field: stored[field] for field in shown},
        "completeness": {
            "isComplete": not lacking,
            "missing": [{"field": each.field, "code": each.code, "message": each.message} for each in lacking],
        },
        "published": None if entry is None else {"at": entry["publishedAt"], "isCurrent": is_current},
    }
