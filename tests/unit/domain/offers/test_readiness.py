"""Every check of readiness in both directions, with what it says; what flips; and that nothing is read for it."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest

from shared.domain.offers.readiness import MAX_CHANGES, became, evaluate, failures, recomputed
from shared.domain.offers.readiness.check import Check, CheckId
from shared.domain.offers.readiness.limits import Limits
from shared.domain.offers.upload import DOCUMENT_TYPES
from tests.unit.domain.offers.readiness_cases import FAILING, INCOMPLETE, Failing, Offer, put, ready, sales

NOW = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
LIMITS = Limits()


def checks_of(offer: Offer, *missing: Any, limits: Limits = LIMITS) -> dict[str, Check]:
    found = evaluate(offer, missing, limits)
    return {check["id"]: check for part in ("coSell", "ipCoSell") for check in found[part]["checks"]}  # type: ignore[literal-required]


def test_there_are_twelve_checks_each_in_one_part_and_in_order() -> None:
    found = evaluate(ready(), [], LIMITS)
    ids = [[check["id"] for check in part["checks"]] for part in (found["coSell"], found["ipCoSell"])]
    assert [*ids[0], *ids[1]] == list(get_args(CheckId))
    assert len(ids[0]) == len(ids[1]) == 6


def test_every_check_has_a_row_in_the_table() -> None:
    """A check that is added needs a way to fail here."""
    assert {row.check for row in FAILING} == set(get_args(CheckId))


@pytest.mark.parametrize("id", get_args(CheckId))
def test_a_check_that_passes_says_what_it_saw_and_asks_for_nothing(id: str) -> None:
    check = checks_of(ready())[id]
    assert check["passed"]
    assert check["evidence"].endswith(".")
    assert (check["todo"], check["fix"]) == (None, None)


@pytest.mark.parametrize("row", FAILING, ids=lambda row: f"{row.check}: {row.evidence}")
def test_a_check_that_fails_says_what_it_saw_what_to_do_and_the_cheapest_fix(row: Failing) -> None:
    offer = ready()
    row.spoil(offer)
    check = checks_of(offer, *row.profile_missing)[row.check]
    assert not check["passed"]
    assert row.evidence in check["evidence"]
    assert row.todo in str(check["todo"])
    fix = check["fix"]
    assert fix is not None
    assert row.fix in fix["text"]
    assert fix["href"].startswith(("/offers/o1", "/profile"))
    assert fix["by"] == ("vendor" if row.check in ("revenue", "technical_validation") else "partner")
    call = fix.get("api")
    assert (call and f"{call['method']} {call['path']}") == row.call


@pytest.mark.parametrize("row", FAILING, ids=lambda row: f"{row.check}: {row.evidence}")
def test_a_check_fails_alone_but_for_those_that_stand_on_it(row: Failing) -> None:
    offer = ready()
    row.spoil(offer)
    failed = {id for id, check in checks_of(offer, *row.profile_missing).items() if not check["passed"]}
    co_sell = {check["id"] for check in evaluate(ready(), [], LIMITS)["coSell"]["checks"]}
    expected = {row.check, *(["co_sell_ready"] if row.check in co_sell else [])}
    if row.check == "co_sell_ready":
        expected |= {"offer_live"}
    if row.evidence in ("a solution type", "No solution type"):  # two checks look at it
        expected |= {"listing_complete", "ip_solution", "co_sell_ready"}
    assert failed == expected


def test_each_part_passes_if_all_its_checks_do() -> None:
    found = evaluate(ready(), [], LIMITS)
    assert (found["coSell"]["passed"], found["ipCoSell"]["passed"]) == (True, True)
    found = evaluate({**ready(), "certificates": {}}, [], LIMITS)
    assert (found["coSell"]["passed"], found["ipCoSell"]["passed"]) == (True, False)
    assert [check["id"] for check in failures(found, "ipCoSell")] == ["revenue", "technical_validation"]
    found = evaluate(ready(), INCOMPLETE, LIMITS)
    assert (found["coSell"]["passed"], found["ipCoSell"]["passed"]) == (False, False)


@pytest.mark.parametrize("kind", ["azure_application", "azure_container", "azure_virtual_machine", "iot_edge_module"])
def test_the_other_eligible_types_pass_too(kind: str) -> None:
    assert checks_of({**ready(), "offerType": kind})["eligible_type"]["passed"]


def test_evidence_names_documents_contacts_and_amounts() -> None:
    found = {id: check["evidence"] for id, check in checks_of(ready()).items()}
    assert found["one_pager"] == "The solution one-pager is “one.pdf” (1 page, fr)."
    assert found["pitch_deck"].startswith("The solution pitch deck is “deck.pptx” (12 slides, en). An architecture ")
    assert "slide 7: “Reference architecture”" in found["pitch_deck"]
    assert found["sales_contacts"] == "There are Partner sales contacts in FR, US."
    assert found["revenue"] == "Recorded: USD 100,000.00 (Report 7); USD 100,000 in 12 months is needed."


def test_a_deck_without_a_diagram_passes_with_advice() -> None:
    offer = ready()
    offer["documents"]["solution_pitch_deck"]["diagram"] = {"found": False, "score": 0.1, "evidence": []}
    check = checks_of(offer)["pitch_deck"]
    assert check["passed"]
    assert "No architecture diagram was found" in str(check["advice"])


def test_states_that_nobody_names_are_told_and_keep_nothing_from_passing() -> None:
    check = checks_of(ready())["sales_contacts"]
    assert check["passed"]
    assert check["advice"] == "Nobody is named for some states of US (56 states)."


@pytest.mark.parametrize(("amount", "passes"), [("91600.00", True), ("91599.00", False), ("91600", True)])
def test_revenue_in_another_currency_is_compared_by_a_dated_table(amount: str, passes: bool) -> None:
    offer = ready()
    offer["certificates"]["revenue"]["amount"] = {"amount": amount, "currency": "EUR"}
    check = checks_of(offer)["revenue"]
    assert check["passed"] is passes
    assert "at the rates of 2023-06-30" in check["evidence"]


def test_thresholds_are_those_of_the_settings() -> None:
    offer = ready()
    offer["certificates"]["revenue"]["amount"]["amount"] = "250.00"
    check = checks_of(offer, limits=Limits(revenue=Decimal(250), revenue_months=6))["revenue"]
    assert check["passed"]
    assert "USD 250 in 6 months" in check["evidence"]
    assert not checks_of(ready(), limits=Limits(revenue=Decimal("100000.01")))["revenue"]["passed"]
    offer["solutionAreas"] = [{"area": "a", "subAreas": ["x"]}, {"area": "b", "subAreas": ["y"]}]
    check = checks_of(offer, limits=Limits(solution_areas=1))["listing_complete"]
    assert "at most 1 solution area." in str(check["todo"])


def test_many_countries_are_named_up_to_twenty_and_one_row_for_everywhere_is_the_cheapest_fix() -> None:
    countries = [f"{a}{b}" for a in "BCDG" for b in "ABCDEFGHIJ"]
    check = checks_of({**ready(), "availableCountries": countries})["sales_contacts"]
    assert "and 20 more" in check["evidence"]
    assert check["fix"] is not None
    assert check["fix"]["text"].endswith("is OOO, for everywhere.")


@pytest.mark.parametrize("kind", ["customer_case_study", "customer_wins", "channel_pitch_deck", "other"])
def test_documents_that_are_not_required_change_nothing(kind: str) -> None:
    assert kind in DOCUMENT_TYPES
    offer = ready()
    before = evaluate(offer, [], LIMITS)
    offer["documents"][kind] = [] if kind == "other" else {"fileName": "x.pdf"}
    assert evaluate(offer, [], LIMITS) == before


def test_the_grid_has_a_row_for_each_country_with_whom_it_has_there() -> None:
    assert evaluate(ready(), [], LIMITS)["grid"][0] == {
        "country": "FR",
        "salesContact": True,
        "everywhere": False,
        "contacts": {"partner_marketing": 1, "partner_sales": 1},
        "salesStates": [],
        "missingStates": [],
    }
    usa = evaluate(ready(), [], LIMITS)["grid"][1]
    assert (usa["country"], usa["salesStates"], len(usa["missingStates"])) == ("US", ["US-TX"], 56)
    assert "US-TX" not in usa["missingStates"]


def test_a_sales_contact_for_everywhere_covers_every_country_and_state() -> None:
    offer = ready()
    sales(OOO={"partner_sales": 1}, US={"partner_marketing": 2})(offer)
    offer["activeImport"]["salesStates"] = {"US": ["US-TX"]}
    found = evaluate({**offer, "availableCountries": ["AI", "US"]}, [], LIMITS)
    assert [(row["salesContact"], row["everywhere"], row["missingStates"]) for row in found["grid"]] == [
        (True, True, []), (True, True, []),
    ]  # fmt: skip
    assert found["grid"][1]["contacts"] == {"partner_marketing": 2, "partner_sales": 1}
    assert found["coSell"]["passed"]


def test_what_became_of_checks_is_told_by_comparing_two_results() -> None:
    good, bare = evaluate(ready(), [], LIMITS), evaluate({**ready(), "state": "draft"}, [], LIMITS)
    assert became(bare, good) == {"offer_live": True, "co_sell_ready": True}
    assert became(good, bare) == {"offer_live": False, "co_sell_ready": False}
    assert became(good, good) == {}
    assert became(None, bare) == {id: True for id, check in checks_of({**ready(), "state": "draft"}).items()
                                  if check["passed"]}  # fmt: skip


def test_a_change_is_kept_with_its_moment_and_cause_only_where_a_check_flipped() -> None:
    offer = {**ready(), "readiness": None, "readinessChanges": []}
    first = recomputed(offer, [], LIMITS, "create", "u1", NOW)
    assert (first["readiness"]["at"], first["readiness"]["cause"]) == ("2027-01-04T09:30:00.000000Z", "create")
    assert [each["cause"] for each in first["readinessChanges"]] == ["create"]
    same = recomputed({**offer, **first, "name": "x"}, [], LIMITS, "edit", "u1", NOW + timedelta(1))
    assert same["readiness"]["cause"] == "edit"
    assert same["readinessChanges"] == first["readinessChanges"]
    after = {**offer, **first}
    put("documents", value={})(after)
    lost = recomputed(after, [], LIMITS, "delete_document", "u2", NOW + timedelta(2))
    assert lost["readinessChanges"][-1] == {
        "at": "2027-01-06T09:30:00.000000Z",
        "cause": "delete_document",
        "by": "u2",
        "became": {"one_pager": False, "pitch_deck": False, "co_sell_ready": False, "reference_architecture": False},
    }


def test_the_newest_hundred_changes_are_kept() -> None:
    offer: Offer = {**ready(), "readiness": None, "readinessChanges": []}
    for n in range(MAX_CHANGES + 5):
        offer["state"] = "live" if n % 2 else "draft"
        offer.update(recomputed(offer, [], LIMITS, f"change {n}", "u1", NOW + timedelta(n)))
    assert len(offer["readinessChanges"]) == MAX_CHANGES
    assert offer["readinessChanges"][-1]["cause"] == f"change {MAX_CHANGES + 4}"


def test_nothing_is_read_and_nobody_is_asked_to_tell_readiness() -> None:
    """In a fresh process: no file, no socket, no other process, and nothing imported, once it is itself."""
    script = """
import sys
from datetime import UTC, datetime
from shared.domain.offers.readiness import evaluate, recomputed
from shared.domain.offers.readiness.limits import Limits
from tests.unit.domain.offers.readiness_cases import FAILING, READY, ready
heavy = [name for name in ("pycountry", "sqlite3", "azure", "pydantic", "orjson", "asyncio") if name in sys.modules]
assert not heavy, heavy
seen = []
sys.addaudithook(lambda event, args: seen.append((event, args)) if event not in QUIET else None)
for row in FAILING:
    offer = ready()
    row.spoil(offer)
    evaluate(offer, row.profile_missing, Limits())
offer = {**READY, "readiness": None, "readinessChanges": []}
recomputed(offer, [], Limits(), "edit", "u1", datetime(2027, 1, 4, tzinfo=UTC))
print(seen)
""".replace("QUIET", "('builtins.id', 'object.__getattr__')")
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
