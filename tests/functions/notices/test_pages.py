"""The pages of notices and webhooks, as somebody without JavaScript uses them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.functions.desk import Desk, MovableClock, ok, open_desk
from tests.functions.notices.servers import receiver
from tests.functions.notices.test_inbox import some
from tests.functions.notices.test_mail import a_notice
from tests.functions.notices.test_telling import signed_in
from tests.functions.reading import OFF, Browser


async def test_the_number_of_unread_notices_stands_on_every_page(desk: Desk) -> None:
    browser = Browser(desk, "contoso-user")
    assert "unread" not in (await browser.open("/deals")).text
    await some(desk, 3)
    assert "Notices 3 unread" in (await browser.open("/deals")).text
    page = await browser.open("/notices")
    assert [one for one in page.links if one.startswith("New referral")] == [
        "New referral: deal-2", "New referral: deal-1", "New referral: deal-0"
    ]  # fmt: skip
    (_, first, *_) = [form.action for form in page.forms]
    page = await browser.send(page, first)
    assert "Notices 2 unread" in page.text
    page = await browser.send(page, "/api/notices/read-all")
    assert "unread" not in page.text.replace("Unread", "")
    assert not page.has_form("/read")
    assert "Nothing unread" in (await browser.open("/notices?unread=true")).headings


async def test_opening_a_notice_reads_it_and_leads_to_its_referral(desk: Desk) -> None:
    """One form with two buttons: the one that is pressed says where to go."""
    await signed_in(desk)
    _, copy = await desk.sent()
    await desk.announce()
    page = await Browser(desk, "contoso-user").open("/notices")
    assert f'<button name="returnTo" value="/referrals/{copy["id"]}"' in page.html
    (form,) = [form for form in page.forms if form.action.endswith("/read")]
    response = await desk.send(
        "POST", form.action, as_="contoso-user", data={"returnTo": f"/referrals/{copy['id']}"},
        headers={"Accept": "text/html"},
    )  # fmt: skip
    assert (response.status_code, response.headers["location"]) == (303, f"/referrals/{copy['id']}")
    assert (await Browser(desk, "contoso-user").open("/notices?unread=true")).has_form("/read") is False


async def test_more_than_ninety_nine_are_many(desk: Desk) -> None:
    await some(desk, 101)
    assert "Notices 99+ unread" in (await Browser(desk, "contoso-user").open("/deals")).text


async def test_older_notices_are_a_page_further(desk: Desk) -> None:
    await some(desk, 5)
    browser = Browser(desk, "contoso-user")
    page = await browser.open("/notices?limit=3")
    page = await browser.open(page.links["Older"])
    assert [one for one in page.links if one.startswith("New referral")] == [
        "New referral: deal-1", "New referral: deal-0"
    ]  # fmt: skip
    assert (await browser.open("/notices?limit=0")).status == 400


async def test_a_notice_in_another_language_says_which(desk: Desk) -> None:
    await signed_in(desk)
    ok(
        await desk.send(
            "PUT", "/api/notice-preferences", as_="contoso-user", json={"language": "fr", "inapp": ["lead.hot"]}
        )
    )
    await desk.services.notices.tell(a_notice(event="lead.hot"))
    page = await Browser(desk, "contoso-user").open("/notices")
    assert '<div lang="fr">' in page.html
    assert "Contactez ce client maintenant" in page.text


async def test_what_one_is_told_is_chosen_by_boxes(desk: Desk) -> None:
    """Every box unticked is a choice too; the form shows it again."""
    browser = Browser(desk, "contoso-user")
    page = await browser.open("/notices/preferences")
    assert "Mail is not set up here." in page.text
    page = await browser.send(page, "/api/notice-preferences", language="de", digest=OFF)
    assert "Saved." in page.text
    seen = ok(await desk.get("/api/notice-preferences", "contoso-user"))
    assert (seen["language"], seen["digest"]) == ("de", False)
    assert len(seen["inapp"]) == len(seen["events"])
    response = await desk.send(
        "POST", "/api/notice-preferences", as_="contoso-user", data={"language": "es", "mail": "lead.hot"},
        headers={"Accept": "text/html"},
    )  # fmt: skip
    assert response.status_code == 303
    seen = ok(await desk.get("/api/notice-preferences", "contoso-user"))
    assert (seen["language"], seen["mail"], seen["inapp"]) == ("es", ["lead.hot"], [])
    page = await browser.send(await browser.open("/notices/preferences"), "/api/notice-preferences", language="xx")
    assert page.status == 422
    assert "Language of notices and mails" in page.text


async def test_a_webhook_is_added_tried_replaced_and_deleted_by_forms(tmp_path: Path) -> None:
    clock = MovableClock(datetime.now(UTC))
    async with receiver() as program, open_desk(tmp_path, clock, WEBHOOK_ALLOW_LOCAL="true") as desk:
        browser = Browser(desk, "contoso-referrals")
        page = await browser.open("/webhooks")
        assert "No webhooks yet" in page.headings
        page = await browser.send(page, "/api/webhooks", url=program.url, description="Our CRM")
        (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", page.text)
        page = await browser.send(page, "/test")
        assert "On its way" in page.text
        await desk.notify()
        assert program.verified(secret)["type"] == "test.created"
        page = await browser.open("/webhooks")
        assert "Our CRM" in page.text
        assert "whsec_" not in page.text
        page = await browser.open(page.links[program.url])
        assert "Delivered" in page.text
        assert "whsec_" not in page.text
        (again,) = [form.action for form in page.forms if form.action.endswith("/redeliver")]
        page = await browser.send(page, again)
        await desk.notify()
        assert len(program.received) == 2
        page = await browser.send(page, "/rotate")
        (new,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", page.text)
        assert new != secret
        page = await browser.send(page, "/remove")
        assert "Nothing more is sent there." in page.text
        assert "No webhooks yet" in page.headings


async def test_sent_twice_by_a_double_click_it_is_one_webhook_with_one_secret(desk: Desk) -> None:
    browser = Browser(desk, "contoso-admin")
    page = await browser.open("/webhooks")
    first = await browser.send(page, "/api/webhooks", url="https://hooks.example.com/a")
    again = await browser.send(page, "/api/webhooks", url="https://hooks.example.com/a")
    assert re.findall(r"whsec_\S+", first.text) == re.findall(r"whsec_\S+", again.text)
    assert len(ok(await desk.get("/api/webhooks"))["items"]) == 1
    other = await browser.send(page, "/api/webhooks", url="https://hooks.example.com/b")
    assert other.status == 422
    assert "This form was sent before" in other.text


@pytest.mark.parametrize("url", ["https://10.0.0.1/", "http://hooks.example.com/", "not an address"])
async def test_a_refused_address_stands_in_the_form_with_its_message(desk: Desk, url: str) -> None:
    browser = Browser(desk, "contoso-admin")
    page = await browser.send(await browser.open("/webhooks"), "/api/webhooks", url=url)
    assert page.status == 422
    assert page.message("new", "url")
    assert f'value="{url}"' in page.html


async def test_every_field_of_these_pages_has_a_label(desk: Desk) -> None:
    hook = ok(await desk.post("/api/webhooks", {"url": "https://hooks.example.com/a"}), 201)
    ok(await desk.post(f"/api/webhooks/{hook['id']}/test"), 202)
    await some(desk, 2, "contoso-admin")
    for path in ("/notices", "/notices/preferences", "/webhooks", f"/webhooks/{hook['id']}"):
        page = await Browser(desk, "contoso-admin").open(path)
        assert page.status == 200
        unlabelled = [
            one for one in page.inputs
            if one.get("type") != "hidden" and not one["labelled"] and one.get("id") not in page.labels
        ]  # fmt: skip
        assert unlabelled == [], path
