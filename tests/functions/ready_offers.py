"""Offers with a co-sell status, as reviews leave them in the store: the publisher's own and its published snapshot."""

from __future__ import annotations

from typing import Any

from shared.domain.offers.published import PUBLISHED, SNAPSHOT
from shared.services.ports import OFFERS
from tests.functions.deals import an_offer
from tests.functions.desk import Desk, ok


async def an_offer_of(
    desk: Desk, organization: str = "contoso", status: str = "co_sell_ready", name: str = "ERP Migrator"
) -> str:
    """Its id."""
    made = ok(await desk.post("/api/offers", an_offer(name=name), f"{organization}-admin"), 201)
    await became(desk, made["id"], status, organization)
    return str(made["id"])


async def became(desk: Desk, id: str, status: str, organization: str = "contoso") -> None:
    """From now on it has this status, for everybody."""
    stored = await desk.services.store.get(OFFERS, organization, id)
    assert stored is not None
    own: dict[str, Any] = {**stored.document, "state": "live", "coSellStatus": status, "reviewState": "decided"}
    await desk.services.store.replace(stored, OFFERS, own)
    publisher = {"publisherId": organization, "publisherName": organization.title(), "kind": SNAPSHOT}
    snapshot = {**own, **publisher, "organizationId": PUBLISHED}
    there = await desk.services.store.get(OFFERS, PUBLISHED, id)
    if there is None:
        await desk.services.store.insert(OFFERS, snapshot)
    else:
        await desk.services.store.replace(there, OFFERS, snapshot)
