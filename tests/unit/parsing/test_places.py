import pycountry

from shared.domain import places


def test_contacts_name_alpha_2_countries_but_three_and_everywhere() -> None:
    assert len(places.contact_countries()) == 247
    assert {"FR", "US", "XX"} & places.contact_countries() == {"FR", "US"}
    assert "OOO" in places.contact_countries()
    assert not {"AI", "EH", "FK"} & places.contact_countries()


def test_deals_may_be_in_the_three_countries_that_take_no_contacts_but_not_everywhere() -> None:
    assert all(places.is_country(code) for code in ("AI", "EH", "FK"))
    assert not places.is_country("OOO")
    assert not places.is_country("fr")


def test_states_are_those_of_the_usa_canada_and_australia() -> None:
    assert len(places.states()) == 78
    assert {"US-CA", "US-DC", "US-PR", "CA-QC", "AU-NSW"} <= places.states()
    assert {code[:2] for code in places.states()} == {"US", "CA", "AU"}


def test_states_are_those_iso_3166_2_has() -> None:
    """We write them down, so that no rule has to read a file for them."""
    of_iso = {each.code for each in pycountry.subdivisions if each.country_code in places.COUNTRIES_WITH_STATES}
    assert places.states() == of_iso


def test_currencies_are_iso_4217() -> None:
    assert all(places.is_currency(code) for code in ("EUR", "USD", "JPY"))
    assert not any(places.is_currency(code) for code in ("eur", "EURO", "ABC", ""))
