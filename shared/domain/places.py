"""Countries, states and currencies that may be named, from the ISO lists that pycountry carries.

pycountry costs 67 ms to import, so each list is read at its first use and kept as a plain frozen set.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

EVERYWHERE = "OOO"  # a contact for all countries; written alone
COUNTRIES_WITHOUT_CONTACTS = frozenset({"AI", "EH", "FK"})
STATES: Final = {
    "US": (
        "AK AL AR AS AZ CA CO CT DC DE FL GA GU HI IA ID IL IN KS KY LA MA MD ME MI MN MO MP MS MT NC ND NE NH NJ NM "
        "NV NY OH OK OR PA PR RI SC SD TN TX UM UT VA VI VT WA WI WV WY"
    ),
    "CA": "AB BC MB NB NL NS NT NU ON PE QC SK YT",
    "AU": "ACT NSW NT QLD SA TAS VIC WA",
}
"""ISO 3166-2 of the three countries whose states a contact may name; a test compares it with pycountry."""
COUNTRIES_WITH_STATES = tuple(STATES)


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """Every ISO 3166-1 alpha-2 code, in capitals."""
    import pycountry

    return frozenset(country.alpha_2 for country in pycountry.countries)


@lru_cache(maxsize=1)
def contact_countries() -> frozenset[str]:
    """What a contact's Countries/Regions cell may hold: the alpha-2 codes but three, and `OOO` (DOMAIN.md, Offers)."""
    return countries() - COUNTRIES_WITHOUT_CONTACTS | {EVERYWHERE}


@lru_cache(maxsize=1)
def states() -> frozenset[str]:
    """ISO 3166-2 codes (`US-CA`, `AU-NSW`) of the three countries whose states a contact may name."""
    return frozenset(f"{country}-{code}" for country, codes in STATES.items() for code in codes.split())


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """Every ISO 4217 code, in capitals."""
    import pycountry

    return frozenset(currency.alpha_3 for currency in pycountry.currencies)


def is_country(code: str) -> bool:
    """Whether `code` is an ISO 3166-1 alpha-2 code in capitals; for customers and markets, not for contacts."""
    return code in countries()


def is_currency(code: str) -> bool:
    """Whether `code` is an ISO 4217 code in capitals."""
    return code in currencies()


@lru_cache(maxsize=1)
def country_codes_by_name() -> dict[str, str]:
    """English country names, casefolded, to their codes; for telling somebody who wrote `France` to write `FR`."""
    import pycountry

    names: dict[str, str] = {}
    for country in pycountry.countries:
        for attribute in ("name", "common_name", "official_name", "alpha_3"):
            if name := getattr(country, attribute, None):
                names[str(name).casefold()] = country.alpha_2
    return names


@lru_cache(maxsize=1)
def state_codes_by_name() -> dict[str, str]:
    """English state names, casefolded, to their codes; for telling somebody who wrote `Texas` to write `US-TX`."""
    import pycountry

    return {
        str(each.name).casefold(): each.code
        for each in pycountry.subdivisions
        if each.country_code in COUNTRIES_WITH_STATES
    }


@lru_cache(maxsize=512)
def country_name(code: str) -> str:
    """The English name of a country as people say it; the code itself where it is none."""
    import pycountry

    found = pycountry.countries.get(alpha_2=code)
    return code if found is None else str(getattr(found, "common_name", found.name))
