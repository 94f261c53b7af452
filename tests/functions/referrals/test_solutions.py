"""Solutions refer to co-sell ready offers: one's own, another company's published one, or the vendor's catalogue."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.contract.counting import CountingStore
from tests.functions.deals import (
    a_deal,
    a_deal_with_help,
    a_help_request,
    a_partner_invitation,
    an_offer,
    an_opportunity,
)
from tests.functions.desk import Desk, fields_of, ok, open_desk, refused
from tests.functions.ready_offers import an_offer_of, became

Body = dict[str, Any]

READY = ("co_sell_ready", "ip_co_sell_eligible")
NOT_READY = ("none", "in_review", "sent_back")


def own(offer: str | None = None, name: str = "ERP Migrator") -> Body:
    return {"kind": "own", "name": name} | ({"offerId": offer} if offer else {})


def third(offer: str | None = None, name: str = "Data Mover") -> Body:
    return {"kind": "third_party", "name": name} | ({"offerId": offer} if offer else {})


def product(offer: str | None = None, name: str = "Something of the vendor's") -> Body:
    return {"kind": "vendor", "name": name} | ({"offerId": offer} if offer else {})


async def offered(desk: Desk, *solutions: Body, as_: str = "contoso-admin") -> Any:
    """A deal with these is created."""
    if as_.startswith("vendor"):
        return await desk.post("/api/opportunities", an_opportunity(solutions=list(solutions)), as_)
    return await desk.post("/api/deals", a_deal(solutions=list(solutions)), as_)


def codes(referral: Body) -> set[str]:
    return {warning["code"] for warning in referral["warnings"]}


@pytest.mark.parametrize("status", READY)
async def test_an_own_ready_offer_and_a_published_one_of_another_company_are_taken(desk: Desk, status: str) -> None:
    mine, theirs = await an_offer_of(desk, status=status), await an_offer_of(desk, "fabrikam", status)
    deal = ok(await offered(desk, own(mine), third(theirs)), 201)
    assert deal["solutions"] == [own(mine), third(theirs)]
    ok(await offered(desk, third(mine), third(theirs), as_="vendor-seller"), 201)


@pytest.mark.parametrize("status", NOT_READY)
async def test_an_offer_that_is_not_ready_is_refused_by_its_place(desk: Desk, status: str) -> None:
    """Of another company nothing is told but that there is no such ready offer."""
    mine, theirs = await an_offer_of(desk, status=status), await an_offer_of(desk, "fabrikam", status)
    problem = refused(await offered(desk, product(), own(mine), third(theirs)), 422, "invalid")
    assert fields_of(problem) == {
        "solutions.1.offerId": "offer_not_ready",
        "solutions.2.offerId": "unknown_offer",
    }
    assert "co-sell ready" in problem["errors"][0]["message"]
    unknown = refused(await offered(desk, third("nobodys")), 422)
    assert unknown["errors"][0]["message"] == problem["errors"][1]["message"]


async def test_what_names_no_offer_of_its_kind_is_refused(desk: Desk) -> None:
    """Another company's as one's own, one's own as another's, a draft, nobody's, a text that is no id."""
    mine, theirs = await an_offer_of(desk), await an_offer_of(desk, "fabrikam")
    draft = ok(await desk.post("/api/offers", an_offer(), "fabrikam-admin"), 201)["id"]
    wrong = [own(theirs), third(mine), third(draft), own("nobodys"), own("a/b c"), product("nothing-of-the-vendor")]
    assert fields_of(refused(await offered(desk, *wrong), 422)) == {
        "solutions.0.offerId": "unknown_offer",
        "solutions.1.offerId": "own_offer",
        "solutions.2.offerId": "unknown_offer",
        "solutions.3.offerId": "unknown_offer",
        "solutions.4.offerId": "unknown_offer",
        "solutions.5.offerId": "unknown_product",
    }
    assert fields_of(refused(await offered(desk, own(mine), as_="vendor-seller"), 422)) == {
        "solutions.0.offerId": "unknown_offer"
    }


async def test_a_bare_name_does_until_the_organization_has_a_ready_offer(desk: Desk) -> None:
    """From then on its own solutions name theirs; others' and the vendor's need not, nor do other organizations."""
    ok(await offered(desk, own(), third(), product()), 201)
    await an_offer_of(desk, status="in_review")
    ok(await offered(desk, own()), 201)
    offer = await an_offer_of(desk)
    desk.clock.move(timedelta(seconds=61))
    problem = refused(await offered(desk, third(), own()), 422, "invalid")
    assert fields_of(problem) == {"solutions.1.offerId": "offer_needed"}
    assert "co-sell ready offers" in problem["errors"][0]["message"]
    ok(await offered(desk, own(offer), third(), product()), 201)
    ok(await offered(desk, own(), as_="fabrikam-admin"), 201)
    ok(await offered(desk, own(), as_="vendor-seller"), 201)


async def test_the_vendors_products_go_by_id_or_by_name(desk: Desk) -> None:
    """A bare name of the catalogue is no name without an offer, whatever its case."""
    catalogue = desk.services.vendor_products
    id, name = next(iter(catalogue.items()))
    ok(await offered(desk, product(id, name)), 201)
    deal = ok(await offered(desk, product(name=name.upper()), product(name="Unheard of")), 201)
    shared = ok(await desk.act(deal["id"], "share"))
    (warning,) = [each for each in shared["warnings"] if each["code"] == "solution_without_offer"]
    assert "“Unheard of”: " in warning["message"]


async def test_an_edit_checks_the_solutions_it_adds_only(desk: Desk) -> None:
    """What was stored before stays, also beside a new one and with other fields."""
    deal = await desk.created(a_deal(solutions=[own()]))
    offer = await an_offer_of(desk)
    desk.clock.move(timedelta(seconds=61))
    ok(await desk.edit_now(deal["id"], {"name": "Renamed", "solutions": [own()]}))
    ok(await desk.edit_now(deal["id"], {"solutions": [own(), own(offer)]}))
    response = await desk.edit_now(deal["id"], {"solutions": [own(offer), own(name="Another")]})
    assert fields_of(refused(response, 422)) == {"solutions.1.offerId": "offer_needed"}
    await became(desk, offer, "sent_back")
    ok(await desk.edit_now(deal["id"], {"solutions": [own(offer)], "crmId": "x"}))
    ok(await desk.act(deal["id"], "win"))


async def test_an_invitation_of_a_partner_names_right_offers_too(desk: Desk) -> None:
    deal = await desk.created(a_deal(customerConsent=True))
    theirs = await an_offer_of(desk, "fabrikam")
    wrong = await desk.act(deal["id"], "invite-partner", a_partner_invitation(solutions=[third("nobodys")]))
    assert fields_of(refused(wrong, 422)) == {"solutions.0.offerId": "unknown_offer"}
    ok(await desk.act(deal["id"], "invite-partner", a_partner_invitation(solutions=[third(theirs)])))


async def test_what_is_received_is_taken_as_it_comes(desk: Desk) -> None:
    """A copy's solutions are the sender's; its receiver may edit them without a look at its own offers."""
    await an_offer_of(desk)
    _, copy = await desk.accepted(solutions=[own()])
    assert copy["solutions"] == [own()]
    ok(await desk.edit_now(copy["id"], {"solutions": [own(name="Whatever they meant")]}))


async def test_help_is_warned_of_by_how_the_offers_stand_now(desk: Desk) -> None:
    """The sender's deal and the vendor's copy of it; a status may be a minute old."""
    offer = await an_offer_of(desk)
    deal, copy = await desk.asked(solutions=[own(offer)])
    accepted = ok(await desk.act(copy["id"], "accept", {**_ACCEPTANCE}, "vendor-seller"))
    assert "no_ready_solution" not in codes(deal) | codes(accepted)
    await became(desk, offer, "sent_back")
    desk.clock.move(timedelta(seconds=61))
    assert "no_ready_solution" in codes(await desk.read(deal["id"]))
    assert "no_ready_solution" in codes(await desk.read(copy["id"], "vendor-seller"))
    await became(desk, offer, "ip_co_sell_eligible")
    desk.clock.move(timedelta(seconds=61))
    assert "no_ready_solution" not in codes(await desk.read(deal["id"]))


_ACCEPTANCE = {
    "name": "Ours",
    "estimatedValue": {"amount": "1.00", "currency": "EUR"},
    "estimatedCloseDate": "2027-04-30",
    "notes": "n",
}


async def test_bare_names_are_warned_of_once_the_vendor_sees_the_deal(desk: Desk) -> None:
    """While it is private nobody else reads them."""
    deal = await desk.created(a_deal(solutions=[own(), third()]))
    assert deal["warnings"] == [] or "solution_without_offer" not in codes(deal)
    shared = ok(await desk.act(deal["id"], "share"))
    (warning,) = [each for each in shared["warnings"] if each["code"] == "solution_without_offer"]
    assert "“ERP Migrator”, “Data Mover”" in warning["message"]
    asked = await desk.created(a_deal_with_help(solutions=[own(), third()]))
    (warning,) = [each for each in asked["warnings"] if each["code"] == "solution_without_offer"]
    assert "ERP Migrator" not in warning["message"], "said by no_ready_solution"


# The settings


@pytest.fixture
async def strict(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path, SOLUTION_OFFERS="always", HELP_NEEDS_READY_SOLUTION="true") as desk:
        yield desk


async def test_always_takes_no_bare_name(strict: Desk) -> None:
    assert fields_of(refused(await offered(strict, own(), third(), product()), 422)) == {
        f"solutions.{n}.offerId": "offer_needed" for n in range(3)
    }
    offer = await an_offer_of(strict)
    ok(await offered(strict, own(offer), product(name="Azure")), 201)
    refused(await offered(strict, own(), as_="vendor-seller"), 422)
    ok(await offered(strict, third(offer), as_="vendor-seller"), 201)


async def test_help_can_be_refused_without_a_ready_solution(strict: Desk) -> None:
    """When it is asked with the deal, and later."""
    offer = await an_offer_of(strict)
    deal = await strict.created(a_deal_with_help(solutions=[own(offer)]))
    later = await strict.created(a_deal(solutions=[own(offer)]))
    assert deal["dealType"] == "co_sell"
    await became(strict, offer, "sent_back")
    response = await strict.act(later["id"], "request-help", a_help_request())
    assert fields_of(refused(response, 422)) == {"solutions": "no_ready_solution"}
    await became(strict, offer, "co_sell_ready")
    ok(await strict.act(later["id"], "request-help", a_help_request()))


async def test_never_looks_at_no_offer(tmp_path: Path) -> None:
    async with open_desk(tmp_path, SOLUTION_OFFERS="never") as desk:
        await an_offer_of(desk)
        deal = ok(await offered(desk, own("nobodys"), own(), third("a/b"), product("x")), 201)
        assert "solution_without_offer" not in codes(ok(await desk.act(deal["id"], "share")))


async def test_another_word_for_the_setting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="SOLUTION_OFFERS"):
        async with open_desk(tmp_path, SOLUTION_OFFERS="sometimes"):
            pass


# What it costs, and what is repeated


async def test_each_offer_that_is_named_is_one_point_read(tmp_path: Path) -> None:
    """However often it is named; what is told of it afterwards is remembered."""
    stores: list[CountingStore] = []

    def counts(store: Any) -> CountingStore:
        stores.append(CountingStore(store))
        return stores[0]

    async with open_desk(tmp_path, wrap=counts) as desk:
        mine, theirs = await an_offer_of(desk), await an_offer_of(desk, "fabrikam")
        await desk.items(as_="vendor-seller")
        stores[0].calls = []
        deal = ok(await desk.post("/api/deals", a_deal_with_help(solutions=[own(mine), own(mine), third(theirs)])), 201)
        assert [call for call in stores[0].calls if call[1] == "offers"] == [("get", "offers")] * 2
        assert "no_ready_solution" not in codes(deal)
        stores[0].calls = []
        await desk.read(deal["id"])
        assert [call for call in stores[0].calls if call[1] == "offers"] == []


async def test_a_repeated_request_answers_the_first_whatever_became_of_the_offer(desk: Desk) -> None:
    offer = await an_offer_of(desk)
    body = a_deal(solutions=[own(offer)])
    first = ok(await desk.post("/api/deals", body, idempotency_key="k"), 201)
    await became(desk, offer, "sent_back")
    assert ok(await desk.post("/api/deals", body, idempotency_key="k"), 201)["id"] == first["id"]
    refused(await desk.post("/api/deals", body, idempotency_key="other"), 422)
