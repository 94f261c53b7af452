"""The marketplace's lead feed: its own shape, by a key, and nothing of a lead is lost (issue 5)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import function_app
from devhost.configuration import HostJson
from devhost.host import Host
from devhost.identity import read_personas
from devhost.indexing import functions_of
from tests.functions.deals import Body
from tests.functions.desk import ROOT, SCHEDULES, Desk, fields_of, ok, refused
from tests.functions.leads.leading import a_marketplace_lead, published

PATH = "/api/marketplace-leads?publisher=contoso"


@pytest.fixture
def feed(desk: Desk, tmp_path: Path) -> Iterator[tuple[httpx.AsyncClient, str]]:
    """The host with its keys, and the one of the feed."""
    host = Host(
        functions_of(function_app.app),
        settings=SCHEDULES,
        data=tmp_path / "host",
        host_json=HostJson(route_prefix=""),
        personas=read_personas(ROOT / "demo" / "personas.json"),
    )
    import json

    keys = json.loads(next((tmp_path / "host").rglob("*keys*.json")).read_text())
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=host.asgi), base_url="http://localhost:7071")
    yield client, keys["receive_marketplace_lead"]


async def test_only_whoever_has_the_key_feeds_leads(desk: Desk, feed: tuple[httpx.AsyncClient, str]) -> None:
    """In the header or in the address, as the marketplace's form has room for an address only."""
    client, key = feed
    await published(desk)
    assert (await client.post(PATH, json=a_marketplace_lead())).status_code == 401
    assert (await client.post(PATH, json=a_marketplace_lead(), headers={"x-functions-key": "x"})).status_code == 401
    ok(await client.post(PATH, json=a_marketplace_lead(), headers={"x-functions-key": key}), 201)
    ok(await client.post(f"{PATH}&code={key}", json=a_marketplace_lead(Description="Another")), 201)
    assert len(await desk.items("/api/leads?tab=marketplace")) == 2


async def fed(desk: Desk, **changes: Any) -> Body:
    """A lead of the feed, as its partner reads it."""
    from tests.functions.access.calling import call

    await published(desk)
    answer = await call(None, "POST", PATH, a_marketplace_lead(**changes))
    assert answer.status == 201, answer.text
    (newest, *_) = await desk.items("/api/leads?tab=marketplace")
    return await desk.read(newest["id"])


async def test_a_lead_of_the_feed_is_a_direct_lead(desk: Desk) -> None:
    lead = await fed(desk)
    assert (lead["kind"], lead["qualification"], lead["stage"]) == ("lead", "direct", "received")
    assert lead["customer"] == {
        "name": "Relecloud",
        "country": "US",
        "contact": {
            "firstName": "Some", "lastName": "One", "phoneNumber": "+16175555555", "email": "someone@relecloud.example"
        },
    }  # fmt: skip
    assert lead["solutions"] == [{"kind": "own", "name": "Contoso Migrator"}]
    assert lead["leadSource"] == {
        "leadSource": "AzureMarketplace", "actionCode": "INS", "offerTitle": "Contoso Migrator", "title": "Esquire"
    }  # fmt: skip
    assert lead["need"].startswith("Test run\n")
    assert "Contoso Migrator" in lead["need"]
    assert lead["flame"] is None


async def test_what_cannot_be_a_field_stands_in_the_need(desk: Desk) -> None:
    """A phone that is none, no company, no names: it is a lead all the same."""
    user = {"Email": "x@relecloud.example", "Country": "us", "Phone": "ask for Joe", "Company": "", "FirstName": None}
    lead = await fed(desk, UserDetails=user, Description="", OfferTitle="", LeadSource="")
    assert lead["customer"]["name"] == "relecloud.example"
    assert lead["customer"]["contact"] == {"firstName": "", "lastName": "", "email": "x@relecloud.example"}
    assert "ask for Joe" in lead["need"]
    page = await desk.get(f"/referrals/{lead['id']}", headers={"accept": "text/html"})
    assert page.status_code == 200
    assert "x@relecloud.example" in page.text


async def test_the_feed_sends_a_lead_twice_and_makes_one(desk: Desk) -> None:
    first = await fed(desk)
    assert (await fed(desk))["id"] == first["id"]
    assert len(await desk.items("/api/leads?tab=marketplace")) == 1


async def test_fields_the_feed_adds_one_day_lose_no_lead(desk: Desk) -> None:
    assert (await fed(desk, Newsletter=True))["customer"]["name"] == "Relecloud"


@pytest.mark.parametrize(
    ("path", "body", "field", "code"),
    [
        ("/api/marketplace-leads", a_marketplace_lead(), "publisher", "missing"),
        ("/api/marketplace-leads?publisher=nobody", a_marketplace_lead(), "publisher", "not_receiving"),
        ("/api/marketplace-leads?publisher=fabrikam", a_marketplace_lead(), "publisher", "not_receiving"),
        (PATH, {}, "UserDetails", "missing"),
        (PATH, {"UserDetails": {"Country": "US"}}, "UserDetails.Email", "missing"),
        (PATH, {"UserDetails": {"Email": "x", "Country": "US"}}, "UserDetails.Email", "string_too_short"),
        (PATH, {"UserDetails": {"Email": "no address", "Country": "US"}}, "UserDetails.Email", "not_an_email"),
        (PATH, {"UserDetails": {"Email": "a@b.example", "Country": "USA"}}, "UserDetails.Country", "unknown_country"),
    ],
)
async def test_what_the_feed_must_say(desk: Desk, path: str, body: Body, field: str, code: str) -> None:
    from tests.functions.access.calling import call

    await published(desk)
    answer = await call(None, "POST", path, body)
    assert (answer.status, fields_of(answer.body)) == (422, {field: code}), answer.text


async def test_a_feed_that_cannot_be_read_is_refused(desk: Desk) -> None:
    from tests.functions.access.calling import call

    assert (await call(None, "POST", PATH, b"{")).status == 400
    assert (await call(None, "POST", PATH, b"[]")).status == 400
    assert refused  # the problem document's shape is tested with every other function's
