"""What a new deal can start from: customers and colleagues of the organization's own, with their D-U-N-S numbers."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.domain.ids import derived_id
from tests.contract.counting import CountingStore
from tests.functions.deals import ABSENT, Body, a_customer, a_deal, an_acceptance, an_employee
from tests.functions.desk import Desk, fields_of, ok, open_desk, refused
from tests.functions.network.test_companies import HEADER, imported
from tests.functions.reading import Browser

CSV = f"{HEADER}\nZürich Robotics AG,Bahnhofstrasse 1,Zürich,ZH,8001,CH,222222222,51to250employees\n"


async def customers(desk: Desk, as_: str = "contoso-admin", **query: str) -> list[Body]:
    items: list[Body] = ok(await desk.get("/api/suggest/customers", as_, params=query))["items"]
    return items


async def employees(desk: Desk, q: str = "", as_: str = "contoso-admin") -> list[str]:
    """Their e-mail addresses."""
    items = ok(await desk.get("/api/suggest/employees", as_, params={"q": q}))["items"]
    return [item["email"] for item in items]


def a_colleague(name: str) -> Body:
    return an_employee(firstName=name, email=f"{name.lower()}@contoso.example")


def the_deal_in(city: str, country: str) -> Body:
    """Of one customer, in one of its places."""
    customer = a_customer(name="Litware", country=country, city=city)
    return a_deal(customer=customer, solutions=[{"kind": "own", "name": f"For {city}"}])


# Customers


async def test_a_customer_of_an_own_deal_is_suggested_with_its_number(desk: Desk) -> None:
    deal = await desk.created(a_deal(customer=a_customer(name="Wide World Importers", dunsNumber="444444444")))
    assert await customers(desk, q="world imp") == [
        {
            "name": "Wide World Importers",
            "address": "1 rue de la Paix",
            "city": "Paris",
            "state": None,
            "postalCode": "75002",
            "country": "FR",
            "dunsNumber": "444444444",
            "size": "51to250employees",
            "source": "referrals",
            "id": deal["id"],
        }
    ]


async def test_a_suggestion_never_carries_the_customers_contact(desk: Desk) -> None:
    """What its people agreed to was that deal."""
    await desk.created(a_deal(customer=a_customer(name="Wide World Importers")))
    (found,) = await customers(desk, q="wide")
    assert "ana@contoso.example" not in str(found)
    assert "contact" not in found


@pytest.mark.parametrize("q", ["zürich", "ZURICH", "rich rob", "Robotics, A.G.", "222222222", " zur "])
async def test_a_customer_is_found_by_part_of_its_name_or_its_number_however_written(desk: Desk, q: str) -> None:
    """On the company list, and among the deals."""
    await imported(desk, CSV)
    assert [found["source"] for found in await customers(desk, q=q)] == ["companies"]
    customer = a_customer(name="Zürich Robotics AG", dunsNumber="222222222")
    await desk.created(a_deal(customer=customer), "fabrikam-admin")
    assert [found["source"] for found in await customers(desk, "fabrikam-admin", q=q)] == ["referrals"]


async def test_country_and_city_narrow_it_down(desk: Desk) -> None:
    for country, city in (("FR", "Paris"), ("FR", "Évry"), ("DE", "Berlin")):
        await desk.created(the_deal_in(city, country))
    await imported(desk, f"{HEADER}\nLitware,Street 1,Lyon,,69001,FR,555555555,\n")
    assert {found["city"] for found in await customers(desk, q="litware")} == {"Paris", "Évry", "Berlin", "Lyon"}
    assert {found["city"] for found in await customers(desk, q="litware", country="FR")} == {"Paris", "Évry", "Lyon"}
    assert {found["city"] for found in await customers(desk, q="litware", country="FR", city="evry")} == {"Évry"}
    assert await customers(desk, q="litware", country="ES") == []


async def test_the_company_list_comes_first_and_each_customer_once(desk: Desk) -> None:
    """A deal that says no more than the list does is left out; one with another number is not."""
    await imported(desk, CSV)
    plain = {"name": "Zürich Robotics", "city": "Zürich", "country": "CH"}
    for number in (ABSENT, "222222222", "333333333"):
        customer = a_customer(**plain, dunsNumber=number)
        await desk.created(a_deal(customer=customer, solutions=[{"kind": "own", "name": f"For {number}"}]))
    found = await customers(desk, q="zurich")
    assert [(each["source"], each["dunsNumber"]) for each in found] == [
        ("companies", "222222222"),
        ("referrals", "333333333"),
    ]


async def test_names_that_begin_so_come_before_those_that_only_hold_it(desk: Desk) -> None:
    for name in ("Northwind Traders", "Traders of the World", "Tailwind Traders"):
        await desk.created(a_deal(customer=a_customer(name=name)))
    assert [each["name"] for each in await customers(desk, q="traders")] == [
        "Traders of the World",
        "Northwind Traders",
        "Tailwind Traders",
    ]
    assert [each["name"] for each in await customers(desk, q="north")] == ["Northwind Traders"]


async def test_a_text_that_only_the_notes_hold_suggests_nobody(desk: Desk) -> None:
    await desk.created(a_deal(notes="They know Litware", name="Litware", customer=a_customer(name="Proseware")))
    assert await customers(desk, q="litware") == []


async def test_at_most_twenty_are_suggested(desk: Desk) -> None:
    rows = "".join(f"Litware {n},,,,,FR,{n:09},\n" for n in range(30))
    await imported(desk, f"{HEADER}\n{rows}")
    assert len(await customers(desk, q="litware")) == 20


async def test_a_customer_is_known_once_its_referral_was_accepted_and_was_no_mistake(desk: Desk) -> None:
    """Before that an organization may not see all of it; afterwards it was a test, or another company."""
    customer = a_customer(name="Wide World Importers")
    _, copy = await desk.sent(customer=customer)
    assert await customers(desk, q="wide") == []
    ok(await desk.act(copy["id"], "accept", an_acceptance()))
    assert len(await customers(desk, q="wide")) == 1
    ok(await desk.act(copy["id"], "close-as-error", {"reason": 7}))
    assert await customers(desk, q="wide") == []


async def test_customers_of_other_organizations_are_never_suggested(desk: Desk) -> None:
    """Neither those of their deals nor those of their lists; not by the address of a page either."""
    await imported(desk, CSV, as_="fabrikam-admin")
    await desk.created(a_deal(customer=a_customer(name="Zürich Bakery")), "fabrikam-admin")
    theirs = await customers(desk, "fabrikam-admin", q="zurich")
    assert {each["source"] for each in theirs} == {"companies", "referrals"}
    for persona in ("contoso-admin", "tailspin-admin", "vendor-admin"):
        assert await customers(desk, persona, q="zurich") == []
        for each in theirs:
            page = await Browser(desk, persona).open(f"/deals/new?use={each['source']}.{each['id']}")
            assert each["name"] not in page.html


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "q"),
        ({"q": "ab"}, "q"),
        ({"q": " ab "}, "q"),
        ({"q": "x" * 201}, "q"),
        ({"q": "abc", "country": "XX"}, "country"),
        ({"q": "abc", "country": "fr"}, "country"),
        ({"q": "abc", "city": "x" * 201}, "city"),
    ],
)
async def test_a_search_that_cannot_be_is_refused_by_field(desk: Desk, query: Body, field: str) -> None:
    response = await desk.get("/api/suggest/customers", params=query)
    assert fields_of(refused(response, 422, "invalid")).keys() == {field}


@pytest.mark.parametrize("q", ["***", "%%%", "'--", "\\\\\\", "a\x00b", "…..", "株式会", '"""'])
async def test_a_search_takes_any_text_for_what_it_is(desk: Desk, q: str) -> None:
    await desk.created()
    assert await customers(desk, q=q) == []


@pytest.mark.parametrize("persona", ["contoso-user", "contoso-auditor", "contoso-offers"])
async def test_every_role_of_an_organization_may_look(desk: Desk, persona: str) -> None:
    await desk.created(a_deal(customer=a_customer(name="Litware")))
    assert len(await customers(desk, persona, q="litware")) == 1
    assert await employees(desk, "", persona) == ["leo@contoso.example"]


# Employees


async def test_colleagues_of_recent_own_deals_are_suggested_the_last_named_first(desk: Desk) -> None:
    for name in ("Ana", "Leo", "Mia"):
        await desk.created(a_deal(employees=[a_colleague(name)]))
        desk.clock.move(timedelta(minutes=2))
    assert await employees(desk) == ["mia@contoso.example", "leo@contoso.example", "ana@contoso.example"]
    assert await employees(desk, "MIA") == ["mia@contoso.example"]
    assert await employees(desk, "leo@contoso") == ["leo@contoso.example"]
    assert await employees(desk, "nobody") == []


async def test_somebody_on_many_deals_is_suggested_once_as_named_last(desk: Desk) -> None:
    await desk.created(a_deal(employees=[a_colleague("Leo")]))
    desk.clock.move(timedelta(minutes=2))
    married = {**a_colleague("Leo"), "lastName": "Berg", "email": "LEO@contoso.example"}
    await desk.created(a_deal(employees=[married]))
    (one,) = ok(await desk.get("/api/suggest/employees"))["items"]
    assert one == married


async def test_a_new_colleague_is_suggested_within_a_minute(desk: Desk) -> None:
    """They are remembered for sixty seconds, each organization's its own."""
    await desk.created(a_deal(employees=[a_colleague("Leo")]))
    assert await employees(desk) == ["leo@contoso.example"]
    await desk.created(a_deal(employees=[a_colleague("Mia")]))
    assert await employees(desk) == ["leo@contoso.example"]
    assert await employees(desk, as_="fabrikam-admin") == []
    desk.clock.move(timedelta(seconds=60))
    assert set(await employees(desk)) == {"leo@contoso.example", "mia@contoso.example"}


async def test_the_other_sides_people_are_no_colleagues(desk: Desk) -> None:
    """An accepted opportunity shows the seller's team; it is the seller's."""
    await desk.accepted(employees=[a_colleague("Seller")])
    assert await employees(desk) == []
    assert await employees(desk, as_="vendor-seller") == ["seller@contoso.example"]


async def test_fifty_deals_are_looked_at_once_a_minute(tmp_path: Path) -> None:
    counting: list[CountingStore] = []

    def counted(store: Any) -> CountingStore:
        counting.append(CountingStore(store))
        return counting[0]

    async with open_desk(tmp_path, wrap=counted) as desk:
        for n in range(55):
            await desk.created(a_deal(employees=[a_colleague(f"P{n}")]))
        counting[0].calls.clear()
        assert len(await employees(desk)) == 50
        assert (counting[0].count("find"), counting[0].count("get", "referrals")) == (1, 50)
        await employees(desk, "p7")
        assert counting[0].count("find") == 1


# The page


async def test_the_form_is_filled_in_with_the_customer_that_is_picked(desk: Desk) -> None:
    await imported(desk, CSV)
    contoso = Browser(desk, "contoso-admin")
    page = await contoso.open("/deals/new?customer=zurich&country=CH")
    assert "Pick the exact match of the company, not its parent." in page.text
    assert "D-U-N-S 222222222, from your company list" in page.text
    page = await contoso.open(page.links["Use"])
    assert "Filled in below: Zürich Robotics AG" in page.text
    filled = dict(page.form("/api/deals").fields)
    assert {name: filled[f"customer.{name}"] for name in ("name", "addressLine1", "city", "state", "postalCode")} == {
        "name": "Zürich Robotics AG", "addressLine1": "Bahnhofstrasse 1", "city": "Zürich", "state": "ZH",
        "postalCode": "8001",
    }  # fmt: skip
    assert (filled["customer.country"], filled["customer.dunsNumber"]) == ("CH", "222222222")
    assert filled["customer.size"] == "51to250employees"


async def test_an_earlier_customer_says_from_where_it_is_known_and_that_it_has_no_number(desk: Desk) -> None:
    await desk.created(a_deal(customer=a_customer(name="Litware", dunsNumber=ABSENT)))
    page = await Browser(desk, "contoso-admin").open("/deals/new?customer=litware")
    assert "no D-U-N-S number known, from an earlier deal" in page.text
    page = await Browser(desk, "contoso-admin").open(page.links["Use"])
    assert dict(page.form("/api/deals").fields)["customer.name"] == "Litware"


async def test_colleagues_are_picked_and_let_go_beside_the_customer(desk: Desk) -> None:
    await desk.created(a_deal(customer=a_customer(name="Litware"), employees=[a_colleague("Leo"), a_colleague("Mia")]))
    contoso = Browser(desk, "contoso-admin")
    page = await contoso.open((await contoso.open("/deals/new?customer=litware")).links["Use"])
    page = await contoso.open(page.links["+ Mia Roux"])
    page = await contoso.open(page.links["+ Leo Roux"])
    filled = dict(page.form("/api/deals").fields)
    assert filled["customer.name"] == "Litware"
    assert (filled["employees.0.email"], filled["employees.1.email"]) == ("mia@contoso.example", "leo@contoso.example")
    page = await contoso.open(page.links["✓ Mia Roux"])
    filled = dict(page.form("/api/deals").fields)
    assert (filled["employees.0.firstName"], filled["employees.1.firstName"]) == ("Leo", "")
    page = await contoso.open("/deals/new?" + "customer=nothing&colleagues=" + colleagues_of(page.links["✓ Leo Roux"]))
    assert "fill it in below" in page.text


def colleagues_of(link: str) -> str:
    return ",".join(parse_qs(urlsplit(link).query).get("colleagues", []))


async def test_no_persons_data_stands_in_an_address(desk: Desk) -> None:
    await desk.created(a_deal(employees=[a_colleague("Leo")]))
    page = await Browser(desk, "contoso-admin").open("/deals/new?customer=contoso")
    for link in page.links.values():
        assert "leo" not in link.lower().replace("%40", "@")


async def test_a_search_of_two_letters_is_answered_beside_its_field(desk: Desk) -> None:
    page = await Browser(desk, "contoso-admin").open("/deals/new?customer=ab&country=XX")
    assert page.status == 422
    assert "Search from 3 letters on." in page.message("find", "customer")
    assert page.has_form("/api/deals"), "the form is there all the same"


@pytest.mark.parametrize(
    "address", ["use=nonsense", "use=companies.", "use=companies.x%20y", "use=referrals.01a2e008", "colleagues=a,b,,"]
)
async def test_an_address_that_names_nothing_fills_in_nothing(desk: Desk, address: str) -> None:
    page = await Browser(desk, "contoso-admin").open(f"/deals/new?{address}")
    assert page.status == 200
    assert dict(page.form("/api/deals").fields)["customer.name"] == ""


async def test_a_favourites_document_is_no_company(desk: Desk) -> None:
    """They live in one container; only companies are suggested from it."""
    deal = await desk.created()
    ok(await desk.act(deal["id"], "favourite"))
    id = derived_id("favourites", "contoso", "contoso-admin")
    page = await Browser(desk, "contoso-admin").open(f"/deals/new?use=companies.{id}")
    assert dict(page.form("/api/deals").fields)["customer.name"] == ""
