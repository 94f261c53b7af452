"""The vendor's decision: on what is published, never past a failed check, and the offer follows it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.functions.desk import Desk, fields_of, ok, refused
from tests.functions.offers.offering import (
    decide,
    edited,
    live,
    publish_offer,
    published,
    queue,
    read,
    ready,
)

DIAGRAM: Any = {
    "reference_architecture_diagram": {
        "documentId": "d", "uploadId": "u", "fileName": "a.png", "contentHash": "h", "size": 1,
    }
}  # fmt: skip


async def certify(desk: Desk, id: str, kind: str, **more: Any) -> Any:
    body = {"kind": kind, "evidence": "Seen in the books", **more}
    return await desk.post(f"/api/offers/{id}/certificates", body, "vendor-reviewer")


async def with_diagram(desk: Desk, id: str) -> None:
    """As an upload would store it."""
    stored = await desk.services.store.get("offers", "contoso", id)
    assert stored is not None
    documents = {**stored.document["documents"], **DIAGRAM}
    await desk.services.store.replace(stored, "offers", {**stored.document, "documents": documents})


async def test_what_is_published_waits_in_the_queue_until_it_is_decided(desk: Desk) -> None:
    first = await published(desk)
    desk.clock.move(timedelta(minutes=1))
    second = await published(desk, "fabrikam")
    assert await queue(desk) == [first["id"], second["id"]]
    ok(await decide(desk, first["id"], "send_back"))
    assert await queue(desk) == [second["id"]]
    decided = await desk.items("/api/offers?review=decided", "vendor-reviewer")
    assert [each["id"] for each in decided] == [first["id"]]


async def test_a_ready_offer_is_decided_and_its_owner_knows(desk: Desk) -> None:
    offer = await ready(desk)
    seen = ok(await decide(desk, offer["id"], "co_sell_ready"))
    assert (seen["coSellStatus"], seen["reviewState"]) == ("co_sell_ready", "decided")
    await desk.deliver()
    own = await read(desk, offer["id"])
    assert (own["coSellStatus"], own["reviewState"], own["state"]) == ("co_sell_ready", "decided", "live")
    assert (own["review"]["decision"], own["history"][-1]["by"]) == ("co_sell_ready", "vendor")
    before = desk.contents()
    await desk.deliver()
    assert desk.contents() == before


async def test_nobody_decides_past_a_failed_check(desk: Desk) -> None:
    offer = await live(desk)
    problem = refused(await decide(desk, offer["id"], "co_sell_ready"), 409, "checks_failed")
    failed = {each["id"] for each in problem["failedChecks"]}
    assert failed == {"profile_complete", "one_pager", "pitch_deck", "sales_contacts"}
    assert all(each["todo"] for each in problem["failedChecks"])
    assert (await read(desk, offer["id"], "vendor-reviewer"))["coSellStatus"] == "in_review"


async def test_the_draft_does_not_count_only_what_is_published(desk: Desk) -> None:
    """And the profile as it is when it is decided."""
    offer = await ready(desk)
    await edited(desk, offer["id"], segments=[])
    ok(await decide(desk, offer["id"], "co_sell_ready"))
    other = await ready(desk, "fabrikam")
    body = {"description": None, "contacts": []}
    ok(await desk.send("PUT", "/api/profile", as_="fabrikam-admin", json=body, headers={"If-Match": "*"}))
    problem = refused(await decide(desk, other["id"], "co_sell_ready"), 409, "checks_failed")
    assert [each["id"] for each in problem["failedChecks"]] == ["profile_complete"]


async def test_an_offer_is_sent_back_with_reasons_and_comes_again(desk: Desk) -> None:
    offer = await live(desk)
    ok(await decide(desk, offer["id"], "send_back"))
    await desk.deliver()
    own = await read(desk, offer["id"])
    assert (own["coSellStatus"], own["review"]["reasons"][0]["check"]) == ("sent_back", "one_pager")
    refused(await decide(desk, offer["id"], "send_back"), 409, "not_in_review")
    await publish_offer(desk, offer["id"], "co_sell")  # what was missing may have been elsewhere
    await desk.deliver()
    own = await read(desk, offer["id"])
    assert (own["coSellStatus"], own["review"]["number"], own["review"]["reasons"]) == ("in_review", 2, [])
    assert await queue(desk) == [offer["id"]]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"decision": "send_back"}, {"reasons": "missing"}),
        (
            {"decision": "send_back", "reasons": [{"check": "x", "message": "y"}]},
            {"reasons.0.check": "literal_error"},
        ),
        ({"decision": "none"}, {"decision": "literal_error"}),
        ({}, {"decision": "missing"}),
    ],
)
async def test_a_decision_is_one_of_three_and_sending_back_says_why(
    desk: Desk, body: dict[str, Any], expected: dict[str, str]
) -> None:
    offer = await published(desk)
    answer = await desk.post(f"/api/offers/{offer['id']}/decision", body, "vendor-reviewer")
    assert fields_of(refused(answer, 422)).items() >= expected.items()


async def test_a_status_holds_until_what_was_published_anew_is_decided(desk: Desk) -> None:
    offer = await ready(desk)
    ok(await decide(desk, offer["id"], "co_sell_ready"))
    await desk.deliver()
    await edited(desk, offer["id"], solutionType="service")
    await publish_offer(desk, offer["id"], "co_sell")
    await desk.deliver()
    own, seen = await read(desk, offer["id"]), await read(desk, offer["id"], "vendor-reviewer")
    for each in (own, seen):
        assert (each["coSellStatus"], each["reviewState"], each["state"]) == ("co_sell_ready", "in_review", "live")
    ok(await decide(desk, offer["id"], "send_back"))
    await desk.deliver()
    assert (await read(desk, offer["id"]))["coSellStatus"] == "sent_back"


async def test_certificates_and_a_diagram_make_a_ready_offer_eligible(desk: Desk) -> None:
    """Without a publication of its own: the offer is ready already, and the vendor knows more of it."""
    offer = await ready(desk)
    ok(await decide(desk, offer["id"], "co_sell_ready"))
    await desk.deliver()
    refused(await decide(desk, offer["id"], "co_sell_ready"), 409, "not_in_review")
    problem = refused(await decide(desk, offer["id"], "ip_co_sell_eligible"), 409, "checks_failed")
    assert {"revenue", "technical_validation", "reference_architecture"} <= {x["id"] for x in problem["failedChecks"]}
    await with_diagram(desk, offer["id"])
    await publish_offer(desk, offer["id"], "co_sell")
    await desk.deliver()
    ok(await decide(desk, offer["id"], "co_sell_ready"))
    ok(await certify(desk, offer["id"], "revenue", amount={"amount": "120000", "currency": "USD"}))
    ok(await certify(desk, offer["id"], "technical_validation"))
    await desk.deliver()
    own = await read(desk, offer["id"])
    assert own["readiness"]["ipCoSell"]["passed"]
    assert own["certificates"]["revenue"]["evidence"] == "Seen in the books"
    ok(await decide(desk, offer["id"], "ip_co_sell_eligible"))
    await desk.deliver()
    assert (await read(desk, offer["id"]))["coSellStatus"] == "ip_co_sell_eligible"


async def test_a_revenue_says_how_much_and_a_small_one_is_not_enough(desk: Desk) -> None:
    offer = await published(desk)
    assert fields_of(refused(await certify(desk, offer["id"], "revenue"), 422)) == {"amount": "missing"}
    ok(await certify(desk, offer["id"], "revenue", amount={"amount": "5", "currency": "USD"}))
    await desk.deliver()
    checks = (await read(desk, offer["id"]))["readiness"]["ipCoSell"]["checks"]
    assert [each["passed"] for each in checks if each["id"] == "revenue"] == [False]


async def test_only_the_vendors_reviewer_decides_and_certifies(desk: Desk) -> None:
    offer = await published(desk)
    path = f"/api/offers/{offer['id']}"
    for persona, status in (("vendor-seller", 403), ("contoso-admin", 404), ("fabrikam-admin", 404)):
        refused(await desk.post(f"{path}/decision", {"decision": "co_sell_ready"}, persona), status)
        body = {"kind": "technical_validation", "evidence": "x"}
        refused(await desk.post(f"{path}/certificates", body, persona), status)


async def test_a_decision_on_what_was_read_before_is_refused(desk: Desk) -> None:
    """The Reviewer read publication 1; publication 2 is what would be decided."""
    offer = await live(desk)
    etag = (await desk.get(f"/api/offers/{offer['id']}", "vendor-reviewer")).headers["ETag"]
    await edited(desk, offer["id"], solutionType="service")
    await publish_offer(desk, offer["id"], "co_sell")
    await desk.deliver()
    refused(await decide(desk, offer["id"], "send_back", if_match=etag), 412)


async def test_a_decision_while_it_is_published_anew_is_of_the_one_before(desk: Desk) -> None:
    """It is stored, and what is new is in review all the same; both sides agree."""
    offer = await ready(desk)
    await edited(desk, offer["id"], solutionType="service")
    await publish_offer(desk, offer["id"], "co_sell")
    ok(await decide(desk, offer["id"], "co_sell_ready"))
    await desk.deliver()
    own, seen = await read(desk, offer["id"]), await read(desk, offer["id"], "vendor-reviewer")
    for each in (own, seen):
        assert (each["coSellStatus"], each["reviewState"], each["review"]["number"]) == (
            "co_sell_ready", "in_review", 2,
        )  # fmt: skip
    assert [each["action"] for each in seen["history"]] == ["publish", "go-live", "co_sell_ready", "publish"]
