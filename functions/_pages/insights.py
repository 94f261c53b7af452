"""The page of the response record: figures, our own small charts with the same in words, and what to do better."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import azure.functions as func

from functions._html import page
from shared.bootstrap import services
from shared.domain.insights.placement import span_in_words
from shared.domain.insights.view import view
from shared.domain.instants import today
from shared.domain.organizations.organization import Caller

TITLES: Final = {
    "location": "By location",
    "solution": "By solution",
    "country": "By the customer's country",
    "size": "By the customer's size",
    "industry": "By the customer's industry",
    "qualification": "By kind",
}
STEPS: Final = {1: "1 hour", 4: "4 hours", 24: "1 day", 48: "2 days", 96: "4 days", 168: "7 days"}
"""Times to answer the chart tells apart, in hours; a last bar is for all that took longer."""

WIDTH, HEIGHT, GAP = 64, 120, 12


@dataclass(frozen=True)
class Bar:
    """One bar of a chart: where it stands and how high, in the units of its view box."""

    label: str
    count: int
    x: int
    height: int


async def page_of(caller: Caller) -> func.HttpResponse:
    """Everything of the record; an organization that was asked nothing yet is told what it will find here."""
    with_ = await services()
    record = await with_.records.read(caller)
    seen = view(record, caller.organization, today(with_.clock()).isoformat())
    return page(
        "insights.html",
        caller,
        it=seen,
        bars=_bars(seen["hours"]),
        titles=TITLES,
        percent=_percent,
        within=lambda hours: "–" if hours is None else span_in_words(hours),
        is_listed=await with_.directory.entry(caller.organization_id) is not None,
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f} %"


def _bars(hours: Iterable[Mapping[str, Any]]) -> list[Bar]:
    """The answers by how long they took, each step without those of the one before."""
    counts = dict.fromkeys([*STEPS, 0], 0)
    for each in hours:
        counts[next((step for step in STEPS if each["within"] <= step), 0)] += each["count"]
    most = max(counts.values()) or 1
    labels = {**{step: f"≤ {words}" for step, words in STEPS.items()}, 0: "longer"}
    return [
        Bar(labels[step], count, n * (WIDTH + GAP), round(HEIGHT * count / most))
        for n, (step, count) in enumerate(counts.items())
    ]
