"""Pages of leads, for partners, sellers and customers; everything works without JavaScript (issue 5, "Plain pages")."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.functions.deals import Body
from tests.functions.desk import WINDOW, Desk, ok
from tests.functions.leads.leading import a_lead, inquired, published, recommended

HTML = {"accept": "text/html"}
FORM = {**HTML, "content-type": "application/x-www-form-urlencoded"}


async def page(desk: Desk, path: str, as_: str | None = "contoso-admin") -> str:
    answer = await desk.get(path, as_, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


async def post(desk: Desk, path: str, fields: dict[str, Any], as_: str | None = "contoso-admin") -> httpx.Response:
    return await desk.send("POST", path, as_=as_, content=urlencode(fields), headers=FORM)


def a_lead_form(**changes: Any) -> dict[str, Any]:
    lead: Body = a_lead()
    customer = lead.pop("customer")
    contact = customer.pop("contact")
    return {
        **lead,
        "customerConsent": "true",
        **{f"customer.{name}": text for name, text in customer.items()},
        **{f"customer.contact.{name}": text for name, text in contact.items()},
        "estimatedValue.amount": "",
        "estimatedValue.currency": "",
        **changes,
    }


async def test_the_tabs_show_what_is_in_them(desk: Desk) -> None:
    lead = await inquired(desk)
    text = await page(desk, "/leads")
    assert f'href="/referrals/{lead["id"]}"' in text
    assert "Inquiry" in text
    assert "No qualified leads yet" in await page(desk, "/leads?tab=qualified")
    assert "No favourites yet" in await page(desk, "/leads?tab=favourites")
    assert "No lead matches" in await page(desk, "/leads?tab=marketplace&q=nothing")
    assert "Answer quickly" in text


async def test_filters_that_cannot_be_are_answered_beside_them(desk: Desk) -> None:
    answer = await desk.get("/leads?q=ab", headers=HTML)
    assert answer.status_code == 422
    assert "Search from 3 letters on." in answer.text


async def test_the_page_of_a_lead_says_what_the_customer_needs_and_what_can_be_done(desk: Desk) -> None:
    lead = await inquired(desk, contactMe=True)
    text = await page(desk, f"/referrals/{lead['id']}")
    assert "What the customer needs" in text
    assert lead["need"] in text
    assert "as quickly as possible" in text
    assert "The customer has not confirmed its e-mail address." in text
    for form in ("accept", "decline", "close-as-error"):
        assert f'action="/api/referrals/{lead["id"]}/{form}"' in text
    for form in ("share", "request-help", "invite-partner"):
        assert f"/{form}" not in text
    assert f"/engagements/{lead['engagementId']}" in text
    assert "Contoso received it from the customer" in await page(desk, f"/engagements/{lead['engagementId']}")


async def test_a_lead_is_accepted_into_a_deal_by_the_form(desk: Desk) -> None:
    """The deals that are open are offered; value and date are left empty."""
    deal, lead = await desk.created(), await inquired(desk)
    assert f'<option value="{deal["id"]}">' in await page(desk, f"/referrals/{lead['id']}")
    fields = {
        "linkedReferralId": deal["id"],
        "name": lead["name"],
        "estimatedValue.amount": "",
        "estimatedValue.currency": "",
        "estimatedCloseDate": "",
    }
    answer = await post(desk, f"/api/referrals/{lead['id']}/accept", fields)
    assert answer.status_code == 303, answer.text
    text = await page(desk, f"/referrals/{lead['id']}")
    assert f'Accepted into <a href="/referrals/{deal["id"]}">' in text
    answer = await post(
        desk,
        f"/api/referrals/{lead['id']}",
        {
            "etag": "*",
            "name": "Renamed",
            "estimatedValue.amount": "",
            "estimatedValue.currency": "",
            "estimatedCloseDate": "",
        },
    )
    assert answer.status_code == 303, answer.text
    assert (await desk.read(lead["id"]))["name"] == "Renamed"
    answer = await post(desk, f"/api/referrals/{lead['id']}/win", {"finalValue.amount": "", "finalValue.currency": ""})
    assert answer.status_code == 303, answer.text


async def test_accepting_without_a_value_comes_back_with_the_message(desk: Desk) -> None:
    lead = await inquired(desk)
    answer = await post(desk, f"/api/referrals/{lead['id']}/accept", {"name": "Ours"})
    assert answer.status_code == 422
    assert "This is needed." in answer.text


async def test_pages_show_every_stage_of_a_lead(desk: Desk) -> None:
    """Nothing of a lead that has neither address, value nor date breaks one."""
    for end in ("decline", "win", "lose", "close-as-error", None):
        lead = await inquired(desk, need=f"need {end}")
        if end in ("win", "lose"):
            deal = await desk.created()
            ok(await desk.act(lead["id"], "accept", {"linkedReferralId": deal["id"]}))
        if end:
            body = {} if end == "win" else {"reason": 3}
            ok(await desk.act(lead["id"], end, body))
        else:
            desk.clock.move(WINDOW)
        for path in (
            f"/referrals/{lead['id']}",
            f"/engagements/{lead['engagementId']}",
            "/leads",
            "/deals?tab=outbound",
        ):
            await page(desk, path)
    text = await page(desk, f"/referrals/{lead['id']}")
    assert "The contact is hidden: nobody answered in time." in text


async def test_whoever_declines_reads_whether_the_customer_is_told(desk: Desk) -> None:
    lead = await inquired(desk)
    assert "The customer is not told" in await page(desk, f"/referrals/{lead['id']}")
    ok(await desk.act(lead["id"], "decline", {"reason": 1}))
    assert "Customer not told, because: The customer has not confirmed" in await page(desk, f"/referrals/{lead['id']}")


async def test_a_seller_recommends_a_lead_by_the_form(desk: Desk) -> None:
    await published(desk)
    text = await page(desk, "/leads/new", "vendor-seller")
    assert "Be sure the customer agreed" in text
    key = re.search(r'name="idempotencyKey" value="(\w+)"', text)
    assert key is not None
    answer = await post(desk, "/api/qualified-leads", a_lead_form(idempotencyKey=key[1]), "vendor-seller")
    assert answer.status_code == 303, answer.text
    own = await page(desk, answer.headers["location"], "vendor-seller")
    assert "Sales qualified" in own
    assert "Who was asked" in own
    assert "Contoso" in await page(desk, "/leads?tab=qualified", "vendor-seller")


async def test_a_recommendation_with_mistakes_comes_back_filled_in(desk: Desk) -> None:
    answer = await post(desk, "/api/qualified-leads", a_lead_form(partnerId="", name="Kept"), "vendor-seller")
    assert answer.status_code == 422
    assert 'value="Kept"' in answer.text
    assert "This is needed." in answer.text


async def test_a_recommendation_that_looks_known_is_shown_and_goes_on_when_said_so(desk: Desk) -> None:
    own, _ = await recommended(desk)
    form = a_lead_form(**{"customer.name": own["customer"]["name"]})
    answer = await post(desk, "/api/qualified-leads", form, "vendor-seller")
    assert answer.status_code == 409
    assert f"/referrals/{own['id']}" in answer.text
    answer = await post(desk, "/api/qualified-leads", {**form, "proceed": "true"}, "vendor-seller")
    assert answer.status_code == 303


async def test_the_senders_own_copy_can_be_edited_and_closed_by_forms(desk: Desk) -> None:
    """It needs no employees, no value and no date."""
    own, _ = await recommended(desk)
    path = f"/api/referrals/{own['id']}"
    fields = {"etag": "*", "name": "Renamed", "estimatedValue.amount": "", "estimatedValue.currency": ""}
    assert (await post(desk, path, fields, "vendor-seller")).status_code == 303
    assert (await post(desk, f"{path}/lose", {"reason": "3"}, "vendor-seller")).status_code == 303
    await page(desk, f"/referrals/{own['id']}", "vendor-seller")


async def test_public_pages_need_nobody_and_show_nothing_of_the_app(desk: Desk) -> None:
    for path in ("/inquiries/thanks",):
        text = await page(desk, path, None)
        assert 'href="/deals"' not in text
        assert "Sign" not in text


async def test_leads_are_found_from_every_page(desk: Desk) -> None:
    assert '<a href="/leads">Leads</a>' in await page(desk, "/deals")
    assert '<a href="/leads" aria-current="page">Leads</a>' in await page(desk, "/leads")
