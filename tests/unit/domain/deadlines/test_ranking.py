"""Which deadline deserves a look first, and why."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.deadlines.clocks import Kind
from shared.domain.deadlines.ranking import HALF_LIFE, KINDS, STAKES, STAYS, Item, in_words, items_of, urgency, weight
from shared.domain.exchange import PER_DOLLAR, in_dollars
from shared.domain.instants import NEVER, instant
from shared.services.deadlines.desk import WALKS_OF
from tests.unit.domain.people import NOW

DAY = timedelta(days=1)


def row(*deadlines: dict[str, Any], value: tuple[str, str] | None = ("125000.00", "EUR"), id: str = "r1") -> Any:
    """A referral's summary with these deadlines."""
    money = {"amount": value[0], "currency": value[1]} if value else None
    return {"id": id, "estimatedValue": money, "deadlines": list(deadlines)}


def one(kind: str, left: timedelta, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "at": instant(NOW + left), **more}


def items(*deadlines: dict[str, Any], **more: Any) -> list[Item]:
    return list(items_of(row(*deadlines, **more), NOW, "vendor"))


def test_every_kind_has_a_stake_and_a_walk_that_finds_it() -> None:
    assert set(get_args(Kind)) == set(KINDS) == set(STAKES) == set(WALKS_OF)


def test_urgency_halves_with_every_four_days_and_is_whole_when_time_is_up() -> None:
    assert urgency(timedelta(0)) == urgency(-9 * DAY) == 1.0
    assert urgency(HALF_LIFE) == 0.5
    assert urgency(3 * HALF_LIFE) == 0.125


def test_a_hundred_times_the_value_weighs_two_sevenths_of_a_half_more() -> None:
    small, large = (weight({"amount": amount, "currency": "USD"}) for amount in ("9999", "999999"))
    assert large - small == pytest.approx(1 / 7, abs=1e-4)


def test_currencies_are_compared_by_what_they_are_worth() -> None:
    """Fourteen million yen are not more than a million euro."""
    yen, euro = {"amount": "14000000", "currency": "JPY"}, {"amount": "1000000", "currency": "EUR"}
    assert weight(yen) < weight(euro)
    assert in_dollars({"amount": "144.00", "currency": "JPY"}) == 1.0
    assert all(re.fullmatch("[A-Z]{3}", code) and rate > 0 for code, rate in PER_DOLLAR.items())


def test_what_cannot_be_compared_stands_in_the_middle_and_says_so() -> None:
    (unknown,), (strange,) = items(one("answer", DAY), value=None), items(one("answer", DAY), value=("5", "XAU"))
    assert weight(None) == weight({"amount": "5", "currency": "XAU"}) == 0.75
    assert unknown.why[1] == "No value is known yet"
    assert strange.why[1] == "Its value in XAU is not compared"


@pytest.mark.parametrize(
    ("kind", "left", "why"),
    [
        ("answer", 3 * DAY, "3 days to accept or decline; then it expires"),
        ("their_answer", timedelta(hours=30), "Fabrikam has 30 hours to answer; remind them"),
        ("flame", timedelta(hours=71), "The customer asked to be contacted; hot for 2 days"),
        ("registration", 59 * DAY, "Won; 59 days to register it, if it is eligible"),
        ("close_date", timedelta(minutes=90), "90 minutes to the estimated close date"),
        ("close_date", -5 * DAY, "Its close date passed 5 days ago: win, lose or edit it"),
    ],
)
def test_each_says_why(kind: str, left: timedelta, why: str) -> None:
    (item,) = items(one(kind, left, who="Fabrikam"))
    assert item.why == (why, "Worth about 140,000 US dollars")


@pytest.mark.parametrize("kind", KINDS)
def test_a_deadline_is_over_at_its_instant_and_only_a_close_date_stays(kind: str) -> None:
    """Half open, as every clock here."""
    tick = timedelta(microseconds=1)
    assert len(items(one(kind, tick))) == 1
    assert len(items(one(kind, timedelta(0)))) == (kind in STAYS)


def test_a_close_date_that_never_comes_is_no_deadline() -> None:
    assert items({"kind": "close_date", "at": NEVER, "day": "9999-12-31"}) == []


def test_only_the_vendors_deals_are_registered_by_their_receiver() -> None:
    assert items(one("registration", DAY, senderId="fabrikam")) == []
    assert len(items(one("registration", DAY, senderId="vendor"))) == 1


def test_a_row_stored_by_an_older_version_has_no_deadlines() -> None:
    assert list(items_of({"id": "r1", "estimatedValue": None}, NOW, "vendor")) == []


def test_an_answer_due_tomorrow_goes_before_a_larger_close_date_that_passed_long_ago() -> None:
    """What is lost for good goes before what can be mended; a customer who waits before both."""
    scores = {
        "flame": items(one("flame", 2 * DAY), value=None)[0].score,
        "answer": items(one("answer", DAY))[0].score,
        "passed": items(one("close_date", -90 * DAY), value=("9000000", "EUR"))[0].score,
        "far": items(one("answer", 13 * DAY))[0].score,
        "theirs": items(one("their_answer", 13 * DAY))[0].score,
    }
    assert sorted(scores, key=lambda name: -scores[name])[-2:] == ["far", "theirs"]
    assert scores["answer"] > scores["passed"]
    assert scores["flame"] > scores["passed"]


VALUES = st.one_of(
    st.none(), st.tuples(st.integers(0, 10**15).map(lambda n: f"{n}.00"), st.sampled_from(["EUR", "JPY", "XAU"]))
)


@given(st.sampled_from(KINDS), st.integers(-(10**9), 10**9), VALUES)
def test_a_score_is_between_nothing_and_one_whatever_it_is_made_of(kind: str, left: int, value: Any) -> None:
    for item in items(one(kind, timedelta(seconds=left), who="x"), value=value):
        assert 0 <= item.score <= 1
        assert all(item.why)


@given(st.sampled_from(KINDS), st.integers(1, 10**6), st.integers(1, 10**6), VALUES)
def test_less_time_is_never_less_pressing(kind: str, sooner: int, later: int, value: Any) -> None:
    first, last = sorted((sooner, later))
    scores = [items(one(kind, timedelta(seconds=s)), value=value)[0].score for s in (first, last)]
    assert scores[0] >= scores[1]


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(seconds=1), "1 minute"), (timedelta(minutes=119), "119 minutes"), (timedelta(hours=2), "2 hours"),
        (timedelta(hours=47), "47 hours"), (timedelta(days=2), "2 days"), (timedelta(days=400), "400 days"),
    ],
)  # fmt: skip
def test_time_is_said_in_its_largest_unit(left: timedelta, words: str) -> None:
    assert in_words(left) == words
