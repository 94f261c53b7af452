"""Tabs Marketplace, Qualified and Favourites, with the filters, sorts and pages of deals (DOMAIN: "Tabs")."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.functions.desk import Desk, fields_of, ok, refused
from tests.functions.leads.leading import inquired, recommended


async def ids(desk: Desk, query: str, as_: str = "contoso-admin") -> list[str]:
    return [item["id"] for item in await desk.items(f"/api/leads?{query}", as_)]


async def test_each_lead_is_in_its_tab_and_no_deal_is(desk: Desk) -> None:
    """And no lead among the deals."""
    deal = await desk.created()
    asked = await inquired(desk)
    own, copy = await recommended(desk, qualification="marketing_qualified")
    assert await ids(desk, "tab=marketplace") == [asked["id"]]
    assert await ids(desk, "tab=qualified") == [copy["id"]]
    assert await ids(desk, "tab=qualified", "vendor-seller") == [own["id"]]
    assert await ids(desk, "tab=marketplace", "vendor-seller") == []
    assert [one["id"] for one in await desk.items("/api/deals?tab=outbound")] == [deal["id"]]
    assert await desk.items("/api/deals?tab=inbound") == []
    assert await desk.items("/api/deals?tab=outbound", "vendor-seller") == []


async def test_favourites_are_leads_with_ones_own_heart(desk: Desk) -> None:
    asked, deal = await inquired(desk), await desk.created()
    for id in (asked["id"], deal["id"]):
        ok(await desk.post(f"/api/referrals/{id}/favourite"))
    assert await ids(desk, "tab=favourites") == [asked["id"]]
    assert await ids(desk, "tab=favourites", "contoso-user") == []
    assert [one["id"] for one in await desk.items("/api/deals?tab=favourites")] == [deal["id"]]


async def test_leads_are_filtered_searched_and_sorted(desk: Desk) -> None:
    first = await inquired(desk, company="Adatum", need="shop system")
    second = await inquired(desk, company="Wingtip", need="data platform")
    ok(await desk.act(second["id"], "decline", {"reason": 1}))
    assert await ids(desk, "tab=marketplace&stage=received") == [first["id"]]
    assert await ids(desk, "tab=marketplace&outcome=declined") == [second["id"]]
    assert await ids(desk, "tab=marketplace&q=data plat") == [second["id"]]
    assert await ids(desk, "tab=marketplace&q=adat") == [first["id"]]
    assert await ids(desk, "tab=marketplace&sort=customer") == [first["id"], second["id"]]
    assert await ids(desk, "tab=marketplace&sort=-customer") == [second["id"], first["id"]]


async def test_pages_go_on_where_the_last_ended(desk: Desk) -> None:
    made = [(await inquired(desk, need=f"need {n}"))["id"] for n in range(5)]
    found: list[str] = []
    path: str | None = "/api/leads?tab=marketplace&limit=2"
    while path:
        page = ok(await desk.get(path))
        found += [item["id"] for item in page["items"]]
        path = page["next"]
    assert found == made[::-1]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("tab=inbound", "tab"),
        ("tab=x", "tab"),
        ("stage=x", "stage"),
        ("q=ab", "q"),
        ("sort=x", "sort"),
        ("limit=0", "limit"),
    ],
)
async def test_what_cannot_be_listed_is_named(desk: Desk, query: str, field: str) -> None:
    assert list(fields_of(refused(await desk.get(f"/api/leads?{query}"), 422))) == [field]


async def test_a_tab_is_taken_away_as_a_file(desk: Desk) -> None:
    """With the customer's contact, as long as its consent stands; of deals nothing."""
    await desk.created()
    lead = await inquired(desk, contactMe=True)
    await recommended(desk)
    answer = await desk.get("/api/leads.csv?tab=marketplace")
    assert answer.status_code == 200
    assert "leads-marketplace.csv" in answer.headers["content-disposition"]
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    said = {name: row[name] for name in ("id", "qualification", "estimatedValue", "customer.contact.email", "need")}
    email = lead["customer"]["contact"]["email"]
    assert said == {
        "id": lead["id"], "qualification": "direct", "estimatedValue": "", "customer.contact.email": email,
        "need": lead["need"],
    }  # fmt: skip
    assert row["customerToldReason"] == lead["customerTold"]["reason"]
    assert len(list(csv.DictReader(io.StringIO((await desk.get("/api/leads.csv?tab=qualified")).text)))) == 1


async def test_a_cursor_of_deals_is_none_of_leads(desk: Desk) -> None:
    for _ in range(2):
        await desk.created()
    after = ok(await desk.get("/api/deals?tab=outbound&limit=1"))["next"].partition("after=")[2]
    refused(await desk.get(f"/api/leads?tab=marketplace&after={after}"), 400, "wrong_cursor")


async def test_a_row_says_what_tells_leads_apart(desk: Desk) -> None:
    await inquired(desk, contactMe=True)
    (row,) = await desk.items("/api/leads")
    said: dict[str, Any] = {
        name: row[name] for name in ("kind", "qualification", "customerRequestedContact", "dealType")
    }
    assert said == {"kind": "lead", "qualification": "direct", "customerRequestedContact": True, "dealType": None}
    assert row["hotUntil"]
    assert "contact" not in row["customer"]
