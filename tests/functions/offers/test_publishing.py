"""From draft to live: what a publication puts in force, what is refused and why, and what goes on meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.services.ports import Query
from tests.functions import profiles
from tests.functions.desk import Desk, ok, refused
from tests.functions.offers.offering import (
    FILES,
    a_draft,
    edited,
    fill,
    live,
    publish_offer,
    published,
    read,
)
from tests.functions.uploads.uploading import imported, uploaded


def standing(offer: dict[str, Any]) -> tuple[str, str, str]:
    return offer["state"], offer["coSellStatus"], offer["reviewState"]


async def test_a_draft_is_published_validated_and_goes_live(desk: Desk) -> None:
    offer = await a_draft(desk)
    after = await publish_offer(desk, offer["id"])
    assert (standing(after), after["published"]) == (("validating", "none", "none"), None)
    assert after["pendingPublication"]["number"] == 1
    await desk.deliver()
    after = await read(desk, offer["id"])
    assert standing(after) == ("validated", "in_review", "in_review")
    assert (after["published"]["number"], after["pendingPublication"]) == (1, None)
    assert (after["review"]["number"], after["review"]["status"]) == (1, "in_review")
    after = ok(await desk.post(f"/api/offers/{offer['id']}/go-live"))
    assert after["state"] == "live"
    await desk.deliver()
    assert (await read(desk, offer["id"], "vendor-seller"))["state"] == "live"
    assert [each["action"] for each in after["history"]] == ["create", "publish", "validate", "go-live"]


async def test_delivering_again_changes_nothing(desk: Desk) -> None:
    await live(desk)
    before = desk.contents()
    await desk.deliver()
    assert desk.contents() == before


async def test_validation_sends_a_draft_back_with_what_to_mend(desk: Desk) -> None:
    offer = await a_draft(desk)
    await edited(desk, offer["id"], availableCountries=[])
    await publish_offer(desk, offer["id"])
    await desk.deliver()
    after = await read(desk, offer["id"])
    assert standing(after) == ("draft", "none", "none")
    assert [(each["field"], each["code"]) for each in after["validation"]] == [("availableCountries", "missing")]
    assert (after["published"], after["publications"]) == (None, [])
    refused(await desk.get(f"/api/offers/{offer['id']}", "vendor-seller"), 404)
    await edited(desk, offer["id"], availableCountries=["FR"])
    await publish_offer(desk, offer["id"])
    await desk.deliver()
    after = await read(desk, offer["id"])
    assert (after["state"], after["validation"]) == ("validated", [])


async def test_what_is_refused_by_validation_leaves_a_live_offer_as_it_was(desk: Desk) -> None:
    offer = await live(desk)
    await edited(desk, offer["id"], name="Nowhere", availableCountries=[])
    await publish_offer(desk, offer["id"])
    await desk.deliver()
    after = await read(desk, offer["id"])
    assert after["state"] == "live"
    assert after["validation"]
    assert (after["published"]["number"], after["published"]["name"]) == (1, offer["name"])
    assert (await read(desk, offer["id"], "vendor-seller"))["name"] == offer["name"]


async def test_scope_co_sell_leaves_the_listing_as_it_is_published(desk: Desk) -> None:
    offer = await live(desk)
    await edited(desk, offer["id"], name="Renamed", solutionType="service")
    await publish_offer(desk, offer["id"], "co_sell")
    await desk.deliver()
    seen = await read(desk, offer["id"], "vendor-seller")
    assert (seen["name"], seen["solutionType"], seen["number"]) == (offer["name"], "service", 2)
    own = await read(desk, offer["id"])
    assert (own["state"], own["name"], own["published"]["name"]) == ("live", "Renamed", offer["name"])
    assert own["publications"][-1]["changed"] == ["solutionType"]


@pytest.mark.parametrize(
    ("scope", "change", "code"),
    [
        ("co_sell", {}, "nothing_to_publish"),
        ("all", {}, "nothing_to_publish"),
        ("co_sell", {"name": "Renamed"}, "nothing_to_publish"),
    ],
)
async def test_only_what_changed_may_be_published(desk: Desk, scope: str, change: dict[str, Any], code: str) -> None:
    offer = await published(desk)
    if change:
        await edited(desk, offer["id"], **change)
    problem = refused(await desk.post(f"/api/offers/{offer['id']}/publish", {"scope": scope}), 409, code)
    assert problem["allowedActions"] == (["publish all"] if change else [])


async def test_a_listing_that_was_never_published_is_published_whole(desk: Desk) -> None:
    offer = await a_draft(desk)
    answer = await desk.post(f"/api/offers/{offer['id']}/publish", {"scope": "co_sell"})
    assert refused(answer, 409, "listing_not_published")["allowedActions"] == ["publish all"]


async def test_one_publication_at_a_time_of_the_draft_as_it_was(desk: Desk) -> None:
    """What is edited meanwhile belongs to the next one."""
    offer = await a_draft(desk)
    await publish_offer(desk, offer["id"])
    await edited(desk, offer["id"], name="Later")
    refused(await desk.post(f"/api/offers/{offer['id']}/publish", {"scope": "all"}), 409, "publication_pending")
    refused(await desk.post(f"/api/offers/{offer['id']}/go-live"), 409, "not_validated")
    await desk.deliver()
    own = await read(desk, offer["id"])
    assert (own["name"], own["published"]["name"]) == ("Later", offer["name"])


async def test_going_live_needs_validation_and_happens_once(desk: Desk) -> None:
    offer = await a_draft(desk)
    refused(await desk.post(f"/api/offers/{offer['id']}/go-live"), 409, "not_validated")
    offer = await live(desk)
    refused(await desk.post(f"/api/offers/{offer['id']}/go-live"), 409, "already_live")


async def test_a_stale_version_neither_publishes_nor_goes_live(desk: Desk) -> None:
    offer = await a_draft(desk)
    await edited(desk, offer["id"], name="Renamed")
    refused(await desk.post(f"/api/offers/{offer['id']}/publish", {"scope": "all"}, if_match='"1"'), 412)
    refused(await desk.post(f"/api/offers/{offer['id']}/go-live", {}, if_match='"1"'), 412)


async def test_a_browser_goes_back_to_the_offers_page(desk: Desk) -> None:
    offer = await a_draft(desk)
    headers = {"content-type": "application/x-www-form-urlencoded", "accept": "text/html"}
    answer = await desk.send("POST", f"/api/offers/{offer['id']}/publish", content=b"scope=all", headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/offers/{offer['id']}")


async def test_a_document_replaced_while_it_is_being_published_is_found_as_published(desk: Desk) -> None:
    """Its passages are copied when the publication is delivered, from those of the version that was published."""
    offer = await published(desk)
    await fill(desk, offer["id"])
    await publish_offer(desk, offer["id"], "co_sell")
    await uploaded(desk, offer["id"], (FILES / "diagram.png").read_bytes(), "a.png", "/documents/solution_one_pager")
    await desk.deliver()
    own = await read(desk, offer["id"])
    upload = own["published"]["documents"]["solution_one_pager"]["uploadId"]
    assert own["documents"]["solution_one_pager"]["uploadId"] != upload
    found = await desk.services.store.find("documents", "published", Query())
    assert upload in {each["uploadId"] for each in found.items}


async def test_a_published_list_stays_when_it_is_replaced_twice(desk: Desk) -> None:
    """Its contacts are what others read, until another list is published."""
    offer = await published(desk)
    await imported(desk, offer["id"])
    await publish_offer(desk, offer["id"], "co_sell")
    await desk.deliver()
    first = (await read(desk, offer["id"]))["published"]["activeImport"]["importId"]
    for number in range(2):
        await imported(desk, offer["id"], (f"N {number}", "n@contoso.example", "X", "Partner sales", "FR", ""))
    desk.clock.move(timedelta(days=2))
    await desk.services.contact_cleaning.clean()
    store = desk.services.store
    assert await store.get("contacts", "contoso", first) is not None
    await publish_offer(desk, offer["id"], "co_sell")
    await desk.deliver()
    desk.clock.move(timedelta(days=2))
    await desk.services.contact_cleaning.clean()
    assert await store.get("contacts", "contoso", first) is None


async def test_a_new_location_without_a_contact_shows_in_the_readiness_of_offers(desk: Desk) -> None:
    """The version stays: nothing of the offer itself changed."""
    offer = await a_draft(desk)
    await profiles.drafted(desk)
    assert (await read(desk, offer["id"]))["readiness"]["coSell"]["checks"][0]["passed"]
    seen = ok(await desk.get("/api/organization"))
    places = [*seen["locations"], {"name": "Lyon", "country": "FR", "isDefault": False}]
    body = {"name": seen["name"], "country": seen["country"], "locations": places}
    ok(await desk.send("PUT", "/api/organization", json=body, headers={"If-Match": "*"}))
    response = await desk.get(f"/api/offers/{offer['id']}")
    last = ok(response)["readinessChanges"][-1]
    assert (last["cause"], last["became"], response.headers["ETag"]) == ("profile", {"profile_complete": False}, '"1"')


async def test_readiness_is_stored_with_every_change_and_its_cause(desk: Desk) -> None:
    offer = await a_draft(desk)
    assert (offer["readiness"]["cause"], offer["readiness"]["coSell"]["passed"]) == ("create", False)
    await fill(desk, offer["id"])
    await publish_offer(desk, offer["id"])
    await desk.deliver()
    ok(await desk.post(f"/api/offers/{offer['id']}/go-live"))
    own = await read(desk, offer["id"])
    assert own["readiness"]["coSell"]["passed"]
    turned = {(each["cause"], check) for each in own["readinessChanges"] for check in each["became"]}
    assert {("create", "listing_complete"), ("profile", "profile_complete"), ("go-live", "offer_live")} <= turned
    assert {("import_contacts", "sales_contacts"), ("upload_document", "one_pager")} <= turned
    await edited(desk, offer["id"], segments=[])
    last = (await read(desk, offer["id"]))["readinessChanges"][-1]
    assert (last["cause"], last["by"], last["became"]["listing_complete"]) == ("edit", own["history"][0]["by"], False)
