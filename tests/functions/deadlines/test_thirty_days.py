"""Thirty days in which everything happens to reminders that can: each is told exactly once, and none after an answer.

What should be told is worked out here a second time, from when each referral arrived, when it was answered and when the
timer ran to its end; what was told is read from the notifications that people and their mailboxes get.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from shared.domain.instants import from_instant
from shared.services.deadlines.reminders import Reminders
from shared.services.notices.telling import Notices
from shared.services.organizations.people import People
from shared.services.ports import NOTIFICATIONS, Document, DocumentStore, DueKey, Query, Stored, StoreUnavailable, Where
from tests.contract.counting import CountingStore
from tests.functions.deals import an_acceptance, an_opportunity
from tests.functions.desk import START, WINDOW, Desk, ok, open_desk

DAY: Final = timedelta(days=1)
TICK: Final = timedelta(microseconds=1)
BEFORE: Final = {"P7D": 7 * DAY, "P3D": 3 * DAY, "P1D": DAY}
PEOPLE: Final = ("contoso-admin", "contoso-user")
MAIL: Final = {"SMTP_HOST": "localhost", "MAIL_FROM": "desk@cosell.example", "MAILS_A_DAY": "1000"}
Key = tuple[str, str]
"""(referral, reminder)."""


class Failing(CountingStore):
    """Answers some calls and then fails some, as a store that hiccups under a run, or goes away for good."""

    def __init__(self, store: DocumentStore, answers: int, fails: int) -> None:
        super().__init__(store)
        self.answers = answers
        self.fails = fails
        self.failed = False

    def _live(self) -> None:
        self.answers -= 1
        if -self.fails <= self.answers < 0:
            self.failed = True
            raise StoreUnavailable("gone")

    async def get(self, container: str, organization_id: str, id: str) -> Stored | None:
        self._live()
        return await super().get(container, organization_id, id)

    async def insert(self, container: str, document: Document) -> Stored:
        self._live()
        return await super().insert(container, document)

    async def replace(self, stored: Stored, container: str, document: Document) -> Stored:
        self._live()
        return await super().replace(stored, container, document)

    async def find_due(self, container: str, until: str, limit: int, after: DueKey | None = None) -> list[Stored]:
        self._live()
        return await super().find_due(container, until, limit, after)


@dataclass
class Month:
    """What happened: arrivals, answers, runs that came to their end, and when anything ran at all."""

    desk: Desk
    chance: random.Random
    arrived: dict[str, datetime] = field(default_factory=dict)
    answered: dict[str, datetime] = field(default_factory=dict)
    whole_runs: list[datetime] = field(default_factory=list)
    any_runs: list[datetime] = field(default_factory=list)

    def instance(self, store: DocumentStore | None = None) -> Reminders:
        """One host's timer, with nothing remembered of any other's."""
        with_ = self.desk.services
        use, clock, settings = store or with_.store, self.desk.clock, with_.settings
        people = People(use, clock)
        notices = Notices(
            use,
            people,
            with_.subscriptions,
            clock,
            kept_for=settings.notice_retention,
            mails=True,
            public_url=settings.public_url,
        )
        budget = settings.timer_budget
        return Reminders(use, notices, people, with_.profiles, clock, tuple(BEFORE.values()), budget, asyncio.Event())

    async def go_on(self) -> None:
        """Minutes or hours pass, and something happens."""
        self.desk.clock.move(timedelta(minutes=self.chance.randint(1, 90)))
        happens = self.chance.choices(
            [
                self.arrives,
                self.is_answered,
                self.run,
                self.run_two,
                self.run_and_answer,
                self.run_breaks,
                self.is_swept,
                self.pause,
            ],
            [20, 6, 40, 12, 5, 12, 8, 1],
        )[0]
        await happens()

    async def arrives(self) -> None:
        sent = ok(await self.desk.post("/api/opportunities", an_opportunity(proceed=True), "vendor-seller"), 201)
        await self.desk.deliver()
        copy_id = (await self.desk.read(sent["id"], "vendor-seller"))["invitations"][0]["copyId"]
        self.arrived[copy_id] = self.desk.clock()

    async def is_answered(self) -> None:
        open_ = [id for id, at in self.arrived.items() if id not in self.answered and self.desk.clock() < at + WINDOW]
        if not open_:
            return
        self.desk.clock.move(TICK)
        id, accepts = self.chance.choice(open_), self.chance.random() < 0.5
        body: dict[str, Any] = an_acceptance() if accepts else {"reason": 1}
        ok(await self.desk.act(id, "accept" if accepts else "decline", body))
        self.desk.clock.move(TICK)  # a run under way may have told it at the very instant of the answer, just before
        self.answered[id] = self.desk.clock()

    async def run(self) -> None:
        report = await self.instance().send()
        assert not report.failed
        self.whole_runs.append(self.desk.clock())
        self.any_runs.append(self.desk.clock())

    async def run_two(self) -> None:
        """Two hosts at once; sometimes three."""
        runs = [self.instance().send() for _ in range(self.chance.choice((2, 2, 3)))]
        for report in await asyncio.gather(*runs):
            assert not report.failed
        self.whole_runs.append(self.desk.clock())
        self.any_runs.append(self.desk.clock())

    async def run_and_answer(self) -> None:
        """Somebody answers while a run is under way."""
        self.any_runs.append(self.desk.clock())
        report, _ = await asyncio.gather(self.instance().send(), self.is_answered())
        assert not report.failed
        self.whole_runs.append(self.desk.clock())
        self.any_runs.append(self.desk.clock())

    async def run_breaks(self) -> None:
        """The store fails in the middle, at any call: once or twice, or from then on."""
        answers, fails = self.chance.randint(0, 25), self.chance.choice((1, 1, 2, 1000))
        store = Failing(self.desk.services.store, answers, fails)
        self.any_runs.append(self.desk.clock())
        try:
            report = await self.instance(store).send()
        except StoreUnavailable:
            return
        if not report.failed and not store.failed:
            self.whole_runs.append(self.desk.clock())

    async def is_swept(self) -> None:
        await self.desk.expire()

    async def pause(self) -> None:
        """Nothing runs for days: a deployment that went wrong."""
        self.desk.clock.move(timedelta(hours=self.chance.randint(10, 50)))

    def moments(self, id: str) -> Iterator[tuple[str, datetime, datetime]]:
        """Each reminder with when its time comes and when it is over: at the next one, or at the end or the answer."""
        ends = self.arrived[id] + WINDOW
        coming = [(name, ends - before) for name, before in BEFORE.items()]
        overs = [at for _, at in coming[1:]] + [ends]
        answered = self.answered.get(id, datetime.max.replace(tzinfo=ends.tzinfo))
        for (name, comes), over in zip(coming, overs, strict=True):
            yield name, comes, min(over, answered)

    def required(self) -> set[Key]:
        """Some run came to its end while it was time."""
        return set(self._where(self.whole_runs))

    def permitted(self) -> set[Key]:
        """Some run, however it ended, was under way while it was time."""
        return set(self._where(self.any_runs))

    def _where(self, runs: list[datetime]) -> Iterator[Key]:
        for id in self.arrived:
            for name, comes, over in self.moments(id):
                if any(comes <= at < over for at in runs):
                    yield id, name


async def told(month: Month, box: str) -> list[Document]:
    """What one person got by one way: `inapp:{user}` or `mail:{user}`. No timer sends mails here; all still wait."""
    found: list[Document] = []
    query = Query((Where("box", "eq", box),), limit=200)
    while True:
        page = await month.desk.services.store.find(NOTIFICATIONS, "contoso", query)
        found += page.items
        if not page.more:
            return found
        query = replace(query, after=(found[-1]["createdAt"], found[-1]["id"]))


async def keys(month: Month, box: str, event: str) -> Counter[Key]:
    """How often one person got each reminder, known by when it was told: at its time, or this fails."""
    found: Counter[Key] = Counter()
    for one in await told(month, box):
        if one["event"] == event:
            id, at = one["subject"]["referralId"], from_instant(one["at"])
            (name,) = [name for name, comes, over in month.moments(id) if comes <= at < over]
            found[id, name] += 1
    return found


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 3))])
async def test_over_thirty_days_each_reminder_is_told_exactly_once_and_none_after_an_answer(
    tmp_path: Path, seed: int
) -> None:
    """`keys` fails for one told at any other time: before its moment, after an answer, or once the next has come."""
    async with open_desk(tmp_path, **MAIL) as desk:
        for persona in PEOPLE:
            ok(await desk.get("/api/deals", persona))
        month = Month(desk, random.Random(seed))
        while desk.clock() < START + 30 * DAY:
            await month.go_on()
        await month.run()

        required, permitted = month.required(), month.permitted()
        assert len(month.arrived) > 60
        assert len(required) > 60
        for persona in PEOPLE:
            for way in ("inapp", "mail"):
                reminded = await keys(month, f"{way}:{persona}", "reminder")
                assert set(reminded.values()) == {1}
                assert required <= set(reminded) <= permitted
        escalated = await keys(month, "inapp:contoso-admin", "escalation")
        assert set(escalated.values()) == {1}
        assert {key for key in required if key[1] == "P1D"} <= set(escalated)
        assert {name for _, name in escalated} == {"P1D"}
        assert await keys(month, "inapp:contoso-user", "escalation") == {}
