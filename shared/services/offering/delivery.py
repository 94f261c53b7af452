"""Brings into force what offers have published, and tells offers what the vendor decided on them.

An event says only that something is to be brought up to date: what, the documents themselves say. So doing it twice, or
by two deliverers at once, or dying anywhere in between, comes to the same.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, cast

from shared.domain.instants import instant
from shared.domain.offers import posting, publishing
from shared.domain.offers.offer import Offer, stored_offer
from shared.domain.offers.published import PUBLISHED, refreshed
from shared.domain.offers.readiness.limits import Limits
from shared.domain.offers.review import mirrored
from shared.services.documents.published import PublishedTexts
from shared.services.offering.validation import OfferValidation
from shared.services.offering.writing import change_offer
from shared.services.organizations.organizations import Organizations
from shared.services.ports import (
    OFFERS,
    ChangedMeanwhile,
    Clock,
    Document,
    DocumentStore,
    DueKey,
    Stored,
    StoreUnavailable,
)
from shared.services.sweep import PAGE, Report, sweep
from shared.services.writing import written

log = logging.getLogger(__name__)

ATTEMPTS: Final = 5  # to write where others write too; giving up costs nothing, the next run comes back


class OfferDelivery:
    def __init__(
        self,
        store: DocumentStore,
        organizations: Organizations,
        validation: OfferValidation,
        texts: PublishedTexts,
        clock: Clock,
        limits: Limits,
        budget: timedelta,
        stopping: asyncio.Event,
    ) -> None:
        self._store = store
        self._organizations = organizations
        self._validation = validation
        self._texts = texts
        self._clock = clock
        self._limits = limits
        self._budget = budget
        self._stopping = stopping

    async def deliver(self) -> Report:
        """Work on everything that is due. `done` counts events. A second run finds nothing to do."""
        until = instant(self._clock())

        async def next_page(after: DueKey | None) -> list[Stored]:
            return await self._store.find_due(OFFERS, until, PAGE, after)

        return await sweep(next_page, "dueAt", self._work_on, self._budget, self._stopping)

    async def _work_on(self, stored: Stored, report: Report) -> None:
        document = stored.document
        events = posting.due(document, self._clock())
        follow = self._tell_the_offer if document["organizationId"] == PUBLISHED else self._publish
        try:
            await follow(document, events)
        except (StoreUnavailable, ChangedMeanwhile) as error:
            report.skipped[f"{type(error).__name__}; the next run comes back"] += 1
        except Exception as error:  # one that nobody can work on must not be tried every two seconds for ever
            report.failed[type(error).__name__] += 1
            log.exception("offer %s of %s", document["id"], document["organizationId"])
            await self._bookkeep(document, lambda each: posting.postponed(each, events, self._clock()))
        else:
            report.done += len(events)

    async def _publish(self, document: Document, events: set[str]) -> None:
        owner, id = document["organizationId"], document["id"]
        await self._validate(stored_offer(document))
        offer = await self._change(owner, id, lambda known: (None, known))
        snapshot = await self._refresh(offer) if offer and offer["published"] else None
        if snapshot is not None:
            snapshot = await self._sync(snapshot)

        def settle(known: Offer | None) -> tuple[Offer | None, None]:
            after = mirrored(known, snapshot, self._clock()) if known and snapshot else known
            if after is None or (after is known and events.isdisjoint(each["id"] for each in after["outbox"])):
                return None, None
            return cast(Offer, {**after, **posting.settled(after, events)}), None

        await self._change(owner, id, settle)

    async def _validate(self, offer: Offer) -> None:
        """Let what is pending come in force, or send it back; somebody else may have been first."""
        pending = offer["pendingPublication"]
        if pending is None:
            return
        messages = await self._validation.problems(offer["organizationId"], pending)

        def decide(known: Offer | None) -> tuple[Offer | None, None]:
            there = known["pendingPublication"] if known else None
            if known is None or there is None or there["at"] != pending["at"] or there["number"] != pending["number"]:
                return None, None
            now = self._clock()
            return publishing.refused(known, messages, now) if messages else publishing.accepted(known, now), None

        await self._change(offer["organizationId"], offer["id"], decide)

    async def _refresh(self, offer: Offer) -> Document:
        """The snapshot, as new as the offer at least. Raises ChangedMeanwhile, StoreUnavailable."""
        organization = await self._organizations.get(offer["organizationId"])
        name = organization.name if organization else offer["organizationId"]
        for _ in range(ATTEMPTS):
            stored = await self._store.get(OFFERS, PUBLISHED, offer["id"])
            before = stored.document if stored else None
            after = refreshed(before, offer, name, self._clock())
            if after is None:
                return cast(Document, before)
            if await written(self._store, OFFERS, stored, after):
                return after
        raise ChangedMeanwhile

    async def _sync(self, snapshot: Document) -> Document:
        """The passages that can be looked up become those of the snapshot; of the newest one, if a run that has newer
        documents is under way too. Raises ChangedMeanwhile, StoreUnavailable."""
        for _ in range(ATTEMPTS):
            await self._texts.sync(snapshot["publisherId"], snapshot["id"], snapshot["documents"])
            stored = await self._store.get(OFFERS, PUBLISHED, snapshot["id"])
            if stored is None or stored.document["number"] == snapshot["number"]:
                return stored.document if stored else snapshot
            snapshot = stored.document
        raise ChangedMeanwhile

    async def _tell_the_offer(self, snapshot: Document, events: set[str]) -> None:
        def decide(known: Offer | None) -> tuple[Offer | None, None]:
            after = mirrored(known, snapshot, self._clock()) if known else None
            return (None if after is known else after), None

        await self._change(snapshot["publisherId"], snapshot["id"], decide)
        await self._bookkeep(snapshot, lambda each: posting.settled(each, events))

    async def _bookkeep(self, document: Document, values: Callable[[Document], dict[str, Any]]) -> None:
        """No domain change: version and history stay. Raises ChangedMeanwhile, StoreUnavailable."""
        for _ in range(ATTEMPTS):
            stored = await self._store.get(OFFERS, document["organizationId"], document["id"])
            if stored is None:
                return
            if await written(self._store, OFFERS, stored, {**stored.document, **values(stored.document)}):
                return
        raise ChangedMeanwhile

    async def _change(
        self, organization_id: str, id: str, decide: Callable[[Offer | None], tuple[Offer | None, Any]]
    ) -> Any:
        return await change_offer(self._store, organization_id, id, decide, limits=self._limits)
