"""Which reminder of a received referral is due, if any: each comes once, before the clock runs out, and never late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.domain.instants import from_instant
from shared.domain.referrals.document import Referral


def due_reminder(referral: Referral, before: Sequence[timedelta], now: datetime) -> timedelta | None:
    """How long before `expiresAt` the reminder is that should be sent by now: the latest whose moment has come.

    None where it is answered or over, where no moment has come, and where the moment was before it arrived: somebody
    with two days to answer is not told that seven are left. One that a later reminder has overtaken, because nothing
    ran meanwhile, is not sent any more.
    """
    expires_at, received_at = referral["expiresAt"], referral["receivedAt"]
    if referral["stage"] != "received" or expires_at is None or received_at is None:
        return None
    end, begun = from_instant(expires_at), from_instant(received_at)
    if now >= end:
        return None
    come = [each for each in before if end - each <= now]
    due = min(come, default=None)
    return due if due is not None and end - due > begun else None


def is_last(reminder: timedelta, before: Sequence[timedelta]) -> bool:
    """Whether nothing but the end follows: the location's administrators are told as well."""
    return reminder == min(before)


def named(reminder: timedelta) -> str:
    """The reminder's name in keys and texts, ISO 8601: P7D, PT12H, PT1.5S."""
    seconds = reminder.total_seconds()
    for unit, size in (("D", 86_400), ("H", 3_600), ("M", 60)):
        if seconds % size == 0:
            return f"P{'' if unit == 'D' else 'T'}{seconds / size:.0f}{unit}"
    return f"PT{seconds:g}S"
