"""What looks like business the organization already has is shown first (docs/api.md: "Possible duplicates")."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from shared.services.ports import REFERRALS, Document
from tests.contract.counting import CountingStore
from tests.functions.deals import ABSENT, Body, a_customer, a_deal, an_acceptance, an_opportunity
from tests.functions.desk import Desk, ok, open_desk, refused
from tests.functions.pages.test_pages_deals import NEW_DEAL
from tests.functions.reading import OFF, Browser
from tests.functions.ready_offers import an_offer_of

CUSTOMER: Final = a_customer(name="Northwind Traders GmbH", dunsNumber="987654321")
CREATES: Final = [("/api/deals", "contoso-admin"), ("/api/opportunities", "vendor-seller")]


def the_business(path: str = "/api/deals", **changes: Any) -> Body:
    """The same piece of business, each time it is asked for."""
    body = {"customer": CUSTOMER, **changes}
    return a_deal(**body) if path == "/api/deals" else an_opportunity(**body)


async def collisions(desk: Desk, body: Body, path: str = "/api/deals", as_: str = "contoso-admin") -> list[Body]:
    """What a create is told, which creates nothing."""
    before = desk.contents()
    problem = refused(await desk.post(path, body, as_), 409, "possible_duplicate")
    assert desk.contents() == before
    found: list[Body] = problem["collisions"]
    return found


@pytest.mark.parametrize(("path", "persona"), CREATES)
async def test_the_same_business_a_second_time_is_answered_with_the_first(desk: Desk, path: str, persona: str) -> None:
    first = ok(await desk.post(path, the_business(path), persona), 201)
    (found,) = await collisions(desk, the_business(path), path, persona)
    assert found == {
        "id": first["id"],
        "name": first["name"],
        "customerName": "Northwind Traders GmbH",
        "stage": "accepted",
        "outcome": None,
        "estimatedCloseDate": "2027-03-31",
        "href": f"/referrals/{first['id']}",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"customer": {**CUSTOMER, "name": "NORTHWIND, Traders", "dunsNumber": "111111111"}},
        {"customer": {**CUSTOMER, "name": "Another name for it"}},
        {"estimatedCloseDate": "2027-06-29"},
        {"solutions": [{"kind": "vendor", "name": "Cloud"}, {"kind": "own", "name": " fabrikam  MIGRATOR"}]},
        {"name": "Called otherwise", "crmId": "OPP-1", "notes": ABSENT},
    ],
    ids=["the name spelled otherwise", "the same number", "90 days later", "one solution in common", "the rest"],
)
async def test_what_does_not_count_does_not_make_it_another(desk: Desk, changes: Body) -> None:
    await desk.created(the_business())
    assert len(await collisions(desk, the_business(**changes))) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"customer": {**CUSTOMER, "name": "Northwind Foods", "dunsNumber": "111111111"}},
        {"estimatedCloseDate": "2027-06-30"},
        {"solutions": [{"kind": "vendor", "name": "Fabrikam Migrator"}]},
        {"solutions": [{"kind": "own", "name": "Fabrikam Analytics"}]},
    ],
    ids=["another customer", "91 days later", "the same name of another kind", "another solution"],
)
async def test_another_customer_time_or_solution_is_another_piece_of_business(desk: Desk, changes: Body) -> None:
    await desk.created(the_business())
    await desk.created(the_business(**changes))


async def test_an_offer_is_the_same_solution_whatever_it_is_called(desk: Desk) -> None:
    offer = await an_offer_of(desk)
    await desk.created(the_business(solutions=[{"kind": "own", "name": "Migrator", "offerId": offer}]))
    renamed = [{"kind": "own", "name": "Migrator Pro", "offerId": offer}]
    assert len(await collisions(desk, the_business(solutions=renamed))) == 1


async def test_what_was_received_or_won_counts_and_what_came_to_nothing_does_not(desk: Desk) -> None:
    """Own deals and those of others alike; the newest first."""
    _, copy = await desk.sent(customer=CUSTOMER)
    assert [each["id"] for each in await collisions(desk, the_business())] == [copy["id"]]
    ok(await desk.act(copy["id"], "accept", an_acceptance(estimatedCloseDate="2027-04-30")))
    desk.clock.move(timedelta(minutes=1))
    own = await desk.created({**the_business(), "proceed": True})
    assert [each["id"] for each in await collisions(desk, the_business())] == [own["id"], copy["id"]]
    ok(await desk.act(copy["id"], "win"))
    ok(await desk.act(own["id"], "lose", {"reason": 1}))
    (won,) = await collisions(desk, the_business())
    assert (won["id"], won["stage"], won["outcome"]) == (copy["id"], "archived", "won")


@pytest.mark.parametrize("end", ["declined", "error", "expired", "withdrawn", "overdue"])
async def test_what_ended_without_a_win_is_no_duplicate(desk: Desk, end: str) -> None:
    """Overdue: not answered in time, and the sweep has not run yet."""
    sent, copy = await desk.sent(customer=CUSTOMER)
    if end in ("declined", "error"):
        reason = {"reason": 1}
        ok(await desk.act(copy["id"], {"declined": "decline", "error": "close-as-error"}[end], reason))
    elif end == "withdrawn":
        ok(await desk.act(sent["id"], "win", {}, "vendor-seller"))
        await desk.deliver()
    else:
        desk.clock.move(timedelta(days=14))
        if end == "expired":
            await desk.expire()
    await desk.created(the_business())


async def test_leads_count_like_deals(desk: Desk) -> None:
    deal = await desk.created(the_business())
    stored = await the_stored(desk, deal)
    await desk.services.store.replace(stored, REFERRALS, {**stored.document, "kind": "lead"})
    assert [each["id"] for each in await collisions(desk, the_business())] == [deal["id"]]


async def test_whoever_says_so_proceeds_and_history_tells_what_was_known(desk: Desk) -> None:
    first = await desk.created(the_business())
    second = await desk.created({**the_business(), "proceed": True})
    (entry,) = second["history"]
    assert entry["action"] == "create"
    assert entry["changes"] == {"proceededDespite": {"from": None, "to": [first["id"]]}}
    assert "proceed" not in second
    assert "proceed" not in (await the_stored(desk, second)).document


@pytest.mark.parametrize(("path", "persona"), CREATES)
async def test_proceeding_where_nothing_collides_leaves_no_trace(desk: Desk, path: str, persona: str) -> None:
    deal = ok(await desk.post(path, {**the_business(path), "proceed": True}, persona), 201)
    assert "changes" not in deal["history"][0]


async def test_a_seller_is_asked_before_a_second_partner_gets_the_same_opportunity(desk: Desk) -> None:
    path, seller = CREATES[1]
    ok(await desk.post(path, the_business(path), seller), 201)
    await collisions(desk, the_business(path, partnerId="fabrikam"), path, seller)
    ok(await desk.post(path, {**the_business(path, partnerId="fabrikam"), "proceed": True}, seller), 201)


async def test_other_organizations_business_never_collides(desk: Desk) -> None:
    """Neither a partner's private deal nor the vendor's: nobody learns that somebody else is at it."""
    await desk.created(the_business(), "fabrikam-admin")
    await desk.created(the_business(), "tailspin-admin")
    path, seller = CREATES[1]
    ok(await desk.post(path, the_business(path, partnerId="fabrikam"), seller), 201)
    await desk.created(the_business())


async def test_what_is_not_valid_is_said_before_what_it_looks_like(desk: Desk) -> None:
    await desk.created(the_business())
    refused(await desk.post("/api/deals", the_business(estimatedCloseDate="2027-01-03")), 422, "invalid")
    refused(await desk.post("/api/deals", the_business(proceed="perhaps")), 422, "invalid")


# Keys


@pytest.mark.parametrize(("path", "persona"), CREATES)
@pytest.mark.parametrize("proceed", [False, True])
async def test_a_replay_answers_the_first_whatever_collides_by_now(
    desk: Desk, path: str, persona: str, proceed: bool
) -> None:
    """Said or not: `proceed` is no part of what a key stands for."""
    first = ok(await desk.post(path, the_business(path), persona, idempotency_key="k"), 201)
    ok(await desk.post(path, {**the_business(path), "proceed": True}, persona), 201)
    again = await desk.post(path, {**the_business(path), "proceed": proceed}, persona, idempotency_key="k")
    assert ok(again, 201)["id"] == first["id"]
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_a_refusal_uses_no_key(desk: Desk) -> None:
    first = await desk.created(the_business())
    for _ in range(2):
        refused(await desk.post("/api/deals", the_business(), idempotency_key="k"), 409, "possible_duplicate")
    second = ok(await desk.post("/api/deals", {**the_business(), "proceed": True}, idempotency_key="k"), 201)
    assert second["id"] != first["id"]


async def test_a_key_of_another_request_stays_refused(desk: Desk) -> None:
    ok(await desk.post("/api/deals", the_business(), idempotency_key="k"), 201)
    refused(
        await desk.post("/api/deals", the_business(name="Another"), idempotency_key="k"), 422, "idempotency_key_reused"
    )


async def test_a_key_sent_many_times_at_once_makes_one_deal(desk: Desk) -> None:
    """A double click on "create anyway", and on "create": no request takes the other's deal for a duplicate."""
    bodies = [{**the_business(), "proceed": n % 2 == 0} for n in range(12)]
    answers = await asyncio.gather(*(desk.post("/api/deals", body, idempotency_key="k") for body in bodies))
    assert Counter(answer.status_code for answer in answers) == {201: 12}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await desk.items()) == 1


# The form


async def test_the_form_comes_back_with_links_and_all_entries_and_a_box_creates_it_anyway(desk: Desk) -> None:
    contoso = Browser(desk, "contoso-admin")
    first = await contoso.send(await contoso.open("/deals/new"), "/api/deals", **NEW_DEAL)
    form = await contoso.open("/deals/new")
    again = {**NEW_DEAL, "name": "Warehouse tracking, again", "notes": "Another site"}
    page = await contoso.send(form, "/api/deals", **again)
    assert page.status == 409
    assert "You may have this business already" in page.headings
    assert page.links["Warehouse tracking"].startswith("/referrals/")
    assert "for Northwind Traders, accepted, closes 1 Mar 2027" in page.text
    filled = dict(page.form("/api/deals").fields)
    sent = {name.replace("__", "."): value for name, value in again.items()}
    assert sent.items() <= filled.items()
    assert filled["idempotencyKey"] == dict(form.form("/api/deals").fields)["idempotencyKey"]
    assert "proceed" not in filled
    page = await contoso.send(page, "/api/deals")
    assert page.status == 409, "without the box it is asked again"
    page = await contoso.send(page, "/api/deals", proceed="true")
    assert page.headings[0] == "Warehouse tracking, again"
    assert "Although there was already: deal 1" in page.text
    assert (await contoso.open(page.links["deal 1"])).headings[0] == first.headings[0]


async def test_a_mistake_beside_it_keeps_the_ticked_box(desk: Desk) -> None:
    contoso = Browser(desk, "contoso-admin")
    await contoso.send(await contoso.open("/deals/new"), "/api/deals", **NEW_DEAL)
    page = await contoso.send(await contoso.open("/deals/new"), "/api/deals", **NEW_DEAL)
    page = await contoso.send(page, "/api/deals", proceed="true", customer__city="")
    assert page.status == 422
    assert dict(page.form("/api/deals").fields)["proceed"] == "true"
    page = await contoso.send(page, "/api/deals", proceed=OFF, customer__city="Hamburg")
    assert page.status == 409


async def test_a_seller_sees_the_same_on_the_form_of_an_opportunity(desk: Desk) -> None:
    seller = Browser(desk, "vendor-seller")
    opportunity = {**NEW_DEAL, "partnerId": "contoso"}
    await seller.send(await seller.open("/deals/new"), "/api/opportunities", **opportunity)
    page = await seller.send(await seller.open("/deals/new"), "/api/opportunities", **opportunity)
    assert page.status == 409
    page = await seller.send(page, "/api/opportunities", proceed="true")
    assert "Who was asked" in page.headings


async def test_a_key_used_for_another_deal_is_told_before_what_it_looks_like(desk: Desk) -> None:
    """Back in the browser, another name, sent again: the key is the first deal's."""
    contoso = Browser(desk, "contoso-admin")
    form = await contoso.open("/deals/new")
    await contoso.send(form, "/api/deals", **NEW_DEAL)
    page = await contoso.send(form, "/api/deals", **{**NEW_DEAL, "name": "Another"})
    assert page.status == 422
    assert "sent before" in page.text


# What others send


async def test_a_received_duplicate_is_read_with_a_warning_that_links_to_what_is_there(desk: Desk) -> None:
    own = await desk.created(the_business(name="Ours already"))
    _, copy = await desk.sent(customer=CUSTOMER)
    (warning,) = [each for each in copy["warnings"] if each["code"] == "possible_duplicate"]
    assert warning["links"] == [{"href": f"/referrals/{own['id']}", "text": "Ours already"}]
    page = await Browser(desk, "contoso-admin").open(f"/referrals/{copy['id']}")
    assert warning["message"] in page.text
    assert f"{warning['message']}:" not in page.text, "the sentence ends before its links"
    assert page.links["Ours already"] == f"/referrals/{own['id']}"
    noted = ok(await desk.act(copy["id"], "notes", {"text": "Looks like ours"}))
    assert warning in noted["warnings"], "it is said as long as it waits for its answer"


async def test_a_warning_is_for_what_waits_for_its_answer(desk: Desk) -> None:
    """Not once it was accepted, nor when the clock has run out; nor at the sender, nor on what collides with it."""
    own = await desk.created(the_business())
    sent, copy = await desk.sent(customer=CUSTOMER)
    assert "possible_duplicate" not in codes(await desk.read(own["id"]))
    assert "possible_duplicate" not in codes(await desk.read(sent["id"], "vendor-seller"))
    desk.clock.move(timedelta(days=13))
    assert "possible_duplicate" in codes(await desk.read(copy["id"]))
    accepted = ok(await desk.act(copy["id"], "accept", an_acceptance()))
    assert "possible_duplicate" not in codes(accepted)
    _, late = await desk.sent(customer=CUSTOMER, proceed=True)
    assert "possible_duplicate" in codes(late)
    desk.clock.move(timedelta(days=14))
    assert "possible_duplicate" not in codes(await desk.read(late["id"]))


async def test_a_warning_says_nothing_of_other_organizations(desk: Desk) -> None:
    """The sender's own copy, and what a third one has of the same customer."""
    await desk.created(the_business(), "fabrikam-admin")
    _, copy = await desk.sent(customer=CUSTOMER)
    assert "possible_duplicate" not in codes(copy)


def codes(referral: Body) -> set[str]:
    return {warning["code"] for warning in referral["warnings"]}


# How much is looked at, and what was stored before


async def test_the_look_is_bounded_however_many_there_are(tmp_path: Path) -> None:
    """Two lists of fifty, and each of what they hold at most once."""
    counting: list[CountingStore] = []

    def counted(store: Any) -> CountingStore:
        counting.append(CountingStore(store))
        return counting[0]

    async with open_desk(tmp_path, wrap=counted) as desk:
        for _ in range(55):
            desk.clock.move(timedelta(seconds=1))
            await desk.created({**the_business(), "proceed": True})
        newest = [item["id"] for item in await desk.items("/api/deals?tab=outbound&limit=50")]
        counting[0].calls.clear()
        found = await collisions(desk, the_business())
        assert [each["id"] for each in found] == newest
        assert Counter(counting[0].calls) == {("find", REFERRALS): 2, ("get", REFERRALS): 50}


async def test_what_cannot_collide_by_its_summary_is_not_even_read(tmp_path: Path) -> None:
    """A customer of many years."""
    counting: list[CountingStore] = []

    def counted(store: Any) -> CountingStore:
        counting.append(CountingStore(store))
        return counting[0]

    async with open_desk(tmp_path, wrap=counted) as desk:
        for year in range(2028, 2034):
            await desk.created(the_business(estimatedCloseDate=f"{year}-03-31"))
        counting[0].calls.clear()
        await desk.created(the_business())
        assert counting[0].calls == [("find", REFERRALS), ("find", REFERRALS), ("insert", REFERRALS)]


async def the_stored(desk: Desk, referral: Body) -> Any:
    found = await desk.services.store.get(REFERRALS, referral["organizationId"], referral["id"])
    assert found is not None
    return found


async def test_documents_stored_before_collisions_were_known_keep_working(desk: Desk) -> None:
    """They are read, warned about and changed as ever; once changed they are found."""
    own = await desk.created(the_business())
    _, copy = await desk.sent(customer=CUSTOMER)
    for referral in (own, copy):
        stored = await the_stored(desk, referral)
        older: Document = {k: v for k, v in stored.document.items() if k not in ("customerKey", "dunsNumber")}
        await desk.services.store.replace(stored, REFERRALS, older)
    assert "possible_duplicate" not in codes(await desk.read(copy["id"])), "what it looks like is not found yet"
    ok(await desk.edit_now(own["id"], {"crmId": "OPP-99"}))
    assert "possible_duplicate" in codes(await desk.read(copy["id"]))
    ok(await desk.act(copy["id"], "accept", an_acceptance(estimatedCloseDate="2027-03-31")))
    assert {each["id"] for each in await collisions(desk, the_business())} == {own["id"], copy["id"]}
