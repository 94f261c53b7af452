"""Lanes: each receiver's waiting sends are taken in its own lane, so that one that is slow or dead delays no other.

A lane has few calls under way at once and little waiting in memory. One whose receiver fails again and again is held
for a while: what waits there is put off, not tried.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from shared.services.ports import Stored

AT_ONCE: Final = 4
LONGEST: Final = 1_000  # documents waiting in memory
FAILURES: Final = 3  # in a row, until a lane is held
FIRST_HOLD: Final = timedelta(seconds=10)
LONGEST_HOLD: Final = timedelta(minutes=30)
SHORTEST_WAIT: Final = timedelta(seconds=1)
OUT_OF_ORDER: Final = "The receiver has failed several times in a row; not tried."
_WEIGHT: Final = 0.2  # of the newest call in the average


@dataclass
class Lane:
    """One receiver's. `seconds` is what its calls take on average."""

    name: str
    waiting: deque[Stored] = field(default_factory=deque)
    working: int = 0
    failures: int = 0
    held_until: datetime | None = None
    seconds: float = 0.05
    last_reason: str = ""

    @property
    def is_busy(self) -> bool:
        return bool(self.working or self.waiting)

    @property
    def is_full(self) -> bool:
        return len(self.waiting) >= LONGEST

    def is_held(self, now: datetime) -> bool:
        return self.held_until is not None and now < self.held_until

    def free_at(self, now: datetime) -> datetime:
        """When there may be room for what is put off now."""
        if self.held_until is not None and now < self.held_until:
            return self.held_until
        backlog = timedelta(seconds=len(self.waiting) * self.seconds / AT_ONCE)
        return now + min(max(backlog, SHORTEST_WAIT), LONGEST_HOLD)

    def worked(self, seconds: float) -> None:
        """A call was answered as it should be."""
        self.failures, self.held_until = 0, None
        self._took(seconds)

    @property
    def why_held(self) -> str:
        """What is said of a send that was not tried."""
        return f"{OUT_OF_ORDER} The last time: {self.last_reason}" if self.last_reason else OUT_OF_ORDER

    def failed(self, seconds: float, now: datetime, why: str) -> None:
        """A call was not; from the third in a row the lane is held, each time longer."""
        self.failures += 1
        self.last_reason = why
        self._took(seconds)
        if self.failures >= FAILURES:
            hold: timedelta = FIRST_HOLD * 2 ** min(self.failures - FAILURES, 10)
            self.held_until = now + min(hold, LONGEST_HOLD)

    def _took(self, seconds: float) -> None:
        self.seconds += _WEIGHT * (seconds - self.seconds)
