"""The draft against what is published, and the advice which scope to publish with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.functions.desk import Desk, ok, refused
from tests.functions.offers.offering import FILES, a_draft, edited, fill, live, publish_offer, published
from tests.functions.uploads.uploading import uploaded


async def compared(desk: Desk, id: str) -> dict[str, Any]:
    return dict(ok(await desk.get(f"/api/offers/{id}/compare")))


async def test_before_the_first_publication_everything_is_new(desk: Desk) -> None:
    offer = await a_draft(desk)
    seen = await compared(desk, offer["id"])
    assert seen["published"] is None
    assert {"name", "offerType", "platforms", "solutionAreas", "landingPageUrl"} <= set(seen["changed"])
    assert seen["advice"]["scope"] == "all"
    assert [(each["scope"], each["code"]) for each in seen["refused"]] == [("co_sell", "listing_not_published")]


async def test_each_field_is_told_with_both_values(desk: Desk) -> None:
    offer = await live(desk)
    assert (await compared(desk, offer["id"]))["changed"] == []
    await edited(desk, offer["id"], name="Renamed", platforms=["windows"])
    seen = await compared(desk, offer["id"])
    fields = {each["field"]: each for each in seen["fields"]}
    assert fields["platforms"] == {
        "field": "platforms", "part": "co_sell", "draft": ["windows"], "published": ["azure"], "changed": True,
    }  # fmt: skip
    assert (fields["name"]["part"], fields["name"]["published"]) == ("listing", offer["name"])
    assert seen["changed"] == ["name", "platforms"]
    assert seen["advice"]["scope"] == "all"
    await edited(desk, offer["id"], name=offer["name"])
    assert (await compared(desk, offer["id"]))["advice"]["scope"] == "co_sell"


async def test_documents_and_contacts_are_compared_too(desk: Desk) -> None:
    offer = await published(desk)
    await fill(desk, offer["id"])
    seen = await compared(desk, offer["id"])
    fields = {each["field"]: each for each in seen["fields"]}
    assert fields["documents.solution_one_pager"]["draft"]["fileName"] == "one-pager.pdf"
    assert fields["documents.solution_one_pager"]["published"] is None
    assert (fields["contacts"]["draft"]["contacts"], fields["contacts"]["published"]) == (1, None)
    assert set(seen["changed"]) == {"documents.solution_one_pager", "documents.solution_pitch_deck", "contacts"}
    await publish_offer(desk, offer["id"], "co_sell")
    assert (await compared(desk, offer["id"]))["pending"]["number"] == 2
    await desk.deliver()
    assert (await compared(desk, offer["id"]))["changed"] == []


async def test_a_comparison_says_why_nothing_may_be_published(desk: Desk) -> None:
    offer = await published(desk)
    seen = await compared(desk, offer["id"])
    assert seen["advice"]["scope"] is None
    assert {each["code"] for each in seen["refused"]} == {"nothing_to_publish"}
    await edited(desk, offer["id"], name="Renamed")
    await publish_offer(desk, offer["id"])
    assert {each["code"] for each in (await compared(desk, offer["id"]))["refused"]} == {"publication_pending"}


async def test_the_same_bytes_taken_away_and_sent_again_are_no_change(desk: Desk) -> None:
    """When a file came is not what it says: nothing is to be reviewed again for it."""
    offer = await published(desk)
    await fill(desk, offer["id"])
    await publish_offer(desk, offer["id"], "co_sell")
    await desk.deliver()
    at = f"/api/offers/{offer['id']}/documents/solution_one_pager/one-pager.pdf"
    assert (await desk.send("DELETE", at, headers={"If-Match": "*"})).status_code in (200, 204)
    assert (await compared(desk, offer["id"]))["changed"] == ["documents.solution_one_pager"]
    desk.clock.move(timedelta(minutes=1))
    content = (FILES / "one-pager.pdf").read_bytes()
    await uploaded(desk, offer["id"], content, "one-pager.pdf", "/documents/solution_one_pager")
    assert (await compared(desk, offer["id"]))["changed"] == []
    refused(await desk.post(f"/api/offers/{offer['id']}/publish", {"scope": "co_sell"}), 409, "nothing_to_publish")
