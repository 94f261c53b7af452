"""Figures of answers: counters that contributions are added to and taken from, and the rates read from them.

A time to answer is kept as the number of hours within which it came (`hours_within`), so that a median is the true
sentence "half of them within 26 hours", and figures stay bounded however many answers there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final, Literal

Counter = Literal[
    "received", "waiting", "answered", "inTime", "accepted", "declined", "expired", "withdrawn", "won", "lost",
    "misfits", "unfit",
]  # fmt: skip
COUNTERS: Final[tuple[Counter, ...]] = (
    "received", "waiting", "answered", "inTime", "accepted", "declined", "expired", "withdrawn", "won", "lost",
    "misfits", "unfit",
)  # fmt: skip
"""`misfits` were accepted outside fit and then lost; `unfit` were declined for a reason that says they did not fit."""

HISTOGRAMS: Final = ("hours", "reasons", "lostReasons", "closing")
"""How often each: hours to answer, reasons of declines and of losses, close dates of what is accepted and open."""

Figures = dict[str, Any]
"""Counters and histograms that are not zero; nothing else."""


def hours_within(span: timedelta) -> int:
    """The whole hours within which an answer came: exact to the hour for two days, to six for four, to twelve then."""
    hours = max(1, -(-span // timedelta(hours=1)))
    step = 1 if hours <= 48 else 6 if hours <= 96 else 12
    return -(-hours // step) * step


def added(figures: Mapping[str, Any], marks: Iterable[tuple[str, str | None]], by: int) -> Figures:
    """The figures with each mark counted `by` (1 or -1) more: (counter, None), or (histogram, key)."""
    after = dict(figures)
    for name, key in marks:
        if key is None:
            _count(after, name, by)
        else:
            bars = dict(after.get(name, {}))
            _count(bars, key, by)
            after[name] = bars
            if not bars:
                del after[name]
    return after


def _count(counts: dict[str, Any], key: str, by: int) -> None:
    counts[key] = counts.get(key, 0) + by
    if counts[key] == 0:
        del counts[key]


def count(figures: Mapping[str, Any], counter: Counter) -> int:
    """A counter; 0 where nothing was counted."""
    return int(figures.get(counter, 0))


def median_hours(figures: Mapping[str, Any]) -> int | None:
    """The least number of hours within which half of the answers came; None before the first."""
    bars = sorted((int(hours), number) for hours, number in figures.get("hours", {}).items())
    half, seen = sum(number for _, number in bars) / 2, 0
    for hours, number in bars:
        seen += number
        if seen >= half:
            return hours
    return None


def unreported(figures: Mapping[str, Any], today: str) -> int:
    """Accepted ones whose close date (an ISO day) is over and whose outcome nobody has said."""
    return sum(number for day, number in figures.get("closing", {}).items() if day < today)


def share(part: int, whole: int) -> float | None:
    """Part of a whole, to four places; None of nothing."""
    return round(part / whole, 4) if whole else None


def rates(figures: Mapping[str, Any]) -> dict[str, Any]:
    """What is read from figures: every counter, and the rates."""
    counts: dict[str, int] = {counter: count(figures, counter) for counter in COUNTERS}
    return {
        **counts,
        "medianHours": median_hours(figures),
        "shareInTime": share(counts["inTime"], counts["answered"] + counts["expired"]),
        "acceptRate": share(counts["accepted"], counts["answered"]),
        "winRate": share(counts["won"], counts["won"] + counts["lost"]),
        "declineReasons": _by_code(figures, "reasons"),
        "lostReasons": _by_code(figures, "lostReasons"),
    }


def _by_code(figures: Mapping[str, Any], histogram: str) -> list[dict[str, int]]:
    """Most frequent first."""
    bars = sorted(figures.get(histogram, {}).items(), key=lambda bar: (-bar[1], int(bar[0])))
    return [{"reason": int(code), "count": number} for code, number in bars]
