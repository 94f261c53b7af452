"""Deadlines as an iCalendar file (RFC 5545, with the names of RFC 7986).

The same deadlines make the same bytes: an event's DTSTAMP is when its referral last changed, its SEQUENCE the
referral's version, its UID follows from the deadline. Instants are in UTC; where days are what counts, the event lasts
all of that day.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from shared.domain.deadlines.clocks import Kind
from shared.domain.deadlines.ranking import Item
from shared.domain.ids import derived_id
from shared.domain.instants import from_instant

if TYPE_CHECKING:
    from icalendar import Alarm, Event

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
    """The file, in UTF-8 with CRLF. `base_url` is where the pages are, without a slash at its end."""
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
    for item in sorted(items, key=lambda one: (one.at, one.key)):
        made.add_component(_event(item, base_url))
    return bytes(made.to_ical())


def _event(item: Item, base_url: str) -> Event:
    from icalendar import Event

    referral = item.referral
    made, link = Event(), f"{base_url}/referrals/{referral['id']}"
    made.add("uid", f"{derived_id('deadline', referral['organizationId'], item.key)}@cosell-desk")
    changed_at = from_instant(referral["updatedAt"]).replace(microsecond=0)
    made.add("dtstamp", changed_at)
    made.add("last-modified", changed_at)
    made.add("sequence", referral["version"])
    if item.day is None:
        made.add("dtstart", from_instant(item.at).replace(microsecond=0))
    else:
        day = date.fromisoformat(item.day)
        made.add("dtstart", day)
        if day < date.max:
            made.add("dtend", day + timedelta(days=1))
    made.add("transp", "TRANSPARENT")
    made.add("summary", TITLES[item.kind].format(name=referral["name"], who=item.who))
    made.add("description", _description(referral, link))
    made.add("url", link)
    made.add("categories", [item.kind.replace("_", " ")])
    if item.kind in ALARMS:
        made.add_component(_alarm(item.kind))
    return made


def _description(referral: Mapping[str, Any], link: str) -> str:
    value = referral["estimatedValue"]
    lines = [
        f"Customer: {referral['customerName']}",
        f"From: {referral['senderName']}" if referral["senderName"] else None,
        f"Estimated value: {value['amount']} {value['currency']}" if value else None,
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
