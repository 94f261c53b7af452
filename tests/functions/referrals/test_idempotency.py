"""Idempotency-Key: a create that was sent twice makes one thing (DESIGN.md section 4)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

import pytest

from tests.functions.deals import Body, a_deal, a_deal_with_help, an_offer, an_opportunity
from tests.functions.desk import Desk, ok, refused

CREATES: Final[dict[str, tuple[str, str, Body]]] = {
    "create_deal": ("/api/deals", "contoso-admin", a_deal()),
    "create_deal with help": ("/api/deals", "contoso-admin", a_deal_with_help()),
    "send_opportunity": ("/api/opportunities", "vendor-seller", an_opportunity()),
    "create_offer": ("/api/offers", "contoso-admin", an_offer()),
}


@pytest.mark.parametrize("create", CREATES)
async def test_the_same_key_and_body_answer_the_same(desk: Desk, create: str) -> None:
    """The same status, Location and id, marked as replayed; nothing more is stored, however much later it comes."""
    path, persona, body = CREATES[create]
    first = await desk.post(path, body, persona, idempotency_key="key-1")
    before = desk.contents()
    assert "Idempotency-Replayed" not in first.headers
    for _ in range(2):
        desk.clock.move(timedelta(days=40))
        again = await desk.post(path, body, persona, idempotency_key="key-1")
        assert (again.status_code, again.headers["Location"], again.json()["id"]) == (
            201,
            first.headers["Location"],
            first.json()["id"],
        )
        assert again.headers["Idempotency-Replayed"] == "true"
    assert desk.contents() == before


@pytest.mark.parametrize("create", CREATES)
async def test_the_same_key_for_another_body_is_422(desk: Desk, create: str) -> None:
    """A key stands for one request."""
    path, persona, body = CREATES[create]
    ok(await desk.post(path, body, persona, idempotency_key="key-1"), 201)
    before = desk.contents()
    response = await desk.post(path, {**body, "name": "Another"}, persona, idempotency_key="key-1")
    refused(response, 422, "idempotency_key_reused")
    assert desk.contents() == before


@pytest.mark.parametrize("create", CREATES)
async def test_a_key_sent_at_once_makes_one_thing(desk: Desk, create: str) -> None:
    """A double click, eight times."""
    path, persona, body = CREATES[create]
    answers = await asyncio.gather(*(desk.post(path, body, persona, idempotency_key="k") for _ in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    listed = await desk.items("/api/offers" if "offer" in path else "/api/deals?tab=outbound", persona)
    assert len(listed) == 1


async def test_the_way_a_body_is_written_does_not_matter(desk: Desk) -> None:
    """What is compared is the validated command: other spelling of the same amount, blanks, order, a form."""
    body = a_deal()
    first = ok(await desk.post("/api/deals", body, idempotency_key="k"), 201)
    spelled = dict(reversed({**body, "name": "  Contoso ERP to the cloud ", "visibleToVendor": False}.items()))
    again = await desk.post("/api/deals", spelled, idempotency_key="k")
    assert ok(again, 201)["id"] == first["id"]


async def test_a_key_is_the_callers_own_and_of_one_function(desk: Desk) -> None:
    """Another user, another organization, another function: other things."""
    ids = {
        ok(await desk.post("/api/deals", a_deal(), persona, idempotency_key="k"), 201)["id"]
        for persona in ("contoso-admin", "contoso-user", "fabrikam-admin")
    }
    offer = ok(await desk.post("/api/offers", an_offer(), idempotency_key="k"), 201)
    assert len({*ids, offer["id"]}) == 4


async def test_an_invalid_body_uses_no_key(desk: Desk) -> None:
    """The corrected one may come under the same key."""
    refused(await desk.post("/api/deals", a_deal(name=""), idempotency_key="k"), 422, "invalid")
    refused(await desk.post("/api/deals", a_deal(estimatedCloseDate="2020-01-01"), idempotency_key="k"), 422, "invalid")
    response = await desk.post("/api/deals", a_deal(), idempotency_key="k")
    ok(response, 201)
    assert "Idempotency-Replayed" not in response.headers


async def test_a_replay_shows_the_deal_as_it_is_now(desk: Desk) -> None:
    """It is read, not repeated: what happened since stays."""
    body = a_deal()
    deal = ok(await desk.post("/api/deals", body, idempotency_key="k"), 201)
    ok(await desk.act(deal["id"], "win"))
    again = await desk.post("/api/deals", body, idempotency_key="k")
    assert ok(again, 201)["outcome"] == "won"


async def test_a_replay_is_no_second_invitation(desk: Desk) -> None:
    """Neither before nor after delivery."""
    body = an_opportunity()
    for _ in range(2):
        ok(await desk.post("/api/opportunities", body, "vendor-seller", idempotency_key="k"), 201)
        await desk.deliver()
    assert len(await desk.items("/api/deals?tab=inbound")) == 1


async def test_a_replay_is_not_judged_by_todays_rules(desk: Desk) -> None:
    """A retry past the deal's own close date was answered 422 as if it were new: keys do not expire."""
    body = a_deal(estimatedCloseDate="2027-01-04")
    first = ok(await desk.post("/api/deals", body, idempotency_key="k"), 201)
    desk.clock.move(timedelta(days=1))
    again = await desk.post("/api/deals", body, idempotency_key="k")
    assert ok(again, 201)["id"] == first["id"]


async def test_a_form_carries_its_key_in_a_field(desk: Desk) -> None:
    """Every create form has a hidden generated key, so a double click makes one."""
    form = {"name": "Migrator", "offerType": "saas", "availableCountries.0": "FR", "idempotencyKey": "form-key"}
    first = await desk.send("POST", "/api/offers", data=form)
    again = await desk.send("POST", "/api/offers", data=form)
    assert ok(first, 201)["id"] == ok(again, 201)["id"]
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    "key", ["a", "k" * 200, "with spaces in it", "!#$%&'*+-.^_`|~", "0190b1c2-7f1e-7b3a-8c55-3c2f6a0e9d11"]
)
async def test_a_key_is_any_short_text(desk: Desk, key: str) -> None:
    """No format is asked of it."""
    body = a_deal()
    first = await desk.post("/api/deals", body, idempotency_key=key)
    again = await desk.post("/api/deals", body, idempotency_key=key)
    assert ok(first, 201)["id"] == ok(again, 201)["id"]


async def test_no_key_means_two_deals(desk: Desk) -> None:
    """Two bodies without one are two pieces of business."""
    assert (await desk.created())["id"] != (await desk.created())["id"]
