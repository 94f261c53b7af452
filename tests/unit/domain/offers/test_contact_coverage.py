"""Where contacts work, told by an import's counts."""

from shared.domain.offers.contact_coverage import coverage, sales_states

COUNTS = [
    {"country": "FR", "role": "partner_sales", "state": None, "count": 2},
    {"country": "FR", "role": "partner_marketing", "state": None, "count": 1},
    {"country": "US", "role": "partner_sales", "state": None, "count": 3},
    {"country": "US", "role": "partner_sales", "state": "US-TX", "count": 1},
    {"country": "US", "role": "partner_sales", "state": "US-CA", "count": 2},
    {"country": "CA", "role": "partner_marketing", "state": "CA-ON", "count": 1},
    {"country": "OOO", "role": "partner_technical_sales", "state": None, "count": 1},
]


def test_coverage_counts_contacts_by_country_and_role() -> None:
    assert coverage(COUNTS) == {
        "FR": {"partner_sales": 2, "partner_marketing": 1},
        "US": {"partner_sales": 3},
        "OOO": {"partner_technical_sales": 1},
    }


def test_only_the_states_of_sales_contacts_are_sales_states() -> None:
    assert sales_states(COUNTS) == {"US": ["US-CA", "US-TX"]}


def test_no_counts_are_no_coverage() -> None:
    assert (coverage([]), sales_states([])) == ({}, {})
