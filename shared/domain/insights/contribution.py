"""What one received referral adds to its organization's record, as it stands: a function of the referral alone.

Not what happened is counted but what is so; a change takes away what was counted before and adds what is so now.
Referrals of one's own making and mirrors, which nobody is asked about, add nothing. Closed as an error, a referral is
out of the figures of outcomes; an answer that was given before stays an answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final, TypedDict, cast

from shared.domain.insights.figures import hours_within
from shared.domain.insights.traits import NONE, traits_of
from shared.domain.instants import from_instant
from shared.domain.referrals.document import Referral

NOT_ABOUT_FIT: Final = frozenset({2, 5, 7})
"""Reasons to decline that say nothing of what fits: no answer from the customer, not a customer, abuse."""


class Facts(TypedDict):
    """What is counted of one referral. `marks` are the counters it raises by one; `outside` says that it was accepted
    although requests like it had not fitted before."""

    marks: list[str]
    hours: int | None
    reason: int | None
    closing: str | None
    outside: bool
    values: dict[str, list[str]]


class Counted(TypedDict):
    """What was counted of a referral, of which of its versions, and which of the record's changes that was."""

    seq: int
    version: int
    facts: Facts


def is_counted(referral: Referral) -> bool:
    """Whether somebody asked the organization something with it."""
    return referral["direction"] == "incoming" and not referral["mirror"] and referral["receivedAt"] is not None


def facts_of(referral: Referral, *, outside: bool = False) -> Facts:
    """What it adds now."""
    took = _time_to_answer(referral)
    return {
        "marks": sorted(_marks(referral, outside=outside)),
        "hours": None if took is None else hours_within(took),
        "reason": referral["reason"] if referral["outcome"] in ("declined", "lost") else None,
        "closing": referral["estimatedCloseDate"] if referral["stage"] == "accepted" else None,
        "outside": outside,
        "values": {**traits_of(cast(dict[str, Any], referral)), "location": [referral["locationId"] or NONE]},
    }


def _time_to_answer(referral: Referral) -> timedelta | None:
    """From receipt to accepting or declining; None where nobody has."""
    at = referral["acceptedAt"] or (referral["archivedAt"] if referral["outcome"] == "declined" else None)
    if at is None or referral["receivedAt"] is None:
        return None
    return from_instant(at) - from_instant(referral["receivedAt"])


def _marks(referral: Referral, *, outside: bool) -> Iterator[str]:
    yield "received"
    outcome = referral["outcome"]
    if referral["stage"] == "received":
        yield "waiting"
    if outcome in ("expired", "withdrawn"):
        yield outcome
    if referral["acceptedAt"] is not None:
        yield "accepted"
    if outcome == "declined":
        yield "declined"
        if referral["reason"] not in NOT_ABOUT_FIT:
            yield "unfit"
    if referral["acceptedAt"] is not None or outcome == "declined":
        yield "answered"
        if _was_in_time(referral):
            yield "inTime"
    if outcome in ("won", "lost"):
        yield outcome
    if outcome == "lost" and outside:
        yield "misfits"


def _was_in_time(referral: Referral) -> bool:
    """Half open, as everywhere: at `expiresAt` it is too late."""
    at = referral["acceptedAt"] or referral["archivedAt"]
    return at is not None and (referral["expiresAt"] is None or at < referral["expiresAt"])


def marks_of(facts: Facts) -> list[tuple[str, str | None]]:
    """The facts as figures count them, but for the close date, which only the total keeps."""
    marks: list[tuple[str, str | None]] = [(mark, None) for mark in facts["marks"]]
    if facts["hours"] is not None:
        marks.append(("hours", str(facts["hours"])))
    if facts["reason"] is not None:
        marks.append(("lostReasons" if "lost" in facts["marks"] else "reasons", str(facts["reason"])))
    return marks
