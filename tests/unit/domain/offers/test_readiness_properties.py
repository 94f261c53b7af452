"""Readiness of offers nobody thought of: what holds of every one."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Final, get_args

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import FieldError
from shared.domain.lists import OfferType
from shared.domain.offers.contact_words import ContactRole
from shared.domain.offers.readiness import Readiness, became, evaluate
from shared.domain.offers.readiness.limits import Limits
from shared.domain.places import EVERYWHERE
from tests.unit.domain.offers.readiness_cases import READY, Offer

COUNTRIES: Final = ["FR", "DE", "US", "CA", "AU", "AI", "EH"]
STATES: Final = {"US": ["US-CA", "US-TX"], "CA": ["CA-ON"], "AU": ["AU-NSW"]}
FIELDS: Final = ["description", "industries", "contacts"]

counts = st.dictionaries(st.sampled_from([role.value for role in ContactRole]), st.integers(0, 3))
imports = st.none() | st.fixed_dictionaries(
    {"contacts": st.integers(1, 9)},
    optional={
        "coverage": st.dictionaries(st.sampled_from([*COUNTRIES, EVERYWHERE]), counts),
        "salesStates": st.dictionaries(st.sampled_from(list(STATES)), st.sampled_from([["US-CA"], ["CA-ON"], []])),
    },
)
sub_areas = st.lists(st.sampled_from("xyz"), max_size=3, unique=True)
areas = st.lists(st.fixed_dictionaries({"area": st.sampled_from("abcd"), "subAreas": sub_areas}), max_size=4)
amounts = st.sampled_from(["0.00", "99999.99", "100000.00", "2000000.00"])
money = st.fixed_dictionaries({"amount": amounts, "currency": st.sampled_from(["USD", "EUR"])})
certificates = st.fixed_dictionaries(
    {},
    optional={
        "revenue": st.fixed_dictionaries({"evidence": st.just("Report")}, optional={"amount": money}),
        "technicalValidation": st.just({"evidence": "Report"}),
    },
)
documents = st.lists(st.sampled_from(list(READY["documents"])), unique=True).map(
    lambda kinds: {kind: READY["documents"][kind] for kind in kinds}
)
offers = st.fixed_dictionaries(
    {
        "id": st.just("o1"),
        "offerType": st.sampled_from(get_args(OfferType)),
        "availableCountries": st.lists(st.sampled_from(COUNTRIES), max_size=8),
        "solutionType": st.sampled_from([None, "device", "ip", "managed_service", "service"]),
        "platforms": st.lists(st.sampled_from(["azure", "windows"]), unique=True),
        "segments": st.lists(st.sampled_from(["enterprise", "education"]), unique=True),
        "solutionAreas": areas,
        "state": st.sampled_from(["draft", "validating", "validated", "live"]),
        "validation": st.just([]),
        "activeImport": imports,
        "documents": documents,
        "certificates": certificates,
    }
)
lacking = st.lists(st.sampled_from(FIELDS), unique=True).map(
    lambda fields: [FieldError(field, "missing", f"Say {field}.") for field in fields]
)


def results(found: Readiness) -> dict[str, bool]:
    return {check["id"]: check["passed"] for part in (found["coSell"], found["ipCoSell"]) for check in part["checks"]}


@given(offers, lacking)
def test_a_part_passes_exactly_when_all_its_checks_do(offer: Offer, missing: list[FieldError]) -> None:
    found = evaluate(offer, missing, Limits())
    for part in (found["coSell"], found["ipCoSell"]):
        assert part["passed"] == all(check["passed"] for check in part["checks"])
    assert not found["ipCoSell"]["passed"] or found["coSell"]["passed"]


@given(offers, lacking)
def test_who_fails_is_told_what_to_do_and_who_passes_is_not(offer: Offer, missing: list[FieldError]) -> None:
    found = evaluate(offer, missing, Limits())
    for check in (*found["coSell"]["checks"], *found["ipCoSell"]["checks"]):
        assert check["evidence"]
        assert bool(check["todo"]) == bool(check["fix"]) == (not check["passed"])
        if check["fix"]:
            assert check["fix"]["text"]
            assert check["fix"]["href"].startswith("/")


@given(offers)
def test_the_grid_has_each_country_once_and_decides_on_sales_contacts(offer: Offer) -> None:
    found = evaluate(offer, [], Limits())
    rows = found["grid"]
    assert sorted(row["country"] for row in rows) == sorted(set(offer["availableCountries"]))
    assert results(found)["sales_contacts"] == (bool(rows) and all(row["salesContact"] for row in rows))
    for row in rows:
        assert set(row["missingStates"]).isdisjoint(row["salesStates"])
        assert row["salesContact"] == (row["contacts"].get("partner_sales", 0) > 0)


@given(offers)
def test_one_sales_contact_for_everywhere_covers_everything(offer: Offer) -> None:
    offer = deepcopy(offer)
    active = offer["activeImport"] or {"contacts": 1}
    offer["activeImport"] = {**active, "coverage": {**active.get("coverage", {}), EVERYWHERE: {"partner_sales": 1}}}
    rows = evaluate(offer, [], Limits())["grid"]
    assert all(row["salesContact"] and row["everywhere"] and not row["missingStates"] for row in rows)


@given(offers, lacking, st.data())
def test_a_good_thing_more_never_makes_a_check_fail(offer: Offer, missing: list[FieldError], data: Any) -> None:
    before = results(evaluate(offer, missing, Limits()))
    after = deepcopy(offer)
    for add in data.draw(st.lists(st.sampled_from(GOOD_THINGS), min_size=1)):
        add(after)
    left = missing[: data.draw(st.integers(0, len(missing)))]
    now = results(evaluate(after, left, Limits()))
    assert all(now[id] for id, passed in before.items() if passed)


def goes_live(offer: Offer) -> None:
    offer["state"] = "live"


def one_platform_more(offer: Offer) -> None:
    offer["platforms"].append("github")


def one_segment_more(offer: Offer) -> None:
    offer["segments"].append("nonprofit")


def chosen_where_nothing_was(offer: Offer) -> None:
    offer["solutionType"] = offer["solutionType"] or "ip"
    offer["solutionAreas"] = offer["solutionAreas"] or [{"area": "a", "subAreas": ["x"]}]


def every_document(offer: Offer) -> None:
    offer["documents"] = {**READY["documents"], "customer_wins": {"fileName": "wins.pdf"}, **offer["documents"]}


def a_contact_more(offer: Offer) -> None:
    active = offer["activeImport"] or {"contacts": 0}
    coverage = {country: {**roles} for country, roles in active.get("coverage", {}).items()}
    for country in ("FR", "US"):
        roles = coverage.setdefault(country, {})
        roles["partner_sales"] = roles.get("partner_sales", 0) + 1
    offer["activeImport"] = {**active, "contacts": active["contacts"] + 1, "coverage": coverage}


def more_revenue(offer: Offer) -> None:
    amount = {"amount": "9000000.00", "currency": "USD"}
    offer["certificates"] = {**offer["certificates"], "revenue": {"evidence": "Report 9", "amount": amount}}


def validated(offer: Offer) -> None:
    offer["certificates"] = {**offer["certificates"], "technicalValidation": {"evidence": "Report 9"}}


GOOD_THINGS: Final = [
    goes_live, one_platform_more, one_segment_more, chosen_where_nothing_was, every_document, a_contact_more,
    more_revenue, validated,
]  # fmt: skip


@given(offers, offers, lacking)
def test_what_became_leads_from_one_result_to_the_other(one: Offer, other: Offer, missing: list[FieldError]) -> None:
    first, second = evaluate(one, missing, Limits()), evaluate(other, [], Limits())
    turned = became(first, second)
    assert {**results(first), **turned} == results(second)
    assert all(results(first)[id] != passed for id, passed in turned.items())


@given(offers, lacking)
def test_what_is_given_is_left_as_it_was(offer: Offer, missing: list[FieldError]) -> None:
    before = deepcopy(offer)
    assert evaluate(offer, missing, Limits()) == evaluate(offer, missing, Limits())
    assert offer == before
