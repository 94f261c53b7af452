"""What people and programs may ask for, as they send it (camelCase JSON or form fields). One model an intent."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from shared.domain.lists import (
    CLOSE_REASONS_WITH_NOTE,
    ERROR_REASONS_WITH_NOTE,
    MAX_EMPLOYEES,
    MAX_SOLUTIONS,
    SalesStage,
)
from shared.domain.values import (
    Code,
    Customer,
    Day,
    Help,
    LeadCustomer,
    Line,
    Money,
    Notes,
    Person,
    PositiveMoney,
    ShortLine,
    Solution,
    UserId,
    Value,
)

ReferralId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Employees = Annotated[list[Person], Field(max_length=MAX_EMPLOYEES)]
Solutions = Annotated[list[Solution], Field(max_length=MAX_SOLUTIONS)]
TeamMembers = Annotated[list[UserId], Field(max_length=MAX_EMPLOYEES)]


class NewDeal(Value):
    """What every deal starts with, whoever creates it (DOMAIN: life cycle, "create")."""

    name: Line
    customer: Customer
    estimated_value: PositiveMoney
    estimated_close_date: Day
    crm_id: ShortLine | None = None
    campaign_id: ShortLine | None = None
    notes: Notes | None = None
    employees: Annotated[Employees, Field(min_length=1)]
    solutions: Annotated[Solutions, Field(min_length=1)]
    sales_stage: SalesStage | None = None
    team_members: TeamMembers | None = None
    customer_consent: bool = False
    proceed: Annotated[bool, Field(exclude=True)] = False
    """Create it although it looks like business that is there already; no part of what is created."""


class CreateDeal(NewDeal):
    """A partner's own deal. `help` asks the vendor; `visibleToVendor` alone makes it partner-led; neither, private."""

    visible_to_vendor: bool = False
    help: Help | None = None


class SendOpportunity(NewDeal):
    """A seller's deal, sent to a partner in the same step."""

    partner_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class EditDeal(Value):
    """What an edit may reach, each as it will be after the edit; only what the merge patch touches is given."""

    name: Line | None = None
    estimated_value: PositiveMoney | None = None
    estimated_close_date: Day | None = None
    crm_id: ShortLine | None = None
    campaign_id: ShortLine | None = None
    notes: Notes | None = None
    employees: Employees | None = None
    solutions: Solutions | None = None
    sales_stage: SalesStage | None = None
    team_members: TeamMembers | None = None
    customer: LeadCustomer | None = None


class Accept(Value):
    """The receiver takes the referral on and says what it expects of it. A lead may become part of a deal there is
    (`linkedReferralId`), which has a name, a value and a date of its own."""

    linked_referral_id: ReferralId | None = None
    name: Line | None = None
    estimated_value: PositiveMoney | None = None
    estimated_close_date: Day | None = None
    notes: Notes | None = None
    crm_id: ShortLine | None = None
    campaign_id: ShortLine | None = None
    employees: Employees = []

    @model_validator(mode="before")
    @classmethod
    def _asked_for(cls, values: object) -> object:
        """What is left out is asked for under the name it is sent by, not under ours."""
        needed = dict.fromkeys(("name", "estimatedValue", "estimatedCloseDate"))
        return {**needed, **values} if isinstance(values, dict) else values

    @field_validator("name", "estimated_value", "estimated_close_date")
    @classmethod
    def _needed_unless_linked(cls, value: object, info: ValidationInfo) -> object:
        if value is None and info.data.get("linked_referral_id") is None:
            raise PydanticCustomError("missing", "This is needed.")
        return value


class _Reasoned(Value):
    """A numbered reason; some reasons need a note that says more."""

    with_note: ClassVar[frozenset[int]] = CLOSE_REASONS_WITH_NOTE

    reason: Annotated[Code, Field(ge=1, le=8)]
    notes: Annotated[Notes | None, Field(validate_default=True)] = None

    @field_validator("notes")
    @classmethod
    def _note_where_needed(cls, notes: str | None, info: ValidationInfo) -> str | None:
        if notes is None and info.data.get("reason") in cls.with_note:
            raise PydanticCustomError("note_needed", "This reason needs a note that says more.")
        return notes


class Decline(_Reasoned):
    """The receiver does not take the referral on."""


class _Closing(Value):
    final_value: Money | None = None
    closed_date: Day | None = None


class Win(_Closing):
    """The deal is won; without figures the current estimate and today stand."""


class Lose(_Reasoned, _Closing):
    """The deal is lost, and why."""


class CloseAsError(_Reasoned):
    """The referral should not have been; it stays out of win and loss figures."""

    with_note: ClassVar[frozenset[int]] = ERROR_REASONS_WITH_NOTE

    reason: Annotated[Code, Field(ge=1, le=9)]


class RequestHelp(Help):
    """A partner asks the vendor's sellers for help; contact and consent of the customer may be given here.

    Left out, the deal's own stand; a consent of false refuses, whatever was recorded before.
    """

    customer_contact: Person | None = None
    customer_consent: bool | None = None


class InvitePartner(Value):
    """Ask another partner to join a deal; its copy starts from these. Contact and consent as in a help request."""

    partner_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    estimated_value: PositiveMoney
    estimated_close_date: Day
    notes: Notes
    employees: Annotated[Employees, Field(min_length=1)]
    solutions: Annotated[Solutions, Field(min_length=1)]
    code: Annotated[Code | None, Field(ge=1, le=6)] = None
    customer_contact: Person | None = None
    customer_consent: bool | None = None


class AddNote(Value):
    """A note entry; shared ones go to every organization in the engagement."""

    text: Notes
    audience: Literal["internal", "shared"] = "internal"


class Nothing(Value):
    """An action that takes no fields."""


class CreateUploadLink(Value):
    """The one file a link is for; a document says of which type it is."""

    kind: Literal["contacts", "document"]
    document_type: ShortLine | None = None
    file_name: Line
