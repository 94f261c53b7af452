"""Referrals with any past, and what a plain recomputation from all of them says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from hypothesis import strategies as st

from shared.domain.insights.traits import NONE
from shared.domain.instants import instant
from shared.domain.organizations.customer_names import folded
from shared.domain.referrals.document import Referral
from shared.domain.referrals.referral import begun

START: Final = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
WINDOW: Final = timedelta(days=14)
ENDS: Final = ("waiting", "accepted", "won", "lost", "declined", "expired", "withdrawn", "error", "error after accept")
MINUTES: Final = st.integers(0, 14 * 24 * 60 - 1)


def a_received(id: str, **changes: Any) -> Referral:
    """Received, as delivery makes it."""
    facts = {
        "id": id, "organizationId": "contoso", "organizationKind": "partner", "engagementId": f"e{id}",
        "direction": "incoming", "dealType": "co_sell", "stage": "received", "name": f"Deal {id}",
        "customer": {"name": "Wingtip", "country": "FR", "addressLine1": "x", "city": "Paris"},
        "estimatedValue": {"amount": "100.00", "currency": "EUR"}, "estimatedCloseDate": "2027-03-01",
        "solutions": [{"kind": "own", "name": "Migrator"}], "receivedAt": instant(START),
        "expiresAt": instant(START + WINDOW),
        "sender": {"organizationId": "vendor", "organizationName": "The Vendor", "notes": None}, **changes,
    }  # fmt: skip
    return begun(facts, "receive", "system", START)


def ended(referral: Referral, end: str, minutes: int = 60, **changes: Any) -> Referral:
    """The same later on: as it stands after one of `ENDS`, answered so many minutes after it came."""
    at = instant(START + timedelta(minutes=minutes))
    stage = {"waiting": "received", "accepted": "accepted"}.get(end, "archived")
    values: dict[str, Any] = {"stage": stage, "version": referral["version"] + 1, **changes}
    if end in ("accepted", "won", "lost", "error after accept"):
        values["acceptedAt"] = at
    if stage == "archived":
        values |= {"outcome": end.partition(" ")[0], "archivedAt": at}
    return cast(Referral, {**referral, **values})


@st.composite
def pasts(draw: st.DrawFn) -> list[list[Referral]]:
    """Each referral in the states it was seen in, in order."""
    found = []
    for n in range(draw(st.integers(1, 8))):
        customer = {
            "name": "Wingtip", "addressLine1": "x", "city": "y", "country": draw(st.sampled_from(["FR", "IT"])),
            **({"size": "10to50employees"} if draw(st.booleans()) else {}),
            **({"industry": draw(st.sampled_from(["Retail", "RETAIL "]))} if draw(st.booleans()) else {}),
        }  # fmt: skip
        names = draw(st.lists(st.sampled_from(["Migrator", "migrator", "Mover", "Ünïcode"]), max_size=3))
        first = a_received(
            f"r{n}",
            customer=customer,
            solutions=[{"kind": "own", "name": name} for name in names],
            locationId=draw(st.sampled_from([None, "paris", "lyon"])),
            estimatedCloseDate=draw(st.sampled_from(["2027-01-05", "2027-02-01", "2027-06-30"])),
        )
        end, minutes = draw(st.sampled_from(ENDS)), draw(MINUTES)
        reason = draw(st.integers(1, 8)) if end in ("declined", "lost") else None
        states = [first]
        if end in ("won", "lost", "error after accept"):
            states.append(ended(first, "accepted", minutes))
        if end != "waiting":
            states.append(cast(Referral, {**ended(first, end, minutes, reason=reason), "version": len(states) + 1}))
        found.append(states)
    return found


def naive(referrals: Iterable[Referral], today: str) -> dict[str, Any]:
    """Everything worked out anew from the referrals themselves."""
    all_ = list(referrals)
    answered = [one for one in all_ if one["acceptedAt"] or one["outcome"] == "declined"]
    took = sorted(_hours(one) for one in answered)
    outcomes = Counter(one["outcome"] for one in all_)
    return {
        "received": len(all_),
        "waiting": sum(one["stage"] == "received" for one in all_),
        "answered": len(answered),
        "inTime": len(answered),
        "accepted": sum(one["acceptedAt"] is not None for one in all_),
        **{name: outcomes[name] for name in ("declined", "expired", "withdrawn", "won", "lost")},
        "medianHours": _coarse(took[(len(took) - 1) // 2]) if took else None,
        "reasons": Counter(one["reason"] for one in all_ if one["outcome"] == "declined"),
        "lostReasons": Counter(one["reason"] for one in all_ if one["outcome"] == "lost"),
        "unreported": sum(one["stage"] == "accepted" and one["estimatedCloseDate"] < today for one in all_),
    }


def _hours(one: Referral) -> float:
    at = one["acceptedAt"] or one["archivedAt"]
    assert at is not None and one["receivedAt"] is not None
    return (datetime.fromisoformat(at) - datetime.fromisoformat(one["receivedAt"])).total_seconds() / 3600


EDGES: Final = [*range(1, 49), *range(54, 97, 6), *range(108, 337, 12)]


def _coarse(hours: float) -> int:
    """The first of the hours a record tells apart within which it came."""
    return next(edge for edge in EDGES if hours <= edge)


def values(one: Referral, dimension: str) -> set[str]:
    """Under what a referral counts."""
    customer = one["customer"]
    match dimension:
        case "location":
            return {one["locationId"] or NONE}
        case "country":
            return {customer["country"]}
        case "size":
            return {customer.get("size", NONE)}
        case "industry":
            return {"retail" if "industry" in customer else NONE}
        case "qualification":
            return {"deal"}
    return {folded(each["name"]) for each in one["solutions"]} or {NONE}
