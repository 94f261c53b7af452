"""A customer's inquiry from a page outside the app, and what the customer is mailed of it: read from a real server."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from shared.services.ports import NOTIFICATIONS, Query, Where
from tests.functions.deals import Body
from tests.functions.desk import WINDOW, Desk, ok, open_desk
from tests.functions.leads.leading import inquired, published, recommended
from tests.functions.notices.servers import MailServer, html_of, mail_server, text_of

MARA = "mara@wingtip.example"
OUTSIDE = {"Accept": "text/html", "Origin": "https://contoso.example", "Sec-Fetch-Site": "cross-site"}
FORM = {
    "partnerId": "contoso", "company": "Wingtip Toys", "country": "FR", "size": "51to250employees",
    "contact.firstName": "Mara", "contact.lastName": "Okafor", "contact.phoneNumber": "+33612345678",
    "contact.email": MARA, "need": "Our shop system must move to the cloud", "contactMe": "true", "consent": "true",
}  # fmt: skip


async def carried(desk: Desk) -> None:
    """The timers, twice: nothing is done a second time."""
    for _ in range(2):
        await desk.deliver()
        await desk.announce()
        await desk.notify()


async def asked_from_outside(desk: Desk, **changes: str) -> Body:
    """A plain HTML form on a page that is not ours; the lead it became."""
    await published(desk)
    response = await desk.send("POST", "/api/inquiries", as_=None, headers=OUTSIDE, data=FORM | changes)
    assert response.status_code == 303, response.text
    assert response.headers["location"].startswith("/inquiries/thanks")
    (lead,) = await desk.items("/api/leads?tab=marketplace", "contoso-admin")
    await carried(desk)
    return await desk.read(lead["id"])


async def confirmed(desk: Desk, server: MailServer) -> None:
    """The customer opens the link of its mail and presses the button."""
    (link,) = re.findall(r"https://desk\.example(/inquiries/confirm\?token=\S+)", text_of(server.to(MARA)[0]))
    page = await desk.get(link, None, headers={"Accept": "text/html"})
    assert page.status_code == 200
    ok(await desk.post("/api/inquiries/confirm", {"token": link.partition("token=")[2]}, None))


def the_last(server: MailServer) -> EmailMessage:
    return server.to(MARA)[-1]


async def test_declined_the_customer_is_mailed_partners_that_fit(tmp_path: Path) -> None:
    async with mail_server() as server, open_desk(tmp_path, **server.settings) as desk:
        for other in ("fabrikam", "tailspin"):
            await published(desk, other)
        lead = await asked_from_outside(desk)
        assert [mail["subject"] for mail in server.to(MARA)] == ["Please confirm your request to Contoso"]
        await confirmed(desk, server)
        ok(await desk.act(lead["id"], "decline", {"reason": 8, "notes": "They never pay"}))
        await carried(desk)
        assert len(server.to(MARA)) == 2
        mail = the_last(server)
        assert mail["subject"] == "Contoso cannot take up your request"
        said = text_of(mail)
        assert "Hello Mara," in said
        assert "https://desk.example/directory/fabrikam" in said
        assert "https://desk.example/directory/tailspin" in said
        assert "/directory/contoso" not in said
        assert "They never pay" not in mail.as_string(), "the reason is the partner's own"
        assert "Fabrikam" in html_of(mail)


async def test_expired_the_customer_is_told_the_same(tmp_path: Path) -> None:
    async with mail_server() as server, open_desk(tmp_path, **server.settings) as desk:
        await published(desk, "fabrikam")
        lead = await asked_from_outside(desk)
        await confirmed(desk, server)
        desk.clock.move(timedelta(hours=73))
        again = await desk.read(lead["id"])
        assert again["stage"] == "received", "the flame is out, the lead is not"
        desk.clock.move(WINDOW)
        await desk.expire()
        await carried(desk)
        mail = the_last(server)
        assert mail["subject"] == "Contoso has not answered your request"
        assert "https://desk.example/directory/fabrikam" in text_of(mail)
        assert len(server.to(MARA)) == 2


async def test_who_did_not_confirm_gets_one_mail_and_no_other(tmp_path: Path) -> None:
    """And there is nothing in it that whoever filled in the form has written."""
    async with mail_server() as server, open_desk(tmp_path, **server.settings) as desk:
        evil = {"company": "Buy at https://evil.example", "contact.firstName": "https://evil.example", "need": "Evil!"}
        lead = await asked_from_outside(desk, **evil)
        ok(await desk.act(lead["id"], "decline", {"reason": 7}))
        await carried(desk)
        (mail,) = server.to(MARA)
        assert "evil" not in mail.as_string().lower()


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("fr", "Merci de confirmer votre demande à Contoso"),
        ("de", "Bitte bestätigen Sie Ihre Anfrage an Contoso"),
        ("ru", "Подтвердите ваш запрос в Contoso"),
    ],
)
async def test_the_customer_is_written_to_in_its_language(tmp_path: Path, language: str, subject: str) -> None:
    async with mail_server() as server, open_desk(tmp_path, **server.settings) as desk:
        await asked_from_outside(desk, language=language)
        assert the_last(server)["subject"] == subject


async def test_a_recommended_customer_is_mailed_by_its_consent_and_asked_nothing(tmp_path: Path) -> None:
    async with mail_server() as server, open_desk(tmp_path, **server.settings) as desk:
        await published(desk)
        _, copy = await recommended(desk)
        await carried(desk)
        assert server.to(MARA) == []
        ok(await desk.act(copy["id"], "decline", {"reason": 1}))
        await carried(desk)
        assert the_last(server)["subject"] == "Contoso cannot take up your request"


async def test_a_consent_withdrawn_before_the_mail_went_stops_it(tmp_path: Path) -> None:
    async with mail_server() as server, open_desk(tmp_path, **server.settings) as desk:
        await published(desk)
        _, copy = await recommended(desk)
        ok(await desk.act(copy["id"], "decline", {"reason": 1}))
        await desk.announce()
        desk.clock.move(timedelta(seconds=1))
        ok(await desk.act(copy["id"], "withdraw-consent", {}))
        await desk.notify()
        assert server.to(MARA) == []


async def test_a_sent_customer_mail_keeps_no_address(tmp_path: Path) -> None:
    async with mail_server() as server, open_desk(tmp_path, **server.settings) as desk:
        await inquired(desk)
        await carried(desk)
        assert len(server.to(MARA)) == 1
        store = desk.services.store
        page = await store.find(NOTIFICATIONS, "contoso", Query((Where("box", "eq", "mail:customer"),), "createdAt"))
        (kept,) = [await store.get(NOTIFICATIONS, "contoso", item["id"]) for item in page.items]
        assert kept is not None
        assert kept.document["status"] == "sent"
        assert MARA not in str(kept.document)
        assert "Mara" not in str(kept.document)


async def test_a_hot_lead_says_so_to_the_partner(tmp_path: Path) -> None:
    async with mail_server() as server, open_desk(tmp_path, **server.settings) as desk:
        ok(await desk.get("/api/organization", "contoso-user"))
        await asked_from_outside(desk)
        (mail,) = server.to("contoso-user@contoso.example")
        assert str(mail["subject"]).startswith("Contact this customer now: ")
        assert "as quickly as possible" in text_of(mail)
        assert MARA not in mail.as_string()
