"""Instants as they are stored and answered: RFC 3339 UTC, always 27 characters, so that text order is time order."""

from __future__ import annotations

from datetime import UTC, date, datetime

NEVER = "9999-12-31T23:59:59.999999Z"  # sorts after every instant; stands in sort fields for "no clock"


def instant(at: datetime) -> str:
    """Aware datetime -> `YYYY-MM-DDTHH:MM:SS.ffffffZ`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f").rjust(26, "0") + "Z"


def from_instant(text: str) -> datetime:
    """The reverse. Raises ValueError on anything else."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def today(at: datetime) -> date:
    """The UTC day of an instant."""
    return at.astimezone(UTC).date()
