"""Where a received referral goes: an organization's rules by solution and market, each leading to a location.

Precedence: (solution, market) > (solution) > (market) > the default location. Of two rules that say as much, the one
for the solution the referral names first counts, then the one that stands first (DOMAIN: "Routing"). Rules hold for
what is received from then on; a referral stays where it went.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypedDict, cast

from shared.domain.errors import FieldError, Invalid
from shared.domain.instants import instant
from shared.domain.organizations.customer_names import folded
from shared.domain.organizations.organization import Organization

ID: Final = "routing"
"""The document's, one in each organization's partition."""

MAX_HISTORY: Final = 100


@dataclass(frozen=True, slots=True)
class Rule:
    """What is about `solution` (a name or an offer's id) and from `market` (the customer's country) goes to the
    location; at least one of the two is said."""

    location_id: str
    solution: str | None = None
    market: str | None = None

    @property
    def precedence(self) -> int:
        """The lower wins."""
        return 0 if self.solution and self.market else 1 if self.solution else 2

    def place_of(self, country: str, solutions: Sequence[Mapping[str, Any]]) -> int | None:
        """The place of the first solution the rule is for, 0 for a rule for all of them; None where it is for none of
        these, or another country."""
        if self.market not in (None, country):
            return None
        if self.solution is None:
            return 0
        wanted = folded(self.solution)
        return next(
            (
                place
                for place, each in enumerate(solutions)
                if each.get("offerId") == self.solution or folded(each["name"]) == wanted
            ),
            None,
        )

    def document(self) -> dict[str, str | None]:
        """As it is stored and answered."""
        return {"solution": self.solution, "market": self.market, "locationId": self.location_id}


@dataclass(frozen=True, slots=True)
class Routed:
    """Where something goes, by the rule of that place (from 0) or None, and why in words. Nowhere (None) only in an
    organization without locations."""

    location_id: str | None
    rule: int | None
    because: str


class StoredRouting(TypedDict):
    """The stored document; fields unknown to this version survive a rewrite."""

    schema: int
    id: str
    organizationId: str
    kind: str
    version: int
    createdAt: str
    updatedAt: str
    rules: list[dict[str, Any]]
    history: list[dict[str, Any]]


def rules_of(stored: Mapping[str, Any] | None) -> tuple[Rule, ...]:
    """The rules in force; none before the first are stored."""
    return tuple(Rule(one["locationId"], one["solution"], one["market"]) for one in stored["rules"]) if stored else ()


def routed(
    rules: Iterable[Rule], organization: Organization, country: str, solutions: Sequence[Mapping[str, Any]]
) -> Routed:
    """Where a referral of a customer in `country` about `solutions` goes by these rules."""
    fitting = (
        (rule.precedence, place, number, rule)
        for number, rule in enumerate(rules)
        if (place := rule.place_of(country, solutions)) is not None
    )
    best = min(fitting, default=None, key=lambda each: each[:3])
    if best is None:
        return Routed(organization.default_location, None, "No rule is for it: the default location.")
    *_, number, rule = best
    because = f"Rule {number + 1}: {in_words(rule)}."
    if any(location.id == rule.location_id for location in organization.locations):
        return Routed(rule.location_id, number, because)
    return Routed(organization.default_location, number, f"{because} Its location is gone: the default location.")


def require_sound(rules: Sequence[Rule], organization: Organization) -> None:
    """Each rule leads to a location there is, and no two are for the same. Raises Invalid, naming them all."""
    errors = [*_unknown_locations(rules, organization), *_clashes(rules)]
    if errors:
        raise Invalid(errors)


def _unknown_locations(rules: Sequence[Rule], organization: Organization) -> Iterator[FieldError]:
    known = {location.id for location in organization.locations}
    for number, rule in enumerate(rules):
        if rule.location_id not in known:
            message = "There is no such location; choose one of your organization's."
            yield FieldError(f"rules.{number}.locationId", "unknown_location", message)


def _clashes(rules: Sequence[Rule]) -> Iterator[FieldError]:
    first: dict[tuple[str, str], int] = {}
    for number, rule in enumerate(rules):
        other = first.setdefault((folded(rule.solution or ""), rule.market or ""), number)
        if other != number:
            field = "solution" if rule.solution else "market"
            message = f"It clashes with rule {other + 1}, which is for {in_words(rule)} too; keep one of them."
            yield FieldError(f"rules.{number}.{field}", "clash", message)


def in_words(rule: Rule) -> str:
    """What a rule is for: Fabrikam Migrator in FR; everything in FR."""
    return " in ".join(part for part in (rule.solution or "everything", rule.market) if part)


def updated(
    before: StoredRouting | None, rules: Sequence[Rule], organization: Organization, by: str, now: datetime
) -> StoredRouting:
    """The document with these rules; itself where they are the same. Raises Invalid."""
    require_sound(rules, organization)
    if before is not None and rules_of(before) == tuple(rules):
        return before
    at = instant(now)
    known = before or _empty(organization.id, at)
    entry = {"at": at, "by": by, "action": "edit" if before else "create", "fields": ["rules"]}
    after = {
        **known,
        "version": known["version"] + 1,
        "updatedAt": at,
        "rules": [rule.document() for rule in rules],
        "history": [*known["history"], entry][-MAX_HISTORY:],
    }
    return cast(StoredRouting, after)


def _empty(organization_id: str, at: str) -> StoredRouting:
    return {
        "schema": 1,
        "id": ID,
        "organizationId": organization_id,
        "kind": "routing",
        "version": 0,
        "createdAt": at,
        "updatedAt": at,
        "rules": [],
        "history": [],
    }


def view(stored: StoredRouting | None, organization: Organization) -> dict[str, Any]:
    """What an organization sees of its rules. `isLost` marks a rule whose location is gone: the default stands in."""
    known = {location.id for location in organization.locations}
    rules = [{**rule.document(), "isLost": rule.location_id not in known} for rule in rules_of(stored)]
    return {
        "rules": rules,
        "defaultLocationId": organization.default_location,
        "updatedAt": stored["updatedAt"] if stored else None,
        "history": stored["history"] if stored else [],
    }
