"""One check of readiness: whether it passed, what it saw, and what to do where it did not pass."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal, NotRequired, TypedDict

CheckId = Literal[
    "profile_complete", "offer_live", "listing_complete", "one_pager", "pitch_deck", "sales_contacts",
    "co_sell_ready", "eligible_type", "ip_solution", "reference_architecture", "revenue", "technical_validation",
]  # fmt: skip

MOST_NAMED: Final = 20
"""Countries or fields named in one sentence; the grid has all of them."""


class Call(TypedDict):
    """The same for a program: what to send where."""

    method: str
    path: str
    body: NotRequired[dict[str, Any]]


class Fix(TypedDict):
    """The cheapest way to make a check pass; `href` is a page, `api` what a program calls, `by` who can do it."""

    text: str
    by: Literal["partner", "vendor"]
    href: NotRequired[str]
    api: NotRequired[Call]


class Check(TypedDict):
    """`evidence` says what was seen; `advice` what would be better though nothing fails; `todo` and `fix` are None
    once it passed."""

    id: CheckId
    passed: bool
    evidence: str
    advice: str | None
    todo: str | None
    fix: Fix | None


def passed(id: CheckId, evidence: str, advice: str | None = None) -> Check:
    return {"id": id, "passed": True, "evidence": evidence, "advice": advice, "todo": None, "fix": None}


def failed(id: CheckId, evidence: str, todo: str, fix: Fix) -> Check:
    return {"id": id, "passed": False, "evidence": evidence, "advice": None, "todo": todo, "fix": fix}


def fix(text: str, href: str, api: Call | None = None, by: Literal["partner", "vendor"] = "partner") -> Fix:
    """With `api` only where one call does it."""
    told: Fix = {"text": text, "by": by, "href": href}
    if api is not None:
        told["api"] = api
    return told


def named(words: Iterable[str]) -> str:
    """FR, DE and 3 more."""
    every = list(words)
    shown = ", ".join(every[:MOST_NAMED])
    return shown if len(every) <= MOST_NAMED else f"{shown} and {len(every) - MOST_NAMED} more"


def counted(number: int, what: str) -> str:
    """1 page, 2 pages, 3 countries."""
    if number == 1:
        return f"1 {what}"
    return f"{number:,} {what[:-1]}ies" if what.endswith("y") else f"{number:,} {what}s"
