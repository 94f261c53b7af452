"""An organization's place in the directory by its record, and why, in words that name the figures.

Answering in time raises it step by step, accept or decline alike; a request that expires lowers it, and so does an
outcome nobody reports after the close date. Accepting adds nothing by itself (DOMAIN: "Leads, profiles, directory").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from shared.domain.insights.figures import count, median_hours, unreported

START: Final = 4
"""How many answers in time, and as many failures, everybody is taken to have had: without history the place is 0.5,
and no single answer or expiry decides it."""

EXPIRY_WEIGHS: Final = 2  # as much as two answers in time: the customer waited for nothing
UNREPORTED_WEIGHS: Final = 1
NEUTRAL: Final = 0.5


def placement(in_time: int, expired: int, unreported: int) -> float:
    """Between 0 and 1: higher with each answer in time, lower with each expiry and each outcome that is overdue."""
    good = START + in_time
    bad = START + EXPIRY_WEIGHS * expired + UNREPORTED_WEIGHS * unreported
    return good / (good + bad)


def public_record(figures: Mapping[str, Any], today: str) -> dict[str, Any]:
    """What the directory shows and ranks by; `today` is an ISO day."""
    late, median = unreported(figures, today), median_hours(figures)
    in_time, expired = count(figures, "inTime"), count(figures, "expired")
    return {
        "answered": count(figures, "answered"),
        "inTime": in_time,
        "expired": expired,
        "medianHours": None if median is None else float(median),
        "accepted": count(figures, "accepted"),
        "unreported": late,
        "placement": round(placement(in_time, expired, late), 4),
    }


def explained(record: Mapping[str, Any]) -> list[str]:
    """Why a public record is placed where it is, a sentence for each thing that counts."""
    asked = record["answered"] + record["expired"]
    if not asked:
        said = ["No request has been answered or has expired yet: placed in the middle."]
    else:
        within = f", half of them within {span_in_words(record['medianHours'])}" if record["medianHours"] else ""
        said = [f"Answered {record['inTime']} of {asked} {_requests(asked)} in time{within}."]
    if record["expired"]:
        said.append(f"{record['expired']} {_requests(record['expired'])} expired unanswered; each lowers the place.")
    if record["unreported"]:
        late = record["unreported"]
        outcome = "outcome is" if late == 1 else "outcomes are"
        said.append(f"{late} {outcome} not reported after the close date; each lowers the place.")
    return said


def _requests(number: int) -> str:
    return "request" if number == 1 else "requests"


def span_in_words(hours: float) -> str:
    """A time to answer: 26 hours, 5 days."""
    if hours > 96:
        return f"{hours / 24:g} days"
    return "1 hour" if hours == 1 else f"{hours:g} hours"
