"""What people and programs may ask of an offer, as they send it (camelCase JSON or form fields); a model an intent."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, field_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from shared.domain.lists import OfferType
from shared.domain.offers.readiness.check import CheckId
from shared.domain.values import Country, Line, Notes, PositiveMoney, ShortLine, Value

SolutionType = Literal["device", "ip", "managed_service", "service"]
Scope = Literal["co_sell", "all"]
"""What a publication puts in force: the co-sell tab alone, or the listing with it."""
Decision = Literal["co_sell_ready", "ip_co_sell_eligible", "send_back"]
CertificateKind = Literal["revenue", "technical_validation"]

MOST_PLATFORMS: Final = 50
LONGEST_URL: Final = 500


def _as_list(value: object) -> object:
    """A form with one box ticked, or several codes in one field, gives text: `FR` or `FR, DE`; with none, nothing."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(value, list):
        return [part for part in value if part is not None] or value
    return [] if value is None else value


def _last(value: object) -> object:
    """A form sends a box after a hidden field of its name, so that an empty box says something: the last one counts."""
    last = value[-1] if isinstance(value, list) and value else value
    return False if last is None else last


def _each_once(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _web_address(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not text.isascii() or not text.isprintable() or " " in text or "@" in parts.netloc:
        raise PydanticCustomError("not_a_url", "Use a web address such as https://example.com/product.")
    return text


Countries = Annotated[
    list[Country], BeforeValidator(_as_list), Field(max_length=250), AfterValidator(lambda codes: sorted(set(codes)))
]
Ids = Annotated[
    list[ShortLine], BeforeValidator(_as_list), Field(max_length=MOST_PLATFORMS), AfterValidator(_each_once)
]
Flag = Annotated[bool, BeforeValidator(_last)]
WebAddress = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_URL), AfterValidator(_web_address)]


class SolutionArea(Value):
    """An area of the reference data with some of its sub-areas; a draft may name these later."""

    area: ShortLine
    sub_areas: Ids = []


Areas = Annotated[
    list[SolutionArea], BeforeValidator(lambda value: [] if value is None else value), Field(max_length=MOST_PLATFORMS)
]


class _CoSell(Value):
    """What may come later, with what it is until then."""

    available_in_csp: Flag = False
    transactable: Flag = False
    solution_type: SolutionType | None = None
    platforms: Ids = []
    segments: Ids = []
    solution_areas: Areas = []
    landing_page_url: WebAddress | None = None


class CreateOffer(_CoSell):
    """A marketplace listing whose co-sell configuration is to be made ready."""

    name: Line
    offer_type: OfferType
    available_countries: Annotated[Countries, Field(min_length=1)]


class EditOffer(_CoSell):
    """What an edit may reach; only what the merge patch touches is given, and null takes away what can be without."""

    name: Line = ""
    offer_type: OfferType | None = None
    available_countries: Countries = []

    @field_validator("name", "offer_type", mode="before")
    @classmethod
    def _never_without(cls, value: object) -> object:
        if value is None:
            raise PydanticCustomError("missing", "This is needed.")
        return value

    def given(self) -> dict[str, Any]:
        """The stored form of what was sent, and nothing else."""
        whole = self.model_dump(mode="json", by_alias=True)
        return {to_camel(name): whole[to_camel(name)] for name in self.model_fields_set}


class PublishOffer(Value):
    """Put the draft in force for others, whole or the co-sell tab alone."""

    scope: Scope


class Reason(Value):
    """Why an offer is sent back: the check that is not met, and what is to be done."""

    check: CheckId
    message: Notes


class DecideOffer(Value):
    """The vendor's decision on a published offer; sending back says why."""

    decision: Decision
    reasons: Annotated[list[Reason], Field(max_length=50, validate_default=True)] = []

    @field_validator("reasons")
    @classmethod
    def _said_when_sent_back(cls, reasons: list[Reason], info: Any) -> list[Reason]:
        if info.data.get("decision") == "send_back" and not reasons:
            raise PydanticCustomError("missing", "Say for each check that is not met what is to be done.")
        return reasons


class RecordCertificate(Value):
    """What the vendor knows of an offer: its revenue over twelve months, or that it was validated technically."""

    kind: CertificateKind
    evidence: Notes
    amount: PositiveMoney | None = None
