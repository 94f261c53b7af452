"""Reminders of what was received and is not answered, each once, and the escalation that comes with the last one.

For each reminder ("three days before") the run walks only the referrals whose moment came since the last run: those
with `expiresAt` between where that run ended and now + 3 days. Where each walk ended is kept in one document; it is
written at the end of a run, so a run that is killed, or meets another one, does some again. That is harmless: a notice
is told by a key that is the same for the same reminder, and telling it twice reaches nobody twice.

What failed is kept by name and tried again by every run until it is told, answered or over; it holds back no other, and
what can never be told is given up when its clock is over.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, Protocol

from shared.domain.deadlines.reminders import due_reminder, is_last, named
from shared.domain.ids import derived_id
from shared.domain.instants import from_instant, instant
from shared.domain.notices.notice import Event, Notice, facts_of, team_of
from shared.domain.organizations.network import NETWORK
from shared.domain.organizations.organization import Role
from shared.domain.referrals.document import Referral
from shared.domain.referrals.referral import upgraded
from shared.services.organizations.people import People
from shared.services.ports import (
    REFERRALS,
    WORK,
    Clock,
    Document,
    DocumentStore,
    DueKey,
    Stored,
)
from shared.services.sweep import PAGE, Report, sweep
from shared.services.writing import written

log = logging.getLogger(__name__)

MARK_ID: Final = derived_id("reminders")
MOST_AGAIN: Final = 200
_LAST: Final = "~"  # sorts behind every id: what is due at that very instant is walked past
NOTHING_TO_REMIND: Final = "it is answered, over, or had less time than that"
OVERTAKEN: Final = "a later reminder has come"
NOBODY: Final = "nobody is known to escalate to"


class Teller(Protocol):
    """Tells people; `Notices` does."""

    async def tell(self, notice: Notice) -> None:
        """Told again under the same key, it changes nothing more. Raises StoreUnavailable."""
        ...


class LocationContacts(Protocol):
    """Whom an organization names as the contact of a location."""

    async def contact(self, organization_id: str, location_id: str) -> Mapping[str, Any] | None:
        """A person with an `email`, where one is named."""
        ...


class _Reminder(NamedTuple):
    """One reminder of one referral, and when the referral's clock is over."""

    organization_id: str
    id: str
    name: str
    over_at: str


@dataclass
class _Run:
    """One run: where each walk is, and what failed."""

    now: datetime
    reached: dict[str, DueKey]
    failed: list[_Reminder] = field(default_factory=list)
    report: Report = field(default_factory=Report)


class Reminders:
    def __init__(
        self,
        store: DocumentStore,
        notices: Teller,
        people: People,
        contacts: LocationContacts,
        clock: Clock,
        before: Sequence[timedelta],
        budget: timedelta,
        stopping: asyncio.Event,
    ) -> None:
        """`before` says how long before `expiresAt` each reminder is, the longest first."""
        self._store = store
        self._notices = notices
        self._people = people
        self._contacts = contacts
        self._clock = clock
        self._before = {named(each): each for each in before}
        self._budget = budget
        self._stopping = stopping

    async def send(self) -> Report:
        """Tell every reminder whose moment has come since the last run, and what failed then.

        Raises StoreUnavailable.
        """
        if not self._before:
            return Report()
        mark = await self._store.get(WORK, NETWORK, MARK_ID)
        kept: Document = mark.document if mark else {"reached": {}, "again": []}
        run = _Run(self._clock(), {name: _key(reached) for name, reached in kept["reached"].items()})
        ends = asyncio.get_running_loop().time() + self._budget.total_seconds()
        for reminder in map(_Reminder._make, kept["again"]):
            if self._stopping.is_set():
                run.failed.append(reminder)
            elif reminder.over_at <= instant(run.now):
                run.report.skipped[NOTHING_TO_REMIND] += 1
            else:
                await self._try(reminder, run)
        for name in self._before:
            await self._walk(name, run, ends)
        await self._keep(mark, run)
        return run.report

    async def _walk(self, name: str, run: _Run, ends: float) -> None:
        """The referrals whose moment for this reminder has come since its last walk."""
        until = instant(run.now + self._before[name])
        over: DueKey = (instant(run.now), _LAST, _LAST)  # what has expired by now is no longer reminded of
        start = max(run.reached.get(name, over), over)

        async def next_page(after: DueKey | None) -> list[Stored]:
            if after is not None:
                run.reached[name] = after  # everything before it was handled
            return await self._store.find_due(REFERRALS, until, PAGE, after or start)

        async def handle(stored: Stored, _: Report) -> None:
            found = stored.document
            await self._try(_Reminder(found["organizationId"], found["id"], name, found["dueAt"]), run)

        left = timedelta(seconds=max(0.0, ends - asyncio.get_running_loop().time()))
        walked = await sweep(next_page, "dueAt", handle, left, self._stopping)
        if walked.remaining:
            run.report.remaining = True
        else:
            run.reached[name] = max(start, (until, _LAST, _LAST))

    async def _try(self, reminder: _Reminder, run: _Run) -> None:
        """What goes wrong with one is its own affair, and is tried again."""
        try:
            await self._remind(reminder, run.report)
        except Exception as error:  # whatever it is must not end the others' run
            run.report.failed[type(error).__name__] += 1
            run.failed.append(reminder)
            log.exception("reminder %s of %s of %s failed", reminder.name, reminder.id, reminder.organization_id)

    async def _remind(self, reminder: _Reminder, report: Report) -> None:
        """As the referral is now: a page was read a moment ago, and somebody may have answered since."""
        stored = await self._store.get(REFERRALS, reminder.organization_id, reminder.id)
        now, before = self._clock(), tuple(self._before.values())
        referral = upgraded(stored.document) if stored else None
        due = due_reminder(referral, before, now) if referral else None
        if referral is None or due is None:
            report.skipped[NOTHING_TO_REMIND] += 1
        elif due != self._before.get(reminder.name):
            report.skipped[OVERTAKEN] += 1
        else:
            await self._notices.tell(notice_of(referral, "reminder", reminder.name, now, team_of(referral)))
            if is_last(due, before):
                await self._escalate(referral, reminder.name, now, report)
            report.done += 1

    async def _escalate(self, referral: Referral, name: str, now: datetime, report: Report) -> None:
        """With the last reminder, to the organization's administrators and the location's own contact."""
        people = await self._people.recipients(referral["organizationId"])
        administrators = tuple(one.user for one in people.values() if Role.ACCOUNT_ADMIN in one.roles)
        location_id = referral["locationId"]
        contact = await self._contacts.contact(referral["organizationId"], location_id) if location_id else None
        addresses = (str(contact["email"]),) if contact else ()
        if not administrators and not addresses:
            report.skipped[NOBODY] += 1
            return
        await self._notices.tell(notice_of(referral, "escalation", name, now, administrators, addresses))

    async def _keep(self, mark: Stored | None, run: _Run) -> None:
        """Where the walks ended. More failures than are kept by name: the walks are done again as a whole."""
        if len(run.failed) > MOST_AGAIN:
            run.report.remaining = True
            return
        known = {name: list(reached) for name, reached in run.reached.items() if name in self._before}
        values = {"reached": known, "again": [list(each) for each in dict.fromkeys(run.failed)]}
        after = {**mark.document, **values} if mark else _new_mark(values, run.now)
        if not await written(self._store, WORK, mark, after):
            log.info("another run of the reminders ended first; what it did not reach comes next time")


def notice_of(
    referral: Referral,
    event: Event,
    name: str,
    now: datetime,
    recipients: tuple[str, ...] | None,
    addresses: tuple[str, ...] = (),
) -> Notice:
    """What is said; its key is the same for the same reminder of the same clock, whenever it is told."""
    expires_at = str(referral["expiresAt"])
    left = from_instant(expires_at) - now
    return Notice(
        key=f"{referral['id']}:{event}:{name}:{expires_at}",
        organization_id=referral["organizationId"],
        event=event,
        at=now,
        subject={**facts_of(referral), "daysLeft": math.ceil(left / timedelta(days=1))},
        recipients=recipients,
        addresses=addresses,
    )


def _key(reached: Sequence[str]) -> DueKey:
    at, organization_id, id = reached
    return at, organization_id, id


def _new_mark(values: Document, now: datetime) -> Document:
    """One for all organizations, beside the network's own documents; there is nothing of theirs in it but ids."""
    facts = {"schema": 1, "id": MARK_ID, "organizationId": NETWORK, "type": "reminders", "createdAt": instant(now)}
    return {**facts, **values}
