"""The delivery of outbox events, beside a bare loop of the same two writes an event on the same file.

    python -m benchmarks.delivery [events a round]

Invitations make a copy and settle their source; answers change their target and settle their source. The loop's
documents were made before its clock started: it neither reads nor decides, it only writes.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, cast

from benchmarks.bare_loop import fill, seconds_of
from benchmarks.figures import Figure, table
from shared.adapters.sqlite import SqliteStore
from shared.domain import invitations, outbox, stage_changes
from shared.domain.instants import instant
from shared.domain.referral import Referral
from shared.services.delivery import Delivery
from shared.services.organizations import Organizations
from shared.services.ports import REFERRALS, Document, Stored
from shared.services.sweep import AT_ONCE
from tests.faults.world import with_organizations
from tests.scale.engagements import NOW, WINDOW, just_sent, referrals

ROUNDS: Final = 4
STORED: Final = 50_000
EVENTS: Final = 1_000
LATER: Final = NOW + WINDOW
Changes = list[tuple[Stored | None, Document]]


def measure(events: int = EVENTS) -> list[Figure]:
    """The rates are medians of the rounds."""
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        path = Path(folder) / "store.db"
        fill(path, cast(Any, referrals(STORED, 0)))
        return asyncio.run(Rounds(path, events).run())


class Rounds:
    def __init__(self, path: Path, events: int) -> None:
        self._path, self._events = path, events
        self._store = SqliteStore(path)
        self._now = NOW
        self._delivery = Delivery(
            self._store,
            Organizations(self._store, lambda: self._now),
            lambda: self._now,
            WINDOW,
            timedelta(hours=1),
            asyncio.Event(),
        )
        self._rates: dict[tuple[str, str], list[float]] = {}

    async def run(self) -> list[Figure]:
        """In turns: delivery, a commit each, a commit for several."""
        await with_organizations(self._store)
        for _ in range(ROUNDS):
            copies = await self._round("invitations", await self._invite())
            await self._round("answers", await self._expire(copies))
            self._now = NOW
            for name, per_commit in (("each", 1), ("several", AT_ONCE)):
                copies = await self._bare("invitations", name, per_commit, await self._invite())
                await self._bare("answers", name, per_commit, await self._expire(copies))
                self._now = NOW
        await self._store.close()
        return [figure for kind in ("invitations", "answers") for figure in self._figures(kind)]

    def _figures(self, kind: str) -> list[Figure]:
        rate = {name: statistics.median(self._rates[kind, name]) for name in ("ours", "each", "several")}
        what = f"delivery of {ROUNDS * self._events:,} {kind} among {STORED:,}"
        return [
            Figure(what, rate["ours"], "/s", rate["each"], "bare loop, a commit a write", True, 3.0),
            Figure(what, rate["ours"], "/s", rate["several"], f"bare loop, a commit per {AT_ONCE} writes", True, 3.0),
        ]

    async def _invite(self) -> list[Stored]:
        """New opportunities, each with its invitation to deliver."""
        made = [just_sent(number, NOW) for number in range(self._events)]
        return list(await asyncio.gather(*(self._store.insert(REFERRALS, cast(Document, one)) for one in made)))

    async def _expire(self, copies: list[Stored]) -> list[Stored]:
        """Their copies, each with its answer to deliver."""
        self._now = LATER + timedelta(seconds=1)
        after = [stage_changes.expired(cast(Referral, copy.document), self._now) for copy in copies]
        pairs = zip(copies, cast(list[Document], after), strict=True)
        return list(await asyncio.gather(*(self._store.replace(copy, REFERRALS, one) for copy, one in pairs)))

    async def _round(self, kind: str, sources: list[Stored]) -> list[Stored]:
        began = time.perf_counter()
        report = await self._delivery.deliver()
        self._note(kind, "ours", time.perf_counter() - began)
        assert report.as_facts() == {"done": len(sources), "skipped": {}, "failed": {}, "remaining": False}
        return [await self._target(source) for source in sources]

    async def _bare(self, kind: str, name: str, per_commit: int, sources: list[Stored]) -> list[Stored]:
        changes = [change for source in sources for change in await self._changes(source)]
        self._note(kind, name, await asyncio.to_thread(seconds_of, self._path, changes, per_commit))
        assert not await self._store.find_pending(REFERRALS, instant(self._now), 1)
        return [await self._target(source) for source in sources]

    def _note(self, kind: str, name: str, seconds: float) -> None:
        self._rates.setdefault((kind, name), []).append(self._events / seconds)

    async def _changes(self, stored: Stored) -> Changes:
        """The two writes that deliver a source's one event."""
        source = cast(Referral, stored.document)
        (event,) = source["outbox"]
        if event["type"] == invitations.SENT:
            copy = invitations.received(
                event["target"], event["payload"], source["id"], event["seq"], NOW, invitations.Reception(WINDOW)
            )
            effect: tuple[Stored | None, Document] = (None, cast(Document, copy))
            source = invitations.with_receipt(source, effect[1])
        else:
            target = await self._target(stored)
            told = cast(Referral, target.document)
            answered = invitations.answered(told, event["payload"], source["id"], event["seq"], self._now)
            effect = (target, cast(Document, answered))
        return [effect, (stored, cast(Document, outbox.settled(source, {event["id"]}, {}, self._now)))]

    async def _target(self, source: Stored) -> Stored:
        target = source.document["outbox"][0]["target"]
        found = await self._store.get(REFERRALS, target["organizationId"], target["id"])
        assert found is not None
        return found


if __name__ == "__main__":
    print(table(measure(*map(int, sys.argv[1:]))))
