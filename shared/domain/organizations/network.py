"""The network's documents: who takes part, and which directory its people sign in through.

All of them are in one constant partition, so that one find lists the partners (docs/decisions/0010).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypedDict, cast

from shared.domain.errors import FieldError, Invalid
from shared.domain.ids import derived_id, new_id
from shared.domain.instants import instant
from shared.domain.organizations.organization import Location, Organization, OrganizationKind

if TYPE_CHECKING:
    from shared.domain.organizations.commands import Location as GivenLocation
    from shared.domain.organizations.commands import NewOrganization, UpdateOrganization

NETWORK: Final = "network"
MAX_HISTORY: Final = 100

Stored = dict[str, Any]


class StoredOrganization(TypedDict):
    """The stored document; fields unknown to this version survive a rewrite."""

    schema: int
    id: str
    organizationId: str
    version: int
    createdAt: str
    updatedAt: str
    name: str
    kind: OrganizationKind
    country: str
    tenantId: str
    locations: list[dict[str, Any]]
    history: list[dict[str, Any]]
    sortName: str
    search: str
    createKey: str | None
    commandHash: str | None


def tenant_key(tenant_id: str) -> str:
    """The id of what maps a directory to its organization."""
    return f"tenant:{tenant_id.lower()}"


def organization_id_of(tenant_id: str) -> str:
    """The id an organization gets that nobody gave one: the same for the same directory."""
    return derived_id("organization", tenant_id)


def mapping(tenant_id: str, organization_id: str, now: datetime) -> Stored:
    """What maps a directory to its organization."""
    return {
        "schema": 1,
        "id": tenant_key(tenant_id),
        "organizationId": NETWORK,
        "kind": "tenant",
        "createdAt": instant(now),
        "mapsTo": organization_id,
    }


def created(
    command: NewOrganization,
    id: str,
    kind: OrganizationKind,
    by: str,
    now: datetime,
    *,
    create_key: str | None = None,
    command_hash: str | None = None,
) -> StoredOrganization:
    """A new organization. Its locations have ids that follow from its own, so that sending it again makes the same."""
    at = instant(now)
    given = [location.document() for location in command.locations]
    locations = [{**each, "id": derived_id("location", id, str(n))} for n, each in enumerate(given)]
    new = {
        "schema": 1,
        "id": id,
        "organizationId": NETWORK,
        "version": 1,
        "createdAt": at,
        "updatedAt": at,
        "name": command.name,
        "kind": kind,
        "country": command.country,
        "tenantId": command.tenant_id,
        "locations": locations,
        "history": [{"at": at, "by": by, "action": "create", "fields": []}],
        **_derived(command.name),
        "createKey": create_key,
        "commandHash": command_hash,
    }
    return cast(StoredOrganization, new)


def updated(stored: StoredOrganization, command: UpdateOrganization, by: str, now: datetime) -> StoredOrganization:
    """The organization as it says it is now; itself where that changes nothing. Raises Invalid."""
    values = {
        "name": command.name,
        "country": command.country,
        "locations": _with_ids(command.locations, stored["locations"], now),
    }
    before = cast(dict[str, Any], stored)
    fields = sorted(field for field, value in values.items() if before[field] != value)
    if not fields:
        return stored
    entry = {"at": instant(now), "by": by, "action": "edit", "fields": fields}
    after = {
        **before,
        **values,
        **_derived(command.name),
        "version": stored["version"] + 1,
        "updatedAt": instant(now),
        "history": [*stored["history"], entry][-MAX_HISTORY:],
    }
    return cast(StoredOrganization, after)


def _with_ids(
    given: Iterable[GivenLocation], known: Iterable[Mapping[str, Any]], now: datetime
) -> list[dict[str, Any]]:
    ids = {location["id"] for location in known}
    unknown = [n for n, location in enumerate(given) if location.id is not None and location.id not in ids]
    if unknown:
        message = "There is no such location; leave its id out to add it."
        raise Invalid([FieldError(f"locations.{n}.id", "unknown_location", message) for n in unknown])
    return [{"id": new_id(now), **location.document()} for location in given]


def _derived(name: str) -> dict[str, str]:
    """What lists sort and search by."""
    folded = name.casefold()
    return {"sortName": folded, "search": folded}


def organization_of(stored: Mapping[str, Any]) -> Organization:
    """Who the document is about, for whoever acts in its name."""
    locations = tuple(
        Location(each["id"], each["name"], each["country"], each["isDefault"]) for each in stored["locations"]
    )
    return Organization(stored["id"], stored["name"], stored["kind"], stored["country"], stored["tenantId"], locations)


ANSWERED_FIELDS: Final = (
    "id", "name", "kind", "country", "tenantId", "locations", "createdAt", "updatedAt", "history",
)  # fmt: skip
SUMMARY_FIELDS: Final = ("id", "name", "country", "kind")


def view(stored: StoredOrganization) -> dict[str, Any]:
    """What an organization sees of itself, and the vendor of one it adds."""
    document = cast(dict[str, Any], stored)
    return {field: document[field] for field in ANSWERED_FIELDS}


def summary(stored: Mapping[str, Any]) -> dict[str, Any]:
    """What every organization sees of a partner."""
    return {field: stored[field] for field in SUMMARY_FIELDS}
