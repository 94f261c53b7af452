"""One document at a time: stored, read, changed if unchanged, and never seen by another organization."""

from __future__ import annotations

import asyncio

import pytest

from shared.services.ports import (
    CONTACTS,
    REFERRALS,
    AlreadyExists,
    ChangedMeanwhile,
    DocumentStore,
    Query,
    StoreUnavailable,
)
from tests.contract.counting import CountingStore
from tests.contract.samples import inserted, read, referral


async def test_a_stored_document_is_read_as_it_was_written(store: DocumentStore) -> None:
    document = referral(notes="été ß İ 𝒳 \u0000 \" ' \\ \n", deep=[{"a": [1, 2.5, None, True, {}]}], empty="")
    stored = await store.insert(REFERRALS, document)
    found = await read(store)
    assert found.document == document
    assert found.token == stored.token


async def test_what_is_not_there_is_none(store: DocumentStore) -> None:
    for id_ in (
        "nothing",
        "",
        "../contoso",
        "a/b",
        "a\\b",
        "a?b",
        "a#b",
        "a\0b",
        "a ",
        "é" * 600,
        "a\nb",
        "%2e%2e",
        "'",
    ):
        assert await store.get(REFERRALS, "contoso", id_) is None


async def test_an_id_is_taken_once_in_an_organization(store: DocumentStore) -> None:
    await inserted(store, referral(name="first"))
    with pytest.raises(AlreadyExists):
        await store.insert(REFERRALS, referral(name="second"))
    assert (await read(store)).document["name"] == "first"


async def test_two_organizations_may_use_the_same_id_and_see_only_their_own(store: DocumentStore) -> None:
    await inserted(store, referral(name="ours"), referral(organization_id="fabrikam", name="theirs"))
    ours, theirs = await read(store), await read(store, organization_id="fabrikam")
    assert (ours.document["name"], theirs.document["name"]) == ("ours", "theirs")
    await store.delete(ours, REFERRALS)
    assert await store.get(REFERRALS, "contoso", "r1") is None
    assert (await store.find(REFERRALS, "contoso", Query())).items == []
    assert [item["name"] for item in (await store.find(REFERRALS, "fabrikam", Query())).items] == ["theirs"]


async def test_containers_do_not_share_ids(store: DocumentStore) -> None:
    await inserted(store, referral())
    await inserted(store, {"id": "r1", "organizationId": "contoso", "rows": []}, container=CONTACTS)
    assert (await read(store)).document["kind"] == "deal"


async def test_a_replacement_is_read_from_then_on(store: DocumentStore) -> None:
    (first,) = await inserted(store, referral())
    second = await store.replace(first, REFERRALS, referral(name="renamed", version=2))
    assert second.token != first.token
    found = await read(store)
    assert (found.document["name"], found.token) == ("renamed", second.token)
    third = await store.replace(found, REFERRALS, referral(name="again", version=3))
    assert (await read(store)).token == third.token


async def test_only_who_read_the_last_version_replaces_it(store: DocumentStore) -> None:
    (first,) = await inserted(store, referral())
    await store.replace(first, REFERRALS, referral(name="theirs"))
    with pytest.raises(ChangedMeanwhile):
        await store.replace(first, REFERRALS, referral(name="ours"))
    with pytest.raises(ChangedMeanwhile):
        await store.delete(first, REFERRALS)
    assert (await read(store)).document["name"] == "theirs"


async def test_writing_the_same_again_is_a_change_to_whoever_read_before(store: DocumentStore) -> None:
    (first,) = await inserted(store, referral())
    await store.replace(first, REFERRALS, referral())
    with pytest.raises(ChangedMeanwhile):
        await store.replace(first, REFERRALS, referral())


async def test_what_was_deleted_is_neither_replaced_nor_deleted_again(store: DocumentStore) -> None:
    (first,) = await inserted(store, referral())
    await store.delete(first, REFERRALS)
    with pytest.raises(ChangedMeanwhile):
        await store.replace(first, REFERRALS, referral())
    with pytest.raises(ChangedMeanwhile):
        await store.delete(first, REFERRALS)
    assert await store.get(REFERRALS, "contoso", "r1") is None


async def test_a_document_deleted_and_made_anew_is_another_one(store: DocumentStore) -> None:
    (first,) = await inserted(store, referral())
    await store.delete(first, REFERRALS)
    await inserted(store, referral())
    with pytest.raises(ChangedMeanwhile):
        await store.replace(first, REFERRALS, referral(name="of the old one"))


async def test_fields_nobody_knows_survive_a_rewrite(store: DocumentStore) -> None:
    await inserted(store, referral(fromTheNextVersion={"a": ["b"]}))
    found = await read(store)
    await store.replace(found, REFERRALS, found.document | {"name": "renamed"})
    assert (await read(store)).document["fromTheNextVersion"] == {"a": ["b"]}


async def test_a_document_of_400_kilobytes_is_stored_and_listed(store: DocumentStore) -> None:
    large = referral(noteEntries=[{"text": "é" * 1000, "at": str(n)} for n in range(200)])
    await inserted(store, large)
    assert (await read(store)).document == large
    (item,) = (await store.find(REFERRALS, "contoso", Query())).items
    assert "noteEntries" not in item


async def test_a_document_keeps_its_ids(store: DocumentStore) -> None:
    (first,) = await inserted(store, referral())
    with pytest.raises(ValueError, match="ids"):
        await store.replace(first, REFERRALS, referral(organization_id="fabrikam"))
    with pytest.raises(ValueError, match="ids"):
        await store.replace(first, REFERRALS, referral("r2"))


async def test_a_container_nobody_declared_is_a_mistake(store: DocumentStore) -> None:
    with pytest.raises(KeyError):
        await store.insert("secrets", referral())
    with pytest.raises(KeyError):
        await store.get("secrets", "contoso", "r1")
    with pytest.raises(KeyError):
        await store.find("secrets", "contoso", Query())


async def test_an_indexed_field_of_another_type_is_a_mistake(store: DocumentStore) -> None:
    for wrong in ({"stage": 3}, {"createdAt": True}, {"valueNumber": "12"}, {"valueNumber": True}, {"search": ["a"]}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            await store.insert(REFERRALS, referral(**wrong))


async def test_sixty_four_replacing_at_once_have_exactly_one_winner(store: DocumentStore) -> None:
    (first,) = await inserted(store, referral())
    results = await asyncio.gather(
        *(store.replace(first, REFERRALS, referral(name=f"writer {n}")) for n in range(64)), return_exceptions=True
    )
    winners = [result for result in results if not isinstance(result, BaseException)]
    assert len(winners) == 1
    assert sum(isinstance(result, ChangedMeanwhile) for result in results) == 63
    assert (await read(store)).document == winners[0].document


async def test_sixty_four_inserting_one_id_have_exactly_one_winner(store: DocumentStore) -> None:
    results = await asyncio.gather(
        *(store.insert(REFERRALS, referral(name=f"writer {n}")) for n in range(64)), return_exceptions=True
    )
    assert sum(isinstance(result, AlreadyExists) for result in results) == 63
    (winner,) = [result for result in results if not isinstance(result, BaseException)]
    assert (await read(store)).document == winner.document


async def test_five_hundred_inserted_at_once_are_all_there_when_acknowledged(store: DocumentStore) -> None:
    async def insert_and_read(n: int) -> bool:
        await store.insert(REFERRALS, referral(f"r{n}"))
        return await store.get(REFERRALS, "contoso", f"r{n}") is not None

    assert all(await asyncio.gather(*(insert_and_read(n) for n in range(500))))
    assert len((await store.find(REFERRALS, "contoso", Query(order_by="id", limit=1000))).items) == 500


async def test_a_closed_store_is_unavailable(store: DocumentStore) -> None:
    (first,) = await inserted(store, referral())
    waiting = [asyncio.ensure_future(store.insert(REFERRALS, referral(f"w{n}"))) for n in range(20)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*waiting)  # what waited was finished
    for call in (
        store.insert(REFERRALS, referral("r2")),
        store.get(REFERRALS, "contoso", "r1"),
        store.replace(first, REFERRALS, referral()),
        store.delete(first, REFERRALS),
        store.find(REFERRALS, "contoso", Query()),
        store.find(REFERRALS, "contoso", Query(order_by="dealType")),
        store.find_due(REFERRALS, "9", 1),
    ):
        with pytest.raises(StoreUnavailable):
            await call
    await store.close()


async def test_a_counting_store_is_the_store_and_notes_each_operation(store: DocumentStore) -> None:
    counting = CountingStore(store)
    (first,) = await inserted(counting, referral())
    second = await counting.replace(first, REFERRALS, referral(name="renamed"))
    await counting.find(REFERRALS, "contoso", Query())
    await counting.delete(second, REFERRALS)
    assert counting.calls == [(operation, REFERRALS) for operation in ("insert", "replace", "find", "delete")]
    assert counting.count("find") == counting.count("find", REFERRALS) == 1
    assert counting.count("find", CONTACTS) == 0
