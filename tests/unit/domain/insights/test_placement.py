"""The place in the directory: step by step up and down, and why, in words that name the figures."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.insights.figures import added
from shared.domain.insights.placement import NEUTRAL, explained, placement, public_record

TODAY = "2027-03-01"
SOME = st.integers(0, 500)


@given(SOME, SOME, SOME)
def test_each_answer_in_time_raises_it_and_each_expiry_or_overdue_outcome_lowers_it(a: int, e: int, u: int) -> None:
    here = placement(a, e, u)
    assert 0 < here < 1
    assert placement(a + 1, e, u) > here
    assert placement(a, e + 1, u) < placement(a, e, u + 1) < here


def test_without_history_it_is_in_the_middle_and_one_answer_does_not_decide_it() -> None:
    assert placement(0, 0, 0) == NEUTRAL
    steps = [round(placement(n, 0, 0), 3) for n in range(6)]
    assert steps == [0.5, 0.556, 0.6, 0.636, 0.667, 0.692]


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 10))
def test_accepting_adds_nothing_by_itself(accepted: int, declined: int, expired: int) -> None:
    def of(accepts: int, declines: int) -> float:
        counts = {"accepted": accepts, "declined": declines, "answered": accepts + declines, "expired": expired}
        return float(public_record({**counts, "inTime": accepts + declines}, TODAY)["placement"])

    assert of(accepted, declined) == of(accepted + declined, 0) == of(0, accepted + declined)


def test_the_explanation_names_the_figures() -> None:
    marks: list[tuple[str, str | None]] = [("answered", None), ("inTime", None), ("accepted", None)]
    figures: dict[str, object] = {}
    for hours in (2, 26, 26, 30, 300, 26, 26, 2, 48):
        figures = added(figures, [*marks, ("hours", str(hours))], 1)
    figures = added(figures, [("expired", None), ("closing", "2027-02-28"), ("closing", "2027-03-01")], 1)
    record = public_record(figures, TODAY)
    assert record == {
        "answered": 9, "inTime": 9, "expired": 1, "medianHours": 26.0, "accepted": 9, "unreported": 1,
        "placement": round(13 / (13 + 4 + 2 + 1), 4),
    }  # fmt: skip
    assert explained(record) == [
        "Answered 9 of 10 requests in time, half of them within 26 hours.",
        "1 request expired unanswered; each lowers the place.",
        "1 outcome is not reported after the close date; each lowers the place.",
    ]
    assert explained(public_record({}, TODAY)) == [
        "No request has been answered or has expired yet: placed in the middle."
    ]
