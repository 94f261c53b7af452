"""Clients that create, note and answer over HTTP keep-alive until the host is gone, and remember what it told them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from tests.functions.deals import ABSENT, a_customer, a_deal_with_help, an_acceptance

CLIENTS: Final = 16
FAR = "2099-03-31"  # these run on the real clock
PARTNERS: Final = ("contoso", "fabrikam", "tailspin")


@dataclass
class Ledger:
    """What was acknowledged, and what was asked without an answer: that may have happened, once, or not."""

    created: dict[str, str] = field(default_factory=dict)  # name by id
    noted: dict[str, str] = field(default_factory=dict)  # referral by the note's text
    answered: dict[str, str] = field(default_factory=dict)  # action by the copy's id
    unanswered_creates: dict[str, str] = field(default_factory=dict)  # partner by name
    unanswered_notes: dict[str, tuple[str, str]] = field(default_factory=dict)  # referral and partner by text

    @property
    def acknowledged(self) -> int:
        return len(self.created) + len(self.noted) + len(self.answered)


class Load:
    """One crowd of clients on one host; names and texts are unique over all crowds of one ledger."""

    def __init__(self, url: str, ledger: Ledger, crowd: int) -> None:
        self._ledger, self._crowd = ledger, crowd
        self._chance = random.Random(crowd)
        self._client = httpx.AsyncClient(base_url=url, timeout=20, limits=httpx.Limits(max_connections=CLIENTS + 1))
        self._owners = {id: name.partition(" ")[0] for id, name in ledger.created.items()}
        self._waiting: list[str] = []
        self._taken: set[str] = set()
        self._told = asyncio.Event()

    async def run(self, enough: int, kill: Callable[[], None]) -> None:
        """Ask again for what got no answer, then load until `enough` more writes are acknowledged, then kill."""
        goal = self._ledger.acknowledged + enough
        async with self._client:
            assert (await self._client.get("/api/health")).status_code == 200
            await self._ask_again()
            clients = [asyncio.create_task(self._until_gone(n)) for n in range(CLIENTS)]
            look_out = asyncio.create_task(self._look_out())
            enough_told = asyncio.create_task(self._told_enough(goal))
            await asyncio.wait([enough_told, *clients], return_when=asyncio.FIRST_COMPLETED)
            enough_told.cancel()
            await asyncio.to_thread(kill)
            await asyncio.gather(*clients, look_out)

    async def _told_enough(self, goal: int) -> None:
        while self._ledger.acknowledged < goal:
            self._told.clear()
            await self._told.wait()

    async def _ask_again(self) -> None:
        """A client that heard nothing repeats itself, with the same key."""
        for name, partner in list(self._ledger.unanswered_creates.items()):
            await self._create(name, partner)
        for text, (id, partner) in list(self._ledger.unanswered_notes.items()):
            await self._note(text, id, partner)

    async def _until_gone(self, client: int) -> None:
        actions: tuple[Callable[[str], Awaitable[None]], ...] = (self._new, self._new, self._new_note, self._answer)
        n = 0
        try:
            while True:
                await self._chance.choice(actions)(f"{self._crowd}-{client}-{n}")
                n += 1
        except httpx.TransportError:
            return

    async def _look_out(self) -> None:
        """A seller's list of what waits for an answer."""
        try:
            while True:
                path = "/api/deals?tab=inbound&stage=received&limit=200"
                items = (await self._send("GET", path, "vendor-seller", {200})).json()["items"]
                self._waiting = [item["id"] for item in items if item["id"] not in self._taken]
                await asyncio.sleep(0.1)
        except httpx.TransportError:
            return

    async def _new(self, unique: str) -> None:
        partner = self._chance.choice(PARTNERS)
        await self._create(f"{partner} {unique}", partner)

    async def _create(self, name: str, partner: str) -> None:
        self._ledger.unanswered_creates[name] = partner
        customer = a_customer(name=name, dunsNumber=ABSENT)  # asked again it is the same, whoever counts
        body = a_deal_with_help(name=name, customer=customer, estimatedCloseDate=FAR)
        response = await self._send("POST", "/api/deals", f"{partner}-admin", {201}, body, key=name)
        id = response.json()["id"]
        self._ledger.created[id] = name
        self._owners[id] = partner
        del self._ledger.unanswered_creates[name]

    async def _new_note(self, unique: str) -> None:
        if self._owners:
            id, partner = self._chance.choice(list(self._owners.items()))
            await self._note(f"note {unique}", id, partner)

    async def _note(self, text: str, id: str, partner: str) -> None:
        self._ledger.unanswered_notes[text] = (id, partner)
        await self._send("POST", f"/api/referrals/{id}/notes", f"{partner}-admin", {200}, {"text": text}, key=text)
        self._ledger.noted[text] = id
        del self._ledger.unanswered_notes[text]

    async def _answer(self, unique: str) -> None:
        """Accept or decline what waits; it may have expired, or been answered before the crash without a word."""
        if not self._waiting:
            await asyncio.sleep(0.01)
            return
        id = self._waiting.pop(self._chance.randrange(len(self._waiting)))
        self._taken.add(id)
        action = self._chance.choice(("accept", "decline"))
        body = an_acceptance(estimatedCloseDate=FAR) if action == "accept" else {"reason": 2, "notes": unique}
        response = await self._send("POST", f"/api/referrals/{id}/{action}", "vendor-seller", {200, 409}, body)
        if response.status_code == 200:
            self._ledger.answered[id] = action

    async def _send(
        self, method: str, path: str, as_: str, expected: set[int], body: Any = None, key: str | None = None
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {as_}"} | ({"Idempotency-Key": key} if key else {})
        response = await self._client.request(method, path, json=body, headers=headers)
        assert response.status_code in expected, f"{method} {path}: {response.status_code} {response.text}"
        asyncio.get_running_loop().call_soon(self._told.set)  # once the ledger has it
        return response
