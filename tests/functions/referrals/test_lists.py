"""Lists of deals and offers: tabs, filters, search, sort, pages (DOMAIN.md: "Tabs"; DESIGN.md section 5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest

from tests.functions.deals import Body, a_customer, a_deal, a_deal_with_help
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


async def test_a_tab_shows_its_direction(desk: Desk) -> None:
    """Inbound: sent to us. Outbound: created by us, of every type. Each organization sees its own."""
    await some(desk, "private")
    await desk.created(a_deal(name="partner-led", visibleToVendor=True))
    await desk.created(a_deal_with_help(name="co-sell"))
    await desk.sent(name="opportunity")
    assert await names(desk, "tab=inbound") == ["opportunity"]
    assert set(await names(desk, "tab=outbound")) == {"private", "partner-led", "co-sell"}
    assert set(await names(desk, "tab=inbound", "vendor-seller")) == {"co-sell", "partner-led"}
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
        "odd": a_deal(**{**plain, "notes": '100% a_b "quoted" it\'s 株式会社'}, name="o"),
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
