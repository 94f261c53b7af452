"""What of a referral's history is still news. Every change appends one entry, so a number is all there is to remember:
how many entries have been followed up. It is bookkeeping, no domain change (DESIGN section 3).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, cast

from shared.domain.instants import instant
from shared.domain.referrals.document import HistoryEntry, Referral

PAUSE: Final = timedelta(minutes=10)


class Numbered(NamedTuple):
    """A history entry and its place, from 0; with the referral's id, a name for it that never changes."""

    number: int
    entry: HistoryEntry


def news(referral: Referral) -> list[Numbered]:
    """The entries nobody has followed up, oldest first."""
    start = referral["announced"]
    return [Numbered(number, entry) for number, entry in enumerate(referral["history"][start:], start)]


def announced(referral: Referral, count: int, bookkeeping: Mapping[str, Any], now: datetime) -> Referral | None:
    """The referral once `count` of its entries are followed up; what came later is news at once. None where that is
    known and nothing else is to be noted. Of a note with a `seq` the latest stays: two runs at once may end in
    another order than they wrote."""
    bookkeeping = {name: note for name, note in bookkeeping.items() if _is_newer(note, referral.get(name))}
    if referral["announced"] >= count and not bookkeeping:
        return None
    count = max(count, referral["announced"])
    at = None if count >= len(referral["history"]) else instant(now)
    return cast(Referral, {**referral, **bookkeeping, "announced": count, "noticeAt": at})


def _is_newer(note: object, known: object) -> bool:
    if isinstance(note, Mapping) and isinstance(known, Mapping) and "seq" in note and "seq" in known:
        return bool(note["seq"] > known["seq"])
    return note != known


def postponed(referral: Referral, now: datetime) -> Referral:
    """The referral whose news nobody could read: it is tried again, but not at once."""
    return cast(Referral, {**referral, "noticeAt": instant(now + PAUSE)})
