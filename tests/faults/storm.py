"""Sixteen clients over the whole app while the network to its store fails, and what they were told."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import httpx

from tests.faults.fault_proxy import (
    BROKEN,
    BUSY,
    BUSY_BUT_DONE,
    CONDITION_NOT_MET,
    CONFLICT,
    HALF_AN_ANSWER,
    RESET_AFTER,
    RESET_BEFORE,
    UNAVAILABLE,
    UNAVAILABLE_BUT_DONE,
    Asked,
    Fault,
    slow,
    throttled,
)
from tests.faults.storm_files import Files
from tests.functions.deals import a_deal_with_help, an_acceptance
from tests.functions.desk import Desk, MovableClock

CLIENTS: Final = 16
PARTNERS: Final = ("contoso-admin", "fabrikam-admin", "tailspin-admin")
EXPECTED: Final = {200, 201, 202, 409, 412, 503}
Concerns = Callable[[Asked], bool]
Kinds = Callable[[Asked], Sequence[Fault | None]]


class RunningClock(MovableClock):
    """Begins at the desk's first day and goes on; it can be moved as well."""

    def __init__(self) -> None:
        super().__init__()
        self._began = time.monotonic()

    def __call__(self) -> datetime:
        return self.now + timedelta(seconds=time.monotonic() - self._began)


class Storm:
    """Chooses a fault for about a third of all requests to one server; every other second all of them are refused for
    a while, as by a container that used up its request units."""

    def __init__(self, seed: int, concerns: Concerns, refusal: Fault, kinds: Kinds) -> None:
        self._chance = random.Random(seed)
        self._concerns, self._refusal, self._kinds = concerns, refusal, kinds
        self.blowing = False
        self.asked = 0  # while it blew
        self.faults: Counter[str] = Counter()

    async def choose(self, asked: Asked) -> Fault | None:
        if not self.blowing or not self._concerns(asked):
            return None
        self.asked += 1
        fault = self._refusal if time.monotonic() % 2 < 0.15 else self._pick(asked)
        if fault is not None:
            self.faults[fault.name] += 1
        return fault

    def _pick(self, asked: Asked) -> Fault | None:
        return self._chance.choice(self._kinds(asked)) if self._chance.random() < 0.35 else None

    def report(self, server: str, sendings: int) -> str:
        """How much came of what."""
        kinds = ", ".join(f"{count} x {name}" for name, count in self.faults.most_common())
        total = self.faults.total()
        return f"{server}: {self.asked} requests, {total} faulty, one call sent {sendings} times at most: {kinds}"


def storm_over_documents(seed: int) -> Storm:
    """Between the app and Cosmos DB."""

    def kinds(asked: Asked) -> Sequence[Fault | None]:
        return (
            throttled(40), throttled(120), UNAVAILABLE, UNAVAILABLE_BUT_DONE, RESET_BEFORE, RESET_AFTER, RESET_AFTER,
            HALF_AN_ANSWER, slow(0.15), CONFLICT if asked.method == "PUT" else None,
        )  # fmt: skip

    return Storm(seed, lambda asked: asked.is_document, throttled(80), kinds)


def storm_over_files(seed: int) -> Storm:
    """Between the app and Blob Storage, which knows no 429."""

    def kinds(asked: Asked) -> Sequence[Fault | None]:
        return (
            BUSY, BUSY_BUT_DONE, BROKEN, RESET_BEFORE, RESET_AFTER, RESET_AFTER, HALF_AN_ANSWER, slow(0.15),
            CONDITION_NOT_MET if "if-match" in asked.headers else None,
        )  # fmt: skip

    return Storm(seed, lambda _: True, BUSY, kinds)


@dataclass
class Told:
    """What was acknowledged: deals by their name, and for each referral which action made which version of it."""

    created: dict[str, str] = field(default_factory=dict)
    changes: list[tuple[str, int, str]] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)


class Crowd:
    def __init__(self, desk: Desk, files: Files, seed: int) -> None:
        self._desk = desk
        self._files = files
        self._chance = random.Random(seed)
        self._numbers = itertools.count()
        self._own: list[tuple[str, str]] = []  # id, persona
        self.told = Told()
        self.over = False

    async def run(self) -> None:
        """Until `over`. A create without an answer is sent again, with its key."""
        timers = (self._timer("deliver_events", 0.2), self._timer("reconcile_uploads", 5))
        await asyncio.gather(*(self._client(n) for n in range(CLIENTS)), *timers)

    async def create(self, client: int) -> None:
        """A deal, asked for until it is acknowledged."""
        persona = PARTNERS[client % len(PARTNERS)]
        name = f"deal {client}-{next(self._numbers)}"
        body = a_deal_with_help(name=name, estimatedCloseDate="2099-03-31")
        while True:
            answer = self._heard(await self._desk.post("/api/deals", body, persona, idempotency_key=name))
            if answer.status_code == 201:
                assert self.told.created.setdefault(name, answer.json()["id"]) == answer.json()["id"]
                self._own.append((answer.json()["id"], persona))
                return
            await asyncio.sleep(0.05)

    async def _client(self, n: int) -> None:
        while not self.over:
            dice = self._chance.random()
            if not self._own or dice < 0.35:
                await self.create(n)
            elif dice < 0.62:
                await self._edit(*self._chance.choice(self._own))
            elif dice < 0.75:
                id_, persona = self._chance.choice(self._own)
                await self._act(id_, self._chance.choice(("win", "lose")), persona)
            elif dice < 0.9:
                await self._answer()
            else:
                self._heard(await self._files.send())

    async def _edit(self, id_: str, persona: str) -> None:
        read = self._heard(await self._desk.get(f"/api/referrals/{id_}", persona))
        if read.status_code == 200:
            patch = {"crmId": f"C{next(self._numbers)}"}
            self._note(id_, "edit", await self._desk.edit(id_, patch, read.headers["ETag"], persona))

    async def _act(self, id_: str, action: str, persona: str) -> None:
        bodies = {"lose": {"reason": 3}, "decline": {"reason": 1}, "accept": an_acceptance()}
        self._note(id_, action, await self._desk.act(id_, action, bodies.get(action, {}), persona))

    async def _answer(self) -> None:
        """The vendor answers one of the newest that were received."""
        path = "/api/deals?tab=inbound&stage=received&limit=20"
        listed = self._heard(await self._desk.get(path, "vendor-seller"))
        if listed.status_code == 200 and listed.json()["items"]:
            item = self._chance.choice(listed.json()["items"])
            await self._act(item["id"], self._chance.choice(("accept", "decline")), "vendor-seller")

    async def _timer(self, name: str, seconds: float) -> None:
        """A run of it now and then, which fails as a whole where it cannot even look."""
        due = time.monotonic()
        while not self.over:
            if time.monotonic() >= due:
                due = time.monotonic() + seconds
                answer = await self._desk.client.post(f"/admin/functions/{name}", json={})
                assert answer.status_code == 202
            await asyncio.sleep(0.1)

    def _note(self, id_: str, action: str, answer: httpx.Response) -> None:
        if self._heard(answer).status_code == 200:
            self.told.changes.append((id_, int(answer.headers["ETag"].strip('"')), action))

    def _heard(self, answer: httpx.Response) -> httpx.Response:
        assert answer.status_code in EXPECTED, f"{answer.status_code} {answer.text}"
        if answer.status_code == 503:
            assert int(answer.headers["Retry-After"]) >= 1
        self.told.statuses[answer.status_code] = self.told.statuses.get(answer.status_code, 0) + 1
        return answer
