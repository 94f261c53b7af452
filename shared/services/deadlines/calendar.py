"""Deadlines as an iCalendar file (RFC 5545, with the names of RFC 7986).

The same deadlines make the same bytes: an event's DTSTAMP is when its referral last changed, its SEQUENCE the
referral's version, its UID follows from the deadline. Instants are in UTC; where days are what counts, the event lasts
all of that day.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from shared.domain.deadlines.clocks import Kind
from shared.domain.deadlines.ranking import Item
from shared.domain.ids import derived_id
from shared.domain.instants import from_instant

if TYPE_CHECKING:
    from icalendar import Alarm

REFRESH: Final = timedelta(hours=1)
ALARMS: Final[Mapping[Kind, timedelta]] = {"answer": timedelta(days=1), "flame": timedelta(hours=4)}
TITLES: Final[Mapping[Kind, str]] = {
    "answer": "Answer by now: {name}",
    "their_answer": "{who} answers by now: {name}",
    "flame": "Contact the customer: {name}",
    "registration": "Register by today: {name}",
    "close_date": "Closes: {name}",
}


def calendar_of(items: Iterable[Item], title: str, base_url: str) -> bytes:
    """The file, in UTF-8 with CRLF. `base_url` is where the pages are, without a slash at its end.

    The library takes a millisecond an event, and calendar programs ask again and again: events are remembered.
    """
    written = [_event(_facts(item), base_url) for item in sorted(items, key=lambda one: (one.at, one.key))]
    head, end = _frame(title)
    return b"".join([head, *written, end])


@functools.lru_cache(maxsize=1_000)
def _frame(title: str) -> tuple[bytes, bytes]:
    """What comes before the events, and after them."""
    from icalendar import Calendar  # 130 ms to import; only calendars need it

    made = Calendar()
    made.add("prodid", "-//Cosell Desk//Deadlines//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("name", title)
    made.add("x-wr-calname", title)
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT1H")
    end = b"END:VCALENDAR\r\n"
    return bytes(made.to_ical()).removesuffix(end), end


class _Facts(NamedTuple):
    """All an event is made of, so that the same facts are the same event."""

    organization_id: str
    id: str
    key: str
    kind: Kind
    at: str
    day: str | None
    who: str | None
    version: int
    updated_at: str
    name: str
    customer: str
    sender: str | None
    value: str | None


def _facts(item: Item) -> _Facts:
    it = item.referral
    value = it["estimatedValue"]
    return _Facts(
        it["organizationId"],
        it["id"],
        item.key,
        item.kind,
        item.at,
        item.day,
        item.who,
        it["version"],
        it["updatedAt"],
        it["name"],
        it["customerName"],
        it["senderName"],
        f"{value['amount']} {value['currency']}" if value else None,
    )


@functools.lru_cache(maxsize=10_000)
def _event(facts: _Facts, base_url: str) -> bytes:
    """One event as it is written: a VEVENT of half a kilobyte."""
    from icalendar import Event

    made, link = Event(), f"{base_url}/referrals/{facts.id}"
    made.add("uid", f"{derived_id('deadline', facts.organization_id, facts.key)}@cosell-desk")
    changed_at = from_instant(facts.updated_at).replace(microsecond=0)
    made.add("dtstamp", changed_at)
    made.add("last-modified", changed_at)
    made.add("sequence", facts.version)
    if facts.day is None:
        made.add("dtstart", from_instant(facts.at).replace(microsecond=0))
    else:
        day = date.fromisoformat(facts.day)
        made.add("dtstart", day)
        if day < date.max:
            made.add("dtend", day + timedelta(days=1))
    made.add("transp", "TRANSPARENT")
    made.add("summary", TITLES[facts.kind].format(name=facts.name, who=facts.who))
    made.add("description", _description(facts, link))
    made.add("url", link)
    made.add("categories", [facts.kind.replace("_", " ")])
    if facts.kind in ALARMS:
        made.add_component(_alarm(facts.kind))
    return bytes(made.to_ical())


def _description(facts: _Facts, link: str) -> str:
    lines = [
        f"Customer: {facts.customer}",
        f"From: {facts.sender}" if facts.sender else None,
        f"Estimated value: {facts.value}" if facts.value else None,
        link,
    ]
    return "\n".join(line for line in lines if line)


@functools.cache
def _alarm(kind: Kind) -> Alarm:
    from icalendar import Alarm

    made = Alarm()
    made.add("action", "DISPLAY")
    made.add("trigger", -ALARMS[kind])
    made.add("description", "Answer soon" if kind == "answer" else "The customer waits to be contacted")
    return made
