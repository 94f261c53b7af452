"""Deliveries that die between any two store calls, or run twice at once, come to the same as one that did not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest

from shared.services.ports import Document, DocumentStore, DueKey, Page, Query, Stored, StoreUnavailable
from tests.functions.desk import Desk, ok, open_desk
from tests.functions.offers.offering import a_draft, decide, edited, live, publish_offer, published, read, ready

T = TypeVar("T")
MOST_CALLS: Final = 60


class Dying(DocumentStore):
    """A store that nobody reaches any more after a number of calls; the last one may have been done."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        self._left: int | None = None
        self._is_done = False

    def die_after(self, calls: int, *, done: bool) -> None:
        """The call after so many fails, having been `done` or not, and every later one."""
        self._left, self._is_done = calls, done

    def live(self) -> bool:
        """Back again; whether it had died."""
        died, self._left = self._left is not None and self._left < 0, None
        return died

    async def _call(self, doing: Callable[[], Awaitable[T]]) -> T:
        if self._left is None:
            return await doing()
        self._left -= 1
        if self._left >= 0:
            return await doing()
        if self._left == -1 and self._is_done:
            await doing()
        raise StoreUnavailable("nobody there")

    async def insert(self, container: str, document: Document) -> Stored:
        return await self._call(lambda: self._store.insert(container, document))

    async def get(self, container: str, organization_id: str, id: str) -> Stored | None:
        return await self._call(lambda: self._store.get(container, organization_id, id))

    async def replace(self, stored: Stored, container: str, document: Document) -> Stored:
        return await self._call(lambda: self._store.replace(stored, container, document))

    async def delete(self, stored: Stored, container: str) -> None:
        await self._call(lambda: self._store.delete(stored, container))

    async def find(self, container: str, organization_id: str, query: Query) -> Page:
        return await self._call(lambda: self._store.find(container, organization_id, query))

    async def find_due(self, container: str, until: str, limit: int, after: DueKey | None = None) -> list[Stored]:
        return await self._call(lambda: self._store.find_due(container, until, limit, after))

    async def find_pending(self, container: str, until: str, limit: int, after: DueKey | None = None) -> list[Stored]:
        return await self._call(lambda: self._store.find_pending(container, until, limit, after))

    async def find_unannounced(
        self, container: str, until: str, limit: int, after: DueKey | None = None
    ) -> list[Stored]:
        return await self._call(lambda: self._store.find_unannounced(container, until, limit, after))

    async def close(self) -> None:
        await self._store.close()


async def published_first(desk: Desk) -> str:
    offer = await a_draft(desk)
    await publish_offer(desk, offer["id"])
    return str(offer["id"])


async def published_again_after_a_decision(desk: Desk) -> str:
    """Both events wait: what the vendor decided, and what the partner published meanwhile."""
    offer = await live(desk)
    await edited(desk, offer["id"], solutionType="service", name="Renamed")
    await publish_offer(desk, offer["id"])
    ok(await decide(desk, offer["id"], "send_back"))
    return str(offer["id"])


async def refused_by_validation(desk: Desk) -> str:
    offer = await published(desk)
    await edited(desk, offer["id"], availableCountries=[])
    await publish_offer(desk, offer["id"])
    return str(offer["id"])


async def gone_live(desk: Desk) -> str:
    offer = await published(desk)
    ok(await desk.post(f"/api/offers/{offer['id']}/go-live"))
    return str(offer["id"])


SCENARIOS: Final = (published_first, published_again_after_a_decision, refused_by_validation, gone_live)


async def outcome(desk: Desk, id: str) -> dict[str, Any]:
    """What both sides see, but for who was first at what."""
    own, seen = await read(desk, id), await read(desk, id, "vendor-seller")
    told = ("state", "coSellStatus", "reviewState", "review", "name", "solutionType")
    shown = {field: seen[field] for field in (*told, "number", "availableCountries")}
    kept = {field: own[field] for field in (*told, "published", "pendingPublication", "publications", "validation")}
    for each in (shown, kept):
        if each["review"]:
            each["review"] = {field: each["review"][field] for field in ("number", "status", "decision")}
    kept["published"] = {field: kept["published"][field] for field in ("number", "scope", "name")}
    return {"own": kept, "seen": shown}


async def waiting(desk: Desk) -> list[Stored]:
    return await desk.services.store.find_due("offers", "9999", 10)


@pytest.mark.parametrize("done", [False, True], ids=["the call was not done", "the call was done"])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.__name__)
async def test_a_delivery_that_dies_anywhere_is_made_good_by_the_next(
    tmp_path: Path, scenario: Callable[[Desk], Awaitable[str]], done: bool
) -> None:
    stores: list[Dying] = []

    def wrap(store: DocumentStore) -> DocumentStore:
        stores.append(Dying(store))
        return stores[0]

    async with open_desk(tmp_path, wrap=wrap) as desk:
        id = await scenario(desk)
        await desk.deliver()
        expected = names_apart(await outcome(desk, id))
        for calls in range(MOST_CALLS):
            id = await scenario(desk)
            stores[0].die_after(calls, done=done)
            with suppress(StoreUnavailable):
                await desk.services.offer_delivery.deliver()
            died = stores[0].live()
            desk.clock.move(timedelta(hours=2))
            await desk.deliver()
            assert names_apart(await outcome(desk, id)) == expected, f"after {calls} calls"
            assert await waiting(desk) == []
            if not died:
                return
    raise AssertionError("a delivery makes more calls than this test lets it")


def names_apart(told: dict[str, Any]) -> dict[str, Any]:
    """Without the moments, which differ from round to round."""
    own = told["own"]
    own["publications"] = [(each["number"], each["scope"], each["changed"]) for each in own["publications"]]
    return told


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.__name__)
async def test_two_deliverers_at_once_come_to_the_same(desk: Desk, scenario: Callable[[Desk], Awaitable[str]]) -> None:
    id = await scenario(desk)
    await desk.deliver()
    expected = names_apart(await outcome(desk, id))
    for _ in range(5):
        id = await scenario(desk)
        await asyncio.gather(*(desk.services.offer_delivery.deliver() for _ in range(3)))
        await desk.deliver()
        assert names_apart(await outcome(desk, id)) == expected
        assert await waiting(desk) == []


async def test_a_decision_and_a_publication_at_the_same_moment_agree(desk: Desk) -> None:
    """Whichever is first: what is new is in review, what was decided holds or is gone, and both sides say the same."""
    offer = await ready(desk)
    for kind in ("service", "ip", "device"):
        await edited(desk, offer["id"], solutionType=kind)
        await publish_offer(desk, offer["id"], "co_sell")
        await asyncio.gather(desk.deliver(), decide(desk, offer["id"], "co_sell_ready"), desk.deliver())
        await desk.deliver()
        own, seen = await read(desk, offer["id"]), await read(desk, offer["id"], "vendor-seller")
        same = ("coSellStatus", "reviewState", "review", "solutionType")
        assert {field: own[field] for field in same} == {field: seen[field] for field in same}


async def test_of_publications_at_once_one_wins(desk: Desk) -> None:
    offer = await a_draft(desk)
    path, body = f"/api/offers/{offer['id']}/publish", {"scope": "all"}
    answers = await asyncio.gather(*(desk.post(path, body) for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]


async def test_of_decisions_at_once_one_wins(desk: Desk) -> None:
    offer = await ready(desk)
    both = ("send_back", "co_sell_ready")
    answers = await asyncio.gather(*(decide(desk, offer["id"], each) for each in both))
    assert sorted(each.status_code for each in answers) == [200, 409]
    await desk.deliver()
    own, seen = await read(desk, offer["id"]), await read(desk, offer["id"], "vendor-seller")
    assert own["coSellStatus"] == seen["coSellStatus"]
