"""Pages of lists, and the cursors that lead through them (DESIGN.md sections 4 and 5)."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.functions.deals import a_deal, an_offer
from tests.functions.desk import Desk, ok, refused
from tests.functions.referrals.test_lists import some


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


async def cursor_of(desk: Desk, query: str = "tab=outbound&sort=name&limit=1", as_: str = "contoso-admin") -> str:
    """The cursor of a list's second page."""
    page = ok(await desk.get(f"/api/deals?{query}", as_))
    return parse_qs(urlsplit(page["next"]).query)["after"][0]


@pytest.mark.parametrize(
    "query",
    [
        "tab=outbound&sort=-name",
        "tab=outbound",
        "tab=inbound&sort=name",
        "tab=outbound&sort=name&stage=accepted",
        "tab=outbound&sort=name&q=abc",
        "tab=outbound&sort=created",
    ],
)
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


async def test_offers_are_listed_sorted_and_paged(desk: Desk) -> None:
    """Newest first, or by name; the same pages."""
    for name in ("bravo", "Alpha", "charlie"):
        ok(await desk.post("/api/offers", an_offer(name=name)), 201)
        desk.clock.move(timedelta(minutes=1))
    assert await pages(desk, "/api/offers?limit=2") == [["charlie", "Alpha"], ["bravo"]]
    assert await pages(desk, "/api/offers?sort=name&limit=2") == [["Alpha", "bravo"], ["charlie"]]
    assert await pages(desk, "/api/offers?sort=created") == [["bravo", "Alpha", "charlie"]]
