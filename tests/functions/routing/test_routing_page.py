"""The page of the rules, as somebody without JavaScript uses it: save, try a draft, be told what is wrong."""

from __future__ import annotations

from tests.functions.deals import a_customer
from tests.functions.desk import Desk, ok
from tests.functions.reading import Browser
from tests.functions.routing.test_routing import places, put


async def test_an_admin_makes_rules_on_the_page(desk: Desk) -> None:
    _, lyon = await places(desk)
    contoso = Browser(desk, "contoso-admin")
    page = await contoso.open("/routing")
    assert page.status == 200
    filled = {"rules__0__solution": "Data Mover", "rules__0__market": "IT", "rules__0__locationId": lyon}
    page = await contoso.send(page, "/api/routing", **filled)
    assert "Saved." in page.text
    (rule,) = ok(await desk.get("/api/routing"))["rules"]
    assert (rule["solution"], rule["market"], rule["locationId"]) == ("Data Mover", "IT", lyon)
    page = await contoso.send(page, "/api/routing", rules__0__remove="true")
    assert ok(await desk.get("/api/routing"))["rules"] == []


async def test_a_draft_is_tried_and_kept_in_the_form_and_saved_over_nothing_unseen(desk: Desk) -> None:
    _, lyon = await places(desk)
    await desk.sent(name="Wide World ERP", customer=a_customer(country="IT"))
    contoso = Browser(desk, "contoso-admin")
    page = await contoso.open("/routing")
    page.forms[-1].action = "/api/routing/dry-run"  # the second button's formaction
    tried = await contoso.send(page, "/api/routing/dry-run", rules__0__market="IT", rules__0__locationId=lyon)
    assert tried.status == 200
    assert "1 of the last 1 received would have gone elsewhere. Nothing is saved" in tried.text
    assert "Wide World ERP" in tried.text
    assert "Rule 1: everything in IT." in tried.text
    assert ok(await desk.get("/api/routing"))["rules"] == []
    ok(await put(desk, [{"market": "DE", "locationId": lyon}]))
    late = await contoso.send(tried, "/api/routing")
    assert late.status == 412
    assert "your entries are still in the form" in late.text
    assert "in Germany: Lyon" in late.text, "what others saved is shown"
    saved = await contoso.send(late, "/api/routing")
    assert saved.status == 200
    assert [rule["market"] for rule in ok(await desk.get("/api/routing"))["rules"]] == ["IT"]


async def test_a_clash_stands_beside_its_field(desk: Desk) -> None:
    _, lyon = await places(desk)
    contoso = Browser(desk, "contoso-admin")
    ok(await put(desk, [{"market": "IT", "locationId": lyon}]))
    page = await contoso.send(
        await contoso.open("/routing"), "/api/routing", rules__1__market="IT", rules__1__locationId=lyon
    )
    assert page.status == 422
    assert "clashes with rule 1" in page.message("rules", "rules.1.market")
    assert page.links["Rule 2: Customer's country"] == "#rules-rules-1-market"


async def test_others_read_the_rules_and_an_organization_without_locations_is_told(desk: Desk) -> None:
    _, lyon = await places(desk)
    ok(await put(desk, [{"market": "IT", "locationId": lyon}]))
    page = await Browser(desk, "contoso-user").open("/routing")
    assert not page.has_form("/api/routing")
    assert "Everything in Italy: Lyon" in page.text
    page = await Browser(desk, "fabrikam-admin").open("/routing")
    assert "no locations yet" in page.text
    assert page.status == 200


async def test_every_field_has_a_label(desk: Desk) -> None:
    page = await Browser(desk, "contoso-admin").open("/routing")
    assert [
        one for one in page.inputs
        if one.get("type") != "hidden" and not one["labelled"] and one.get("id") not in page.labels
    ] == []  # fmt: skip
