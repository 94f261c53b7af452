"""What an offer still needs to be co-sell ready, and to be IP co-sell eligible, told from what is given alone.

`evaluate` reads and writes nothing: the same offer, profile and limits give the same answer. What it says changes no
status; that is the Reviewer's decision (DOMAIN, "Offers and readiness").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, NotRequired, TypedDict

from shared.domain.errors import FieldError
from shared.domain.instants import instant
from shared.domain.offers.readiness import co_sell, ip
from shared.domain.offers.readiness.check import Check
from shared.domain.offers.readiness.grid import GridRow, grid
from shared.domain.offers.readiness.limits import Limits

MAX_CHANGES: Final = 100
"""How many of the moments at which a check came to pass, or to fail, are kept; the newest."""


class Part(TypedDict):
    """`passed` if every check did."""

    passed: bool
    checks: list[Check]


class Readiness(TypedDict):
    """`at` and `cause` (the action that changed the offer, or the profile) where it is stored."""

    coSell: Part
    ipCoSell: Part
    grid: list[GridRow]
    at: NotRequired[str]
    cause: NotRequired[str]


def evaluate(offer: Mapping[str, Any], profile_missing: Sequence[FieldError], limits: Limits) -> Readiness:
    """Every check, in the order of DOMAIN. `offer` is an own offer, read as its draft, or a published snapshot;
    `profile_missing` is what its organization's business profile lacks."""
    rows = grid(offer)
    ready = co_sell.checks(offer, profile_missing, rows, limits)
    return {"coSell": _part(ready), "ipCoSell": _part(ip.checks(offer, ready, limits)), "grid": rows}


def failures(readiness: Mapping[str, Any], part: Literal["coSell", "ipCoSell"]) -> list[Check]:
    """The checks that did not pass."""
    return [check for check in readiness[part]["checks"] if not check["passed"]]


def became(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> dict[str, bool]:
    """The checks that came to pass (True) or to fail (False); before anything was known, none had passed."""
    known = _results(before) if before else {}
    return {id: passed for id, passed in _results(after).items() if known.get(id, False) != passed}


def recomputed(
    offer: Mapping[str, Any], profile_missing: Sequence[FieldError], limits: Limits, cause: str, by: str, now: datetime
) -> dict[str, Any]:
    """The values `readiness` and `readinessChanges` of an offer that changed because of `cause`, to be stored with it.

    `offer` is the offer as it will be; what it says in these two fields is of before.
    """
    after: Readiness = {**evaluate(offer, profile_missing, limits), "at": instant(now), "cause": cause}
    turned = became(offer["readiness"], after)
    changes = list(offer["readinessChanges"])
    if turned:
        changes.append({"at": instant(now), "cause": cause, "by": by, "became": turned})
    return {"readiness": after, "readinessChanges": changes[-MAX_CHANGES:]}


def _part(checks: list[Check]) -> Part:
    return {"passed": all(check["passed"] for check in checks), "checks": checks}


def _results(readiness: Mapping[str, Any]) -> dict[str, bool]:
    every = (*readiness["coSell"]["checks"], *readiness["ipCoSell"]["checks"])
    return {check["id"]: check["passed"] for check in every}
