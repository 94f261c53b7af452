"""Values people enter, checked as they come in. Dumped by alias they are the stored and answered form (camelCase)."""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from unicodedata import category

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from shared.domain import places
from shared.domain.lists import MAX_NOTES, CustomerSize, SolutionKind


class Value(BaseModel):
    """Base of values and commands: camelCase outside, unknown fields refused by name, surrounding blanks dropped."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, str_strip_whitespace=True, defer_build=True
    )

    def document(self) -> dict[str, Any]:
        """The stored form: JSON values by camelCase name, absent ones left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def _refuse(controls: re.Pattern[str]) -> Callable[[str], str]:
    def check(text: str) -> str:
        if found := controls.search(text):
            raise PydanticCustomError(
                "control_character", "Remove the control character U+{point}.", {"point": f"{ord(found[0]):04X}"}
            )
        return text

    return check


def _visible(text: str) -> str:
    """A name nobody can see is a link nobody can click."""
    if all(letter in _BLANK or category(letter) in ("Cf", "Zs", "Mn") for letter in text):
        raise PydanticCustomError("invisible", "Write something that can be seen.")
    return text


_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and signs that are drawn as nothing

# Marks that turn the reading order around count as controls: a name with one reads otherwise than it is.
_one_line = AfterValidator(_refuse(re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")))
_seen = AfterValidator(_visible)
_lines = AfterValidator(_refuse(re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")))

Line = Annotated[str, StringConstraints(min_length=1, max_length=200), _one_line, _seen]
ShortLine = Annotated[str, StringConstraints(min_length=1, max_length=100), _one_line, _seen]
PostalCode = Annotated[str, StringConstraints(min_length=1, max_length=20), _one_line]
UserId = Annotated[str, StringConstraints(min_length=1, max_length=128), _one_line]
Notes = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NOTES), _lines]


def _country(code: str) -> str:
    if not places.is_country(code):
        raise PydanticCustomError("unknown_country", "Use a two-letter ISO 3166-1 code in capitals, such as FR.")
    return code


def _currency(code: str) -> str:
    if not places.is_currency(code):
        raise PydanticCustomError("unknown_currency", "Use a three-letter ISO 4217 code in capitals, such as EUR.")
    return code


def _amount(text: str) -> str:
    if re.fullmatch(r"\d{1,15}(\.\d{1,4})?", text, re.ASCII) is None:
        raise PydanticCustomError(
            "not_an_amount", "Write the amount as digits with a point, such as 125000.00; at most 15 digits before it."
        )
    whole, _, fraction = text.partition(".")
    return f"{whole.lstrip('0') or '0'}.{fraction:0<2}"


def _email(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email  # its import is not cheap

    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise PydanticCustomError("not_an_email", "Use an e-mail address such as ana@contoso.com.") from None
    return text


def _phone(text: str) -> str:
    """E.164 with `+` is checked against the country's plan; a national number only for being one."""
    message = "Use a phone number such as +33 1 23 45 67 89."
    if text.startswith("+"):
        import phonenumbers  # its import is not cheap

        try:
            possible = phonenumbers.is_possible_number(phonenumbers.parse(text))
        except phonenumbers.NumberParseException:
            possible = False
        if not possible:
            raise PydanticCustomError("not_a_phone_number", message)
    elif re.fullmatch(r"[0-9 ()./-]{4,30}", text) is None or sum(map(str.isdigit, text)) < 4:
        raise PydanticCustomError("not_a_phone_number", message)
    return text


def _day(value: object) -> object:
    is_text_day = isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII) is not None
    if not is_text_day and not isinstance(value, date):
        raise PydanticCustomError("not_a_day", "Write the day as YYYY-MM-DD.")
    return value


def _not_a_truth(value: object) -> object:
    if isinstance(value, bool):
        raise PydanticCustomError("int_type", "Use one of the numbers of the list.")
    return value


Code = Annotated[int, BeforeValidator(_not_a_truth)]
"""The number of an entry in one of the documents' lists."""

Day = Annotated[date, BeforeValidator(_day)]
Country = Annotated[str, AfterValidator(_country)]
Email = Annotated[str, StringConstraints(min_length=3, max_length=254), _one_line, AfterValidator(_email)]
Phone = Annotated[str, StringConstraints(min_length=4, max_length=40), _one_line, AfterValidator(_phone)]


class Money(Value):
    """A decimal string, never a float, and its ISO 4217 currency."""

    amount: Annotated[str, Field(strict=True), AfterValidator(_amount)]
    currency: Annotated[str, AfterValidator(_currency)]

    @property
    def is_positive(self) -> bool:
        return any(digit in "123456789" for digit in self.amount)


def _positive(money: Money) -> Money:
    if not money.is_positive:
        raise PydanticCustomError("not_positive", "The value must be more than zero.")
    return money


PositiveMoney = Annotated[Money, AfterValidator(_positive)]


class Person(Value):
    """Somebody who can be reached: an employee on a deal, or a customer's contact. Complete or not at all."""

    first_name: ShortLine
    last_name: ShortLine
    phone_number: Phone
    email: Email


class LeadCustomer(Value):
    """Who asks, or who may buy: of a lead, name and country are enough."""

    name: Line
    address_line1: Line | None = None
    address_line2: Line | None = None
    city: ShortLine | None = None
    state: ShortLine | None = None
    postal_code: PostalCode | None = None
    country: Country
    duns_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{9}$")] | None = None
    size: CustomerSize | None = None
    industry: ShortLine | None = None
    contact: Person | None = None


class Customer(LeadCustomer):
    """Who buys. The contact may come later, until help is asked."""

    address_line1: Line
    city: ShortLine


class Solution(Value):
    """What is sold; `offerId` names its offer, or the vendor's product: `services.referrals.solutions` looks it up."""

    kind: SolutionKind
    name: Line
    offer_id: ShortLine | None = None


class Help(Value):
    """What the partner asks of the vendor's sellers: one of six codes, and in words what is wanted."""

    code: Annotated[Code, Field(ge=1, le=6)]
    notes: Notes
