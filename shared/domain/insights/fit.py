"""What fits an organization, by its own record: which requests it accepts, declines, wins and loses.

A request is held against what became of those like it by solution, industry, country and size. Three answers about a
value are the least that says anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared.domain.insights.figures import count
from shared.domain.insights.traits import NONE

COMPARED: Final = {
    "solution": "about {}", "industry": "in the industry {}", "country": "from {}", "size": "of customers with {}"
}  # fmt: skip
LEAST: Final = 3
FITS_FROM: Final = 0.6
OUTSIDE_TO: Final = 0.4


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a request fits, from 0 to 1; None where too little is known. `reasons` name the figures."""

    score: float | None
    reasons: tuple[str, ...]

    @property
    def fits(self) -> bool:
        return self.score is not None and self.score >= FITS_FROM

    @property
    def is_outside(self) -> bool:
        """Known not to fit, which is more than not known to."""
        return self.score is not None and self.score <= OUTSIDE_TO

    def view(self) -> dict[str, Any]:
        """As it is answered."""
        return {"fits": self.fits, "reasons": list(self.reasons)}


def value_fit(figures: Mapping[str, Any]) -> float | None:
    """How well requests with one value fit: accepted and won ones speak for it, declined ones against it, and one that
    was accepted outside fit and then lost counts as if it had been declined. None under three answers."""
    misfits = count(figures, "misfits")
    speaks_for = count(figures, "accepted") - misfits + count(figures, "won")
    against = count(figures, "unfit") + misfits
    if count(figures, "accepted") + count(figures, "unfit") < LEAST:
        return None
    return (speaks_for + 1) / (speaks_for + against + 2)


def fit_of(
    values: Mapping[str, Sequence[str]],
    by: Mapping[str, Mapping[str, Mapping[str, Any]]],
    labels: Mapping[str, Mapping[str, str]],
) -> Fit:
    """How well a request with these values fits an organization with these figures by dimension and value."""
    found = list(_known(values, by, labels))
    if not found:
        return Fit(None, ("Too few requests like it have been answered to tell.",))
    return Fit(sum(score for score, _ in found) / len(found), tuple(reason for _, reason in found))


def _known(
    values: Mapping[str, Sequence[str]],
    by: Mapping[str, Mapping[str, Mapping[str, Any]]],
    labels: Mapping[str, Mapping[str, str]],
) -> Iterator[tuple[float, str]]:
    for dimension, words in COMPARED.items():
        for value in values.get(dimension, ()):
            figures = by.get(dimension, {}).get(value, {})
            score = None if value == NONE else value_fit(figures)
            if score is not None:
                yield score, _reason(words.format(label(dimension, value, labels)), figures)


def _reason(about: str, figures: Mapping[str, Any]) -> str:
    answered, closed = count(figures, "answered"), count(figures, "won") + count(figures, "lost")
    outcome = f", and won {count(figures, 'won')} of {closed} that were closed" if closed else ""
    return f"You accepted {count(figures, 'accepted')} of {answered} requests {about}{outcome}."


def label(dimension: str, value: str, labels: Mapping[str, Mapping[str, str]]) -> str:
    """A value as people write it."""
    if dimension == "size":
        return size_in_words(value)
    return labels.get(dimension, {}).get(value, value)


def size_in_words(size: str) -> str:
    """`51to250employees` as 51 to 250 employees."""
    bare = size.removesuffix("employees").removeprefix("Morethan")
    more = "more than " if size.startswith("Morethan") else ""
    return f"{more}{bare.replace('to', ' to ')} employees"
