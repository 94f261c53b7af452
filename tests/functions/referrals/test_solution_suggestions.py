"""What a deal's solution can be is suggested: ready offers only, own ones first, others' by name or publisher."""

from __future__ import annotations

from typing import Any

import pytest

from shared.services.referrals import solution_suggestions
from tests.functions.deals import a_deal, an_offer
from tests.functions.desk import Desk, fields_of, ok, refused
from tests.functions.ready_offers import an_offer_of

Body = dict[str, Any]


async def names(desk: Desk, query: str = "", as_: str = "contoso-admin") -> list[tuple[str, str]]:
    items = ok(await desk.get(f"/api/suggest/solutions?{query}", as_))["items"]
    return [(item["kind"], item["name"]) for item in items]


async def test_own_ready_offers_come_without_a_word(desk: Desk) -> None:
    """Neither drafts nor what is in review nor what others have."""
    ok(await desk.post("/api/offers", an_offer(name="A draft")), 201)
    await an_offer_of(desk, status="in_review", name="In review")
    await an_offer_of(desk, "fabrikam", name="Theirs")
    id = await an_offer_of(desk, name="Zeta")
    await an_offer_of(desk, status="ip_co_sell_eligible", name="Alpha")
    assert await names(desk) == [("own", "Alpha"), ("own", "Zeta")]
    assert await names(desk, as_="tailspin-admin") == []
    assert await names(desk, as_="vendor-seller") == []
    assert {item["offerId"] for item in ok(await desk.get("/api/suggest/solutions?q=zet"))["items"]} == {id}


async def test_others_are_found_by_any_part_of_their_name_or_publisher(desk: Desk) -> None:
    """Names that begin so first, then words, then parts; own ones before others'."""
    await an_offer_of(desk, "fabrikam", name="Erp mover")
    await an_offer_of(desk, "fabrikam", name="The ERP suite")
    await an_offer_of(desk, "tailspin", name="Superp")
    await an_offer_of(desk, name="ERP Migrator")
    expected = [("own", "ERP Migrator"), ("third_party", "Erp mover"), ("third_party", "The ERP suite")]
    assert await names(desk, "q=erp") == [*expected, ("third_party", "Superp"), ("vendor", "GitHub Enterprise")]
    assert await names(desk, "q=fabri") == expected[1:]
    assert await names(desk, "q=erp&kind=own") == expected[:1]
    assert await names(desk, "q=erp&kind=third_party", "fabrikam-admin") == [
        ("third_party", "ERP Migrator"),
        ("third_party", "Superp"),
    ]
    assert len(await names(desk, "q=erp&kind=third_party", "vendor-seller")) == 4


async def test_the_vendors_catalogue_is_searched_too_and_listed_when_asked_for(desk: Desk) -> None:
    everything = await names(desk, "kind=vendor")
    assert everything
    assert {kind for kind, _ in everything} == {"vendor"}
    assert ("vendor", "Azure") in await names(desk, "q=azu")
    assert await names(desk) == []


async def test_a_suggestion_can_be_sent_as_it_is(desk: Desk) -> None:
    await an_offer_of(desk, "fabrikam", name="Data Mover")
    (item,) = ok(await desk.get("/api/suggest/solutions?q=data+mover"))["items"]
    assert (item["publisherId"], item["publisherName"]) == ("fabrikam", "Fabrikam")
    assert item["coSellStatus"] == "co_sell_ready"
    solution = {name: item[name] for name in ("kind", "name", "offerId")}
    assert (await desk.created(a_deal(solutions=[solution])))["solutions"] == [solution]


async def test_of_very_many_those_beyond_what_is_kept_in_mind_are_found_by_their_beginning(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solution_suggestions, "PAGE", 2)
    monkeypatch.setattr(solution_suggestions, "MOST_PAGES", 1)
    for name in ("Aa", "Bb", "Cc", "Dd the last"):
        await an_offer_of(desk, "fabrikam", name=name)
    assert await names(desk, "q=dd") == [("third_party", "Dd the last")]
    assert await names(desk, "q=last") == []


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("q=a", "q", "too_short"), ("kind=third_party", "q", "too_short"), (f"q={'x' * 201}", "q", "too_long"),
        ("kind=theirs", "kind", "unknown_value"),
    ],
)  # fmt: skip
async def test_what_cannot_be_suggested_is_refused_by_name(desk: Desk, query: str, field: str, code: str) -> None:
    assert fields_of(refused(await desk.get(f"/api/suggest/solutions?{query}"), 422)) == {field: code}
