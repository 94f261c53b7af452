"""The record against a recomputation from all referrals, whatever order, repetition and interruption they come in."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.insights import record as records
from shared.domain.insights.figures import COUNTERS, median_hours, rates, unreported
from shared.domain.insights.record import OTHER, Record, counted, empty, fit, settled
from shared.domain.insights.traits import DIMENSIONS
from shared.domain.referrals.document import Referral
from tests.unit.domain.insights.histories import START, a_received, ended, naive, pasts, values

TODAY = "2027-02-15"


def require_same(record: Record, referrals: list[Referral]) -> None:
    """Total and every dimension are what all of them together say."""
    groups: list[tuple[dict[str, Any], list[Referral]]] = [(record["total"], referrals)]
    for dimension in DIMENSIONS:
        seen = {value for one in referrals for value in values(one, dimension)}
        assert {value for value, figures in record["by"][dimension].items() if figures} == seen
        groups += [
            (record["by"][dimension][value], [one for one in referrals if value in values(one, dimension)])
            for value in seen
        ]
    for figures, those in groups:
        expected, found = naive(those, TODAY), rates(figures)
        for name in (*COUNTERS, "medianHours"):
            assert name in ("misfits", "unfit") or found[name] == expected[name], name
        assert {each["reason"]: each["count"] for each in found["declineReasons"]} == expected["reasons"]
        assert {each["reason"]: each["count"] for each in found["lostReasons"]} == expected["lostReasons"]
    assert unreported(record["total"], TODAY) == naive(referrals, TODAY)["unreported"]


class Store:
    """The record and the referrals, as two documents that are written one after the other."""

    def __init__(self) -> None:
        self.record = empty("contoso", START)
        self.referrals: dict[str, Referral] = {}

    def put(self, referral: Referral) -> None:
        known = self.referrals.get(referral["id"])
        kept = {"counted": known["counted"]} if known else {}
        self.referrals[referral["id"]] = cast(Referral, {**referral, **kept})

    def count(self, id: str, *, breaks_off: bool) -> None:
        self.record, note = counted(self.record, self.referrals[id], START)
        if not breaks_off:
            self.referrals[id] = cast(Referral, {**self.referrals[id], "counted": note})

    def clear(self) -> None:
        flying = self.record["inFlight"].items()
        landed = [id for id, note in flying if self.referrals[id]["counted"] == note]
        self.record = settled(self.record, landed)


@given(pasts(), st.data())
def test_figures_are_what_all_referrals_say_however_often_and_late_they_are_counted(
    found: list[list[Referral]], data: st.DataObject
) -> None:
    """States may be skipped; counting may come twice, break off between its two writes, and be cleared at any time."""
    store = Store()
    waiting = [list(states) for states in found]
    while any(waiting):
        states = data.draw(st.sampled_from([states for states in waiting if states]))
        referral = states.pop(0)
        store.put(referral)
        for _ in range(data.draw(st.integers(0, 2))):
            store.count(referral["id"], breaks_off=data.draw(st.booleans()))
        if data.draw(st.booleans()):
            store.clear()
    for id in store.referrals:
        store.count(id, breaks_off=False)
    require_same(store.record, list(store.referrals.values()))
    store.clear()
    assert store.record["inFlight"] == {}
    before = store.record
    for id in store.referrals:
        store.count(id, breaks_off=False)
    assert store.record is before, "nothing is left to count"


@given(pasts())
def test_a_median_is_the_least_hours_within_which_half_came(found: list[list[Referral]]) -> None:
    store = Store()
    for states in found:
        store.put(states[-1])
        store.count(states[-1]["id"], breaks_off=False)
    assert median_hours(store.record["total"]) == naive((states[-1] for states in found), TODAY)["medianHours"]


def test_a_referral_read_before_it_was_counted_by_somebody_else_counts_nothing_again() -> None:
    """The one that comes late holds an older version than the record has counted."""
    old = a_received("r1")
    new = ended(old, "accepted")
    record, _ = counted(empty("contoso", START), new, START)
    assert counted(record, old, START)[0] is record


def test_an_answer_may_move_to_other_values_and_leaves_nothing_behind() -> None:
    old = a_received("r1", locationId="paris")
    record, note = counted(empty("contoso", START), old, START)
    other = cast(Referral, {**ended(old, "accepted"), "solutions": [{"name": "Mover"}], "counted": note})
    record, _ = counted(record, other, START)
    total = {name: figure for name, figure in record["total"].items() if name != "closing"}
    assert record["by"]["solution"] == {"migrator": {}, "mover": total}


def test_values_beyond_the_first_fifty_count_together_and_are_found_there_again() -> None:
    record = empty("contoso", START)
    made = [a_received(f"r{n}", solutions=[{"name": f"Solution {n}"}, {"name": f"Extra {n}"}]) for n in range(60)]
    for one in made:
        record, _ = counted(record, one, START)
    solutions = record["by"]["solution"]
    assert len(solutions) == records.MOST_VALUES + 1
    assert solutions[OTHER]["received"] == 35, "each once, although both of its solutions are there"
    assert set(record["labels"]["solution"]) == set(solutions) - {OTHER}
    for one in made:
        record, _ = counted(record, ended(one, "expired"), START)
    assert solutions.keys() == record["by"]["solution"].keys()
    assert record["by"]["solution"][OTHER] == {"received": 35, "expired": 35}


def test_the_words_of_somebody_unknown_open_no_place_until_they_are_taken_on() -> None:
    """Or a flood of inquiries would fill the record with what nobody sells, or with somebody's phone number."""
    lead = a_received("r1", sender=None, kind="lead", qualification="direct", solutions=[{"name": "call 555-1234"}])
    record, note = counted(empty("contoso", START), lead, START)
    assert (set(record["by"]["solution"]), record["labels"].get("solution", {})) == ({OTHER}, {})
    assert set(record["by"]["qualification"]) == {"direct"}
    taken = cast(Referral, {**ended(lead, "accepted"), "counted": note})
    record, _ = counted(record, taken, START)
    assert record["by"]["solution"]["call 555 1234"]["accepted"] == 1
    assert record["by"]["solution"][OTHER] == {}


def test_close_dates_are_bounded_and_none_counts_before_it_is_over() -> None:
    record = empty("contoso", START)
    made = []
    for n in range(1500):
        day = f"{2027 + n // 336:04}-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}"
        made.append(ended(a_received(f"r{n}", estimatedCloseDate=day), "accepted"))
        record, _ = counted(record, made[-1], START)
    far = ended(a_received("far", estimatedCloseDate="9999-12-31"), "accepted")
    record, _ = counted(record, far, START)
    closing = record["total"]["closing"]
    assert len(closing) <= 2 * records.MOST_DAYS + 1
    assert sum(closing.values()) == 1501
    for today in ("2027-01-15", "2028-06-01", "2031-01-01"):
        exact = sum(one["estimatedCloseDate"] < today for one in made)
        assert exact - 28 <= unreported(record["total"], today) <= exact
    for one in [*made, far]:
        record, _ = counted(record, ended(one, "won"), START)
    assert "closing" not in record["total"]


@pytest.mark.parametrize(
    ("days", "due"),
    [([], None), (["2027-03-01", "2027-02-01"], "2027-02-02"), (["2027-01-04"], "2027-01-05"), (["2026-12-31"], None)],
)
def test_the_record_says_when_a_close_date_is_next_over(days: list[str], due: str | None) -> None:
    record = empty("contoso", START)
    for n, day in enumerate(days):
        record, _ = counted(record, ended(a_received(f"r{n}", estimatedCloseDate=day), "accepted"), START)
    assert record["dueAt"] == (due and f"{due}T00:00:00.000000Z")


# Fit


def with_answers(record: Record, *ends: str, start: int = 0, reason: int = 4, **changes: Any) -> Record:
    for n, end in enumerate(ends, start):
        one = a_received(f"x{n}", **changes)
        for state in ("accepted", end) if end in ("won", "lost") else (end,):
            one = cast(Referral, {**ended(one, state, reason=reason), "counted": None})
            record, _ = counted(record, one, START)
    return record


def test_what_was_accepted_and_won_fits_and_what_was_declined_does_not_with_figures() -> None:
    record = with_answers(empty("contoso", START), "won", "accepted", "won", "declined")
    found = fit(record, a_received("new"))
    assert found.fits
    assert found.reasons == (
        "You accepted 3 of 4 requests about Migrator, and won 2 of 2 that were closed.",
        "You accepted 3 of 4 requests from FR, and won 2 of 2 that were closed.",
    )
    record = with_answers(empty("contoso", START), *["declined"] * 4)
    assert not fit(record, a_received("new")).fits
    assert fit(record, a_received("new")).is_outside


def test_too_few_answers_say_nothing_and_neither_do_reasons_that_are_not_about_fit() -> None:
    record = with_answers(empty("contoso", START), "accepted", "accepted")
    assert fit(record, a_received("new")).score is None
    record = with_answers(empty("contoso", START), *["declined"] * 9, reason=7)
    found = fit(record, a_received("new"))
    assert (found.fits, found.is_outside) == (False, False)
    assert found.reasons == ("Too few requests like it have been answered to tell.",)


def test_accepted_outside_fit_and_then_lost_lowers_the_fit_and_inside_it_does_not() -> None:
    outside = with_answers(empty("contoso", START), *["declined"] * 4)
    before = fit(outside, a_received("new")).score
    lost = with_answers(outside, "lost", start=10)
    won = with_answers(outside, "won", start=10)
    after, better = fit(lost, a_received("new")).score, fit(won, a_received("new")).score
    assert before is not None and after is not None and better is not None
    assert after < before < better
    assert lost["total"]["misfits"] == 1
    inside = with_answers(empty("contoso", START), *["accepted"] * 4)
    assert "misfits" not in with_answers(inside, "lost", start=10)["total"]
