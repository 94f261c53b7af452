"""The response record: one document an organization, kept in step with its received referrals one at a time.

Each referral is counted exactly once, whatever breaks off or runs twice. The record and the referral are two documents,
written one after the other: the record with what it counted of the referral in `inFlight`, then the referral with the
same in `counted`. What was counted before is read from `inFlight`, and only where it is not there any more from the
referral itself (docs/decisions/0017).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final, TypedDict, cast

from shared.domain.insights.contribution import Counted, Facts, facts_of, marks_of
from shared.domain.insights.figures import Figures, added
from shared.domain.insights.fit import Fit, fit_of
from shared.domain.insights.traits import DIMENSIONS, NONE, labels_of, traits_of
from shared.domain.instants import instant
from shared.domain.referrals.document import Referral

ID: Final = "record"
"""The document's, one in each organization's partition."""

MOST_VALUES: Final = 50
"""Values of a dimension that have figures of their own: the first that came. The rest count together as `OTHER`."""

OTHER: Final = "*other*"
MOST_DAYS: Final = 400
"""Close dates kept to the day; when there are more, a further one counts as the end of its month."""

FAR: Final = "9999-12-31"


class Record(TypedDict):
    """The stored document; fields unknown to this version survive a rewrite."""

    schema: int
    id: str
    organizationId: str
    kind: str
    version: int
    createdAt: str
    updatedAt: str
    total: Figures
    by: dict[str, dict[str, Figures]]
    labels: dict[str, dict[str, str]]
    inFlight: dict[str, Counted]
    dueAt: str | None


def empty(organization_id: str, now: datetime) -> Record:
    """The record of an organization that was asked nothing yet."""
    at = instant(now)
    return {
        "schema": 1,
        "id": ID,
        "organizationId": organization_id,
        "kind": "record",
        "version": 0,
        "createdAt": at,
        "updatedAt": at,
        "total": {},
        "by": {dimension: {} for dimension in DIMENSIONS},
        "labels": {},
        "inFlight": {},
        "dueAt": None,
    }


def known_of(record: Record, referral: Referral) -> Counted | None:
    """What the record holds of a referral. The referral must have been read after the record."""
    return record["inFlight"].get(referral["id"]) or cast(Counted | None, referral["counted"])


def counted(record: Record, referral: Referral, now: datetime) -> tuple[Record, Counted]:
    """The record with the referral counted as it is now, and what was counted; the record itself where it holds that
    already, or something newer."""
    known = known_of(record, referral)
    if known is not None and known["version"] > referral["version"]:
        return record, known
    facts = _facts(record, referral, known)
    seq = record["version"] + 1
    new: Counted = {"seq": seq, "version": referral["version"], "facts": facts}
    if known is not None and known["facts"] == facts:
        return record, known
    if known is not None:
        record = _with(record, known["facts"], -1)
    record = _with(_labelled(record, referral, facts), facts, 1)
    after = {
        **record,
        "version": seq,
        "updatedAt": instant(now),
        "inFlight": {**record["inFlight"], referral["id"]: new},
    }
    return due(cast(Record, after), now), new


def _facts(record: Record, referral: Referral, known: Counted | None) -> Facts:
    """What the referral adds. Whether it was outside fit is decided once, by the record as it was when it was
    accepted, and is kept from then on."""
    if known is not None and "accepted" in known["facts"]["marks"]:
        outside = known["facts"]["outside"]
    else:
        outside = referral["acceptedAt"] is not None and fit(record, referral).is_outside
    facts = facts_of(referral, outside=outside)
    room = {dimension: 0 if _is_anybodys(referral, dimension) else MOST_VALUES for dimension in facts["values"]}
    values = {
        dimension: _placed(record["by"].get(dimension, {}), found, room[dimension])
        for dimension, found in facts["values"].items()
    }
    return {**facts, "values": values, "closing": _day(record, facts["closing"])}


def _is_anybodys(referral: Referral, dimension: str) -> bool:
    """Words of somebody unknown, which nobody here has taken on: they open no place of their own."""
    return dimension in ("solution", "industry") and referral["sender"] is None and referral["acceptedAt"] is None


def _placed(places: Mapping[str, Any], found: Iterable[str], room: int) -> list[str]:
    """The values under which a referral counts: those that have a place, new ones while there is room, or `OTHER`."""
    kept: dict[str, None] = {}
    for value in found:
        taken = len(places.keys() - {OTHER, NONE}) + len(kept.keys() - places.keys() - {OTHER, NONE})
        kept[value if value in places or value == NONE or taken < room else OTHER] = None
    return list(kept)


def _day(record: Record, day: str | None) -> str | None:
    """The day under which an open close date counts: itself, or the last of its month when there are too many."""
    days = record["total"].get("closing", {})
    if day is None or day in days or len(days) < MOST_DAYS:
        return day
    exact = date.fromisoformat(day)
    if exact.year >= date.max.year:
        return FAR
    first = exact.replace(day=1) + timedelta(days=32)
    end = (first.replace(day=1) - timedelta(days=1)).isoformat()
    return end if end in days or len(days) < 2 * MOST_DAYS else FAR


def _with(record: Record, facts: Facts, by: int) -> Record:
    marks = marks_of(facts)
    closing = [("closing", facts["closing"])] if facts["closing"] else []
    dimensions = dict(record["by"])
    for dimension, values in facts["values"].items():
        figures = dict(dimensions.get(dimension, {}))
        for value in values:
            figures[value] = added(figures.get(value, {}), marks, by)
        dimensions[dimension] = figures
    return cast(Record, {**record, "total": added(record["total"], [*marks, *closing], by), "by": dimensions})


def _labelled(record: Record, referral: Referral, facts: Facts) -> Record:
    """With the spelling of values it sees for the first time."""
    labels = dict(record["labels"])
    for dimension, spelt in labels_of(cast(dict[str, Any], referral)).items():
        new = {value: spelt[value] for value in facts["values"][dimension] if value in spelt}
        labels[dimension] = {**new, **labels.get(dimension, {})}
    return cast(Record, {**record, "labels": labels})


def fit(record: Record | None, referral: Referral) -> Fit:
    """How well a referral fits the organization, by its record so far."""
    traits = traits_of(cast(dict[str, Any], referral))
    return fit_of(traits, record["by"], record["labels"]) if record else fit_of(traits, {}, {})


def settled(record: Record, ids: Iterable[str]) -> Record:
    """Without what these referrals say themselves by now."""
    gone = set(ids)
    in_flight = {id: known for id, known in record["inFlight"].items() if id not in gone}
    return cast(Record, {**record, "inFlight": in_flight})


def due(record: Record, now: datetime) -> Record:
    """With the time at which its figures next change by themselves: when an open close date is over."""
    today = instant(now)[:10]
    next_ = min((day for day in record["total"].get("closing", {}) if today <= day < FAR), default=None)
    at = None if next_ is None else f"{date.fromisoformat(next_) + timedelta(days=1)}T00:00:00.000000Z"
    return cast(Record, {**record, "dueAt": at})
