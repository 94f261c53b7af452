"""What may be asked of the network of organizations, as people, programs and the operator send it."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from shared.domain.ids import LEGAL_ID
from shared.domain.organizations import routing
from shared.domain.values import Code, Country, Line, ShortLine, Value

MAX_LOCATIONS = 50
MAX_RULES = 50
MOST_REPLAYED = 200
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


class RoutingRule(Value):
    """Received referrals about a solution, from a market or both go to a location."""

    solution: Line | None = None
    market: Annotated[Country | None, Field(validate_default=True)] = None
    location_id: OrganizationId

    @field_validator("market")
    @classmethod
    def _of_something(cls, market: str | None, info: ValidationInfo) -> str | None:
        if market is None and "solution" in info.data and info.data["solution"] is None:
            message = "Say a solution, a market or both; what no rule is for goes to the default location."
            raise PydanticCustomError("rule_for_nothing", message)
        return market


class Route(Value):
    """An organization's routing rules, whole: one left out is gone."""

    rules: Annotated[list[RoutingRule], Field(max_length=MAX_RULES)]

    def as_rules(self) -> list[routing.Rule]:
        """As the domain knows them."""
        return [routing.Rule(rule.location_id, rule.solution, rule.market) for rule in self.rules]


class TryRules(Route):
    """Draft rules, tried on the last received referrals; nothing is written."""

    last: Annotated[Code, Field(ge=1, le=MOST_REPLAYED)] = 50
