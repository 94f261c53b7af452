"""What makes leads, whole and valid, and the profiles that partners need to receive them."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any, Final, get_args

import httpx

from shared.domain.lists import CustomerSize
from tests.functions import profiles
from tests.functions.deals import Body, _changed
from tests.functions.desk import Desk, _host, ok

_companies: Final = itertools.count(1)


def a_customer_contact(**changes: Any) -> Body:
    """The person who asks."""
    contact = {
        "firstName": "Mara",
        "lastName": "Okafor",
        "phoneNumber": "+33612345678",
        "email": "mara@wingtip.example",
    }
    return _changed(contact, changes)


def an_inquiry(**changes: Any) -> Body:
    """POST /api/inquiries: a customer asks Contoso; it does not want to be called."""
    inquiry = {
        "partnerId": "contoso",
        "company": "Wingtip Toys",
        "country": "FR",
        "size": "51to250employees",
        "industry": "Retail",
        "contact": a_customer_contact(),
        "need": "Our shop system must move to the cloud before summer",
        "consent": True,
    }
    return _changed(inquiry, changes)


def a_lead(**changes: Any) -> Body:
    """POST /api/qualified-leads: a seller recommends a customer to Contoso."""
    number = next(_companies)
    lead = {
        "partnerId": "contoso",
        "qualification": "sales_qualified",
        "name": "Wingtip wants to move",
        "customer": {"name": f"Wingtip Toys {number}", "country": "FR", "contact": a_customer_contact()},
        "need": "They asked at the fair who could do it",
        "customerConsent": True,
    }
    return _changed(lead, changes)


def a_marketplace_lead(**changes: Any) -> Body:
    """POST /api/marketplace-leads, as the commercial marketplace documents it."""
    user = {
        "FirstName": "Some",
        "LastName": "One",
        "Email": "someone@relecloud.example",
        "Phone": "+16175555555",
        "Country": "US",
        "Company": "Relecloud",
        "Title": "Esquire",
    }
    lead = {
        "UserDetails": user,
        "LeadSource": "AzureMarketplace",
        "ActionCode": "INS",
        "OfferTitle": "Contoso Migrator",
        "Description": "Test run",
    }
    return _changed(lead, changes)


EVERY_SIZE: Final = list(get_args(CustomerSize))


async def published(desk: Desk, organization: str = "contoso", **preferences: Any) -> None:
    """The organization has a published profile, and so receives leads: from everywhere and of any size, unless said."""
    changes = {"markets": ["OOO"], "customerSizes": EVERY_SIZE, **preferences}
    await profiles.published(desk, f"{organization}-admin", **changes)


async def inquired(desk: Desk, as_: str = "contoso-admin", **changes: Any) -> Body:
    """A customer's inquiry; the lead it became, as the partner reads it."""
    await published(desk, changes.get("partnerId", "contoso"))
    desk.clock.move(timedelta(microseconds=1))  # so that it is the newest
    ok(await desk.post("/api/inquiries", an_inquiry(**changes), None), 201)
    (newest, *_) = await desk.items("/api/leads?tab=marketplace&sort=-created&limit=1", as_)
    return await desk.read(newest["id"], as_)


async def recommended(desk: Desk, **changes: Any) -> tuple[Body, Body]:
    """A seller's lead, and the partner's copy of it, received."""
    await published(desk)
    own = ok(await desk.post("/api/qualified-leads", a_lead(**changes), "vendor-seller"), 201)
    await desk.deliver()
    (copy, *_) = await desk.items("/api/leads?tab=qualified&sort=-created&limit=1", "contoso-admin")
    assert copy["engagementId"] == own["engagementId"]
    return own, await desk.read(copy["id"])


class Visitors:
    """Anonymous clients, each from an address of its own."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._clients: dict[str, httpx.AsyncClient] = {}

    async def post(self, address: str, body: Body, **headers: str) -> httpx.Response:
        """An inquiry from that address."""
        client = self._clients.get(address)
        if client is None:
            transport = httpx.ASGITransport(app=_host().asgi, client=(address, 4711))
            client = httpx.AsyncClient(transport=transport, base_url="http://localhost:7071")
            self._clients[address] = client
        return await client.post("/api/inquiries", json=body, headers=headers)

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()
