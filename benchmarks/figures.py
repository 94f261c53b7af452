"""A measured figure beside its floor, peer or limit, and how it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured. `peer` is the same measure of something known, taken in the same run.

    `times` says how many times the peer's effort ours takes; `limit` is the most it may be, or for a figure without a
    peer the most the value may be.
    """

    what: str
    value: float
    unit: str
    peer: float | None = None
    peer_name: str = ""
    more_is_better: bool = False
    limit: float | None = None

    @property
    def times(self) -> float | None:
        if not self.peer:
            return None
        return self.peer / self.value if self.more_is_better else self.value / self.peer

    @property
    def within(self) -> bool | None:
        """Whether the limit is kept; None where there is none."""
        if self.limit is None:
            return None
        return (self.value if self.times is None else self.times) <= self.limit


def shown(figure: Figure) -> tuple[str, str, str, str, str]:
    """One row of the table."""
    beside = f"{_number(figure.peer)} {figure.unit} {figure.peer_name}" if figure.peer else figure.peer_name
    times = f"{figure.times:.2f} x" if figure.times else ""
    verdict = "" if figure.limit is None else f"{'within' if figure.within else 'OVER'} {figure.limit:g}"
    return figure.what, f"{_number(figure.value)} {figure.unit}", beside, times, verdict


def table(figures: Iterable[Figure]) -> str:
    """All rows, in columns."""
    rows = [("what", "measured", "beside", "takes", "limit"), *map(shown, figures)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
