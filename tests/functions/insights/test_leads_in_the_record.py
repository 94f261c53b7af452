"""Leads are routed and counted as deals are, by their own qualification (issue 5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from tests.functions.deals import an_acceptance
from tests.functions.desk import Desk, ok
from tests.functions.leads.leading import inquired, published, recommended
from tests.functions.reading import Browser

NEEDED: Final = {"reason": 4}


async def by(desk: Desk, dimension: str) -> dict[str, Any]:
    """The rows of one dimension by value."""
    await desk.announce()
    rows = ok(await desk.get("/api/insights"))["by"][dimension]
    return {row["value"]: row for row in rows}


async def test_a_lead_goes_by_the_rules_and_is_counted_by_its_qualification(desk: Desk) -> None:
    _, lyon = [place["id"] for place in ok(await desk.get("/api/organization"))["locations"]]
    await published(desk)
    rules = {"rules": [{"market": "FR", "locationId": lyon}]}
    ok(await desk.send("PUT", "/api/routing", json=rules))
    lead = await inquired(desk, country="FR")
    _, sent = await recommended(desk)
    assert lead["locationId"] == lyon
    desk.clock.move(timedelta(hours=3))
    ok(await desk.act(lead["id"], "decline", NEEDED))
    ok(await desk.act(sent["id"], "accept", an_acceptance()))
    found = await by(desk, "qualification")
    assert (found["direct"]["declined"], found["direct"]["medianHours"]) == (1, 3)
    assert found[sent["qualification"]]["accepted"] == 1
    places = await by(desk, "location")
    assert places[lyon]["received"] >= 1
    replayed = ok(await desk.post("/api/routing/dry-run", {"rules": []}))
    assert {one["id"] for one in replayed["items"]} == {lead["id"], sent["id"]}


async def test_what_an_unknown_customer_writes_opens_no_row_until_it_is_accepted(desk: Desk) -> None:
    await published(desk)
    lead = await inquired(desk, country="FR", solutions=[{"name": "call 555 1234", "kind": "own"}])
    assert set(await by(desk, "solution")) == {"*other*"}
    ok(await desk.act(lead["id"], "accept", an_acceptance()))
    assert set(await by(desk, "solution")) == {"call 555 1234"}


async def test_a_lead_nobody_answers_lowers_the_place_and_its_page_stays_readable(desk: Desk) -> None:
    await published(desk)
    lead = await inquired(desk, country="FR")
    page = await Browser(desk, "contoso-user").open(f"/referrals/{lead['id']}")
    assert "Does it fit you?" in page.headings
    desk.clock.move(timedelta(days=15))
    await desk.expire()
    await desk.announce()
    seen = ok(await desk.get("/api/insights"))
    assert (seen["total"]["expired"], seen["placement"]["value"]) == (1, 0.4)
    assert (await Browser(desk, "contoso-user").open(f"/referrals/{lead['id']}")).status == 200
    items = ok(await desk.get(f"/api/referrals/{lead['id']}/similar"))["items"]
    assert items == []
