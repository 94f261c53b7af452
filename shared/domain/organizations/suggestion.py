"""Customers and employees that a new deal can start from: an organization's own, as it wrote them before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from shared.domain.errors import FieldError, Invalid
from shared.domain.organizations.customer_names import customer_key, folded
from shared.domain.places import is_country

Source = Literal["companies", "referrals"]
SHORTEST: Final = 3  # letters
LONGEST: Final = 200
MOST: Final = 20
"""Suggestions answered at most: who looks for one company narrows the search down."""

FACTS: Final = ("name", "address", "city", "state", "postalCode", "country", "dunsNumber", "size")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A customer: from the company list, or from a referral; `id` is the entry's or the referral's."""

    source: Source
    id: str
    facts: Mapping[str, str | None]
    """`FACTS`; `address` is what a deal calls `addressLine1`."""

    def view(self) -> dict[str, Any]:
        """As it is answered."""
        return {**{name: self.facts.get(name) for name in FACTS}, "source": self.source, "id": self.id}

    @property
    def reference(self) -> str:
        """Names it in an address."""
        return f"{self.source}.{self.id}"

    def customer(self) -> dict[str, str]:
        """What it fills in of a new deal's customer."""
        known = {name: value for name, value in self.facts.items() if value}
        return {"addressLine1" if name == "address" else name: value for name, value in known.items()}


def of_customer(customer: Mapping[str, Any], referral_id: str) -> Suggestion:
    """From a referral's customer, without its contact."""
    facts = {name: customer.get("addressLine1" if name == "address" else name) for name in FACTS}
    return Suggestion("referrals", referral_id, facts)


def of_company(entry: Mapping[str, Any]) -> Suggestion:
    """From an entry of the company list."""
    return Suggestion("companies", entry["id"], {name: entry.get(name) for name in FACTS})


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: part of a name or a D-U-N-S number, in a country and a city where they are said."""

    q: str
    country: str | None = None
    city: str | None = None

    def check(self) -> None:
        """Raises Invalid."""
        errors = []
        if len(self.q) < SHORTEST:
            errors.append(FieldError("q", "too_short", f"Search from {SHORTEST} letters on."))
        if len(self.q) > LONGEST:
            errors.append(FieldError("q", "too_long", f"Search for at most {LONGEST} letters."))
        if self.country is not None and not is_country(self.country):
            message = "Use a two-letter ISO 3166-1 code in capitals, such as FR."
            errors.append(FieldError("country", "unknown_country", message))
        if self.city is not None and len(self.city) > LONGEST:
            errors.append(FieldError("city", "too_long", f"Search for at most {LONGEST} letters."))
        if errors:
            raise Invalid(errors)

    @property
    def text(self) -> str:
        """What stored search texts are asked for: accents and points off, unless too little is left then."""
        plain = folded(self.q)
        return plain if len(plain) >= SHORTEST else self.q.casefold()

    @property
    def is_number(self) -> bool:
        """Whether it is a D-U-N-S number."""
        return len(self.q) == 9 and self.q.isascii() and self.q.isdecimal()

    def names(self, name: str) -> bool:
        """Whether it is part of that name."""
        return self.text in name.casefold() or self.text in folded(name)

    def takes(self, suggestion: Suggestion) -> bool:
        """Whether the suggestion is one that was looked for."""
        facts = suggestion.facts
        return (
            (self.names(facts["name"] or "") or self.q == facts["dunsNumber"])
            and self.country in (None, facts["country"])
            and folded(self.city or "") in folded(facts["city"] or "")
        )


def ranked(suggestions: Iterable[Suggestion], search: Search) -> list[Suggestion]:
    """The best first, at most `MOST`: names that begin so, then the company list, then by name. Each customer once."""

    def place(each: Suggestion) -> tuple[bool, bool, str]:
        name = folded(each.facts["name"] or "")
        return not name.startswith(search.text), each.source != "companies", name

    kept: list[Suggestion] = []
    numbers: dict[tuple[str, str | None, str], set[str | None]] = {}
    for each in sorted(suggestions, key=place):
        known, number = numbers.setdefault(_place(each), set()), each.facts["dunsNumber"]
        if number in known or (known and number is None):
            continue  # the same customer at the same place, and no number that was not there already
        known.add(number)
        kept.append(each)
        if len(kept) == MOST:
            break
    return kept


def _place(each: Suggestion) -> tuple[str, str | None, str]:
    return customer_key(each.facts["name"] or ""), each.facts["country"], folded(each.facts["city"] or "")
