"""What may be asked about a business profile: what its partner says of itself, and what the vendor records of it."""

from typing import Annotated, Any, Final, TypeVar

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from shared.domain.lists import CustomerSize
from shared.domain.organizations.commands import MAX_LOCATIONS
from shared.domain.organizations.customer_names import folded
from shared.domain.places import EVERYWHERE, is_country
from shared.domain.values import Day, Line, Notes, Person, ShortLine, Value

T = TypeVar("T", bound=str)

MAX_INDUSTRIES: Final = 10
MAX_NAMED: Final = 20  # of products, services, solutions and keywords each
MAX_MARKETS: Final = 40  # more than these are everywhere
MAX_RECORDED: Final = 20  # competencies, endorsements


def _each_once(texts: list[T]) -> list[T]:
    """The same thing in another spelling says nothing new; the first stays."""
    return list({folded(text): text for text in reversed(texts)}.values())[::-1]


def _market(code: str) -> str:
    if code != EVERYWHERE and not is_country(code):
        raise PydanticCustomError(
            "unknown_country", "Use a two-letter ISO 3166-1 code in capitals, such as FR; OOO alone is everywhere."
        )
    return code


def _everywhere_alone(codes: list[str]) -> list[str]:
    if EVERYWHERE in codes and len(set(codes)) > 1:
        raise PydanticCustomError("everywhere_alone", "Everywhere stands alone; leave the countries out, or it.")
    return sorted(set(codes))


Industries = Annotated[list[ShortLine], Field(max_length=MAX_INDUSTRIES), AfterValidator(_each_once)]
Named = Annotated[list[ShortLine], Field(max_length=MAX_NAMED), AfterValidator(_each_once)]
Markets = Annotated[
    list[Annotated[str, AfterValidator(_market)]], Field(max_length=MAX_MARKETS), AfterValidator(_everywhere_alone)
]
Sizes = Annotated[list[CustomerSize], Field(max_length=8), AfterValidator(_each_once)]


class LocationContact(Person):
    """Who is reached about one location. Never shown in the directory."""

    location_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]


def _one_a_location(contacts: list[LocationContact]) -> list[LocationContact]:
    if len({contact.location_id for contact in contacts}) < len(contacts):
        raise PydanticCustomError("duplicate", "A location has one contact; leave the others out.")
    return contacts


class UpdateProfile(Value):
    """The whole draft: what is left out is gone. `markets` are countries, or `OOO` alone for everywhere [ours]."""

    description: Notes | None = None
    industries: Industries = []
    products: Named = []
    services: Named = []
    solutions: Named = []
    keywords: Named = []
    markets: Markets = []
    customer_sizes: Sizes = []
    contacts: Annotated[list[LocationContact], Field(max_length=MAX_LOCATIONS), AfterValidator(_one_a_location)] = []

    def document(self) -> dict[str, Any]:
        """The stored form; an absent description is null."""
        return {"description": None, **super().document()}


class Competency(Value):
    """What the vendor found a partner able to do, at a level where it knows one."""

    name: ShortLine
    level: ShortLine | None = None
    awarded_date: Day | None = None


class Endorsement(Value):
    """What somebody, the vendor or a customer it asked, says of a partner."""

    text: Annotated[Line, StringConstraints(max_length=500)]
    by: ShortLine | None = None


class RecordCompetencies(Value):
    """Everything the vendor records of a partner: what is left out is gone."""

    competencies: Annotated[list[Competency], Field(max_length=MAX_RECORDED)] = []
    endorsements: Annotated[list[Endorsement], Field(max_length=MAX_RECORDED)] = []
