"""A customer's inquiry becomes a lead at the partner it is for, at once, and once (DOMAIN: "Leads")."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.functions.deals import ABSENT
from tests.functions.desk import WINDOW, Desk, fields_of, ok, refused
from tests.functions.expected import instant_after
from tests.functions.leads.leading import a_customer_contact, an_inquiry, inquired, published

FORM = {"content-type": "application/x-www-form-urlencoded"}
BROWSER = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


def a_form(**changes: Any) -> str:
    """The inquiry as a plain HTML form sends it."""
    inquiry = an_inquiry(**changes)
    contact = inquiry.pop("contact")
    fields = {**inquiry, "consent": "on", **{f"contact.{name}": text for name, text in contact.items()}}
    return urlencode(fields)


async def leads_of(desk: Desk, as_: str = "contoso-admin") -> list[Any]:
    return await desk.items("/api/leads?tab=marketplace", as_)


async def test_an_inquiry_is_a_lead_at_its_partner_at_once(desk: Desk) -> None:
    """Received, with the window to answer, from nobody of the network; value and date are the partner's to say."""
    await published(desk)
    answer = ok(await desk.post("/api/inquiries", an_inquiry(), None), 201)
    assert answer.keys() == {"id", "status", "message"}
    (row,) = await leads_of(desk)
    lead = await desk.read(row["id"])
    assert answer["id"] != lead["id"]
    assert (lead["kind"], lead["qualification"], lead["stage"]) == ("lead", "direct", "received")
    assert (lead["direction"], lead["dealType"], lead["sender"]) == ("incoming", None, None)
    assert lead["expiresAt"] == instant_after(lead["receivedAt"], WINDOW)
    assert (lead["estimatedValue"], lead["estimatedCloseDate"]) == (None, None)
    assert lead["customer"] == {
        "name": "Wingtip Toys",
        "country": "FR",
        "size": "51to250employees",
        "industry": "Retail",
        "contact": a_customer_contact(),
    }
    assert lead["need"] == lead["notes"] == an_inquiry()["need"]
    assert lead["name"].startswith("Wingtip Toys: Our shop system")
    assert lead["allowedActions"] == ["accept", "close-as-error", "decline", "notes"]


async def test_it_goes_to_the_default_location(desk: Desk) -> None:
    located = {"locations": [{"name": "Paris", "country": "FR", "isDefault": True}], "name": "Contoso", "country": "FR"}
    organization = ok(await desk.send("PUT", "/api/organization", json=located, headers={"If-Match": "*"}))
    assert (await inquired(desk))["locationId"] == organization["locations"][0]["id"]


async def test_nobody_else_sees_it(desk: Desk) -> None:
    lead = await inquired(desk)
    for persona in ("fabrikam-admin", "vendor-seller", "vendor-admin"):
        refused(await desk.get(f"/api/referrals/{lead['id']}", persona), 404)
        assert await leads_of(desk, persona) == []


async def test_a_plain_form_of_a_page_elsewhere_is_taken(desk: Desk) -> None:
    """Cross-site, with whatever cookie the browser has for us; it comes out at the page that says thanks."""
    await published(desk)
    elsewhere = {
        "origin": "https://partner.example",
        "sec-fetch-site": "cross-site",
        "cookie": "AppServiceAuthSession=x",
    }
    answer = await desk.send(
        "POST", "/api/inquiries", as_=None, content=a_form(), headers={**FORM, **BROWSER, **elsewhere}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/inquiries/thanks")
    page = await desk.get("/inquiries/thanks", None, headers=BROWSER)
    assert "Thank you" in page.text
    assert len(await leads_of(desk)) == 1


async def test_a_multipart_form_is_taken_too(desk: Desk) -> None:
    await published(desk)
    inquiry = an_inquiry()
    contact = {f"contact.{name}": (None, text) for name, text in inquiry.pop("contact").items()}
    fields = {**{name: (None, str(value)) for name, value in inquiry.items()}, **contact, "contactMe": (None, "on")}
    answer = await desk.client.post("/api/inquiries", files=fields)
    ok(answer, 201)
    (row,) = await leads_of(desk)
    assert row["customerRequestedContact"] is True


async def test_a_form_with_mistakes_comes_back_filled_in(desk: Desk) -> None:
    await published(desk)
    form = a_form(company="Wingtip & <Sons>", country="XX", need="")
    answer = await desk.send("POST", "/api/inquiries", as_=None, content=form, headers={**FORM, **BROWSER})
    assert answer.status_code == 422
    assert 'value="Wingtip &amp; &lt;Sons&gt;"' in answer.text
    assert "two-letter ISO 3166-1 code" in answer.text
    assert await leads_of(desk) == []


async def test_solutions_are_named_as_customers_name_them(desk: Desk) -> None:
    """One text with commas in a form; texts or objects from a program."""
    named = [{"kind": "own", "name": "Migrator"}, {"kind": "own", "name": "Data Mover"}]
    assert (await inquired(desk, need="one", solutions="Migrator, Data Mover"))["solutions"] == named
    assert (await inquired(desk, need="two", solutions=["Migrator", {"name": "Data Mover"}]))["solutions"] == named


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"consent": False}, "consent", "consent_needed"),
        ({"consent": ABSENT}, "consent", "consent_needed"),
        ({"company": ""}, "company", "string_too_short"),
        ({"need": ABSENT}, "need", "missing"),
        ({"country": "fr"}, "country", "unknown_country"),
        ({"contact": ABSENT}, "contact", "missing"),
        ({"contact": a_customer_contact(email="nobody")}, "contact.email", "not_an_email"),
        ({"contact": a_customer_contact(phoneNumber="soon")}, "contact.phoneNumber", "not_a_phone_number"),
        ({"size": "many"}, "size", "literal_error"),
        ({"language": "xx"}, "language", "literal_error"),
        ({"need": "x" * 4001}, "need", "string_too_long"),
        ({"solutions": ["x"] * 11}, "solutions", "too_long"),
        ({"solutions": 3}, "solutions", "list_type"),
        ({"partnerId": "nobody"}, "partnerId", "not_receiving"),
        ({"partnerId": "fabrikam"}, "partnerId", "not_receiving"),
        ({"partnerId": "vendor"}, "partnerId", "not_receiving"),
        ({"partnerId": "../x"}, "partnerId", "string_pattern_mismatch"),
        ({"stage": "accepted"}, "stage", "unknown_field"),
    ],
)
async def test_what_breaks_a_rule_is_named(desk: Desk, changes: dict[str, Any], field: str, code: str) -> None:
    """A partner without a profile and one that does not exist look the same. Nothing is stored for it."""
    await published(desk)
    problem = refused(await desk.post("/api/inquiries", an_inquiry(**changes), None), 422, "invalid")
    assert fields_of(problem)[field] == code
    assert await leads_of(desk) == []


async def test_a_customer_outside_the_partners_markets_or_sizes_does_not_get_it(desk: Desk) -> None:
    await published(desk, markets=["DE"], customerSizes=["1to9employees"])
    problem = refused(await desk.post("/api/inquiries", an_inquiry(), None), 422, "invalid")
    assert fields_of(problem) == {"country": "outside_markets", "size": "outside_sizes"}
    assert "/directory?country=FR" in problem["errors"][0]["message"]
    ok(await desk.post("/api/inquiries", an_inquiry(country="DE", size=ABSENT), None), 201)


async def test_too_much_at_once_is_refused(desk: Desk) -> None:
    await published(desk)
    refused(await desk.post("/api/inquiries", an_inquiry(company="x" * 40_000), None), 413, "too_large")
    refused(
        await desk.send("POST", "/api/inquiries", as_=None, content=b"{", headers={"content-type": "text/csv"}), 415
    )
    refused(await desk.send("POST", "/api/inquiries", as_=None, content=b"{"), 415)


# The same again


@pytest.mark.parametrize("later", [timedelta(0), timedelta(hours=23, minutes=59)])
async def test_the_same_inquiry_within_a_day_is_answered_with_the_first(desk: Desk, later: timedelta) -> None:
    """However it is spaced and capitalised, and across midnight."""
    await published(desk)
    first = await desk.post("/api/inquiries", an_inquiry(), None)
    desk.clock.move(later)
    again = an_inquiry(need="OUR shop  system must move\nto the cloud before summer")
    again["contact"]["email"] = again["contact"]["email"].upper()
    second = await desk.post("/api/inquiries", again, None)
    assert ok(second, 201) == ok(first, 201)
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert len(await leads_of(desk)) == 1


async def test_a_day_later_or_to_another_partner_or_with_another_need_it_is_a_new_one(desk: Desk) -> None:
    await published(desk)
    await published(desk, "fabrikam")
    answers = [
        ok(await desk.post("/api/inquiries", an_inquiry(), None), 201)["id"],
        ok(await desk.post("/api/inquiries", an_inquiry(need="Something else"), None), 201)["id"],
        ok(await desk.post("/api/inquiries", an_inquiry(partnerId="fabrikam"), None), 201)["id"],
    ]
    desk.clock.move(timedelta(hours=24))
    answers.append(ok(await desk.post("/api/inquiries", an_inquiry(), None), 201)["id"])
    assert len(set(answers)) == 4
    assert len(await leads_of(desk)) == 3


async def test_a_double_click_makes_one_lead(desk: Desk) -> None:
    import asyncio

    await published(desk)
    answers = await asyncio.gather(*(desk.post("/api/inquiries", an_inquiry(), None) for _ in range(8)))
    assert {ok(answer, 201)["id"] for answer in answers} == {answers[0].json()["id"]}
    assert len(await leads_of(desk)) == 1


# The marketplace


async def test_an_inquiry_speaks_the_customers_language(desk: Desk) -> None:
    """The one it says, or else the first of ours that its browser names."""
    assert (await inquired(desk, need="one", language="de"))["customerLanguage"] == "de"
    await published(desk)
    browser = {"accept-language": "nl-NL, pt-BR;q=0.9, en;q=0.8"}
    ok(await desk.send("POST", "/api/inquiries", as_=None, json=an_inquiry(need="two"), headers=browser), 201)
    (newest, *_) = await leads_of(desk)
    assert (await desk.read(newest["id"]))["customerLanguage"] == "pt"
