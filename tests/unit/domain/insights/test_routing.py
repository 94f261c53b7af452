"""Precedence of routing rules, against every permutation; clashes; rules whose location is gone."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import Invalid
from shared.domain.organizations.organization import Location, Organization
from shared.domain.organizations.routing import Routed, Rule, require_sound, routed, updated

PLACES = tuple(Location(id, id.title(), "FR", id == "paris") for id in ("paris", "lyon", "roma", "berlin"))
CONTOSO = Organization("contoso", "Contoso", "partner", "FR", locations=PLACES)
NOW = datetime(2027, 1, 4, tzinfo=UTC)
MIGRATOR = {"kind": "own", "name": "Fabrikam Migrator", "offerId": "offer-7"}
MOVER = {"kind": "third_party", "name": "Data Mover"}

BOTH = Rule("lyon", "Fabrikam Migrator", "IT")
SOLUTION = Rule("roma", "Fabrikam Migrator")
MARKET = Rule("berlin", None, "IT")


def goes(rules: Any, country: str, *solutions: Any) -> str | None:
    return routed(rules, CONTOSO, country, solutions).location_id


@pytest.mark.parametrize("rules", list(permutations([BOTH, SOLUTION, MARKET])), ids=str)
def test_the_more_a_rule_says_the_sooner_it_counts_wherever_it_stands(rules: tuple[Rule, ...]) -> None:
    assert goes(rules, "IT", MIGRATOR) == "lyon"
    assert goes(rules, "FR", MIGRATOR) == "roma"
    assert goes(rules, "IT", MOVER) == "berlin"
    assert goes(rules, "FR", MOVER) == "paris"
    assert goes(rules, "FR") == "paris"


@pytest.mark.parametrize("said", ["fabrikam migrator", "  FABRIKAM   Migrator", "Fàbrikam-Migrator", "offer-7"])
def test_a_solution_is_known_by_its_name_however_spelt_or_by_its_offer(said: str) -> None:
    assert goes([Rule("roma", said)], "FR", MOVER, MIGRATOR) == "roma"


def test_of_rules_that_say_as_much_the_solution_named_first_counts_then_the_first_rule() -> None:
    rules = [Rule("roma", "Data Mover"), Rule("lyon", "Fabrikam Migrator")]
    assert goes(rules, "FR", MIGRATOR, MOVER) == "lyon"
    assert goes(rules, "FR", MOVER, MIGRATOR) == "roma"
    by_name_and_offer = [Rule("roma", "offer-7"), Rule("lyon", "Fabrikam Migrator")]
    assert goes(by_name_and_offer, "FR", MIGRATOR) == "roma"


def test_the_default_stands_in_for_a_location_that_is_gone_and_says_so() -> None:
    found = routed([Rule("oslo", "Data Mover"), MARKET], CONTOSO, "IT", [MOVER])
    assert found == Routed("paris", 0, "Rule 1: Data Mover. Its location is gone: the default location.")
    nowhere = Organization("x", "X", "partner", "FR")
    assert routed([MARKET], nowhere, "IT", []).location_id is None


def test_clashes_name_the_other_and_unknown_locations_are_named() -> None:
    rules = [SOLUTION, MARKET, Rule("lyon", "fabrikam MIGRATOR"), Rule("oslo", None, "IT"), BOTH]
    with pytest.raises(Invalid) as refused:
        require_sound(rules, CONTOSO)
    assert {error.field: error.code for error in refused.value.errors} == {
        "rules.2.solution": "clash", "rules.3.market": "clash", "rules.3.locationId": "unknown_location",
    }  # fmt: skip
    assert "clashes with rule 1, which is for fabrikam MIGRATOR too" in refused.value.errors[1].message


def test_the_same_rules_are_no_new_version() -> None:
    first = updated(None, [BOTH], CONTOSO, "alba", NOW)
    assert (first["version"], first["history"][0]["action"]) == (1, "create")
    assert updated(first, [BOTH], CONTOSO, "alba", NOW) is first
    assert updated(first, [], CONTOSO, "alba", NOW)["version"] == 2


LOCATIONS = st.sampled_from([place.id for place in PLACES])
NAMES = st.sampled_from(["A", "a", "B", "C"])
RULES = st.lists(
    st.builds(Rule, LOCATIONS, st.none() | NAMES, st.sampled_from([None, "FR", "IT"]))
    .filter(lambda rule: bool(rule.solution or rule.market)),
    max_size=8, unique_by=lambda rule: ((rule.solution or "").casefold(), rule.market),
)  # fmt: skip


@given(RULES, st.sampled_from(["FR", "IT", "DE"]), st.lists(NAMES, max_size=3))
def test_routing_is_what_a_plain_search_in_the_order_of_precedence_finds(
    rules: list[Rule], country: str, names: list[str]
) -> None:
    require_sound(rules, CONTOSO)
    expected = "paris"
    steps = [
        *(lambda rule, n=name: same(rule, n) and rule.market == country for name in names),
        *(lambda rule, n=name: same(rule, n) and rule.market is None for name in names),
        lambda rule: rule.solution is None and rule.market == country,
    ]
    for step in steps:
        if found := [rule for rule in rules if step(rule)]:
            expected = found[0].location_id
            break
    assert goes(rules, country, *({"name": name} for name in names)) == expected


def same(rule: Rule, name: str) -> bool:
    return rule.solution is not None and rule.solution.casefold() == name.casefold()
