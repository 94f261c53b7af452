"""Who sees an offer: drafts its own organization, what is published the vendor, what CSP opens other partners."""

from __future__ import annotations

from typing import Any

import pytest

from tests.functions.desk import Desk, ok, refused
from tests.functions.offers.offering import edited, fill, publish_offer, published, read, ready

VENDOR = ("vendor-seller", "vendor-reviewer", "vendor-admin")


async def ids(desk: Desk, as_: str, query: str = "tab=published") -> list[str]:
    return [each["id"] for each in await desk.items(f"/api/offers?{query}", as_)]


async def test_the_vendor_reads_what_is_published_and_no_draft(desk: Desk) -> None:
    offer = await published(desk)
    await edited(desk, offer["id"], name="A secret plan", landingPageUrl="https://secret.example")
    for persona in VENDOR:
        seen = await desk.get(f"/api/offers/{offer['id']}", persona)
        assert ok(seen)["name"] == offer["name"]
        assert "secret" not in seen.text
        assert await ids(desk, persona, "") == [offer["id"]]


async def test_other_partners_see_nothing_of_what_is_not_in_csp(desk: Desk) -> None:
    offer = await published(desk)
    refused(await desk.get(f"/api/offers/{offer['id']}", "fabrikam-admin"), 404)
    assert await ids(desk, "fabrikam-admin") == []
    assert await ids(desk, "fabrikam-admin", "") == []


async def test_csp_opens_the_listing_the_contacts_and_the_channel_deck(desk: Desk) -> None:
    offer = await ready(desk, availableInCsp=True)
    response = await desk.get(f"/api/offers/{offer['id']}", "fabrikam-admin")
    seen = ok(response)
    assert (seen["view"], seen["name"], seen["contactCount"], seen["documents"]) == ("csp", offer["name"], 1, {})
    assert not seen.keys() & {"review", "certificates", "coSellStatus", "landingPageUrl", "readiness", "solutionAreas"}
    assert await ids(desk, "fabrikam-admin") == [offer["id"]]
    assert set((await read(desk, offer["id"], "vendor-seller"))["documents"]) == {
        "solution_one_pager", "solution_pitch_deck",
    }  # fmt: skip


async def test_csp_follows_what_is_published_not_the_draft(desk: Desk) -> None:
    offer = await published(desk, availableInCsp=True)
    await edited(desk, offer["id"], availableInCsp=False)
    assert await ids(desk, "fabrikam-admin") == [offer["id"]]
    await publish_offer(desk, offer["id"])
    await desk.deliver()
    assert await ids(desk, "fabrikam-admin") == []
    refused(await desk.get(f"/api/offers/{offer['id']}", "fabrikam-admin"), 404)


async def test_nobody_sees_how_another_partners_offer_was_decided(desk: Desk) -> None:
    await published(desk, availableInCsp=True)
    for query in ("tab=published&review=in_review", "tab=published&status=in_review"):
        refused(await desk.get(f"/api/offers?{query}", "fabrikam-admin"), 403)
    (row,) = await desk.items("/api/offers?tab=published", "fabrikam-admin")
    assert not row.keys() & {"review", "reviewState", "coSellStatus"}


async def test_where_a_file_lies_is_nobody_elses_business(desk: Desk) -> None:
    offer = await ready(desk)
    seen = await read(desk, offer["id"], "vendor-seller")
    assert not seen["documents"]["solution_one_pager"].keys() & {"path", "textPath", "filePath", "uploadId"}


@pytest.mark.parametrize("action", ["publish", "go-live", "contacts/undo"])
async def test_what_others_may_read_they_may_not_change(desk: Desk, action: str) -> None:
    offer = await published(desk, availableInCsp=True)
    for persona in ("fabrikam-admin", "vendor-admin"):
        refused(await desk.post(f"/api/offers/{offer['id']}/{action}", {"scope": "all"}, persona), 404)
        patched = await desk.send(
            "PATCH", f"/api/offers/{offer['id']}", as_=persona, json={"name": "x"}, headers={"If-Match": "*"}
        )
        refused(patched, 404)
        refused(await desk.get(f"/api/offers/{offer['id']}/compare", persona), 404)


async def test_nobody_signed_in_reads_no_offer(desk: Desk) -> None:
    offer = await published(desk, availableInCsp=True)
    for path in (f"/api/offers/{offer['id']}", "/api/offers?tab=published", f"/api/offers/{offer['id']}/compare"):
        refused(await desk.get(path, None), 401)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("tab=mine", 422),
        ("review=open", 422),
        ("review=in_review&status=in_review", 422),
        ("review=in_review&sort=name", 422),
        ("review=in_review&sort=-requested", 200),
        ("status=in_review&sort=-name", 200),
        ("sort=-updated", 200),
        ("tab=own", 200),
    ],
)
async def test_a_list_says_what_it_can_be_asked_for(desk: Desk, query: str, status: int) -> None:
    await published(desk)
    assert (await desk.get(f"/api/offers?{query}", "vendor-reviewer")).status_code == status


async def test_pages_of_the_published_go_on_where_they_ended(desk: Desk) -> None:
    made = [(await published(desk, name=f"Offer {n}"))["id"] for n in range(3)]
    path, found = "/api/offers?review=in_review&limit=2", []
    while path:
        page: dict[str, Any] = ok(await desk.get(path, "vendor-reviewer"))
        found += [each["id"] for each in page["items"]]
        path = page["next"]
    assert sorted(found) == sorted(made)


async def test_published_contacts_are_read_as_published(desk: Desk) -> None:
    offer = await published(desk, availableInCsp=True)
    await fill(desk, offer["id"])
    for persona in ("vendor-seller", "fabrikam-admin"):
        listed = await desk.get(f"/api/offers/{offer['id']}/contacts.csv", persona)
        assert "ana@contoso.example" not in listed.text
    await publish_offer(desk, offer["id"], "co_sell")
    await desk.deliver()
    for persona in ("vendor-seller", "fabrikam-admin"):
        listed = await desk.get(f"/api/offers/{offer['id']}/contacts.csv", persona)
        assert (listed.status_code, "ana@contoso.example" in listed.text) == (200, True)
