"""Lists: filters, both directions, pages by keyset, summaries."""

from __future__ import annotations

from typing import Any

import pytest

from shared.adapters.containers import containers
from shared.services.ports import OFFERS, ORGANIZATIONS, REFERRALS, DocumentStore, Query, Where
from tests.contract.samples import DEALS, ids, inserted, named, referral


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Where("stage", "eq", "received"), ["a", "d"]),
        (Where("stage", "eq", "Received"), []),
        (Where("stage", "in", ("accepted", "archived")), ["b", "c"]),
        (Where("stage", "in", ()), []),
        (Where("stage", "lt", "archived"), ["b"]),
        (Where("stage", "le", "archived"), ["b", "c"]),
        (Where("stage", "gt", "archived"), ["a", "d"]),
        (Where("stage", "ge", "archived"), ["a", "c", "d"]),
        (Where("valueNumber", "ge", 10), ["b", "c"]),
        (Where("valueNumber", "lt", 10.5), ["a", "b"]),
        (Where("valueNumber", "eq", 10), ["b"]),
        (Where("valueNumber", "eq", None), ["d"]),
        (Where("valueNumber", "in", (0.5, None)), ["a", "d"]),
        (Where("id", "in", ("c", "a", "z")), ["a", "c"]),
        (Where("id", "gt", "b"), ["c", "d"]),
        (Where("search", "contains", "adatum"), ["b"]),
        (Where("search", "contains", "m 3"), ["c"]),
        (Where("search", "contains", "absent"), []),
    ],
)
async def test_a_condition_picks_what_it_says(store: DocumentStore, where: Where, expected: list[str]) -> None:
    await inserted(
        store,
        referral("a", stage="received", valueNumber=0.5, search="contoso 1"),
        referral("b", stage="accepted", valueNumber=10, search="adatum 2"),
        referral("c", stage="archived", valueNumber=1000.25, search="tailspin team 3"),
        referral("d", stage="received", valueNumber=None, search=""),
        referral("e", "fabrikam", stage="accepted", valueNumber=10, search="adatum 2"),
    )
    assert await ids(store, Query((where,), order_by="id")) == expected
    assert await ids(store, Query((*DEALS, where))) == expected


async def test_conditions_are_met_together(store: DocumentStore) -> None:
    await inserted(
        store,
        referral("a", stage="accepted", outcome="won", search="alpine ski house"),
        referral("b", stage="accepted", outcome="lost", search="alpine ski house"),
        referral("c", stage="received", outcome="won", search="alpine ski house"),
        referral("d", stage="accepted", outcome="won", search="woodgrove bank"),
        referral("e", direction="inbound", stage="accepted", outcome="won", search="alpine ski house"),
    )
    where = (
        *DEALS,
        Where("stage", "eq", "accepted"),
        Where("outcome", "in", ("won", "open")),
        Where("search", "contains", "ski"),
    )
    assert await ids(store, Query(where)) == ["a"]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("order_by", ["sortName", "createdAt", "id", "dealType"])
async def test_pages_in_either_direction_name_each_item_once(
    store: DocumentStore, order_by: str, limit: int, descending: bool
) -> None:
    documents = [
        referral(f"r{n * 7 % 12:02d}", sortName="abc"[n % 3], createdAt=f"{n // 5}", dealType=("x", "é")[n % 2])
        for n in range(12)
    ]
    await inserted(store, *documents)
    expected = sorted(documents, key=lambda d: (d[order_by], d["id"]), reverse=descending)
    seen: list[str] = []
    after: tuple[Any, str] | None = None
    while True:
        page = await store.find(REFERRALS, "contoso", Query(DEALS, order_by, descending, limit, after))
        assert len(page.items) <= limit
        seen += named(page)
        if not page.more:
            break
        after = (page.items[-1][order_by], page.items[-1]["id"])
    assert seen == [document["id"] for document in expected]


async def test_a_page_exactly_full_is_the_last_one(store: DocumentStore) -> None:
    await inserted(store, referral("a"), referral("b"))
    assert not (await store.find(REFERRALS, "contoso", Query(limit=2))).more
    assert (await store.find(REFERRALS, "contoso", Query(limit=1))).more
    nothing = await store.find(REFERRALS, "contoso", Query(limit=0))
    assert (nothing.items, nothing.more) == ([], True)


async def test_pages_stay_the_same_while_others_insert(store: DocumentStore) -> None:
    await inserted(store, *(referral(f"r{n}", sortName=f"{n}") for n in range(0, 10, 2)))
    first = await store.find(REFERRALS, "contoso", Query(DEALS, "sortName", limit=2))
    assert named(first) == ["r0", "r2"]
    await inserted(store, referral("early", sortName="1"), referral("same", sortName="2"), referral("r5", sortName="5"))
    rest = await store.find(REFERRALS, "contoso", Query(DEALS, "sortName", after=("2", "r2")))
    assert named(rest) == ["same", "r4", "r5", "r6", "r8"]


async def test_a_cursor_goes_on_past_an_item_that_is_gone(store: DocumentStore) -> None:
    _, second, _ = await inserted(store, *(referral(f"r{n}", sortName=f"{n}") for n in range(3)))
    await store.delete(second, REFERRALS)
    assert await ids(store, Query(DEALS, "sortName", after=("1", "r1"))) == ["r2"]


@pytest.mark.parametrize("descending", [False, True])
async def test_a_range_of_the_sorted_field_holds_on_every_page(store: DocumentStore, descending: bool) -> None:
    await inserted(store, *(referral(f"r{n}", createdAt=f"{n}") for n in range(10)))
    where = (*DEALS, Where("createdAt", "ge", "3"), Where("createdAt", "lt", "8"))
    first = await store.find(REFERRALS, "contoso", Query(where, descending=descending, limit=2))
    last = first.items[-1]
    second = Query(where, descending=descending, limit=9, after=(last["createdAt"], last["id"]))
    expected = [f"r{n}" for n in range(3, 8)]
    assert named(first) + await ids(store, second) == (expected[::-1] if descending else expected)
    outside = Query(where, descending=descending, after=("99" if descending else "0", "x"))
    assert len(await ids(store, outside)) == 5


async def test_a_list_answers_the_summary_and_nothing_else(store: DocumentStore) -> None:
    await inserted(store, referral(notes="for us only", history=[1]))
    (item,) = (await store.find(REFERRALS, "contoso", Query())).items
    named_fields = {"id", "organizationId", *containers()[REFERRALS].summary}
    assert set(item) <= named_fields
    assert item["name"] == "Contoso ERP"
    assert "customerName" not in item  # the document has none


async def test_a_list_shows_a_change_as_soon_as_it_is_acknowledged(store: DocumentStore) -> None:
    (first,) = await inserted(store, referral(stage="received", search="woodgrove"))
    await store.replace(first, REFERRALS, referral(stage="accepted", name="renamed", search="alpine"))
    (item,) = (await store.find(REFERRALS, "contoso", Query((*DEALS, Where("stage", "eq", "accepted"))))).items
    assert item["name"] == "renamed"
    assert await ids(store, Query((*DEALS, Where("stage", "eq", "received")))) == []
    assert await ids(store, Query((Where("search", "contains", "woodgrove"),))) == []
    assert await ids(store, Query((Where("search", "contains", "alpine"),))) == ["r1"]


@pytest.mark.parametrize(
    "text",
    ["straße", "i̇stanbul", "été", "日本語", "naïve", 'a"b', "o'neil", "100% sure", "a_b_c", "x*y", "(a or b)",
     "back\\slash", "nul\0nul", "tab\tnew\nline", "near(a b)", "a-b:c^d", "𝒳𝒴𝒵", "   "],
)  # fmt: skip
async def test_a_search_finds_any_text_as_it_is_written(store: DocumentStore, text: str) -> None:
    await inserted(store, referral("a", search=f"before {text} after"), referral("b", search="before after other"))
    expected = ["a"] + (["b"] if text in "before after other" else [])
    for start in range(len(text) - 2):
        assert "a" in await ids(store, Query((Where("search", "contains", text[start : start + 3]),)))
    assert await ids(store, Query((Where("search", "contains", text),))) == expected
    assert await ids(store, Query((Where("search", "contains", text + " after"),))) == ["a"]
    assert await ids(store, Query((Where("search", "contains", text + "no"),))) == []


async def test_a_search_does_not_take_look_alikes(store: DocumentStore) -> None:
    await inserted(store, referral("a", search="strasse ete"), referral("b", search="abcxbcd"))
    assert await ids(store, Query((Where("search", "contains", "straße"),))) == []
    assert await ids(store, Query((Where("search", "contains", "été"),))) == []
    assert await ids(store, Query((Where("search", "contains", "abcd"),))) == []  # its trigrams, not in a row


async def test_a_search_held_by_very_many_is_paged_like_any_list(store: DocumentStore) -> None:
    documents = [referral(f"r{n:04d}", sortName=f"{n * 7919 % 1100:04d}", search="commonplace") for n in range(1100)]
    await inserted(store, *documents)
    expected = [document["id"] for document in sorted(documents, key=lambda d: d["sortName"])]
    where = (*DEALS, Where("search", "contains", "commonplace"))
    first = await store.find(REFERRALS, "contoso", Query(where, "sortName", limit=600))
    after = (first.items[-1]["sortName"], first.items[-1]["id"])
    assert named(first) + await ids(store, Query(where, "sortName", limit=600, after=after)) == expected
    assert await ids(store, Query(where, "sortName"), "fabrikam") == []


async def test_a_term_is_a_whole_word_of_its_own_organization(store: DocumentStore) -> None:
    base = {"organizationId": "directory", "createdAt": "2027-01-01T00:00:00.000000Z"}
    first, _, _ = await inserted(
        store,
        base | {"id": "a", "terms": ["retail", "cloud", "cloud"]},
        base | {"id": "b", "terms": ["cloudy"]},
        base | {"id": "c", "organizationId": "other", "terms": ["retail"]},
        container=ORGANIZATIONS,
    )

    async def having(*words: str) -> list[str]:
        return await ids(store, Query(tuple(Where("terms", "has", w) for w in words)), "directory", ORGANIZATIONS)

    assert await having("cloud") == ["a"]
    assert await having("cloud", "retail") == ["a"]
    assert await having("cloud", "cloudy") == []
    await store.replace(first, ORGANIZATIONS, base | {"id": "a", "terms": ["retail", "sécurité"]})
    assert (await having("cloud"), await having("retail"), await having("sécurité")) == ([], ["a"], ["a"])


async def test_several_terms_ask_for_one_of_them(store: DocumentStore) -> None:
    """Each once, in the order asked for, beside other conditions and other words, page by page."""
    base = {"organizationId": "directory", "createdAt": "2027-01-01T00:00:00.000000Z", "search": "contoso"}
    held = {"a": ["fr", "de", "cloud"], "b": ["ooo"], "c": ["de", "cloud"], "d": ["fr", "cloud", "erp"], "e": ["fr"]}
    *_, d, _ = await inserted(
        store,
        *(base | {"id": id, "kind": "listing" if id != "e" else "unlisted", "placementKey": 0.5 if id == "d" else 0.2,
                  "terms": terms} for id, terms in held.items()),
        container=ORGANIZATIONS,
    )  # fmt: skip

    async def having(*asked: str | tuple[str, ...], **more: Any) -> list[str]:
        words = tuple(Where("terms", "has", one_of) for one_of in asked)
        query = Query((Where("kind", "eq", "listing"), *words), "placementKey", descending=True, **more)
        return await ids(store, query, "directory", ORGANIZATIONS)

    assert await having(("fr", "ooo")) == ["d", "b", "a"]
    assert await having(("fr", "de", "ooo")) == ["d", "c", "b", "a"]
    assert await having(("fr", "ooo"), "cloud") == ["d", "a"]
    assert await having(("fr", "ooo"), ("erp", "de")) == ["d", "a"]
    assert await having(("fr", "de", "ooo"), limit=2) == ["d", "c"]
    assert await having(("fr", "de", "ooo"), limit=2, after=(0.2, "c")) == ["b", "a"]
    assert await having(("it", "es")) == []
    assert await having(()) == []
    sought = Query((Where("search", "contains", "conto"), Where("terms", "has", ("erp", "ooo"))))
    assert await ids(store, sought, "directory", ORGANIZATIONS) == ["b", "d"]
    await store.replace(d, ORGANIZATIONS, d.document | {"placementKey": 0.1, "terms": ["fr", "cloud", "new"]})
    assert await having(("fr", "ooo")) == ["b", "a", "d"], "where it stands now"
    assert (await having("erp"), await having("new", "cloud")) == ([], ["d"])


@pytest.mark.parametrize(
    ("container", "query"),
    [
        (REFERRALS, Query(order_by="name")),
        (REFERRALS, Query((Where("name", "eq", "x"),))),
        (REFERRALS, Query((Where("stage; --", "eq", "x"),))),
        (REFERRALS, Query((Where("stage", "eq", 3),))),
        (REFERRALS, Query((Where("valueNumber", "lt", "3"),))),
        (REFERRALS, Query((Where("stage", "lt", None),))),
        (REFERRALS, Query((Where("stage", "eq", ("a", "b")),))),
        (REFERRALS, Query((Where("stage", "in", "received"),))),
        (REFERRALS, Query((Where("search", "contains", "ab"),))),
        (REFERRALS, Query((Where("name", "contains", "abc"),))),
        (REFERRALS, Query((Where("terms", "has", "abc"),))),
        (ORGANIZATIONS, Query((Where("terms", "has", ("abc", 3)),))),
        (ORGANIZATIONS, Query((Where("name", "has", ("abc", "def")),))),
        (OFFERS, Query((Where("search", "contains", "abc"),))),
        (REFERRALS, Query(limit=-1)),
        (REFERRALS, Query(after=(3, "r1"))),
    ],
)
async def test_what_a_container_cannot_be_asked_is_a_mistake(
    store: DocumentStore, container: str, query: Query
) -> None:
    with pytest.raises(ValueError, match=r".+"):
        await store.find(container, "contoso", query)
