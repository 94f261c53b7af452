"""Lists of deals and offers: tabs, filters, search, sort, pages (DOMAIN.md: "Tabs"; DESIGN.md section 5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.functions.deals import Body, a_customer, a_deal, a_deal_with_help, an_offer
from tests.functions.desk import Desk, fields_of, ok, refused

SUMMARY: Final = {
    "id", "engagementId", "kind", "direction", "dealType", "stage", "outcome", "status", "substatus", "name",
    "estimatedValue", "createdAt", "updatedAt", "expiresAt", "favourite",
}  # fmt: skip


async def some(desk: Desk, *names: str) -> list[Body]:
    """Deals of these names, a minute apart."""
    made = []
    for name in names:
        made.append(await desk.created(a_deal(name=name)))
        desk.clock.move(timedelta(minutes=1))
    return made


async def names(desk: Desk, query: str, as_: str = "contoso-admin") -> list[str]:
    """The names in a list, in its order."""
    return [item["name"] for item in await desk.items(f"/api/deals?{query}", as_)]


async def pages(desk: Desk, path: str) -> list[list[str]]:
    """The names of every page, following `next`."""
    found: list[list[str]] = []
    following: str | None = path
    while following:
        page = ok(await desk.get(following))
        found.append([item["name"] for item in page["items"]])
        following = page["next"]
        assert following is None or following.startswith("/api/")
    return found


async def test_a_tab_shows_its_direction(desk: Desk) -> None:
    """Inbound: sent to us. Outbound: created by us, of every type. Each organization sees its own."""
    await some(desk, "private")
    await desk.created(a_deal(name="partner-led", visibleToVendor=True))
    await desk.created(a_deal_with_help(name="co-sell"))
    await desk.sent(name="opportunity")
    assert await names(desk, "tab=inbound") == ["opportunity"]
    assert set(await names(desk, "tab=outbound")) == {"private", "partner-led", "co-sell"}
    assert await names(desk, "tab=inbound", "vendor-seller") == ["co-sell"]
    assert await names(desk, "tab=outbound", "vendor-seller") == ["opportunity"]
    assert await names(desk, "tab=outbound", "fabrikam-admin") == []


async def test_items_are_summaries_that_agree_with_the_deal(desk: Desk) -> None:
    """Not whole documents: no notes, history, employees or contact; what is there is what a read says."""
    deal = await desk.created()
    (item,) = await desk.items()
    assert item.keys() >= SUMMARY
    assert not item.keys() & {"history", "notes", "employees", "noteEntries", "invitations", "outbox"}
    assert "ana@contoso.example" not in str(item)
    assert item["customer"] == {"name": deal["customer"]["name"], "country": "FR"}
    assert {name: item[name] for name in SUMMARY} == {name: deal[name] for name in SUMMARY}


async def test_favourites_are_the_users_own(desk: Desk) -> None:
    """Per user, over both directions; nobody else's list or heart changes."""
    first, second = await some(desk, "first", "second")
    await desk.sent(name="opportunity")
    assert await names(desk, "tab=favourites") == []
    for id in (second["id"], (await desk.items("/api/deals?tab=inbound"))[0]["id"]):
        ok(await desk.act(id, "favourite"))
    assert set(await names(desk, "tab=favourites")) == {"second", "opportunity"}
    assert await names(desk, "tab=favourites", "contoso-user") == []
    hearts = {item["name"]: item["favourite"] for item in await desk.items()}
    assert hearts == {"first": False, "second": True}
    ok(await desk.act(second["id"], "unfavourite"))
    assert await names(desk, "tab=favourites") == ["opportunity"]
    assert (await desk.read(first["id"]))["favourite"] is False


async def test_a_favourite_is_kept_when_the_deal_moves_on(desk: Desk) -> None:
    """In any stage, also archived; twice is once."""
    (deal,) = await some(desk, "mine")
    ok(await desk.act(deal["id"], "win"))
    for _ in range(2):
        assert ok(await desk.act(deal["id"], "favourite"))["favourite"] is True
    assert await names(desk, "tab=favourites&stage=archived") == ["mine"]
    assert await names(desk, "tab=favourites&stage=accepted") == []


async def test_stage_and_outcome_filter(desk: Desk) -> None:
    """One stage, one outcome, both, and what matches nothing."""
    won, lost, _ = await some(desk, "won", "lost", "open")
    ok(await desk.act(won["id"], "win"))
    ok(await desk.act(lost["id"], "lose", {"reason": 1}))
    assert await names(desk, "tab=outbound&stage=accepted") == ["open"]
    assert set(await names(desk, "tab=outbound&stage=archived")) == {"won", "lost"}
    assert await names(desk, "tab=outbound&stage=archived&outcome=won") == ["won"]
    assert await names(desk, "tab=outbound&outcome=lost") == ["lost"]
    assert await names(desk, "tab=outbound&stage=accepted&outcome=lost") == []
    assert await names(desk, "tab=outbound&stage=received") == []


SEARCHES: Final = [
    ("Wide", {"deal"}), ("wide world", {"deal"}), ("DE WOR", {"deal"}), ("Zürich", {"customer"}),
    ("zÜRICH", {"customer"}), ("STRASSE", {"customer"}), ("legacy", {"notes"}), ("CRM-77", {"crm"}),
    ("entry", {"entry"}), ("100%", {"odd"}), ("a_b", {"odd"}), ('"quoted"', {"odd"}), ("it's", {"odd"}),
    ("株式会", {"odd"}), ("AND", set()), ("nothing at all", set()), ("x*y", set()), ("...", set()),
]  # fmt: skip


async def test_search_looks_into_name_customer_ids_and_notes(desk: Desk) -> None:
    """Any part of the text from three letters on, whatever the case; no character of it means anything else."""
    plain = {"notes": "nothing", "crmId": "OPP"}
    bodies = {
        "deal": a_deal(**{**plain, "name": "Wide World Importers"}),
        "customer": a_deal(**plain, name="c", customer=a_customer(name="Zürich Straße")),
        "notes": a_deal(**{**plain, "notes": "Replaces LEGACY systems"}, name="n"),
        "crm": a_deal(**{**plain, "crmId": "crm-77"}, name="r"),
        "entry": a_deal(**plain, name="e"),
        "odd": a_deal(**{**plain, "notes": "100% a_b \"quoted\" it's 株式会社"}, name="o"),
    }
    made = {what: await desk.created(body) for what, body in bodies.items()}
    ok(await desk.act(made["entry"]["id"], "notes", {"text": "A note entry"}))
    for q, expected in SEARCHES:
        found = ok(await desk.get("/api/deals", params={"tab": "outbound", "q": q}))["items"]
        assert {item["id"] for item in found} == {made[what]["id"] for what in expected}, q


async def test_search_finds_a_deal_by_its_id(desk: Desk) -> None:
    """Whole or in part; and within the tab and filters only."""
    wanted, _ = await some(desk, "wanted", "other")
    assert await names(desk, f"tab=outbound&q={wanted['id']}") == ["wanted"]
    assert await names(desk, f"tab=outbound&q={wanted['id'][-12:]}") == ["wanted"]
    assert await names(desk, f"tab=inbound&q={wanted['id']}") == []
    assert await names(desk, f"tab=outbound&q={wanted['id']}&stage=archived") == []
    assert await names(desk, f"tab=outbound&q={wanted['id']}", "fabrikam-admin") == []


async def test_search_follows_the_edit(desk: Desk) -> None:
    """The old words are gone, the new ones found."""
    (deal,) = await some(desk, "before-name")
    ok(await desk.edit_now(deal["id"], {"name": "after-name"}))
    assert await names(desk, "tab=outbound&q=before-name") == []
    assert await names(desk, "tab=outbound&q=after-name") == ["after-name"]


@pytest.mark.parametrize("q", ["ab", "a", " ab "])
async def test_search_starts_at_three_letters(desk: Desk, q: str) -> None:
    """Fewer are refused, naming `q`."""
    response = await desk.get("/api/deals", params={"q": q})
    assert fields_of(refused(response, 422, "invalid")).keys() == {"q"}


async def test_sort_is_by_name_customer_stage_created_updated_or_expiry(desk: Desk) -> None:
    """Each both ways, case-blind for texts."""
    b, a, c = await some(desk, "bravo", "Alpha", "charlie")
    ok(await desk.act(a["id"], "win"))
    desk.clock.move(timedelta(minutes=1))
    ok(await desk.edit_now(b["id"], {"crmId": "later"}))
    up = {
        "name": ["Alpha", "bravo", "charlie"],
        "created": ["bravo", "Alpha", "charlie"],
        "updated": ["charlie", "Alpha", "bravo"],
    }
    for sort, expected in up.items():
        assert await names(desk, f"tab=outbound&sort={sort}") == expected, sort
        assert await names(desk, f"tab=outbound&sort=-{sort}") == expected[::-1], sort
    assert (await names(desk, "tab=outbound&sort=stage"))[-1] == "Alpha"
    assert (await names(desk, "tab=outbound&sort=-stage"))[0] == "Alpha"
    assert set(await names(desk, "tab=outbound&sort=expiry")) == {"Alpha", "bravo", "charlie"}
    assert c["name"] == "charlie"


async def test_sort_by_customer_and_by_expiry(desk: Desk) -> None:
    """What runs out first comes first; customers in the order of their names."""
    for customer in ("Zeta", "alpha", "Mu"):
        await desk.sent(name=f"for {customer}", customer=a_customer(name=customer))
        desk.clock.move(timedelta(hours=1))
    assert await names(desk, "sort=customer") == ["for alpha", "for Mu", "for Zeta"]
    assert await names(desk, "sort=expiry") == ["for Zeta", "for alpha", "for Mu"]
    assert await names(desk, "sort=-expiry") == ["for Mu", "for alpha", "for Zeta"]


@pytest.mark.parametrize("sort", ["name", "-name", "created", "-created", "stage", "updated", "expiry", "-customer"])
@pytest.mark.parametrize("limit", [1, 3, 7])
async def test_pages_together_are_the_list(desk: Desk, sort: str, limit: int) -> None:
    """Every item once, in order, also among equal keys; the last page has no next."""
    for n in range(7):
        await desk.created(a_deal(name=f"deal {n % 3}"))
        desk.clock.move(timedelta(seconds=n % 2))
    whole = await pages(desk, f"/api/deals?tab=outbound&sort={sort}&limit=200")
    parts = await pages(desk, f"/api/deals?tab=outbound&sort={sort}&limit={limit}")
    assert [name for page in parts for name in page] == whole[0]
    assert [len(page) for page in parts] == [limit] * (7 // limit) + ([7 % limit] if 7 % limit else [])


async def test_each_deal_is_on_one_page(desk: Desk) -> None:
    """By id, not only by name."""
    made = {(await desk.created(a_deal(name="same")))["id"] for _ in range(9)}
    seen: list[str] = []
    following: str | None = "/api/deals?tab=outbound&sort=name&limit=2"
    while following:
        page = ok(await desk.get(following))
        seen += [item["id"] for item in page["items"]]
        following = page["next"]
    assert sorted(seen) == sorted(made)


async def test_pages_are_stable_under_inserts(desk: Desk) -> None:
    """What is inserted before the cursor is not seen and moves nothing; what comes after it is."""
    await some(desk, "b", "d", "f", "h")
    first = ok(await desk.get("/api/deals?tab=outbound&sort=name&limit=2"))
    await some(desk, "a", "c", "e", "g", "i")
    rest = await pages(desk, first["next"])
    assert [item["name"] for item in first["items"]] == ["b", "d"]
    assert [name for page in rest for name in page] == ["e", "f", "g", "h", "i"]


async def test_newest_first_is_not_disturbed_by_newer(desk: Desk) -> None:
    """The order a list has by itself."""
    await some(desk, "1", "2", "3", "4")
    first = ok(await desk.get("/api/deals?tab=outbound&limit=2"))
    await some(desk, "5")
    assert [item["name"] for item in first["items"]] == ["4", "3"]
    assert await pages(desk, first["next"]) == [["2", "1"]]


async def test_next_keeps_the_question(desk: Desk) -> None:
    """Filters, search, sort and limit go along in `next`."""
    await some(desk, *[f"deal & {n}" for n in range(3)], "else")
    first = ok(await desk.get("/api/deals", params={"tab": "outbound", "q": "deal &", "sort": "name", "limit": "1"}))
    query = parse_qs(urlsplit(first["next"]).query)
    assert (query["tab"], query["q"], query["sort"], query["limit"]) == (["outbound"], ["deal &"], ["name"], ["1"])
    assert await pages(desk, first["next"]) == [["deal & 1"], ["deal & 2"]]


async def test_a_page_has_fifty_items_unless_asked_otherwise(desk: Desk) -> None:
    """`limit` defaults to 50."""
    for n in range(51):
        await desk.created(a_deal(name=f"{n}"))
    assert [len(page) for page in await pages(desk, "/api/deals?tab=outbound")] == [50, 1]


async def test_an_empty_list_is_a_list(desk: Desk) -> None:
    """No items, no next."""
    assert ok(await desk.get("/api/deals?tab=inbound")) == {"items": [], "next": None}
    assert ok(await desk.get("/api/offers")) == {"items": [], "next": None}


# Cursors


async def cursor_of(desk: Desk, query: str = "tab=outbound&sort=name&limit=1", as_: str = "contoso-admin") -> str:
    """The cursor of a list's second page."""
    page = ok(await desk.get(f"/api/deals?{query}", as_))
    return parse_qs(urlsplit(page["next"]).query)["after"][0]


@pytest.mark.parametrize("query", ["tab=outbound&sort=-name", "tab=outbound", "tab=inbound&sort=name", "tab=outbound&sort=name&stage=accepted", "tab=outbound&sort=name&q=abc", "tab=outbound&sort=created"])
async def test_a_cursor_belongs_to_its_list(desk: Desk, query: str) -> None:
    """Another sort or filter is 400."""
    await some(desk, "a", "b")
    response = await desk.get(f"/api/deals?{query}&after={await cursor_of(desk)}")
    refused(response, 400, "wrong_cursor")


async def test_a_cursor_holds_no_organization(desk: Desk) -> None:
    """In another organization's hands it leads through that one's own list."""
    await some(desk, "a", "c")
    theirs = [await desk.created(a_deal(name=name), "fabrikam-admin") for name in ("b", "d")]
    after = await cursor_of(desk)
    response = await desk.get(f"/api/deals?tab=outbound&sort=name&limit=1&after={after}", "fabrikam-admin")
    assert [item["id"] for item in ok(response)["items"]] == [theirs[0]["id"]]


async def test_a_broken_cursor_is_400(desk: Desk) -> None:
    """Cut, lengthened, flipped, or somebody's own."""
    await some(desk, "a", "b")
    good = await cursor_of(desk)
    for wrong in (good[:-2], good[2:], good + "A", "x", "....", "bnVsbA", "W10", "null", "\u00e9", good.swapcase()):
        response = await desk.get("/api/deals", params={"tab": "outbound", "sort": "name", "after": wrong})
        refused(response, 400, "wrong_cursor")


# Offers


async def test_offers_are_listed_sorted_and_paged(desk: Desk) -> None:
    """Newest first, or by name; the same pages."""
    for name in ("bravo", "Alpha", "charlie"):
        ok(await desk.post("/api/offers", an_offer(name=name)), 201)
        desk.clock.move(timedelta(minutes=1))
    assert await pages(desk, "/api/offers?limit=2") == [["charlie", "Alpha"], ["bravo"]]
    assert await pages(desk, "/api/offers?sort=name&limit=2") == [["Alpha", "bravo"], ["charlie"]]
    assert await pages(desk, "/api/offers?sort=created") == [["bravo", "Alpha", "charlie"]]
