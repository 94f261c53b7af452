"""Another organization's things do not exist: 404 on every route, whatever the body, the method or the role."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest

import function_app
from devhost.indexing import functions_of
from tests.functions.deals import BODIES, a_deal, an_acceptance, an_offer
from tests.functions.desk import Desk, ok, refused

JSON: Final = {"Content-Type": "application/json"}
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
REQUESTS: Final[list[tuple[str, dict[str, str], bytes]]] = [
    ("nothing", {}, b""),
    ("an empty object", JSON, b"{}"),
    ("a valid acceptance", {**JSON, "If-Match": '"1"'}, json.dumps(an_acceptance()).encode()),
    ("a valid reason", {**JSON, "If-Match": "*"}, b'{"reason": 1}'),
    ("a valid note", {**JSON, "Idempotency-Key": "k"}, b'{"text": "x"}'),
    ("a stale version", {**JSON, "If-Match": '"99"'}, b'{"name": "x"}'),
    ("broken JSON", JSON, b'{"name": '),
    ("an array", JSON, b"[]"),
    ("unknown fields", JSON, b'{"budget": 1}'),
    ("another type", {"Content-Type": "text/plain"}, b"hello"),
    ("a form", FORM, b"reason=1&etag=1"),
    ("a broken form", FORM, b"a=1&a.b=2&%FF=x"),
    ("a multipart form without boundary", {"Content-Type": "multipart/form-data"}, b"--x"),
    ("a broken key", {**JSON, "Idempotency-Key": "k" * 300}, b"{}"),
    ("too much", JSON, b" " * 1_100_000),
]  # fmt: skip
STRANGERS: Final = ("fabrikam-admin", "tailspin-admin", "vendor-reviewer", "vendor-admin")


def routes(things: str) -> Iterator[tuple[str, str]]:
    """Every method and path of the app's own functions about one of `things`, `{id}` left open."""
    for indexed in functions_of(function_app.app):
        trigger: Any = indexed.get_trigger()
        route = getattr(trigger, "route", None) or ""
        if route.startswith(f"api/{things}/{{id}}"):
            rest = route.replace("{type}", "other").replace("{file}", "x.pdf").replace("{importId}", "x")
            for method in trigger.methods or ("GET", "POST"):
                yield str(getattr(method, "value", method)), f"/{rest}"


async def test_a_foreign_referral_is_404_on_every_route_whatever_is_sent(desk: Desk) -> None:
    """The same answer, word for word, as for an id that nobody has; nothing is stored."""
    _, copy = await desk.sent()
    found = sorted(routes("referrals"))
    assert len(found) >= 12, "there are routes to try"
    before = desk.contents()
    for persona in STRANGERS:
        for method, path in found:
            for name, headers, content in REQUESTS if persona == "fabrikam-admin" else REQUESTS[:3]:
                answers = [
                    await desk.send(method, path.replace("{id}", id), as_=persona, headers=headers, content=content)
                    for id in (copy["id"], "01a2e008-0000-7000-8000-000000000000")
                ]
                assert refused(answers[0], 404, "not_found") == refused(answers[1], 404, "not_found"), (
                    name,
                    method,
                    path,
                )
    assert desk.contents() == before


async def test_a_foreign_offer_is_404_on_every_route_whatever_is_sent(desk: Desk) -> None:
    """Drafts are their own organization's only; uploads to them as well."""
    offer = ok(await desk.post("/api/offers", an_offer()), 201)
    found = sorted(routes("offers"))
    assert found
    before = desk.contents()
    for persona in ("fabrikam-admin", "vendor-admin"):
        for method, path in found:
            for name, headers, content in REQUESTS:
                address = path.replace("{id}", offer["id"])
                response = await desk.send(method, address, as_=persona, headers=headers, content=content)
                assert response.status_code == 404, (persona, name, method, path, response.text)
    assert desk.contents() == before


@pytest.mark.parametrize("action", sorted(BODIES))
async def test_a_role_that_may_do_nothing_learns_nothing(desk: Desk, action: str) -> None:
    """A seller of the vendor, who may not even create deals, gets 404 for a private deal and no 403."""
    deal = await desk.created()
    for persona in ("vendor-seller", "vendor-reviewer", "fabrikam-admin"):
        refused(await desk.act(deal["id"], action, BODIES[action], persona), 404, "not_found")


async def test_the_senders_and_the_receivers_copy_are_two_things(desk: Desk) -> None:
    """Each organization has its own id for the one piece of business; the other's id means nothing to it."""
    own, copy = await desk.asked()
    refused(await desk.get(f"/api/referrals/{copy['id']}", "contoso-admin"), 404, "not_found")
    refused(await desk.get(f"/api/referrals/{own['id']}", "vendor-seller"), 404, "not_found")
    refused(await desk.act(own["id"], "accept", an_acceptance(), "vendor-seller"), 404, "not_found")
    refused(await desk.act(copy["id"], "accept", an_acceptance(), "contoso-admin"), 404, "not_found")


async def test_a_favourite_of_a_foreign_deal_is_not_kept(desk: Desk) -> None:
    """Not even as an id in somebody's list."""
    deal = await desk.created()
    before = desk.contents()
    refused(await desk.act(deal["id"], "favourite", as_="fabrikam-admin"), 404, "not_found")
    assert desk.contents() == before


async def test_a_key_does_not_reach_into_another_organization(desk: Desk) -> None:
    """Two organizations using one key and body have a deal each."""
    body = a_deal()
    mine = ok(await desk.post("/api/deals", body, idempotency_key="shared"), 201)
    theirs = await desk.post("/api/deals", body, "fabrikam-admin", idempotency_key="shared")
    assert ok(theirs, 201)["id"] != mine["id"]
    assert "Idempotency-Replayed" not in theirs.headers


async def test_search_does_not_cross_the_border(desk: Desk) -> None:
    """Neither the text nor the id of another organization's deal is found."""
    deal = await desk.created(a_deal(name="Unmistakable"))
    for persona in (*STRANGERS, "vendor-seller"):
        for tab in ("inbound", "outbound", "favourites"):
            for q in ("Unmistakable", deal["id"], deal["engagementId"]):
                assert await desk.items(f"/api/deals?tab={tab}&q={q}", persona) == []
