"""The answer of a dry run: each referral with where it went and where it would have gone, and the sums by location."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from shared.services.organizations.routing import Replayed


def replay(replayed: Sequence[Replayed]) -> dict[str, Any]:
    """`items` are the newest first; `byLocation` counts what each received and would have received."""
    before = Counter(one.referral["locationId"] for one in replayed)
    after = Counter(one.would_go.location_id for one in replayed)
    locations = sorted({*before, *after}, key=lambda id: (-after[id], id or ""))
    return {
        "replayed": len(replayed),
        "moved": sum(one.is_moved for one in replayed),
        "byLocation": [{"locationId": id, "received": before[id], "wouldReceive": after[id]} for id in locations],
        "items": [_item(one) for one in replayed],
    }


def _item(one: Replayed) -> dict[str, Any]:
    referral = one.referral
    return {
        "id": referral["id"],
        "name": referral["name"],
        "customer": {"name": referral["customerName"], "country": referral["customerCountry"]},
        "solutions": [each["name"] for each in referral["solutions"]],
        "receivedAt": referral["receivedAt"],
        "locationId": referral["locationId"],
        "wouldGoTo": one.would_go.location_id,
        "moved": one.is_moved,
        "rule": one.would_go.rule,
        "because": one.would_go.because,
    }
