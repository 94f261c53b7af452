"""What may be asked of the network of organizations, as people, programs and the operator send it."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from shared.domain.ids import LEGAL_ID
from shared.domain.values import Country, Line, ShortLine, Value

MAX_LOCATIONS = 50
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _tenant(text: str) -> str:
    """A directory's id, in the spelling its tokens have."""
    folded = text.lower()
    if _GUID.fullmatch(folded) is None:
        raise PydanticCustomError(
            "not_a_tenant_id", "Use the directory's tenant id, such as c0000000-0000-4000-8000-000000000001."
        )
    return folded


def _organization_id(text: str) -> str:
    if LEGAL_ID.fullmatch(text) is None:
        raise PydanticCustomError("not_an_id", "Use up to 64 letters, digits, hyphens and underscores.")
    return text


TenantId = Annotated[str, AfterValidator(_tenant)]
OrganizationId = Annotated[str, AfterValidator(_organization_id)]


class Location(Value):
    """A place the organization works from. One that is there already keeps its `id`; a new one has none yet."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    name: ShortLine
    country: Country
    city: ShortLine | None = None
    address_line1: Line | None = None
    is_default: bool | None = None


def _one_default(locations: list[Location]) -> list[Location]:
    """The only location is the default without saying so."""
    if len(locations) == 1 and locations[0].is_default is None:
        return [locations[0].model_copy(update={"is_default": True})]
    if locations and sum(location.is_default is True for location in locations) != 1:
        raise PydanticCustomError("one_default", "Choose exactly one default location.")
    return [location.model_copy(update={"is_default": location.is_default is True}) for location in locations]


Locations = Annotated[list[Location], Field(max_length=MAX_LOCATIONS), AfterValidator(_one_default)]


class UpdateOrganization(Value):
    """What an organization says of itself, whole: a location left out is gone."""

    name: Line
    country: Country
    locations: Locations = []

    @field_validator("locations")
    @classmethod
    def _each_once(cls, locations: list[Location]) -> list[Location]:
        known = [location.id for location in locations if location.id is not None]
        if len(set(known)) < len(known):
            raise PydanticCustomError("duplicate", "A location is there twice; leave one of them out.")
        return locations


class NewOrganization(Value):
    """What every organization starts with: its people are those of the directory `tenantId`."""

    name: Line
    country: Country
    tenant_id: TenantId
    locations: Locations = []

    @field_validator("locations")
    @classmethod
    def _without_ids(cls, locations: list[Location]) -> list[Location]:
        if any(location.id is not None for location in locations):
            raise PydanticCustomError("unknown_location", "A new location has no id yet; leave it out.")
        return locations


class AddOrganization(NewOrganization):
    """The vendor lets a partner take part."""

    kind: Literal["partner"] = "partner"


class SeedOrganization(NewOrganization):
    """The operator puts an organization in place: the vendor that runs the programme, or a partner with an `id` of
    the operator's choice."""

    id: OrganizationId | None = None
    kind: Literal["partner", "vendor"]
