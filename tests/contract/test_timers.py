"""What the timers walk: everything due, of all organizations, by keyset."""

from __future__ import annotations

import pytest

from shared.services.ports import CONTACTS, OFFERS, REFERRALS, DocumentStore, DueKey
from tests.contract.samples import inserted, referral


@pytest.mark.parametrize("clock", ["dueAt", "pendingAt", "noticeAt"])
async def test_due_documents_come_in_order_across_organizations(store: DocumentStore, clock: str) -> None:
    find = {"dueAt": store.find_due, "pendingAt": store.find_pending, "noticeAt": store.find_unannounced}[clock]
    documents = [referral(f"r{n % 4}", f"o{n // 4}", **{clock: f"{n % 3}"}) for n in range(12)]
    await inserted(store, *documents, referral("later", **{clock: "7"}), referral("never"))
    expected = sorted((d[clock], d["organizationId"], d["id"]) for d in documents)
    seen: list[DueKey] = []
    after: DueKey | None = None
    while batch := await find(REFERRALS, "5", 5, after):
        assert len(batch) <= 5
        seen += [(s.document[clock], s.document["organizationId"], s.document["id"]) for s in batch]
        after = seen[-1]
    assert seen == expected


async def test_a_due_document_comes_whole_and_can_be_replaced(store: DocumentStore) -> None:
    document = referral(dueAt="1", notes="whole")
    await inserted(store, document)
    (found,) = await store.find_due(REFERRALS, "1", 10)
    assert found.document == document
    await store.replace(found, REFERRALS, document | {"dueAt": None})
    assert await store.find_due(REFERRALS, "9", 10) == []


async def test_one_clock_does_not_show_the_other(store: DocumentStore) -> None:
    await inserted(store, referral("a", dueAt="1"), referral("b", pendingAt="1"), referral("c", noticeAt="1"))
    assert [s.document["id"] for s in await store.find_due(REFERRALS, "1", 10)] == ["a"]
    assert [s.document["id"] for s in await store.find_pending(REFERRALS, "1", 10)] == ["b"]
    assert [s.document["id"] for s in await store.find_unannounced(REFERRALS, "1", 10)] == ["c"]


async def test_a_container_without_a_clock_cannot_be_walked(store: DocumentStore) -> None:
    with pytest.raises(ValueError, match="dueAt"):
        await store.find_due(CONTACTS, "1", 10)
    with pytest.raises(ValueError, match="pendingAt"):
        await store.find_pending(CONTACTS, "1", 10)
    with pytest.raises(ValueError, match="noticeAt"):
        await store.find_unannounced(OFFERS, "1", 10)
