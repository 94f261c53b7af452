"""How like one request is to another: by solution first, then industry, country and size, and why, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared.domain.insights.fit import label
from shared.domain.insights.traits import NONE

WEIGHTS: Final = {"solution": 0.4, "industry": 0.25, "country": 0.2, "size": 0.15}
"""Of what both have in common; they add up to 1. What a request is about tells most."""

WORDS: Final = {
    "solution": "the same solution ({})", "industry": "the same industry ({})", "country": "the same country ({})",
    "size": "a customer of the same size ({})",
}  # fmt: skip
LEAST: Final = 0.3  # below it, a country in common is all there is

Traits = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Alike:
    """An answered request of before, how like the one asked about it is (0 to 1), and in what."""

    summary: Mapping[str, Any]
    likeness: float
    reasons: tuple[str, ...]


def likeness(one: Traits, other: Traits) -> float:
    """The share of what can be compared that both have in common; of solutions, of all that either names."""
    return sum(weight * _common(one, other, dimension) for dimension, weight in WEIGHTS.items())


def _common(one: Traits, other: Traits, dimension: str) -> float:
    ours, theirs = _said(one, dimension), _said(other, dimension)
    either = ours | theirs
    return len(ours & theirs) / len(either) if either else 0.0


def _said(traits: Traits, dimension: str) -> set[str]:
    return set(traits.get(dimension, ())) - {NONE}


def most_alike(
    traits: Traits, answered: Iterable[Mapping[str, Any]], labels: Mapping[str, Mapping[str, str]], most: int
) -> list[Alike]:
    """The `most` most alike of answered requests (summaries with `traits`), the likest first, then the latest."""
    found = [
        Alike(each, round(alike, 2), tuple(_reasons(traits, each["traits"], labels)))
        for each in answered
        if (alike := likeness(traits, each["traits"])) >= LEAST
    ]
    found.sort(key=lambda one: one.summary["createdAt"], reverse=True)
    return sorted(found, key=lambda one: -one.likeness)[:most]


def _reasons(one: Traits, other: Traits, labels: Mapping[str, Mapping[str, str]]) -> Iterable[str]:
    for dimension, words in WORDS.items():
        shared = sorted(_said(one, dimension) & _said(other, dimension))
        if shared:
            yield words.format(", ".join(label(dimension, value, labels) for value in shared))


def is_answered(summary: Mapping[str, Any]) -> bool:
    """Whether somebody accepted or declined it, and it was no error."""
    answered = summary["acceptedAt"] is not None or summary["outcome"] == "declined"
    return answered and summary["outcome"] != "error" and not summary.get("mirror") and bool(summary.get("traits"))
