"""Routing rules over HTTP: who keeps them, what is refused, where received referrals go, and the dry run (issue 5)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from tests.contract.counting import CountingStore
from tests.functions.deals import a_customer, a_deal, a_partner_invitation, an_opportunity, an_organization
from tests.functions.desk import Desk, fields_of, ok, open_desk, refused

MIGRATOR: Final = {"kind": "own", "name": "Fabrikam Migrator"}
MOVER: Final = {"kind": "third_party", "name": "Data Mover"}


async def places(desk: Desk) -> tuple[str, str]:
    """The ids of Contoso's Paris, the default, and Lyon."""
    paris, lyon = ok(await desk.get("/api/organization"))["locations"]
    return paris["id"], lyon["id"]


async def put(desk: Desk, rules: Any, etag: str | None = None, as_: str = "contoso-admin") -> httpx.Response:
    headers = {} if etag is None else {"If-Match": etag}
    return await desk.send("PUT", "/api/routing", as_=as_, json={"rules": rules}, headers=headers)


async def try_(desk: Desk, rules: Any, **more: Any) -> dict[str, Any]:
    return ok(await desk.post("/api/routing/dry-run", {"rules": rules, **more}))


async def test_there_are_no_rules_at_first_and_the_first_need_no_version(desk: Desk) -> None:
    response = await desk.get("/api/routing", "contoso-auditor")
    paris, lyon = await places(desk)
    assert response.headers["ETag"] == '"0"'
    assert ok(response) == {"rules": [], "defaultLocationId": paris, "updatedAt": None, "history": []}
    first = await put(desk, [{"market": "IT", "locationId": lyon}])
    assert first.headers["ETag"] == '"1"'
    assert ok(first)["rules"] == [{"solution": None, "market": "IT", "locationId": lyon, "isLost": False}]
    refused(await put(desk, []), 428, "precondition_required")
    refused(await put(desk, [], '"0"'), 412, "changed_since_read")
    assert (await put(desk, [], '"1"')).headers["ETag"] == '"2"'
    assert [entry["action"] for entry in ok(await desk.get("/api/routing"))["history"]] == ["create", "edit"]


async def test_of_many_who_write_the_first_rules_at_once_one_does(desk: Desk) -> None:
    _, lyon = await places(desk)
    responses = await asyncio.gather(
        *(put(desk, [{"market": c, "locationId": lyon}]) for c in ("IT", "DE", "ES", "PT"))
    )
    assert sorted(response.status_code for response in responses)[0] == 200
    assert {response.status_code for response in responses} <= {200, 412, 428}
    (won,) = [response for response in responses if response.status_code == 200]
    assert ok(await desk.get("/api/routing"))["rules"] == won.json()["rules"]


UNFIT: Final = [
    ([{"locationId": "LYON"}], {"rules.0.market": "rule_for_nothing"}),
    ([{"market": "xx", "locationId": "LYON"}], {"rules.0.market": "unknown_country"}),
    ([{"market": "IT"}], {"rules.0.locationId": "missing"}),
    ([{"market": "IT", "locationId": "nowhere"}], {"rules.0.locationId": "unknown_location"}),
    ([{"market": "IT", "locationId": "a/b"}], {"rules.0.locationId": "not_an_id"}),
    ([{"solution": "x" * 201, "locationId": "LYON"}], {"rules.0.solution": "string_too_long"}),
    ([{"solution": "a\nb", "locationId": "LYON"}], {"rules.0.solution": "control_character"}),
    ([{"solution": 7, "locationId": "LYON"}], {"rules.0.solution": "string_type"}),
    ([{"market": "IT", "locationId": "LYON", "x": 1}], {"rules.0.x": "unknown_field"}),
    ([{"market": "IT", "locationId": "LYON"}] * 2, {"rules.1.market": "clash"}),
    (
        [{"solution": "Ab", "locationId": "LYON"}, {"solution": "aB", "locationId": "LYON"}],
        {"rules.1.solution": "clash"},
    ),
    ([{"market": "IT", "locationId": "LYON"}] * 51, {"rules": "too_long"}),
    ("IT", {"rules": "list_type"}),
    (None, {"rules": "list_type"}),
]


@pytest.mark.parametrize(("rules", "named"), UNFIT, ids=lambda value: str(value)[:50])
async def test_what_does_not_fit_is_named_kept_or_tried_and_nothing_changes(
    desk: Desk, rules: Any, named: dict[str, str]
) -> None:
    _, lyon = await places(desk)
    if isinstance(rules, list):
        rules = [{k: lyon if v == "LYON" else v for k, v in rule.items()} for rule in rules]
    before = desk.contents()
    assert fields_of(refused(await put(desk, rules), 422, "invalid")) == named
    assert fields_of(refused(await desk.post("/api/routing/dry-run", {"rules": rules}), 422, "invalid")) == named
    assert desk.contents() == before


async def test_a_body_without_rules_does_not_empty_them(desk: Desk) -> None:
    assert fields_of(refused(await desk.send("PUT", "/api/routing", json={}), 422)) == {"rules": "missing"}
    for last in (0, 201, "x", True, 1.5, None):
        problem = refused(await desk.post("/api/routing/dry-run", {"rules": [], "last": last}), 422)
        assert fields_of(problem).keys() == {"last"}


async def test_received_referrals_go_by_the_rules_of_the_moment(desk: Desk) -> None:
    """Opportunities, invitations between partners; never those that were received before."""
    paris, lyon = await places(desk)
    _, before = await desk.sent(name="Before", customer=a_customer(country="IT"))
    ok(await put(desk, [{"market": "IT", "locationId": lyon}, {"solution": "data mover", "locationId": lyon}]))
    _, by_market = await desk.sent(name="By market", customer=a_customer(country="IT"))
    _, by_solution = await desk.sent(name="By solution", solutions=[MIGRATOR, MOVER])
    _, by_none = await desk.sent(name="By none")
    assert [one["locationId"] for one in (before, by_market, by_solution, by_none)] == [paris, lyon, lyon, paris]
    assert (await desk.read(before["id"]))["locationId"] == paris
    own = await desk.created(as_="fabrikam-admin")
    invitation = a_partner_invitation(partnerId="contoso", solutions=[MOVER])
    ok(await desk.act(own["id"], "invite-partner", invitation, "fabrikam-admin"))
    await desk.deliver()
    invited = await desk.copy_of(own, "contoso-admin")
    assert invited["locationId"] == lyon, "by what the invitation is about, not by the sender's deal"


async def test_a_rule_whose_location_was_removed_leads_to_the_default(desk: Desk) -> None:
    paris, lyon = await places(desk)
    ok(await put(desk, [{"market": "FR", "locationId": lyon}]))
    kept = [{"id": paris, "name": "Paris", "country": "FR", "isDefault": True}]
    ok(await desk.send("PUT", "/api/organization", json=an_organization(locations=kept), headers={"If-Match": "*"}))
    assert ok(await desk.get("/api/routing"))["rules"][0]["isLost"] is True
    _, copy = await desk.sent()
    assert copy["locationId"] == paris
    problem = refused(
        await put(desk, [{"market": "FR", "locationId": lyon}, {"market": "IT", "locationId": paris}], "*"), 422
    )
    assert fields_of(problem) == {"rules.0.locationId": "unknown_location"}


async def test_a_dry_run_says_who_would_have_got_what_and_writes_nothing(desk: Desk) -> None:
    paris, lyon = await places(desk)
    _, first = await desk.sent(name="First", customer=a_customer(country="IT"))
    desk.clock.move(timedelta(hours=1))
    _, second = await desk.sent(name="Second", solutions=[MOVER])
    desk.clock.move(timedelta(hours=1))
    _, third = await desk.sent(name="Third")
    before = desk.contents()
    found = await try_(
        desk, [{"market": "IT", "locationId": lyon}, {"solution": "Data Mover", "market": "FR", "locationId": lyon}]
    )
    assert desk.contents() == before
    assert (found["replayed"], found["moved"]) == (3, 2)
    assert found["byLocation"] == [
        {"locationId": lyon, "received": 0, "wouldReceive": 2}, {"locationId": paris, "received": 3, "wouldReceive": 1}
    ]  # fmt: skip
    assert [(one["id"], one["wouldGoTo"], one["rule"], one["because"]) for one in found["items"]] == [
        (third["id"], paris, None, "No rule is for it: the default location."),
        (second["id"], lyon, 1, "Rule 2: Data Mover in FR."),
        (first["id"], lyon, 0, "Rule 1: everything in IT."),
    ]
    assert found["items"][0].keys() == {
        "id", "name", "customer", "solutions", "receivedAt", "locationId", "wouldGoTo", "moved", "rule", "because"
    }  # fmt: skip
    assert [one["id"] for one in (await try_(desk, [], last=2))["items"]] == [third["id"], second["id"]]


async def test_what_is_only_seen_is_not_routed_and_not_replayed(desk: Desk) -> None:
    """A vendor's mirrors are incoming, too."""
    await desk.created(a_deal(visibleToVendor=True))
    await desk.deliver()
    found = ok(await desk.post("/api/routing/dry-run", {"rules": []}, "vendor-admin"))
    assert found == {"replayed": 0, "moved": 0, "byLocation": [], "items": []}


async def test_the_rules_cost_a_delivery_one_read_a_minute(tmp_path: Path) -> None:
    counted: list[CountingStore] = []

    def wrap(store: Any) -> Any:
        counted.append(CountingStore(store))
        return counted[0]

    async with open_desk(tmp_path, wrap=wrap) as desk:
        reads = ("get", "organizations")
        for n in range(5):
            ok(await desk.post("/api/opportunities", _opportunity(n), "vendor-seller"), 201)
        await desk.services.organizations.get("contoso")
        counted[0].calls.clear()
        await desk.deliver()
        assert counted[0].calls.count(reads) <= 5, "at most one for each that is delivered at the same moment"
        for n in range(5, 10):
            ok(await desk.post("/api/opportunities", _opportunity(n), "vendor-seller"), 201)
        counted[0].calls.clear()
        await desk.deliver()
        assert counted[0].calls.count(reads) == 0


def _opportunity(n: int) -> dict[str, Any]:
    return an_opportunity(name=f"Opportunity {n}")
