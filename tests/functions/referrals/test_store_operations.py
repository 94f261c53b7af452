"""What a request costs the store, counted (DESIGN.md section 3: "One aggregate, one document, one write")."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from tests.contract.counting import CountingStore
from tests.functions.deals import BODIES, a_deal, a_deal_with_help, an_acceptance, an_offer, an_opportunity
from tests.functions.desk import Desk, ok, open_desk

HEART: Final = ("get", "work")
"""The point read of favourites where a heart is shown."""


@pytest.fixture
async def counted(tmp_path: Path) -> AsyncIterator[tuple[Desk, CountingStore]]:
    """A desk whose store is counted; the organizations of all callers are remembered, as they are after a minute."""
    counting: list[CountingStore] = []

    def counts(store: object) -> CountingStore:
        counting.append(CountingStore(store))  # type: ignore[arg-type]
        return counting[0]

    async with open_desk(tmp_path, wrap=counts) as desk:
        for persona in ("contoso-admin", "vendor-seller"):
            await desk.items(as_=persona)
        yield desk, counting[0]


def calls_of(store: CountingStore) -> list[tuple[str, str]]:
    """What was asked since the last time, in order."""
    calls, store.calls = store.calls, []
    return calls


async def test_creating_is_two_looks_for_a_duplicate_and_one_write(counted: tuple[Desk, CountingStore]) -> None:
    """By name and by D-U-N-S. Help included: the invitation is in the same document. Nobody has given a new deal its
    heart. Whether the organization has a co-sell ready offer is remembered for a minute."""
    looks_and_write = [("find", "referrals"), ("find", "referrals"), ("insert", "referrals")]
    desk, store = counted
    calls_of(store)
    await desk.created(a_deal())
    assert calls_of(store) == [("find", "offers"), ("find", "offers"), *looks_and_write]
    ok(await desk.post("/api/deals", a_deal(), idempotency_key="k"), 201)
    assert calls_of(store) == looks_and_write
    await desk.created(a_deal_with_help())
    assert [call for call in calls_of(store) if call[1] != "organizations"] == looks_and_write
    ok(await desk.post("/api/opportunities", an_opportunity(), "vendor-seller"), 201)
    assert [call for call in calls_of(store) if call[1] != "organizations"] == looks_and_write
    ok(await desk.post("/api/offers", an_offer()), 201)
    profile = [("get", "organizations")] * 2  # with its locations: readiness is stored with the offer
    assert calls_of(store) == [*profile, ("insert", "offers")]


@pytest.mark.parametrize("action", ["win", "lose", "close-as-error", "share", "request-help", "notes"])
async def test_an_action_is_a_read_and_a_conditional_write(counted: tuple[Desk, CountingStore], action: str) -> None:
    """And the heart in its answer."""
    desk, store = counted
    deal = await desk.created()
    await desk.created(a_deal_with_help())  # the vendor is remembered from here on
    calls_of(store)
    ok(await desk.act(deal["id"], action, BODIES[action]))
    assert calls_of(store) == [("get", "referrals"), ("replace", "referrals"), HEART]


@pytest.mark.parametrize(("action", "body"), [("accept", an_acceptance()), ("decline", {"reason": 1})])
async def test_an_answer_is_a_read_and_a_conditional_write(
    counted: tuple[Desk, CountingStore], action: str, body: dict[str, object]
) -> None:
    """Its sender is told later, by the timer, from the same document."""
    desk, store = counted
    _, copy = await desk.sent()
    calls_of(store)
    ok(await desk.act(copy["id"], action, body))
    assert calls_of(store) == [("get", "referrals"), ("replace", "referrals"), HEART]


async def test_an_edit_is_a_read_and_a_conditional_write(counted: tuple[Desk, CountingStore]) -> None:
    """One that changes nothing does not even write."""
    desk, store = counted
    deal = await desk.created()
    etag = await desk.etag(deal["id"])
    calls_of(store)
    ok(await desk.edit(deal["id"], {"name": deal["name"]}, etag))
    assert calls_of(store) == [("get", "referrals"), HEART]
    ok(await desk.edit(deal["id"], {"name": "Renamed"}, etag))
    assert calls_of(store) == [("get", "referrals"), ("replace", "referrals"), HEART]


async def test_a_read_is_one_read_and_a_heart(counted: tuple[Desk, CountingStore]) -> None:
    """An offer has no heart."""
    desk, store = counted
    deal, offer = await desk.created(), ok(await desk.post("/api/offers", an_offer()), 201)
    calls_of(store)
    await desk.read(deal["id"])
    assert sorted(calls_of(store)) == sorted([("get", "referrals"), HEART])
    ok(await desk.get(f"/api/offers/{offer['id']}"))
    assert calls_of(store) == [("get", "offers")]


@pytest.mark.parametrize(
    "query",
    ["tab=outbound", "tab=inbound&sort=expiry", "tab=outbound&q=contoso", "tab=favourites", "tab=outbound&limit=1"],
)
async def test_a_list_is_one_find_and_a_heart(counted: tuple[Desk, CountingStore], query: str) -> None:
    """However many items, whatever is asked."""
    desk, store = counted
    for _ in range(3):
        ok(await desk.act((await desk.created())["id"], "favourite"))
    calls_of(store)
    page = ok(await desk.get(f"/api/deals?{query}"))
    assert sorted(calls_of(store)) == sorted([("find", "referrals"), HEART])
    if page["next"]:
        ok(await desk.get(page["next"]))
        assert sorted(calls_of(store)) == sorted([("find", "referrals"), HEART])


async def test_a_list_of_offers_is_one_find(counted: tuple[Desk, CountingStore]) -> None:
    """No hearts there."""
    desk, store = counted
    calls_of(store)
    ok(await desk.get("/api/offers"))
    assert calls_of(store) == [("find", "offers")]


async def test_what_is_refused_by_its_looks_costs_nothing(counted: tuple[Desk, CountingStore]) -> None:
    """An invalid body, a list that cannot be, an id that is none: no operation at all."""
    desk, store = counted
    calls_of(store)
    await desk.post("/api/deals", {})
    await desk.get("/api/deals?limit=0")
    await desk.get("/api/referrals/not%20an%20id")
    assert calls_of(store) == []


async def test_a_caller_is_looked_up_once_a_minute(counted: tuple[Desk, CountingStore]) -> None:
    """Organizations are remembered for 60 seconds; who was seen, for the day: looked up, and written the first time."""
    desk, store = counted
    calls_of(store)
    await desk.items(as_="fabrikam-admin")
    looked_up = [call for call in calls_of(store) if call[1] == "organizations"]
    assert looked_up == [("get", "organizations")] * 3 + [("insert", "organizations")]
    await desk.items(as_="fabrikam-admin")
    assert [call for call in calls_of(store) if call[1] == "organizations"] == []


async def test_timers_with_nothing_to_do_ask_once(counted: tuple[Desk, CountingStore]) -> None:
    """An idle app every two seconds must cost next to nothing."""
    desk, store = counted
    await desk.created()
    calls_of(store)
    await desk.deliver()
    assert calls_of(store) == [("find_pending", "referrals"), ("find_due", "offers")]
    await desk.expire()
    assert calls_of(store) == [("find_due", "referrals")]
