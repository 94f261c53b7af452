"""Which reminder is due: each before the end, the latest whose moment has come, none that would be late."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.deadlines.reminders import due_reminder, is_last, named
from shared.domain.instants import instant
from shared.domain.referrals.document import Referral
from shared.settings import SettingsError, read_settings
from tests.unit.domain.people import NOW

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
BEFORE = (7 * DAY, 3 * DAY, DAY)


def received(window: timedelta = 14 * DAY, **values: Any) -> Referral:
    """Received at NOW, with this time to answer."""
    facts = {"stage": "received", "receivedAt": instant(NOW), "expiresAt": instant(NOW + window), **values}
    return cast(Referral, facts)


def due(at: datetime, window: timedelta = 14 * DAY, **values: Any) -> timedelta | None:
    return due_reminder(received(window, **values), BEFORE, at)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (timedelta(0), None),
        (7 * DAY - TICK, None),
        (7 * DAY, 7 * DAY),
        (11 * DAY - TICK, 7 * DAY),
        (11 * DAY, 3 * DAY),
        (13 * DAY, DAY),
        (14 * DAY - TICK, DAY),
        (14 * DAY, None),
        (99 * DAY, None),
    ],
)
def test_the_latest_whose_moment_has_come_is_due_until_the_end(after: timedelta, expected: timedelta | None) -> None:
    assert due(NOW + after) == expected


@pytest.mark.parametrize("stage", ["accepted", "archived"])
def test_what_is_answered_is_not_reminded_of(stage: str) -> None:
    assert due(NOW + 8 * DAY, stage=stage) is None


@pytest.mark.parametrize(
    ("window", "expected"),
    [(2 * DAY, [DAY]), (3 * DAY, [DAY]), (3 * DAY + TICK, [3 * DAY, DAY]), (DAY, []), (timedelta(seconds=2), [])],
)
def test_a_window_shorter_than_a_reminder_never_sends_it_late(window: timedelta, expected: list[timedelta]) -> None:
    """A moment before the referral arrived, or at that very instant, is no reminder."""
    moments = [NOW + window * share / 1000 for share in range(1001)] + [NOW + window - each for each in BEFORE]
    found = {due(at, window) for at in moments if at >= NOW} - {None}
    assert sorted(cast(set[timedelta], found), reverse=True) == expected


def test_only_the_last_one_escalates() -> None:
    assert [is_last(each, BEFORE) for each in BEFORE] == [False, False, True]


@given(st.timedeltas(min_value=TICK, max_value=30 * DAY), st.timedeltas(min_value=-DAY, max_value=31 * DAY))
def test_a_reminder_that_is_due_is_one_whose_moment_came_after_it_arrived(window: timedelta, after: timedelta) -> None:
    reminder = due(NOW + after, window)
    if reminder is not None:
        assert timedelta(0) < window - reminder <= after < window
        assert not any(window - each <= after for each in BEFORE if each < reminder)


@pytest.mark.parametrize(
    ("span", "name"),
    [
        (7 * DAY, "P7D"),
        (DAY / 2, "PT12H"),
        (timedelta(minutes=90), "PT90M"),
        (timedelta(seconds=1), "PT1S"),
        (timedelta(seconds=1.5), "PT1.5S"),
    ],
)
def test_a_reminder_has_a_name(span: timedelta, name: str) -> None:
    assert named(span) == name
    assert read_settings({"REMINDERS": name}).reminders == (span,)


def test_the_setting_takes_them_in_any_order_and_once_each() -> None:
    assert read_settings({}).reminders == BEFORE
    assert read_settings({"REMINDERS": " P1D, P7D,P3D,P1D"}).reminders == BEFORE
    assert read_settings({"REMINDERS": "none"}).reminders == ()


@pytest.mark.parametrize("text", ["P0D", "-P1D", "P1D,", "soon", "P1D;P2D", ",".join(f"P{n}D" for n in range(1, 12))])
def test_a_setting_that_cannot_be_reminders_is_named(text: str) -> None:
    with pytest.raises(SettingsError, match="REMINDERS"):
        read_settings({"REMINDERS": text})
