"""Which deadline deserves a look first: by what is at stake, the time left, and the value of the business.

    score = stake x urgency x weight of the value        each in (0, 1]

Urgency halves with every `HALF_LIFE` of time left. The stake says what a missed deadline costs: a customer who waits
and an answer that was not given are lost for good, a close date is an estimate that can be edited. The value counts by
its order of magnitude, in one currency, so that a deal ten times larger is worth a fixed step more.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast, get_args

from shared.domain.deadlines.clocks import Deadline, Kind
from shared.domain.exchange import in_dollars
from shared.domain.instants import NEVER, from_instant

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
HALF_LIFE: Final = timedelta(days=4)
STAKES: Final[Mapping[Kind, float]] = {
    "flame": 1.0,
    "answer": 0.8,
    "registration": 0.7,
    "close_date": 0.5,
    "their_answer": 0.4,
}
STAYS: Final = frozenset({"close_date"})
"""Passed, it still waits for somebody: the deal is to be won, lost or edited. The others are over when they pass."""

_UNKNOWN_VALUE: Final = 0.75
_LARGEST_POWER: Final = 7  # from ten million dollars on, more value changes nothing


@dataclass(frozen=True, slots=True)
class Item:
    """One deadline as it looks at an instant: what runs out, on which referral, how pressing that is and why."""

    key: str
    kind: Kind
    at: str
    day: str | None
    who: str | None
    referral: Mapping[str, Any]
    left: timedelta
    score: float

    @property
    def is_over(self) -> bool:
        return self.left <= timedelta(0)

    @property
    def why(self) -> tuple[str, ...]:
        """What the score is made of, in words."""
        return _about(self.kind, self.who, self.left), _worth(self.referral["estimatedValue"])


def items_of(referral: Mapping[str, Any], now: datetime, vendor_id: str) -> Iterator[Item]:
    """What runs on a referral (its summary is enough) at `now`."""
    for deadline in cast(list[Deadline], referral.get("deadlines") or []):
        if deadline["at"] == NEVER or deadline.get("senderId", vendor_id) != vendor_id:
            continue  # whoever was sent a partner's deal does not register it
        left = from_instant(deadline["at"]) - now
        if left > timedelta(0) or deadline["kind"] in STAYS:
            yield _item(referral, deadline, left)


def _item(referral: Mapping[str, Any], deadline: Deadline, left: timedelta) -> Item:
    kind, value = deadline["kind"], referral["estimatedValue"]
    return Item(
        key="-".join([referral["id"], deadline.get("invitationId") or kind]),
        kind=kind,
        at=deadline["at"],
        day=deadline.get("day"),
        who=deadline.get("who"),
        referral=referral,
        left=left,
        score=round(STAKES[kind] * urgency(left) * weight(value), 6),
    )


def urgency(left: timedelta) -> float:
    """1 with no time left, half of it with each `HALF_LIFE` more."""
    return float(2.0 ** -max(0.0, left / HALF_LIFE))


def weight(value: Mapping[str, str] | None) -> float:
    """From a half for a dollar to 1 for ten million and more."""
    dollars = in_dollars(value) if value else None
    if dollars is None:
        return _UNKNOWN_VALUE
    return 0.5 + min(1.0, math.log10(1.0 + dollars) / _LARGEST_POWER) / 2


def _about(kind: Kind, who: str | None, left: timedelta) -> str:
    time = in_words(left)
    match kind:
        case "answer":
            return f"{time} to accept or decline; then it expires"
        case "their_answer":
            return f"{who} has {time} to answer; remind them"
        case "flame":
            return f"The customer asked to be contacted; hot for {time}"
        case "registration":
            return f"Won; {time} to register it, if it is eligible"
        case "close_date" if left > timedelta(0):
            return f"{time} to the estimated close date"
        case "close_date":
            return f"Its close date passed {in_words(-left)} ago: win, lose or edit it"


def _worth(value: Mapping[str, str] | None) -> str:
    if not value:
        return "No value is known yet"
    dollars = in_dollars(value)
    if dollars is None:
        return f"Its value in {value['currency']} is not compared"
    return f"Worth about {_rounded(dollars)} US dollars"


def _rounded(dollars: float) -> str:
    """Two digits are all a table of old rates can promise."""
    if dollars < 1:
        return "1"
    step = 10.0 ** (math.floor(math.log10(dollars)) - 1)
    return f"{max(1, round(round(dollars / step) * step)):,}"


def in_words(left: timedelta) -> str:
    """Whole days, below two of them hours, below two of those minutes: 3 days, 47 hours, 12 minutes, 1 minute."""
    minutes = max(1, int(left.total_seconds() // 60))
    for unit, size in (("day", 1440), ("hour", 60)):
        if minutes >= 2 * size:
            return f"{minutes // size} {unit}s"
    return f"{minutes} minute{'s' if minutes > 1 else ''}"
