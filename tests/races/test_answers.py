"""Many people answer one referral at the same moment: one of them wins, and everything agrees about who."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from shared.adapters.sqlite import SqliteStore
from shared.domain.engagements.invitations import copy_id
from shared.services.ports import REFERRALS, DocumentStore
from shared.services.referrals.expiry import Expiry
from tests.faults.invariants import all_referrals, assert_settled
from tests.functions.deals import an_acceptance, an_opportunity
from tests.functions.desk import START, WINDOW, Desk, MovableClock, ok, open_desk

ROUNDS: Final = 200
LAST_INSTANT: Final = START + WINDOW - timedelta(microseconds=1)
TOO_LATE: Final = START + WINDOW
HEAD_STARTS: Final = (0.0, 0.0, 0.001, 0.002)  # seconds; a sweep first has to find what is due
JITTER: Final = 0.001  # seconds; about what one request takes

_watch: ContextVar[datetime | None] = ContextVar("_watch", default=None)


class OwnWatches(MovableClock):
    """The clock on the wall, but a caller may wear a watch of its own."""

    def __call__(self) -> datetime:
        return _watch.get() or self.now


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one client tried, and how it was answered; a sweep answers 200 if it expired something, else 409."""

    kind: str
    status: int
    said_version: bool = False

    @property
    def won(self) -> bool:
        return self.status == 200


@pytest.fixture(autouse=True)
def _signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBSITE_AUTH_ENABLED", "True")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path, OwnWatches()) as opened:
        yield opened


@pytest.fixture
async def elsewhere(desk: Desk, tmp_path: Path) -> AsyncIterator[DocumentStore]:
    """Another instance of the app, on the same file."""
    store = SqliteStore(tmp_path / "cosell.sqlite3")
    yield store
    await store.close()


async def answer(desk: Desk, id: str, kind: str, *, said_version: bool, at: datetime) -> Attempt:
    """One accepts or declines over HTTP, at a moment of its own."""
    _watch.set(at)
    body = an_acceptance() if kind == "accepted" else {"reason": 3}
    action = "accept" if kind == "accepted" else "decline"
    headers = {"if_match": '"1"'} if said_version else {}
    response = await desk.act(id, action, body, **headers)
    return Attempt(kind if at < TOO_LATE else "too late", response.status_code, said_version)


async def sweep(store: DocumentStore) -> Attempt:
    """The timer, on an instance whose clock has passed the boundary."""
    expiry = Expiry(store, lambda: TOO_LATE, timedelta(minutes=1), asyncio.Event())
    report = await expiry.expire_unanswered()
    assert not report.failed
    assert report.done <= 1
    return Attempt("expired", 200 if report.done else 409)


async def one_round(desk: Desk, elsewhere: DocumentStore, id: str, clients: int, chance: random.Random) -> str:
    """All at once; returns the winner's kind, once everybody else was refused as they should be."""
    head_start = chance.choice(HEAD_STARTS)

    async def answering(kind: str, at: datetime, *, said_version: bool = False) -> Attempt:
        await asyncio.sleep(head_start + chance.random() * JITTER)
        return await answer(desk, id, kind, said_version=said_version, at=at)

    many = clients * 5 // 16
    attempts = [answering("accepted", LAST_INSTANT, said_version=n % 2 == 0) for n in range(many)]
    attempts += [answering("declined", LAST_INSTANT, said_version=n % 2 == 0) for n in range(many)]
    attempts += [answering("accepted", TOO_LATE) for _ in range(clients // 8)]
    attempts += [sweep(elsewhere) for _ in range(clients - len(attempts))]
    chance.shuffle(attempts)
    results = await asyncio.gather(*attempts)
    (winner,) = [result for result in results if result.won]
    assert winner.kind != "too late"
    for result in results:
        assert result.won or result.status == (412 if result.said_version else 409), result
    return winner.kind


def assert_the_copy_shows(copy: dict[str, Any], winner: str) -> None:
    """History and outbox of the copy, before anything is delivered."""
    actions = {"accepted": "accept", "declined": "decline", "expired": "expire"}
    assert [entry["action"] for entry in copy["history"]] == ["receive", actions[winner]]
    assert copy["version"] == 2
    (event,) = copy["outbox"]
    assert (event["type"], event["seq"], event["payload"]["status"]) == ("invitation.answered", 1, winner)
    assert copy["pendingAt"] == event["notBefore"]
    assert (copy["outcome"] or copy["stage"]) == winner


async def storm(desk: Desk, elsewhere: DocumentStore, clients: int) -> Counter[str]:
    """`ROUNDS` referrals, one after the other, each answered by everybody at once; how often each kind won."""
    chance = random.Random(clients)
    won: Counter[str] = Counter()
    winners: dict[str, str] = {}
    for _ in range(ROUNDS):
        own = ok(await desk.post("/api/opportunities", an_opportunity(), "vendor-seller"), 201)
        await desk.deliver()
        invitation = own["invitations"][0]["id"]
        id = copy_id(invitation, "contoso")
        winner = await one_round(desk, elsewhere, id, clients, chance)
        stored = await desk.services.store.get(REFERRALS, "contoso", id)
        assert stored is not None
        assert_the_copy_shows(stored.document, winner)
        won[winner] += 1
        winners[invitation] = winner
    desk.clock.now = TOO_LATE  # what expired was posted then, and is due then
    await desk.deliver()
    referrals = await all_referrals(desk.services.store)
    assert_settled(referrals)
    told = {i["id"]: i["status"] for referral in referrals for i in referral["invitations"]}
    assert told == winners
    return won


@pytest.mark.slow
async def test_of_sixteen_who_accept_decline_and_expire_at_once_exactly_one_wins(
    desk: Desk, elsewhere: DocumentStore
) -> None:
    """200 rounds over HTTP and two instances of the store; the others get 409, or 412 where they said a version."""
    won = await storm(desk, elsewhere, 16)
    assert set(won) == {"accepted", "declined", "expired"}, "every kind wins some rounds, or this is no race"


@pytest.mark.faults
async def test_of_sixty_four_who_accept_decline_and_expire_at_once_exactly_one_wins(
    desk: Desk, elsewhere: DocumentStore
) -> None:
    """The same with 64."""
    won = await storm(desk, elsewhere, 64)
    assert set(won) == {"accepted", "declined", "expired"}, "every kind wins some rounds, or this is no race"
