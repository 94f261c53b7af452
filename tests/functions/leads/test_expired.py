"""A lead nobody answered: it expires, and from then on its contact is shown nowhere (DOMAIN: life cycle, "expire")."""

from __future__ import annotations

import json
from typing import Final

import pytest

from tests.functions.deals import Body
from tests.functions.desk import WINDOW, Desk, ok, refused
from tests.functions.leads.leading import a_customer_contact, inquired

TELLING: Final = (
    "mara@",
    "612345678",
    "6 12 34 56 78",
    "06.12.34.56.78",
    "Okafor",
    "Mara",
    "boss@other.example",
)
NEED: Final = (
    "Please call me: Mara Okafor, 06.12.34.56.78 or +33 6 12 34 56 78, mara@wing.example; "
    "my boss is boss@other.example. We have 40 shops."
)


async def an_expired_lead(desk: Desk, *, swept: bool) -> Body:
    lead = await inquired(desk, need=NEED, contactMe=True)
    ok(
        await desk.act(
            lead["id"], "notes", {"text": "Called Okafor at +33612345678, nobody there", "audience": "internal"}
        )
    )
    desk.clock.move(WINDOW)
    if swept:
        assert (await desk.expire()).done == 1
    return lead


@pytest.mark.parametrize("swept", [False, True], ids=["before the sweep", "after it"])
async def test_the_contact_of_an_expired_lead_is_hidden_everywhere(desk: Desk, swept: bool) -> None:
    """Reads, lists, search, engagements, the page: nothing of it is left but what the customer needs."""
    lead = await an_expired_lead(desk, swept=swept)
    pages = [
        await desk.get(f"/api/referrals/{lead['id']}"),
        await desk.get("/api/leads?tab=marketplace"),
        await desk.get(f"/api/engagements/{lead['engagementId']}"),
        await desk.get("/api/leads.csv?tab=marketplace"),
        await desk.get("/api/deals.csv"),
        await desk.get(f"/referrals/{lead['id']}", headers={"accept": "text/html"}),
        await desk.get("/leads", headers={"accept": "text/html"}),
        await desk.get(f"/engagements/{lead['engagementId']}", headers={"accept": "text/html"}),
    ]
    for page in pages:
        assert page.status_code == 200, page.text
        assert [word for word in TELLING if word.lower() in page.text.lower()] == [], page.url
    read = ok(pages[0])
    assert read["contactHidden"] is True
    assert "We have 40 shops." in read["need"]
    assert read["allowedActions"] == []
    assert "We have 40 shops." in pages[3].text
    assert pages[3].headers["x-contacts-withheld"] == "1"
    assert read["flame"] is None


@pytest.mark.parametrize("q", ["okafor", "mara@wing", "612345678", "6 12 34", "boss@other"])
async def test_nobody_finds_it_by_its_contact(desk: Desk, q: str) -> None:
    """Not while it waits either: it may expire at any moment, before anybody looks."""
    lead = await an_expired_lead(desk, swept=False)
    assert await desk.items(f"/api/leads?tab=marketplace&q={q}") == []
    assert [one["id"] for one in await desk.items("/api/leads?tab=marketplace&q=40 shops")] == [lead["id"]]


async def test_one_that_was_answered_keeps_its_contact(desk: Desk) -> None:
    """Declined too: the partner dealt with it."""
    for action, body in (
        ("decline", {"reason": 1}),
        (
            "accept",
            {"name": "x", "estimatedValue": {"amount": "1", "currency": "EUR"}, "estimatedCloseDate": "2027-12-31"},
        ),
    ):
        lead = await inquired(desk, need=action)
        ok(await desk.act(lead["id"], action, body))
        desk.clock.move(WINDOW)
        assert (await desk.read(lead["id"]))["customer"]["contact"] == a_customer_contact()


async def test_an_expired_lead_cannot_be_answered(desk: Desk) -> None:
    lead = await an_expired_lead(desk, swept=False)
    refused(await desk.act(lead["id"], "decline", {"reason": 1}), 409)


async def test_the_contact_is_kept_for_the_mail_that_tells_the_customer(desk: Desk) -> None:
    """Hidden, not lost: whoever writes to the customer still can."""
    lead = await an_expired_lead(desk, swept=True)
    stored = await desk.services.store.get("referrals", "contoso", lead["id"])
    assert stored is not None
    assert stored.document["customer"]["contact"] == a_customer_contact()
    assert "mara@wing.example" not in json.dumps(stored.document["search"])
