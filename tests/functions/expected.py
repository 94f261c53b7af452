"""What answers should say, worked out a second time."""

from __future__ import annotations

from datetime import datetime, timedelta


def instant_after(instant: str, span: timedelta) -> str:
    """The stored text of an instant `span` later."""
    later = datetime.fromisoformat(instant) + span
    return later.isoformat(timespec="microseconds").replace("+00:00", "Z")
