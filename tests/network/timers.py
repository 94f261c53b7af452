"""The two timers, a source or a referral at a time; what they change must have a cause that the model knows."""

from __future__ import annotations

from datetime import timedelta

from shared.services.ports import Stored
from tests.faults.blob_events import Steps
from tests.network.stage import Stage


class Timers:
    def __init__(self, stage: Stage) -> None:
        self._on = stage

    async def deliver(self, source: Stored, *, kill_at: int | None = None, meanwhile: Steps | None = None) -> None:
        """One source's events, of the moment when it was read."""
        types = [event["type"] for event in source.document["outbox"]]
        self._on.say(f"delivery of {types} from {self._on.named(source.document['id'])}", kill_at)
        report = await self._on.world.deliver(source, kill_at, meanwhile)
        if report is None:
            self._on.count(f"kills: deliver at {kill_at}")
        else:
            assert not report.failed, report.failed
        self._on.causes.assert_delivery(await self._on.watch.observe(), source.document["id"])

    async def expire(self, due: Stored, *, kill_at: int | None = None) -> None:
        """One referral whose time was up when it was found."""
        self._on.say(f"expiry of {self._on.named(due.document['id'])}", kill_at)
        report = await self._on.world.expire(due, kill_at)
        if report is None:
            self._on.count(f"kills: expire at {kill_at}")
        else:
            assert not report.failed, report.failed
        self._on.causes.assert_expiry(await self._on.watch.observe(), due.document["id"])

    def let_pass(self, hours: float) -> None:
        self._on.say(f"{hours} hours pass")
        self._on.world.clock.move(timedelta(hours=hours))

    async def drain(self, order: int = 0) -> None:
        """Both timers until they find nothing; `order` says which source comes first each time."""
        for due in await self._on.world.due():
            await self.expire(due)
        for _ in range(300):
            pending = await self._on.world.pending()
            if not pending:
                break
            await self.deliver(pending[order % len(pending)])
        assert await self._on.world.pending() == [], "it never ends"
        report = await self._on.world.services.delivery.deliver()
        assert (report.done, report.failed) == (0, {})
        assert await self._on.watch.observe() == []
        self._on.settled.assert_settled()
