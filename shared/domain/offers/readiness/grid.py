"""Where an offer is available, and whom a seller may turn to there: one row a country.

A sales contact covers its whole country even where it names states only; the states that nobody names are told, and
keep nothing from passing (DOMAIN, "Offers and readiness").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from shared.domain.offers.contact_words import ContactRole
from shared.domain.places import EVERYWHERE, STATES

SALES = ContactRole.PARTNER_SALES.value


class GridRow(TypedDict):
    """`contacts` counts, by role, those for the country and those for everywhere; `everywhere` says that a sales
    contact is for everywhere; `missingStates` are those that no sales contact names, where some are named."""

    country: str
    salesContact: bool
    everywhere: bool
    contacts: dict[str, int]
    salesStates: list[str]
    missingStates: list[str]


def grid(offer: Mapping[str, Any]) -> list[GridRow]:
    """A row for each country where the offer is available, in the offer's order, each once."""
    active = offer["activeImport"] or {}
    coverage, states = active.get("coverage", {}), active.get("salesStates", {})
    return [_row(country, coverage, states) for country in dict.fromkeys(offer["availableCountries"])]


def without_sales(rows: list[GridRow]) -> list[str]:
    """The countries nobody sells in."""
    return [row["country"] for row in rows if not row["salesContact"]]


def _row(country: str, coverage: Mapping[str, Mapping[str, int]], states: Mapping[str, list[str]]) -> GridRow:
    here, anywhere = coverage.get(country, {}), coverage.get(EVERYWHERE, {})
    everywhere = anywhere.get(SALES, 0) > 0
    named = [] if everywhere else states.get(country, [])
    return {
        "country": country,
        "salesContact": everywhere or here.get(SALES, 0) > 0,
        "everywhere": everywhere,
        "contacts": {role.value: n for role in ContactRole if (n := here.get(role, 0) + anywhere.get(role, 0))},
        "salesStates": sorted(states.get(country, [])),
        "missingStates": _others(country, named) if named else [],
    }


def _others(country: str, named: list[str]) -> list[str]:
    every = [f"{country}-{code}" for code in STATES.get(country, "").split()]
    return [state for state in every if state not in named]
