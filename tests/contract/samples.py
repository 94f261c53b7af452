"""Documents as the services store them, and small ways to ask for them."""

from __future__ import annotations

from typing import Any

from shared.services.ports import REFERRALS, Document, DocumentStore, Page, Query, Stored, Where

DEALS = (Where("kind", "eq", "deal"), Where("direction", "eq", "outbound"))


def referral(id_: str = "r1", organization_id: str = "contoso", **fields: Any) -> Document:
    return {
        "id": id_,
        "organizationId": organization_id,
        "kind": "deal",
        "direction": "outbound",
        "dealType": "co_sell",
        "stage": "received",
        "outcome": "open",
        "name": "Contoso ERP",
        "sortName": "contoso erp",
        "sortCustomer": "contoso sa",
        "sortExpiry": "9999-12-31T23:59:59.999999Z",
        "createdAt": "2027-01-01T00:00:00.000000Z",
        "updatedAt": "2027-01-01T00:00:00.000000Z",
        "valueNumber": None,
        "dueAt": None,
        "pendingAt": None,
        "noticeAt": None,
        "search": "contoso erp contoso sa",
        "version": 1,
    } | fields


async def inserted(store: DocumentStore, *documents: Document, container: str = REFERRALS) -> list[Stored]:
    return [await store.insert(container, document) for document in documents]


async def read(store: DocumentStore, id_: str = "r1", organization_id: str = "contoso") -> Stored:
    """The referral, which is there."""
    found = await store.get(REFERRALS, organization_id, id_)
    assert found is not None
    return found


async def ids(
    store: DocumentStore, query: Query, organization_id: str = "contoso", container: str = REFERRALS
) -> list[str]:
    return named(await store.find(container, organization_id, query))


def named(page: Page) -> list[str]:
    return [item["id"] for item in page.items]
