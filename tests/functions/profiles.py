"""Business profiles, complete and published, for tests that need partners in the directory."""

from __future__ import annotations

from typing import Any, Final

from tests.functions.deals import Body
from tests.functions.desk import Desk, ok

A_CONTACT: Final = {
    "firstName": "Aude", "lastName": "Martin", "phoneNumber": "+33 1 98 76 54 32", "email": "aude@partner.example"
}  # fmt: skip


def a_profile(**changes: Any) -> Body:
    """A draft with everything but the contacts of locations."""
    return {
        "description": "We move the business systems of retailers to the cloud, on time.",
        "industries": ["Retail", "Manufacturing"],
        "products": ["Business Central"],
        "services": ["Migration"],
        "solutions": ["ERP Migrator"],
        "keywords": ["erp", "sap"],
        "markets": ["FR", "DE"],
        "customerSizes": ["10to50employees", "51to250employees"],
        **changes,
    }


async def with_contacts(desk: Desk, as_: str, body: Body) -> Body:
    """The draft with a contact for each location of the persona's organization, which gets one if it has none."""
    organization = await desk.get("/api/organization", as_)
    places = ok(organization)["locations"]
    if not places:
        seen = organization.json()
        said = {"name": seen["name"], "country": seen["country"],
                "locations": [{"name": "Main office", "country": seen["country"], "isDefault": True}]}  # fmt: skip
        places = ok(await desk.send("PUT", "/api/organization", as_=as_, json=said, headers={"If-Match": "*"}))[
            "locations"
        ]
    return {**body, "contacts": [{"locationId": place["id"], **A_CONTACT} for place in places]}


async def drafted(desk: Desk, as_: str = "contoso-admin", **changes: Any) -> Body:
    """A complete draft, saved."""
    body = await with_contacts(desk, as_, a_profile(**changes))
    return ok(await desk.send("PUT", "/api/profile", as_=as_, json=body, headers={"If-Match": "*"}))


async def published(desk: Desk, as_: str = "contoso-admin", **changes: Any) -> Body:
    """A complete profile, in the directory from now on."""
    await drafted(desk, as_, **changes)
    return ok(await desk.post("/api/profile/publish", {}, as_))
