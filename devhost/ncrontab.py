"""NCRONTAB schedules as the platform reads them: six fields or five, or a TimeSpan.

Fields are {second} {minute} {hour} {day} {month} {day-of-week}; without seconds they are 0. A field is `*` or a list of
values, ranges and steps; `v/n` runs from v to the maximum. Months and week days have names, known by a prefix in any
case. Sunday is 0. Day of month and day of week must both match. There is no 7, `?`, L, W or #.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MONTHS = ["january", "february", "march", "april", "may", "june", "july"]
MONTHS += ["august", "september", "october", "november", "december"]
WEEK_DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
FIELDS: tuple[tuple[str, int, int, list[str]], ...] = (
    ("second", 0, 59, []),
    ("minute", 0, 59, []),
    ("hour", 0, 23, []),
    ("day", 1, 31, []),
    ("month", 1, 12, MONTHS),
    ("day-of-week", 0, 6, WEEK_DAYS),
)
DAYS_AHEAD = 366 * 41  # 29 February falls on one given week day only every 28 to 40 years
TIMESPAN = re.compile(r"^(?:(\d{1,8})\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$", re.ASCII)


class ScheduleError(ValueError):
    """The text is no schedule; the message says which part."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The TimeSpan form: one run each `every`."""

    every: timedelta

    def next_after(self, moment: datetime) -> datetime:
        """The next occurrence strictly after `moment`."""
        return moment + self.every


@dataclass(frozen=True, slots=True)
class Schedule:
    """The six sets of an NCRONTAB expression."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    week_days: frozenset[int]

    def next_after(self, moment: datetime) -> datetime:
        """The next occurrence strictly after `moment` (aware). Raises ScheduleError when there is none in sight."""
        start = moment.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
        day = start
        for _ in range(DAYS_AHEAD):
            if day.month in self.months and day.day in self.days and (day.weekday() + 1) % 7 in self.week_days:
                found = self._within(day, start if day is start else None)
                if found is not None:
                    return found
            day = (day + timedelta(days=1)).replace(hour=0, minute=0, second=0)
        raise ScheduleError("this schedule never occurs")

    def _within(self, day: datetime, start: datetime | None) -> datetime | None:
        floor = (start.hour, start.minute, start.second) if start else (0, 0, 0)
        for hour in self.hours:
            if hour < floor[0]:
                continue
            for minute in self.minutes:
                if (hour, minute) < floor[:2]:
                    continue
                for second in self.seconds:
                    if (hour, minute, second) >= floor:
                        return day.replace(hour=hour, minute=minute, second=second)
        return None


def parse_schedule(text: str) -> Schedule | Interval:
    """An NCRONTAB expression or a TimeSpan. Raises ScheduleError."""
    seconds = parse_timespan(text)
    if seconds is not None:
        if seconds <= 0:
            raise ScheduleError(f"{text!r} is not longer than nothing")
        return Interval(timedelta(seconds=seconds))
    words = text.split()
    if len(words) not in (5, 6):
        raise ScheduleError(f"{text!r} has {len(words)} fields; an NCRONTAB schedule has six, or five without seconds")
    sets = [_field(*rule, word) for rule, word in zip(FIELDS, ["0", *words][-6:], strict=True)]
    schedule = Schedule(*(tuple(sorted(values)) for values in sets[:3]), *sets[3:])  # type: ignore[arg-type]
    schedule.next_after(datetime(2024, 1, 1, tzinfo=UTC))
    return schedule


def parse_timespan(text: str) -> float | None:
    """Seconds of a .NET TimeSpan ([d.]hh:mm[:ss[.fffffff]]), or None if the text is none."""
    match = TIMESPAN.match(text.strip())
    if match is None:
        return None
    days, hours, minutes, seconds, fraction = match.groups(default="0")
    if int(hours) > 23 or int(minutes) > 59 or int(seconds) > 59:
        return None
    return int(days) * 86400 + int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction}")


def _field(name: str, low: int, high: int, names: list[str], text: str) -> frozenset[int]:
    values: set[int] = set()
    for part in text.split(","):
        span, slash, step = part.partition("/")
        first, dash, last = span.partition("-")
        if span == "*":
            start, end = low, high
        else:
            start = _value(name, low, high, names, first)
            end = _value(name, low, high, names, last) if dash else high if slash else start
        if end < start:
            raise ScheduleError(f"{name}: {part!r} runs backwards")
        if slash and (not step.isdecimal() or not step.isascii() or int(step) < 1):
            raise ScheduleError(f"{name}: {step!r} is no step")
        values.update(range(start, end + 1, int(step) if slash else 1))
    return frozenset(values)


def _value(name: str, low: int, high: int, names: list[str], text: str) -> int:
    if text.isascii() and text.isdecimal() and low <= int(text) <= high:
        return int(text)
    matches = [low + n for n, known in enumerate(names) if text.isalpha() and known.startswith(text.lower())]
    if not matches:
        raise ScheduleError(f"{name}: {text!r} is not between {low} and {high}")
    return matches[0]
