"""The two cells of a contacts file that list codes, Countries/Regions and States/Provinces, and what is wrong in them.

Codes are in DOMAIN.md, "Offers and readiness". Where something valid is near what was written, the message names it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice

from shared.domain import places
from shared.domain.offers.contact_words import Column

MAX_CELL_ERRORS = 3  # of one cell; a cell of 2,000 characters could hold 1,000
_SEPARATORS = re.compile(r"[,;]")
_USUAL_MISTAKES = {"UK": "GB", "EL": "GR", "000": places.EVERYWHERE, "WW": places.EVERYWHERE, "ALL": places.EVERYWHERE}


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong with one cell: its column, a stable code, and how to mend it."""

    column: Column
    code: str
    message: str


@lru_cache(maxsize=512)
def read_codes(cell: str) -> tuple[str, ...]:
    """The codes of a list cell in capitals, each once, in the order written; empty places between commas dropped."""
    codes = (part.strip().upper() for part in _SEPARATORS.split(cell))
    return tuple(dict.fromkeys(code for code in codes if code))


def shown(value: str) -> str:
    """What somebody wrote, short enough to quote in a message."""
    return value if len(value) <= 60 else value[:60] + "…"


def country_errors(codes: tuple[str, ...], suggest: bool) -> list[CellError]:
    """What is wrong in a Countries/Regions cell of these codes; an empty one is somebody else's matter."""
    if _all_valid(codes):
        return []
    wrong = (code for code in codes if code not in places.contact_countries())
    errors = [_country_error(code, suggest) for code in islice(wrong, MAX_CELL_ERRORS)]
    if places.EVERYWHERE in codes and len(codes) > 1:
        message = "OOO means all countries and stands alone; keep OOO, or list the countries without it."
        errors.append(CellError(Column.COUNTRIES, "everywhere_not_alone", message))
    return errors


@lru_cache(maxsize=512)
def _all_valid(countries: tuple[str, ...]) -> bool:
    alone = len(countries) == 1 or places.EVERYWHERE not in countries
    return alone and places.contact_countries().issuperset(countries)


@lru_cache(maxsize=512)
def _all_within(states: tuple[str, ...], countries: tuple[str, ...]) -> bool:
    return places.states().issuperset(states) and {state[:2] for state in states}.issubset(countries)


def _country_error(code: str, suggest: bool) -> CellError:
    if code in places.COUNTRIES_WITHOUT_CONTACTS:
        message = f"{code} takes no co-sell contacts; remove it."
        return CellError(Column.COUNTRIES, "country_not_taken", message)
    message = f"“{shown(code)}” is not a country code; use two letters such as FR, several as US, CA, FR, or OOO alone."
    if code in places.states():
        message = f"“{code}” is a state; write {code[:2]} here and {code} under States/Provinces."
    elif suggest and (near := _nearest_country(code)):
        message = f"“{shown(code)}” is not a country code; write {near}."
    return CellError(Column.COUNTRIES, "unknown_country", message)


@lru_cache(maxsize=1_024)
def _nearest_country(code: str) -> str | None:
    names = places.country_codes_by_name()
    exact = _USUAL_MISTAKES.get(code) or names.get(code.casefold())
    if exact or len(code) < 4:
        return exact
    near = get_close_matches(code.casefold()[:60], names, n=1, cutoff=0.8)
    return names[near[0]] if near else None


def state_errors(codes: tuple[str, ...], countries: tuple[str, ...], suggest: bool) -> list[CellError]:
    """What is wrong in a States/Provinces cell of these codes, given the row's countries."""
    if not codes or _all_within(codes, countries):
        return []
    if places.EVERYWHERE in countries:
        message = "OOO covers everything; leave States/Provinces empty."
        return [CellError(Column.STATES, "states_with_everywhere", message)]
    errors = (_state_error(code, countries, suggest) for code in codes)
    return list(islice((error for error in errors if error), MAX_CELL_ERRORS))


def _state_error(code: str, countries: tuple[str, ...], suggest: bool) -> CellError | None:
    if code in places.states():
        if code[:2] in countries or not countries:
            return None
        message = (
            f"{code} lies in {code[:2]}, which Countries/Regions does not name; add {code[:2]} there or remove {code}."
        )
        return CellError(Column.STATES, "state_outside_countries", message)
    message = f"“{shown(code)}” is not a state code; use the form US-CA, several as US-CA, US-NY."
    if (
        len(code) > 3
        and code[2] == "-"
        and places.is_country(code[:2])
        and code[:2] not in places.COUNTRIES_WITH_STATES
    ):
        message = f"States are given for US, CA and AU only; remove {shown(code)}."
    elif suggest and (near := _nearest_state(code, countries)):
        message = f"“{shown(code)}” is not a state code; write {near}."
    return CellError(Column.STATES, "unknown_state", message)


@lru_cache(maxsize=1_024)
def _nearest_state(code: str, countries: tuple[str, ...]) -> str | None:
    for country in (*countries, *places.COUNTRIES_WITH_STATES):
        if f"{country}-{code}" in places.states():
            return f"{country}-{code}"
    names = places.state_codes_by_name()
    near = get_close_matches(code.casefold()[:60], names, n=1, cutoff=0.8)
    return names[near[0]] if near else None
