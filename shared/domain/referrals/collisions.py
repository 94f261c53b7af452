"""Two records of one piece of business: the same customer, an overlapping solution, close dates near each other.

Partners that report to a vendor are asked to report each deal once; what looks like a second report is shown to whoever
makes it, and goes on when they say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, TypedDict, cast

from shared.domain.organizations.customer_names import customer_key, folded
from shared.domain.referrals.document import Referral
from shared.domain.referrals.referral import is_lead, is_overdue

CLOSE_DATES_WITHIN: Final = timedelta(days=90)
LIVE_OUTCOMES: Final = (None, "won")
"""Of what is received, accepted or won; everything else came to nothing."""


class Collision(TypedDict):
    """An own referral that looks like the same business, as it is shown."""

    id: str
    name: str
    customerName: str
    stage: str
    outcome: str | None
    estimatedCloseDate: str | None


def collides(one: Referral, other: Referral, now: datetime) -> bool:
    """Whether `other`, a referral of the same organization, looks like the business `one` is about."""
    return (
        may_collide(one, cast(Mapping[str, Any], other), now) and _customers_meet(one, other) and _overlap(one, other)
    )


def may_collide(one: Referral, summary: Mapping[str, Any], now: datetime) -> bool:
    """What a list's summary is enough to rule out: another stage, another time, or the same engagement."""
    return (
        summary["id"] != one["id"]
        and summary["engagementId"] != one["engagementId"]
        and _is_live(summary, now)
        and _are_near(one["estimatedCloseDate"], summary["estimatedCloseDate"])
    )


def keys_of(referral: Referral) -> dict[str, str | None]:
    """The two marks of a customer by their stored name, worked out anew: older documents were stored without them."""
    return {
        "customerKey": customer_key(referral["customerName"]),
        "dunsNumber": referral["customer"].get("dunsNumber"),
    }


def awaits_answer(referral: Referral, now: datetime) -> bool:
    """Received and still to be answered: the moment at which a duplicate is worth knowing of."""
    return referral["stage"] == "received" and not is_overdue(referral, now)


def shown(referral: Referral) -> Collision:
    """What whoever creates or reads the other one is told of it."""
    return cast(Collision, {field: cast(Any, referral)[field] for field in Collision.__annotations__})


def proceeded(referral: Referral, collisions: Sequence[Collision]) -> Referral:
    """A new referral whose history says which others were known when it was made nonetheless."""
    (entry,) = referral["history"]
    ids = [collision["id"] for collision in collisions]
    entry = {**entry, "changes": {**entry.get("changes", {}), "proceededDespite": {"from": None, "to": ids}}}
    return cast(Referral, {**referral, "history": [entry]}) if ids else referral


def duplicate_warnings(collisions: Iterable[Collision]) -> list[dict[str, Any]]:
    """The warning a received referral is read with, with a link to each; none without collisions."""
    links = [{"href": f"/referrals/{one['id']}", "text": one["name"]} for one in collisions]
    if not links:
        return []
    message = "You may have this business already: same customer, a solution in common, close dates near each other."
    return [{"code": "possible_duplicate", "message": message, "links": links}]


def _is_live(referral: Mapping[str, Any], now: datetime) -> bool:
    return referral["outcome"] in LIVE_OUTCOMES and not is_overdue(cast(Referral, referral), now)


def _customers_meet(one: Referral, other: Referral) -> bool:
    theirs = keys_of(other)
    return any(key is not None and key == theirs[name] for name, key in keys_of(one).items())


def _overlap(one: Referral, other: Referral) -> bool:
    """A lead that names no solution may be about any."""
    if any(is_lead(each) and not each["solutions"] for each in (one, other)):
        return True
    ours, theirs = _marks(one["solutions"]), _marks(other["solutions"])
    return not ours.isdisjoint(theirs)


def _marks(solutions: Iterable[Mapping[str, Any]]) -> set[tuple[str, str]]:
    """What solutions have in common when they are the same: the offer, or kind and name."""
    offers = {("offer", str(each["offerId"])) for each in solutions if each.get("offerId")}
    return offers | {(str(each["kind"]), folded(each["name"])) for each in solutions}


def _are_near(one: str | None, other: str | None) -> bool:
    """A lead has no close date before it is accepted: then it may be any."""
    if one is None or other is None:
        return True
    return abs(date.fromisoformat(one) - date.fromisoformat(other)) <= CLOSE_DATES_WITHIN
