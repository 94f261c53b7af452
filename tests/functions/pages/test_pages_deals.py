"""The pages of deals: lists, hearts, the form of a new one."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from tests.functions.deals import a_deal
from tests.functions.desk import Desk
from tests.functions.reading import OFF, Browser

NEW_DEAL = {
    "name": "Warehouse tracking",
    "estimatedValue__amount": "180000",
    "estimatedCloseDate": "2027-03-01",
    "customer__name": "Northwind Traders",
    "customer__addressLine1": "Speicherstraße 7",
    "customer__city": "Hamburg",
    "customer__country": "DE",
    "employees__0__firstName": "Leo",
    "employees__0__lastName": "Roux",
    "employees__0__phoneNumber": "+33 1 98 76 54 32",
    "employees__0__email": "leo@contoso.example",
    "solutions__0__name": "Tracker",
}
CONTACT = {
    "customer__contact__firstName": "Jonas",
    "customer__contact__lastName": "Weber",
    "customer__contact__phoneNumber": "+49 40 300 51 200",
    "customer__contact__email": "jonas@northwind.example",
}


async def test_an_empty_tab_says_what_to_do(desk: Desk) -> None:
    contoso = Browser(desk, "contoso-admin")
    assert "You then have 14 days to accept or decline" in (await contoso.open("/deals")).text
    assert "/deals/new" in (await contoso.open("/deals?tab=outbound")).links.values()
    assert "Press the heart" in (await contoso.open("/deals?tab=favourites")).text
    assert "No deal matches" in (await contoso.open("/deals?stage=accepted")).text


async def test_a_row_shows_what_the_deal_is_and_links_to_it(desk: Desk) -> None:
    own, copy = await desk.asked()
    row = await Browser(desk, "vendor-seller").open("/deals")
    assert row.links["Contoso ERP to the cloud"] == f"/referrals/{copy['id']}"
    for words in ("from Contoso", "Contoso SA", "Co-sell", "Received", "14 days left", "125,000 EUR", "31 Mar 2027"):
        assert words in row.text
    outbound = await Browser(desk, "contoso-admin").open("/deals?tab=outbound")
    assert outbound.links["Contoso ERP to the cloud"] == f"/referrals/{own['id']}"


async def test_the_clock_runs_down_and_turns_urgent(desk: Desk) -> None:
    await desk.asked()
    desk.clock.move(timedelta(days=12))
    page = await Browser(desk, "vendor-seller").open("/deals")
    assert "2 days left" in page.text
    assert "clock urgent" in page.html
    desk.clock.move(timedelta(days=2))
    assert "time is up" in (await Browser(desk, "vendor-seller").open("/deals")).text


async def test_filters_and_sort_are_kept_in_the_form_and_in_the_next_page(desk: Desk) -> None:
    for n in range(3):
        await desk.created(a_deal(name=f"Deal {n}"))
    contoso = Browser(desk, "contoso-admin")
    seen = []
    path = "/deals?tab=outbound&q=contoso&sort=name&limit=1"
    for _ in range(3):
        page = await contoso.open(path)
        assert dict(page.form("/deals").fields) == {
            "tab": "outbound", "q": "contoso", "stage": "", "outcome": "", "sort": "name"
        }  # fmt: skip
        seen += [name for name in page.links if name.startswith("Deal ")]
        path = page.links.get("Next", "")
    assert (seen, path) == (["Deal 0", "Deal 1", "Deal 2"], "")


async def test_a_search_of_two_letters_is_answered_beside_its_field(desk: Desk) -> None:
    page = await Browser(desk, "contoso-admin").open("/deals?q=ab")
    assert page.status == 422
    assert "Search from 3 letters on." in page.message("filter", "q")
    broken = await Browser(desk, "contoso-admin").open("/deals?after=nonsense")
    assert broken.status == 400
    assert "start again" in broken.text


async def test_a_heart_is_given_and_taken_on_the_row_and_leads_back_to_the_list(desk: Desk) -> None:
    own = await desk.created()
    contoso = Browser(desk, "contoso-admin")
    page = await contoso.open("/deals?tab=outbound&sort=name")
    hidden = dict(page.form("/favourite").fields)["returnTo"]
    assert urlsplit(hidden)._replace(fragment="").geturl() == "/deals?tab=outbound&sort=name"
    page = await contoso.send(page, f"{own['id']}/favourite")
    assert page.has_form("/unfavourite")
    assert own["name"] in (await contoso.open("/deals?tab=favourites")).links
    page = await contoso.send(page, f"{own['id']}/unfavourite")
    assert page.has_form(f"{own['id']}/favourite")
    assert own["name"] not in (await contoso.open("/deals?tab=favourites")).links


async def test_a_new_deal_is_created_by_its_form_once_however_often_it_is_sent(desk: Desk) -> None:
    contoso = Browser(desk, "contoso-admin")
    form = await contoso.open("/deals/new")
    page = await contoso.send(form, "/api/deals", **NEW_DEAL)
    assert page.headings[0] == "Warehouse tracking"
    assert "Private" in page.text
    await contoso.send(form, "/api/deals", **NEW_DEAL)
    (row,) = await desk.items()
    assert row["estimatedValue"] == {"amount": "180000.00", "currency": "EUR"}


async def test_what_is_wrong_stands_beside_its_field_and_everything_typed_is_still_there(desk: Desk) -> None:
    contoso = Browser(desk, "contoso-admin")
    wrong = {
        **NEW_DEAL,
        "estimatedValue__amount": "12,5",
        "customer__city": "",
        "employees__0__firstName": "",
        "employees__0__lastName": "",
        "employees__0__phoneNumber": "",
        "employees__0__email": "",
        "employees__1__firstName": "Mia",
        "employees__1__email": "not an address",
        "help__code": "3",
        "customerConsent": "true",
    }
    page = await contoso.send(await contoso.open("/deals/new"), "/api/deals", **wrong)
    assert page.status == 422
    assert "Write the amount as digits" in page.message("new", "estimatedValue.amount")
    assert "This is needed." in page.message("new", "customer.city")
    assert "This is needed." in page.message("new", "help.notes")
    assert "Use an e-mail address" in page.message("new", "employees.0.email")
    filled = dict(page.form("/api/deals").fields)
    assert filled["name"] == "Warehouse tracking"
    assert filled["estimatedValue.amount"] == "12,5"
    assert (filled["employees.0.firstName"], filled["customer.country"]) == ("Mia", "DE")
    assert (filled["help.code"], filled["customerConsent"]) == ("3", "true")
    assert 'role="alert"' in page.html
    assert page.links["City"] == "#new-customer-city"
    assert page.links["Employee 1: E-mail"] == "#new-employees-0-email"
    mended = {
        "estimatedValue__amount": "12.5",
        "customer__city": "Hamburg",
        "employees__0__lastName": "Berg",
        "employees__0__phoneNumber": "+49 40 12345678",
        "employees__0__email": "mia@contoso.example",
        "help__code": "",
        "customerConsent": OFF,
    }
    page = await contoso.send(page, "/api/deals", **mended)
    assert page.headings[0] == "Warehouse tracking"


async def test_rules_beyond_one_field_are_told_on_the_form_too(desk: Desk) -> None:
    contoso = Browser(desk, "contoso-admin")
    form = await contoso.open("/deals/new")
    page = await contoso.send(form, "/api/deals", **NEW_DEAL, help__code="3", help__notes="A demo")
    assert page.status == 422
    assert "Give the customer's contact" in page.texts["new-customer-contact"]
    assert "Be sure the customer agreed" in page.message("new", "customerConsent")


async def test_a_key_that_made_another_deal_is_not_offered_again(desk: Desk) -> None:
    contoso = Browser(desk, "contoso-admin")
    form = await contoso.open("/deals/new")
    await contoso.send(form, "/api/deals", **NEW_DEAL)
    page = await contoso.send(form, "/api/deals", **{**NEW_DEAL, "name": "Another"})
    assert page.status == 422
    assert "sent before" in page.text
    page = await contoso.send(page, "/api/deals")
    page = await contoso.send(page, "/api/deals", proceed="true")  # it looks like the first
    assert page.headings[0] == "Another"
    assert len(await desk.items()) == 2


async def test_a_seller_gets_the_form_of_an_opportunity(desk: Desk) -> None:
    seller = Browser(desk, "vendor-seller")
    form = await seller.open("/deals/new")
    page = await seller.send(form, "/api/opportunities", **NEW_DEAL, partnerId="nobody")
    assert "There is no such partner." in page.message("new", "partnerId")
    page = await seller.send(page, "/api/opportunities", partnerId="contoso")
    assert "Who was asked" in page.headings
    await desk.deliver()
    inbound = await Browser(desk, "contoso-admin").open("/deals")
    assert "Warehouse tracking" in inbound.links


async def test_the_documents_messages_are_on_the_form(desk: Desk) -> None:
    text = (await Browser(desk, "contoso-admin").open("/deals/new")).text
    for words in (
        "Be sure the customer agreed: the vendor may contact the customer directly.",
        "A request is no guarantee that a seller takes part.",
        "Sellers have 14 days to decide.",
        "What help do you want?",
        "Pick the exact match",
    ):
        assert words in text


async def test_a_walk_by_forms_alone_from_a_new_deal_to_won(desk: Desk) -> None:
    contoso, seller = Browser(desk, "contoso-admin"), Browser(desk, "vendor-seller")
    page = await contoso.send(await contoso.open("/deals/new"), "/api/deals", **NEW_DEAL)
    contact = {name.replace("customer__contact", "customerContact"): value for name, value in CONTACT.items()}
    page = await contoso.send(
        page, "/request-help", code="3", notes="A proof of concept", customerConsent="true", **contact
    )
    assert "Help is asked for." in page.text
    await desk.deliver()
    inbound = await seller.open("/deals")
    page = await seller.open(inbound.links["Warehouse tracking"])
    assert "A proof of concept" in page.text
    assert "jonas@northwind.example" in page.text
    page = await seller.send(page, "/accept", notes="Happy to help")
    assert "The sender is told." in page.text
    await desk.deliver()
    own = (await contoso.open("/deals?tab=outbound")).links["Warehouse tracking"]
    page = await contoso.open(own)
    assert "The Vendor Accepted" in page.text
    page = await contoso.send(page, "/win", finalValue__amount="175000")
    assert "Won. Congratulations!" in page.text
    assert "175,000 EUR" in page.text
    assert "nothing more can be done" in page.text
    assert [form.action.rpartition("/")[2] for form in page.forms] == ["favourite", "withdraw-consent"]


async def test_what_a_list_was_asked_comes_back_only_in_its_own_links(desk: Desk) -> None:
    await desk.created(a_deal(name="<script>"))
    page = await Browser(desk, "contoso-admin").open("/deals?tab=outbound&sort=name&q=%3Cscript%3E")
    assert "<script" not in page.html
    assert parse_qs(urlsplit(page.links["Customer"]).query)["q"] == ["<script>"]
