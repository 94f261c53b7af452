"""Delivers outbox events: each takes its effect in its target exactly once, then leaves its source (DESIGN section 3).

The target marks an event as applied in the same write as its effect, so delivering twice, or by two deliverers at once,
or dying anywhere in between, changes nothing more.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, cast
from weakref import WeakValueDictionary

from shared.domain.engagements import following, invitations, mirrors
from shared.domain.instants import instant
from shared.domain.organizations.organization import Organization
from shared.domain.referrals import outbox, stage_changes
from shared.domain.referrals.document import Event, Referral
from shared.domain.referrals.referral import line_of, upgraded
from shared.services.organizations.organizations import Organizations
from shared.services.organizations.routing import Routing
from shared.services.ports import (
    REFERRALS,
    AlreadyExists,
    ChangedMeanwhile,
    Clock,
    DocumentStore,
    DueKey,
    Stored,
    StoreUnavailable,
)
from shared.services.sweep import PAGE, Report, sweep

log = logging.getLogger(__name__)

ATTEMPTS: Final = 5  # to write where others write too; giving up costs nothing, the next run comes back


Decide = Callable[[Referral, Mapping[str, Any], str, int, datetime], Referral | None]
"""Target, payload, id of the source, seq, now -> the target changed and marked, or None to leave it."""

EFFECTS: Final[dict[str, tuple[Decide, str]]] = {
    invitations.ANSWERED: (invitations.answered, ""),
    invitations.WITHDRAWN: (stage_changes.withdrawn, "not withdrawn: they answered first"),
    mirrors.RETIRED: (mirrors.retired, "mirror not retired: the deal was closed first"),
    following.SENDER_CHANGED: (following.with_sender_view, "sender's change not shown: their copy is archived"),
    following.NOTE_SHARED: (following.with_shared_note, "note not passed on: their copy is archived"),
    following.CONSENT_WITHDRAWN: (following.consent_withdrawn_elsewhere, "nothing to redact: they hold no such person"),
}
"""What each event does to the copy it is for, and what is reported where it does nothing."""


class Undeliverable(Exception):
    """This event cannot take its effect now; it counts as one of its attempts. The text is the reason shown."""


@dataclass
class _Results:
    """What came of one source's events: ids delivered, reasons of failures by id, copies made for invitations."""

    delivered: set[str] = field(default_factory=set)
    failures: dict[str, str] = field(default_factory=dict)
    copies: list[Mapping[str, Any]] = field(default_factory=list)


class Delivery:
    def __init__(
        self,
        store: DocumentStore,
        organizations: Organizations,
        routing: Routing,
        clock: Clock,
        response_window: timedelta,
        budget: timedelta,
        stopping: asyncio.Event,
        *,
        hide_customer: bool = False,
    ) -> None:
        self._store = store
        self._organizations = organizations
        self._routing = routing
        self._clock = clock
        self._response_window = response_window
        self._hide_customer = hide_customer
        self._budget = budget
        self._stopping = stopping
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def deliver(self) -> Report:
        """Deliver everything that is due. `done` counts events. A second run finds nothing to do."""
        until = instant(self._clock())

        async def next_page(after: DueKey | None) -> list[Stored]:
            return await self._store.find_pending(REFERRALS, until, PAGE, after)

        return await sweep(next_page, "pendingAt", self._deliver_from, self._budget, self._stopping)

    async def _deliver_from(self, stored: Stored, report: Report) -> None:
        source = upgraded(stored.document)
        results = _Results()
        held: set[str] = set()
        for event in outbox.due_events(source, self._clock()):
            if line_of(event) in held:
                continue
            if not await self._took_effect(source, event, results, report):
                held.add(line_of(event))
        await self._settle(stored, results, report)

    async def _took_effect(self, source: Referral, event: Event, results: _Results, report: Report) -> bool:
        """Whether the events behind this one may go too. A store that does not answer costs no attempt."""
        try:
            await self._deliver_one(source, event, results, report)
        except (StoreUnavailable, ChangedMeanwhile) as error:
            report.skipped[f"{type(error).__name__}; the next run comes back"] += 1
            return False
        except Undeliverable as reason:
            results.failures[event["id"]] = str(reason)
        except Exception as error:  # an event nobody can read must not hold up other targets for ever
            results.failures[event["id"]] = f"it cannot be understood ({type(error).__name__})"
            log.exception("event %s of %s", event["id"], source["organizationId"])
        else:
            return True
        report.failed[results.failures[event["id"]]] += 1
        log.warning("event %s of %s: %s", event["id"], source["organizationId"], results.failures[event["id"]])
        return False

    async def _deliver_one(self, source: Referral, event: Event, results: _Results, report: Report) -> None:
        async with self._one_at_a_time(event):
            await self._take_effect(source, event, results, report)
        results.delivered.add(event["id"])

    def _one_at_a_time(self, event: Event) -> asyncio.Lock:
        """Many events of one run may meet at one document; in turn, each needs one attempt."""
        return self._locks.setdefault(event["target"]["id"], asyncio.Lock())

    async def _take_effect(self, source: Referral, event: Event, results: _Results, report: Report) -> None:
        if event["type"] == invitations.SENT:
            results.copies.append(await self._insert(event, await self._received(source, event)))
        elif event["type"] == mirrors.OPENED:
            await self._insert(event, await self._mirrored(source, event))
        elif event["type"] in EFFECTS:
            skipped = await self._change(source, event)
            if skipped:
                report.skipped[skipped] += 1
        else:
            raise Undeliverable(f"this version does not know the event {event['type']}")

    async def _received(self, source: Referral, event: Event) -> Referral:
        target, payload = await self._receiver(event), event["payload"]
        location = await self._routing.location_for(
            target, country=payload["customer"]["country"], solutions=payload["solutions"]
        )
        how = invitations.Reception(self._response_window, location, withhold=self._hide_customer)
        return invitations.received(event["target"], payload, source["id"], event["seq"], self._clock(), how)

    async def _mirrored(self, source: Referral, event: Event) -> Referral:
        await self._receiver(event)
        return mirrors.mirrored(event["target"], event["payload"], source["id"], event["seq"], self._clock())

    async def _receiver(self, event: Event) -> Organization:
        organization_id = event["target"]["organizationId"]
        organization = await self._organizations.get(organization_id)
        if organization is None:
            raise Undeliverable(f"there is no organization {organization_id}")
        return organization

    async def _insert(self, event: Event, copy: Referral) -> Mapping[str, Any]:
        """The target's copy, made now or before."""
        try:
            return (await self._store.insert(REFERRALS, cast(dict[str, Any], copy))).document
        except AlreadyExists:
            return (await self._target(event)).document

    async def _change(self, source: Referral, event: Event) -> str | None:
        """The reason why the target stays as it is, or None."""
        decide, why_not = EFFECTS[event["type"]]
        for _ in range(ATTEMPTS):
            target = await self._target(event)
            if outbox.is_applied(target.document, source["id"], event["seq"]):
                return None
            referral = upgraded(target.document)
            after = decide(referral, event["payload"], source["id"], event["seq"], self._clock())
            if after is None:
                return why_not
            if await self._replaced(target, after):
                return None
        raise ChangedMeanwhile

    async def _target(self, event: Event) -> Stored:
        target = event["target"]
        stored = await self._store.get(REFERRALS, target["organizationId"], target["id"])
        if stored is None:
            raise Undeliverable(f"{target['organizationId']} has no referral {target['id']}")
        return stored

    async def _settle(self, stored: Stored, results: _Results, report: Report) -> None:
        """Take what was delivered out of the source, with the receipts; bookkeeping, no domain change."""
        found: Stored | None = stored
        for _ in range(ATTEMPTS):
            if found is None:
                return
            source = upgraded(found.document)
            waiting = {event["id"] for event in source["outbox"]}
            mine = results.delivered & waiting
            if not mine and not results.failures.keys() & waiting:
                report.skipped["another deliverer was first"] += 1
                return
            if await self._replaced(found, self._settled(source, results)):
                report.done += len(mine)
                return
            found = await self._store.get(REFERRALS, source["organizationId"], source["id"])
        report.skipped["others are changing the sender's copy; the next run comes back"] += 1

    def _settled(self, source: Referral, results: _Results) -> Referral:
        for copy in results.copies:
            source = invitations.with_receipt(source, copy)
        return outbox.settled(source, results.delivered, results.failures, self._clock())

    async def _replaced(self, stored: Stored, after: Referral) -> bool:
        try:
            await self._store.replace(stored, REFERRALS, cast(dict[str, Any], after))
        except ChangedMeanwhile:
            return False
        return True
