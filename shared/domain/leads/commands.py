"""What customers, sellers and marketplaces send to make a lead, as they send it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from shared.domain.leads.wanted import MOST_WANTED, wanted
from shared.domain.lists import CustomerSize, Language, Qualification
from shared.domain.referrals.commands import TeamMembers
from shared.domain.values import (
    Country,
    Day,
    Email,
    LeadCustomer,
    Line,
    Notes,
    Person,
    PositiveMoney,
    ShortLine,
    Solution,
    Value,
)

OrganizationId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
WantedSolutions = Annotated[list[Solution], Field(max_length=MOST_WANTED)]


class Inquiry(Value):
    """A customer's inquiry to a partner it chose, by anybody. A form's solutions may be names, one or several."""

    partner_id: OrganizationId
    company: Line
    country: Country
    size: CustomerSize | None = None
    industry: ShortLine | None = None
    contact: Person
    need: Notes
    solutions: WantedSolutions = []
    contact_me: bool = False
    consent: Annotated[bool, Field(validate_default=True)] = False
    language: Language | None = None
    website: str | None = None
    """No person sees this field; what fills it in is no person."""

    @field_validator("solutions", mode="before")
    @classmethod
    def _by_name(cls, solutions: object) -> object:
        return wanted(solutions)

    @field_validator("consent")
    @classmethod
    def _agreed(cls, consent: bool) -> bool:
        if not consent:
            raise PydanticCustomError("consent_needed", "Agree that the partner may contact you, or it cannot answer.")
        return consent


class Confirmation(Value):
    """What the link in a customer's e-mail carries."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=300)]


class SendQualifiedLead(Value):
    """A lead a seller or a marketer of the vendor recommends to a partner."""

    partner_id: OrganizationId
    qualification: Qualification
    name: Line
    customer: LeadCustomer
    need: Notes
    solutions: WantedSolutions = []
    estimated_value: PositiveMoney | None = None
    estimated_close_date: Day | None = None
    language: Language | None = None
    team_members: TeamMembers | None = None
    customer_consent: bool = False
    proceed: Annotated[bool, Field(exclude=True)] = False
    """Send it although it looks like business that is there already; no part of what is sent."""

    @field_validator("solutions", mode="before")
    @classmethod
    def _by_name(cls, solutions: object) -> object:
        return wanted(solutions)

    @field_validator("qualification")
    @classmethod
    def _qualified(cls, qualification: Qualification) -> Qualification:
        if qualification == "direct":
            raise PydanticCustomError("not_qualified", "Use marketing_qualified or sales_qualified.")
        return qualification


class _FeedValue(Value):
    """The marketplace's own names. What it adds to its shape one day must not lose a lead, so it is let pass."""

    model_config = ConfigDict(extra="ignore", alias_generator=None)


Loose = Annotated[str, StringConstraints(max_length=200)]


class UserDetails(_FeedValue):
    """Who asked, as the marketplace knows them; only the e-mail address is certain."""

    first_name: Annotated[Loose | None, Field(alias="FirstName")] = None
    last_name: Annotated[Loose | None, Field(alias="LastName")] = None
    email: Annotated[Email, Field(alias="Email")]
    phone: Annotated[Loose | None, Field(alias="Phone")] = None
    country: Annotated[Country, Field(alias="Country")]
    company: Annotated[Loose | None, Field(alias="Company")] = None
    title: Annotated[Loose | None, Field(alias="Title")] = None

    @field_validator("country", mode="before")
    @classmethod
    def _in_capitals(cls, country: object) -> object:
        return country.strip().upper() if isinstance(country, str) else country


class MarketplaceLead(_FeedValue):
    """The lead feed's shape (commercial marketplace: "Customer leads", HTTPS endpoint)."""

    user_details: Annotated[UserDetails, Field(alias="UserDetails")]
    lead_source: Annotated[Loose | None, Field(alias="LeadSource")] = None
    action_code: Annotated[Loose | None, Field(alias="ActionCode")] = None
    offer_title: Annotated[Loose | None, Field(alias="OfferTitle")] = None
    description: Annotated[str | None, Field(alias="Description", max_length=20_000)] = None

    def source(self) -> dict[str, Any]:
        """Where it came from, as the marketplace says."""
        said = {"leadSource": self.lead_source, "actionCode": self.action_code, "offerTitle": self.offer_title}
        return {**said, "title": self.user_details.title}
