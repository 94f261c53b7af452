"""What the form of a new deal can start from: a customer that was found, colleagues of recent deals, what is sold.

Everything chosen is in the page's address, by reference only: a company's name, the ids of entries, no person's data.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

import azure.functions as func

from functions._pages.forms import Form, flat
from functions.suggestions import text_of
from shared.bootstrap import services
from shared.domain.errors import FieldError, Invalid
from shared.domain.ids import derived_id
from shared.domain.lists import MAX_EMPLOYEES, MAX_SOLUTIONS
from shared.domain.organizations.organization import Caller
from shared.domain.organizations.suggestion import Search, Suggestion
from shared.services.referrals.solution_suggestions import SolutionSuggestions, Suggested

OFFERED: Final = 12
SEARCHED: Final = ("customer", "country", "city")
_NAMES: Final = {"q": "customer"}
SOURCES: Final = {"companies": "your company list", "referrals": "an earlier deal"}


@dataclass(frozen=True)
class Choice:
    """Something that can be chosen: what it is, whether it is, and the address that chooses it or lets it go."""

    text: str
    hint: str
    chosen: bool
    link: str


@dataclass(frozen=True)
class Start:
    """The part of the page above the form, and what it fills in."""

    form: Form
    colleagues: list[Choice]
    keys: str
    sold: list[Choice]
    """One's own co-sell ready offers, and whatever else was chosen."""
    sold_keys: str
    solutions: list[tuple[Suggested, str]] | None = None
    """Found solutions, each with the address that chooses it; None where nothing was looked for."""
    matches: list[tuple[Suggestion, str]] | None = None
    """Found customers, each with the address that fills it in; None where nothing was looked for."""
    used: Suggestion | None = None
    values: dict[str, str | list[str]] = field(default_factory=dict)

    @property
    def status(self) -> int:
        return 422 if self.form.errors else 200


async def start_of(req: func.HttpRequest, caller: Caller) -> Start:
    """As the address asks. A search that cannot be is answered beside its field."""
    suggestions = (await services()).suggestions
    asked = {name: text_of(req, name) for name in (*SEARCHED, "use", "colleagues", "solution", "solutions")}
    used = await suggestions.customer(asked["use"], caller) if asked["use"] else None
    matches: list[tuple[Suggestion, str]] | None = None
    refused: list[FieldError] = []
    if used is None and asked["customer"]:
        try:
            search = Search(asked["customer"], asked["country"] or None, asked["city"] or None)
            found = await suggestions.customers(search, caller)
            matches = [(each, _link(asked, use=each.reference)) for each in found]
        except Invalid as error:
            refused = [FieldError(_NAMES.get(e.field, e.field), e.code, e.message) for e in error.errors]
    sold = await _Sold.of((await services()).solution_suggestions, asked, caller)
    people = {_key(caller, person): person for person in (await suggestions.employees("", caller))[:OFFERED]}
    chosen = [key for key in dict.fromkeys(asked["colleagues"].split(",")) if key in people][:MAX_EMPLOYEES]
    values = flat({"employees": [people[key] for key in chosen]})
    return Start(
        form=Form("find", asked, [*refused, *sold.errors]),
        colleagues=[
            Choice(
                f"{person['firstName']} {person['lastName']}",
                person["email"],
                key in chosen,
                _toggled(asked, chosen, key),
            )
            for key, person in people.items()
        ],
        keys=",".join(chosen),
        sold=sold.choices,
        sold_keys=",".join(sold.keys),
        solutions=sold.matches,
        matches=matches,
        used=used,
        values=values | sold.values | (flat({"customer": used.customer()}) if used else {}),
    )


@dataclass(frozen=True)
class _Sold:
    """What is chosen to be sold, what can be, and what was found."""

    keys: list[str]
    choices: list[Choice]
    matches: list[tuple[Suggested, str]] | None
    values: dict[str, str | list[str]]
    errors: list[FieldError]

    @classmethod
    async def of(cls, suggestions: SolutionSuggestions, asked: dict[str, str], caller: Caller) -> _Sold:
        own = await suggestions.find("", None, caller)
        named = [key.partition(".") for key in dict.fromkeys(asked["solutions"].split(",")) if key][:MAX_SOLUTIONS]
        known = [one for kind, _, id in named if (one := await suggestions.one(kind, id, caller))]
        keys = [_sold_key(one) for one in known]
        offered = {_sold_key(one): one for one in (*own, *known)}
        found: list[Suggested] | None = None
        errors: list[FieldError] = []
        try:
            found = await suggestions.find(asked["solution"], None, caller) if asked["solution"] else None
        except Invalid as error:
            errors = [FieldError("solution", e.code, e.message) for e in error.errors]
        rows = [{"kind": one.kind, "name": one.name, "offerId": one.id} for one in known]
        return cls(
            keys,
            [Choice(one.name, whose(one), key in keys, _chosen(asked, keys, key)) for key, one in offered.items()],
            None if found is None else [(one, _chosen(asked, keys, _sold_key(one), add=True)) for one in found],
            flat({"solutions": rows}) if rows else {},
            errors,
        )


def whose(one: Suggested) -> str:
    """Beside a solution's name."""
    return {"own": "ours", "vendor": "the vendor's"}.get(one.kind) or one.publisher_name or "another company's"


def _sold_key(one: Suggested) -> str:
    return f"{one.kind}.{one.id}"


def _chosen(asked: dict[str, str], keys: list[str], key: str, *, add: bool = False) -> str:
    others = [one for one in keys if one != key]
    kept = [*others, key] if add or key not in keys else others
    return _link(asked, solutions=",".join(kept), solution="")


def _link(asked: dict[str, str], **changes: str) -> str:
    query = {name: value for name, value in {**asked, **changes}.items() if value}
    return f"/deals/new?{urlencode(query)}" if query else "/deals/new"


def _toggled(asked: dict[str, str], chosen: list[str], key: str) -> str:
    others = [one for one in chosen if one != key]
    return _link(asked, colleagues=",".join(others if key in chosen else [*others, key]))


def _key(caller: Caller, person: dict[str, str]) -> str:
    """Stands for a person in an address."""
    return derived_id("employee", caller.organization_id, person["email"].casefold())[:8]
