"""Drafts: everything can be said on create and on edit, and whatever is there so far can be saved."""

from __future__ import annotations

from typing import Any

import pytest

from tests.functions.deals import an_offer
from tests.functions.desk import Desk, fields_of, ok, open_desk, refused
from tests.functions.offers.offering import CO_SELL, a_draft, edited, read


async def test_everything_can_be_said_when_it_is_created(desk: Desk) -> None:
    whole = {**CO_SELL, "availableInCsp": True, "transactable": True}
    offer = ok(await desk.post("/api/offers", an_offer(**whole)), 201)
    assert {field: offer[field] for field in whole} == whole
    assert (offer["state"], offer["coSellStatus"], offer["published"]) == ("draft", "none", None)
    assert await read(desk, offer["id"]) == offer


async def test_an_edit_changes_what_it_names_and_null_takes_it_away(desk: Desk) -> None:
    offer = await a_draft(desk)
    after = await edited(
        desk, offer["id"], name="Migrator 2", platforms=["azure", "azure", "windows"], landingPageUrl=None
    )
    assert (after["name"], after["platforms"], after["landingPageUrl"]) == ("Migrator 2", ["azure", "windows"], None)
    assert after["solutionAreas"] == CO_SELL["solutionAreas"]
    assert after["history"][-1]["fields"] == ["landingPageUrl", "name", "platforms"]
    assert (await desk.items("/api/offers?sort=name"))[0]["name"] == "Migrator 2"


async def test_an_incomplete_draft_can_always_be_saved(desk: Desk) -> None:
    offer = await a_draft(desk)
    bare: dict[str, Any] = dict.fromkeys((*CO_SELL, "availableCountries", "availableInCsp", "transactable"))
    after = await edited(desk, offer["id"], **bare)
    assert (after["platforms"], after["availableCountries"], after["solutionType"]) == ([], [], None)
    assert after["availableInCsp"] is False
    assert (await edited(desk, offer["id"], solutionAreas=[{"area": "data_ai"}]))["solutionAreas"] == [
        {"area": "data_ai", "subAreas": []}
    ]


async def test_an_edit_that_changes_nothing_is_no_change(desk: Desk) -> None:
    offer = await a_draft(desk)
    after = await edited(desk, offer["id"], name=offer["name"], platforms=offer["platforms"])
    assert after == offer


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ({"name": None}, {"name": "missing"}),
        ({"offerType": "app"}, {"offerType": "literal_error"}),
        ({"availableCountries": ["FR", "ZZ"]}, {"availableCountries.1": "unknown_country"}),
        ({"landingPageUrl": "ftp://x.example"}, {"landingPageUrl": "not_a_url"}),
        ({"landingPageUrl": "https://me:pw@x.example"}, {"landingPageUrl": "not_a_url"}),
        ({"solutionType": "app"}, {"solutionType": "literal_error"}),
        ({"coSellStatus": "co_sell_ready"}, {"coSellStatus": "unknown_field"}),
        ({"state": "live"}, {"state": "unknown_field"}),
        ({"platforms": ["azur"]}, {"platforms.0": "unknown_value"}),
        ({"solutionAreas": [{"area": "nowhere"}]}, {"solutionAreas.0.area": "unknown_value"}),
        ({"solutionAreas": [{"area": f"a{n}"} for n in range(4)]}, {"solutionAreas": "too_many"}),
        ({"solutionAreas": [{"area": "a"}, {"area": "a"}]}, {"solutionAreas.1.area": "twice"}),
        (
            {"solutionAreas": [{"area": "a", "subAreas": ["x", "y", "z"]}]},
            {"solutionAreas.0.subAreas": "too_many"},
        ),
    ],
    ids=str,
)
async def test_what_contradicts_a_rule_is_refused_by_name(
    desk: Desk, patch: dict[str, Any], expected: dict[str, str]
) -> None:
    offer = await a_draft(desk)
    answer = await desk.send(
        "PATCH", f"/api/offers/{offer['id']}", as_="contoso-admin", json=patch, headers={"If-Match": '"1"'}
    )
    assert fields_of(refused(answer, 422, "invalid")) == expected
    assert await read(desk, offer["id"]) == offer


async def test_limits_are_settings(tmp_path: Any) -> None:
    async with open_desk(tmp_path, MAX_SOLUTION_AREAS="1", MAX_SUB_AREAS="1") as desk:
        two = [{"area": "a", "subAreas": ["x", "y"]}, {"area": "b", "subAreas": []}]
        problem = refused(await desk.post("/api/offers", an_offer(solutionAreas=two)), 422)
        assert fields_of(problem) == {"solutionAreas": "too_many", "solutionAreas.0.subAreas": "too_many"}


async def test_an_edit_says_which_version_it_edits(desk: Desk) -> None:
    offer = await a_draft(desk)
    path = f"/api/offers/{offer['id']}"
    refused(await desk.send("PATCH", path, json={"name": "x"}), 428)
    await edited(desk, offer["id"], name="Renamed")
    stale = await desk.send("PATCH", path, json={"name": "x"}, headers={"If-Match": '"1"'})
    refused(stale, 412)
    assert (await read(desk, offer["id"]))["name"] == "Renamed"


async def test_a_form_edits_the_same_fields(desk: Desk) -> None:
    """Boxes come after a hidden field of their name; an empty text takes the value away."""
    offer = await a_draft(desk, transactable=True)
    form = (
        "etag=1&name=By+form&availableCountries=FR,+DE,+ES&availableInCsp=false&availableInCsp=true&transactable=false"
        "&platforms=&platforms=azure&segments=&solutionAreas.0.area=data_ai&solutionAreas.0.subAreas=analytics"
        "&solutionAreas.0.subAreas=databases&solutionAreas.1.area=&landingPageUrl="
    )
    headers = {"content-type": "application/x-www-form-urlencoded"}
    after = ok(await desk.send("POST", f"/api/offers/{offer['id']}", content=form.encode(), headers=headers))
    assert (after["name"], after["availableCountries"]) == ("By form", ["DE", "ES", "FR"])
    assert (after["availableInCsp"], after["transactable"]) == (True, False)
    assert (after["platforms"], after["segments"], after["landingPageUrl"]) == (["azure"], [], None)
    assert after["solutionAreas"] == [{"area": "data_ai", "subAreas": ["analytics", "databases"]}]
    page = await desk.send(
        "POST", f"/api/offers/{offer['id']}", content=b"etag=2&name=Again",
        headers={**headers, "accept": "text/html"},
    )  # fmt: skip
    assert (page.status_code, page.headers["location"]) == (303, f"/offers/{offer['id']}")


async def test_a_draft_is_its_own_organizations_only(desk: Desk) -> None:
    offer = await a_draft(desk, availableInCsp=True)
    for persona in ("fabrikam-admin", "vendor-seller", "vendor-reviewer", "vendor-admin"):
        refused(await desk.get(f"/api/offers/{offer['id']}", persona), 404)
    refused(await desk.get(f"/api/offers/{offer['id']}", None), 401)
