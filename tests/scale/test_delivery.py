"""Delivery of many events of every kind: everything arrives, once, and costs the store what the design says."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from benchmarks.bare_loop import fill
from shared.adapters.sqlite import SqliteStore
from shared.services.organizations.organizations import Organizations
from shared.services.organizations.routing import Routing
from shared.services.ports import ORGANIZATIONS, REFERRALS
from shared.services.referrals.delivery import Delivery
from shared.services.sweep import PAGE
from tests.contract.counting import CountingStore
from tests.faults.world import with_organizations
from tests.scale.engagements import NOW, WINDOW
from tests.scale.pending import KINDS, pending

SOURCES = 10_000


@pytest.mark.slow
async def test_ten_thousand_pending_events_of_every_kind_take_their_effect_once(tmp_path: Path) -> None:
    """Two store operations for an event that makes a copy, three for one that changes one; nothing is read again."""
    made = list(pending(SOURCES))
    fill(tmp_path / "store.db", (one for each in made for one in each.stored))
    store = CountingStore(SqliteStore(tmp_path / "store.db"))
    await with_organizations(store)
    store.calls.clear()
    organizations = Organizations(store, lambda: NOW)
    receivers = (organizations, Routing(store, organizations, lambda: NOW))
    delivery = Delivery(store, *receivers, lambda: NOW, WINDOW, timedelta(minutes=4), asyncio.Event())
    began = time.perf_counter()
    report = await delivery.deliver()
    rate, each_costs = SOURCES / (time.perf_counter() - began), len(store.calls) / SOURCES
    print(f"\n{rate:,.0f} events/s, {each_costs:.2f} operations each")  # noqa: T201 - seen with -s
    assert report.as_facts() == {"done": SOURCES, "skipped": {}, "failed": {}, "remaining": False}
    copies_made = sum(1 for each in made if each.target is None)
    to = {each.source["outbox"][0]["target"]["organizationId"] for each in made if each.target is None}
    counted = Counter(store.calls)
    assert counted.pop(("get", ORGANIZATIONS)) <= 2 * 16 * len(to), "itself and its rules, for the first of a batch"
    assert counted == {
        ("find_pending", REFERRALS): SOURCES // PAGE + 1,
        ("insert", REFERRALS): copies_made,
        ("get", REFERRALS): SOURCES - copies_made,
        ("replace", REFERRALS): SOURCES - copies_made + SOURCES,
    }
    for each in made:
        (event,) = each.source["outbox"]
        target = await store.get(REFERRALS, event["target"]["organizationId"], event["target"]["id"])
        source = await store.get(REFERRALS, each.source["organizationId"], each.source["id"])
        assert target is not None and source is not None
        assert [entry["action"] for entry in target.document["history"]].count(each.effect) == 1, event["type"]
        assert target.document["applied"][each.source["id"]] == event["seq"]
        assert (source.document["outbox"], source.document["pendingAt"]) == ([], None)
        assert source.document["version"] == each.source["version"], "delivery is no change of the source"
    assert (await delivery.deliver()).as_facts() == {"done": 0, "skipped": {}, "failed": {}, "remaining": False}
    await store.close()


def test_the_events_are_of_every_kind_a_deal_has() -> None:
    """As many of each, but for the rest."""
    types = Counter(each.source["outbox"][0]["type"] for each in pending(len(KINDS) * 2))
    assert types == cast(Any, dict.fromkeys(KINDS, 2))
