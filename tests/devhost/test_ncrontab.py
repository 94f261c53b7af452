"""NCRONTAB: the platform's dialect, beside cronsim where the two agree, and by its own definition everywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cronsim import CronSim
from hypothesis import given, settings
from hypothesis import strategies as st

from devhost.ncrontab import Interval, Schedule, ScheduleError, parse_schedule, parse_timespan

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def field(low: int, high: int) -> st.SearchStrategy[str]:
    value = st.integers(low, high)
    # A range of one value with a step is left out: cronsim reads 1-1/2 as 1/2.
    span = st.tuples(value, value).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: f"{min(pair)}-{max(pair)}")
    step = st.integers(1, high)
    part = st.one_of(
        st.just("*"),
        value.map(str),
        span,
        st.tuples(st.one_of(st.just("*"), span), step).map(lambda p: f"{p[0]}/{p[1]}"),
    )
    return st.lists(part, min_size=1, max_size=3).map(",".join)


SECOND, HOUR, DAY, MONTH, WEEK_DAY = field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def following(text: str, moment: datetime) -> datetime:
    return parse_schedule(text).next_after(moment)


@settings(max_examples=100, deadline=None)
@given(SECOND, HOUR, DAY, MONTH, WEEK_DAY, st.booleans(), MOMENTS)
def test_next_occurrence_is_cronsims_where_one_of_the_day_fields_is_open(
    minute: str, hour: str, day: str, month: str, week_day: str, by_week_day: bool, moment: datetime
) -> None:
    days = f"* {month} {week_day}" if by_week_day else f"{day} {month} *"
    assert following(f"{minute} {hour} {days}", moment) == next(CronSim(f"{minute} {hour} {days}", moment))


@settings(max_examples=100, deadline=None)
@given(SECOND, SECOND, HOUR, DAY, MONTH, WEEK_DAY, MOMENTS)
def test_next_occurrence_is_later_matches_every_field_and_is_the_first_such_second_nearby(
    second: str, minute: str, hour: str, day: str, month: str, week_day: str, moment: datetime
) -> None:
    schedule = parse_schedule(f"{second} {minute} {hour} {day} {month} {week_day}")
    assert isinstance(schedule, Schedule)
    found = schedule.next_after(moment)
    assert found > moment
    assert matches(schedule, found)
    nearby = (found - timedelta(seconds=n) for n in range(1, 200))
    assert not any(matches(schedule, earlier) for earlier in nearby if earlier > moment)


def matches(schedule: Schedule, moment: datetime) -> bool:
    return (
        moment.second in schedule.seconds
        and moment.minute in schedule.minutes
        and moment.hour in schedule.hours
        and moment.day in schedule.days
        and moment.month in schedule.months
        and moment.isoweekday() % 7 in schedule.week_days
    )


def test_day_of_month_and_week_day_must_both_match() -> None:
    assert following("0 0 0 13 * 5", utc(2024, 1, 1)) == utc(2024, 9, 13)


def test_five_fields_start_at_second_zero() -> None:
    assert following("*/5 * * * *", utc(2024, 1, 1, 0, 4, 59)) == utc(2024, 1, 1, 0, 5)


def test_a_value_with_a_step_runs_to_the_maximum() -> None:
    schedule = parse_schedule("50/4 * * * * *")
    assert isinstance(schedule, Schedule)
    assert schedule.seconds == (50, 54, 58)


def test_names_are_known_by_prefix_in_any_case() -> None:
    assert following("0 0 0 * FEBRU tue", utc(2024, 1, 1)) == utc(2024, 2, 6)


def test_a_range_of_one_value_stays_one_value_whatever_its_step() -> None:
    assert following("0 0 0 1-1/1 * *", utc(2020, 1, 2)) == utc(2020, 2, 1)


def test_sunday_is_zero() -> None:
    assert following("0 0 0 * * 0", utc(2024, 1, 1)) == utc(2024, 1, 7)


def test_a_leap_day_on_one_week_day_is_found() -> None:
    assert following("0 0 0 29 2 1", utc(2024, 3, 1)) == utc(2044, 2, 29)


def test_a_timespan_is_an_interval() -> None:
    assert parse_schedule("00:05:00") == Interval(timedelta(minutes=5))
    assert parse_timespan("1.02:03:04.5") == 93784.5


@pytest.mark.parametrize(
    "text",
    [
        "",
        "* * * *",
        "* * * * * * *",
        "60 * * * * *",
        "* * * 0 * *",
        "* * * * 13 *",
        "* * * * * 7",
        "* * * * * ?",
        "* * * L * *",
        "* * * 1W * *",
        "* * * * * 1#2",
        "5-1 * * * * *",
        "*/0 * * * * *",
        "*/x * * * * *",
        "1,,2 * * * * *",
        "-1 * * * * *",
        "0 0 0 31 2 *",
        "00:00:00",
        "25:00:00",
        "@daily",
        "* * * * xyz *",
        "² * * * * *",
    ],
)
def test_what_the_platform_does_not_know_is_refused(text: str) -> None:
    with pytest.raises(ScheduleError):
        parse_schedule(text)


@given(st.text(max_size=40))
def test_any_text_is_a_schedule_or_refused_by_name(text: str) -> None:
    try:
        parse_schedule(text)
    except ScheduleError as error:
        assert str(error)
