"""Mail, read from a real SMTP server."""

from __future__ import annotations

import ssl
from datetime import timedelta
from pathlib import Path

import pytest

from shared.adapters.smtp import MailServer as Account
from shared.adapters.smtp import SmtpMailer
from shared.domain.notices.mails import Mail
from shared.domain.notices.notice import EVENTS, Notice
from shared.services.notices.ports import NotDelivered
from shared.services.ports import NOTIFICATIONS, Query, Where
from shared.settings import SettingsError, read_settings
from tests.functions.deals import Body, an_acceptance, an_opportunity
from tests.functions.desk import START, Desk, ok, open_desk
from tests.functions.notices.servers import free_port, html_of, mail_server, text_of
from tests.functions.notices.test_telling import signed_in

ADDRESS = "contoso-user@contoso.example"
SUBJECT = {
    "referralId": "r1", "name": "Big deal", "customerName": "Contoso SA", "senderName": "The Vendor",
    "expiresAt": "2027-01-18T09:30:00.000000Z", "daysLeft": 3,
}  # fmt: skip


def a_notice(
    key: str = "r1:0", event: str = "referral.received", user: str = "contoso-user", **subject: object
) -> Notice:
    return Notice(key, "contoso", event, START, SUBJECT | subject, (user,))  # type: ignore[arg-type]


async def mails_of(desk: Desk, user: str) -> list[Body]:
    query = Query((Where("box", "eq", f"mail:{user}"),), "createdAt", limit=200)
    return (await desk.services.store.find(NOTIFICATIONS, "contoso", query)).items


async def prefers(desk: Desk, persona: str, **changes: object) -> None:
    before = ok(await desk.get("/api/notice-preferences", persona))
    body = {name: before[name] for name in ("language", "digest", "inapp", "mail")} | changes
    ok(await desk.send("PUT", "/api/notice-preferences", as_=persona, json=body))


async def test_a_notice_is_mailed_once_as_text_and_html_with_a_link(tmp_path: Path) -> None:
    async with mail_server() as server, open_desk(tmp_path, **server.settings) as desk:
        await signed_in(desk)
        _, copy = await desk.sent()
        for _ in range(3):
            await desk.announce()
            await desk.notify()
        (mail,) = server.to(ADDRESS)
        assert mail["subject"] == f"New referral: {copy['name']}"
        assert mail["from"] == "Cosell Desk <desk@cosell.example>"
        assert mail["auto-submitted"] == "auto-generated"
        link = f"https://desk.example/referrals/{copy['id']}"
        assert link in text_of(mail)
        assert f'<a href="{link}">' in html_of(mail)
        assert "https://desk.example/notices/preferences" in text_of(mail)
        assert mail.get_content_type() == "multipart/alternative"
        contact = copy["customer"].get("contact")
        assert contact is None or contact["email"] not in mail.as_string()
        assert server.envelopes[0][0] in (
            [f"{one}@contoso.example"] for one in ("contoso-admin", "contoso-user", "contoso-referrals")
        )
        assert len({one["message-id"] for one in server.mails}) == len(server.mails)


@pytest.mark.parametrize(
    ("language", "word"),
    [("en", "Accept"), ("fr", "Acceptez"), ("de", "Nehmen"), ("es", "Acepte"), ("pt", "Aceite"), ("ru", "Примите")],
)
async def test_mail_is_in_the_language_the_person_chose(tmp_path: Path, language: str, word: str) -> None:
    async with mail_server() as server, open_desk(tmp_path, **server.settings) as desk:
        await prefers(desk, "contoso-user", language=language)
        await desk.services.notices.tell(a_notice())
        await desk.notify()
        (mail,) = server.mails
        assert word in text_of(mail)
        assert mail["content-language"] == language
        assert f'<html lang="{language}">' in html_of(mail)
        (notice,) = ok(await desk.get("/api/notices", "contoso-user"))["items"]
        assert notice["language"] == language
        assert notice["title"] == mail["subject"]


async def test_what_a_person_does_not_want_is_not_mailed(tmp_path: Path) -> None:
    """Chosen before it happened, or between that and the mail."""
    async with mail_server() as server, open_desk(tmp_path, **server.settings) as desk:
        await prefers(desk, "contoso-user", mail=[], inapp=["referral.received"])
        await desk.services.notices.tell(a_notice())
        assert await mails_of(desk, "contoso-user") == []
        await prefers(desk, "contoso-user", mail=list(EVENTS), inapp=[])
        await desk.services.notices.tell(a_notice("r1:1"))
        assert len(ok(await desk.get("/api/notices", "contoso-user"))["items"]) == 1
        await prefers(desk, "contoso-user", mail=[])
        await desk.notify()
        assert server.mails == []
        (mail,) = await mails_of(desk, "contoso-user")
        assert (mail["status"], mail["reason"]) == ("skipped", "Not wanted any more.")


async def test_who_has_no_address_is_told_in_the_app_alone(tmp_path: Path) -> None:
    async with mail_server() as server, open_desk(tmp_path, **server.settings) as desk:
        await desk.services.notices.tell(a_notice(user="never-seen"))
        await desk.notify()
        assert server.mails == []


async def test_without_a_mail_server_notices_stay_in_the_app_and_health_says_so(desk: Desk) -> None:
    await signed_in(desk)
    await desk.services.notices.tell(a_notice())
    assert (await desk.notify()).done == 0
    assert len(ok(await desk.get("/api/notices", "contoso-user"))["items"]) == 1
    assert ok(await desk.get("/api/health", None))["mail"] == "not set up: notices stay in the app"


async def test_a_mail_server_that_is_away_is_tried_again_and_nothing_is_lost(tmp_path: Path) -> None:
    port = free_port()
    settings = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port), "SMTP_SECURITY": "none", "MAIL_FROM": "d@c.example"}
    async with open_desk(tmp_path, **settings) as desk:
        await signed_in(desk)
        for n in range(5):
            await desk.services.notices.tell(a_notice(f"r1:{n}"))
        await desk.notify()
        waiting = await mails_of(desk, "contoso-user")
        assert {one["status"] for one in waiting} == {"waiting"}
        assert any("does not answer" in (one["reason"] or "") for one in waiting)
        async with mail_server() as server:
            object.__setattr__(desk.services.settings, "smtp_port", server.port)
            desk.services.__dict__.pop("sending")
            desk.clock.move(timedelta(minutes=1))
            await desk.notify()
            assert len(server.mails) == 5


async def test_an_address_the_server_refuses_holds_up_no_other(tmp_path: Path) -> None:
    """Refused for good it is given up; for now it is tried again; the reason is kept."""
    async with mail_server() as server, open_desk(tmp_path, **server.settings) as desk:
        await signed_in(desk)
        server.refuses = {ADDRESS: "550 no such user here", "contoso-referrals@contoso.example": "450 greylisted"}
        for n in range(6):
            for user in ("contoso-user", "contoso-referrals", "contoso-admin"):
                await desk.services.notices.tell(a_notice(f"r1:{n}", user=user))
        await desk.notify()
        assert len(server.to("contoso-admin@contoso.example")) == 6
        refused = await mails_of(desk, "contoso-user")
        assert {(one["status"], one["reason"]) for one in refused} == {
            ("failed", "The mail server refused it: 550 no such user here")
        }
        assert {one["status"] for one in await mails_of(desk, "contoso-referrals")} == {"waiting"}
        server.refuses = {}
        desk.clock.move(timedelta(seconds=10))
        await desk.notify()
        assert len(server.to("contoso-referrals@contoso.example")) == 6


async def test_no_name_makes_a_header_of_its_own(tmp_path: Path) -> None:
    """What reaches a subject is one line, whatever a deal is called."""
    async with mail_server() as server, open_desk(tmp_path, **server.settings) as desk:
        await signed_in(desk)
        evil = "Deal\r\nBcc: everybody@evil.example\r\n\r\n<script>alert(1)</script>"
        await desk.services.notices.tell(a_notice(name=evil))
        await desk.notify()
        (mail,) = server.mails
        assert mail["bcc"] is None
        assert server.envelopes[0][0] == [ADDRESS]
        assert "<script>" not in html_of(mail)


@pytest.mark.parametrize(
    "to", ["a@b.example\r\nBcc: c@d.example", "", "no-address", "a@b@c", "<a@b.example>, x@y.example"]
)
async def test_an_address_that_is_none_is_given_up_before_anything_is_sent(to: str) -> None:
    async with mail_server() as server:
        mailer = SmtpMailer(Account("127.0.0.1", server.port, "desk@cosell.example", "none"))
        mail = Mail(to, "Hello", "text", "<p>html</p>", "en", "1@desk.example", START)
        with pytest.raises(NotDelivered) as refusal:
            await mailer.send(mail)
        assert refusal.value.permanent
        assert server.envelopes == []


async def test_an_address_with_letters_of_any_language_gets_its_mail() -> None:
    async with mail_server() as server:
        mailer = SmtpMailer(Account("127.0.0.1", server.port, "desk@cosell.example", "none"))
        await mailer.send(Mail("jürgen@münchen.example", "Grüße", "text", "<p>html</p>", "de", "1@d.example", START))
        assert server.envelopes[0][0] == ["jürgen@münchen.example"]


async def test_the_password_goes_only_over_a_protected_connection(tmp_path: Path) -> None:
    """STARTTLS with a certificate nobody vouches for is refused before anything is said; with one that is known it is
    used."""
    key, certificate = _certificate(tmp_path)
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(certificate, key)
    known = ssl.create_default_context(cafile=str(certificate))
    seen: list[object] = []

    def authenticate(server: object, session: object, envelope: object, mechanism: str, data: object) -> object:
        from aiosmtpd.smtp import AuthResult

        seen.append(data)
        return AuthResult(success=True)

    async with mail_server(tls_context=server_side, authenticator=authenticate, auth_require_tls=True) as server:
        account = Account("localhost", server.port, "desk@cosell.example", "starttls", "us", "secret", known)
        mail = Mail("a@b.example", "Hello", "text", "<p>html</p>", "en", "1@desk.example", START)
        await SmtpMailer(account).send(mail)
        assert len(server.mails) == 1
        assert len(seen) == 1
        stranger = Account("localhost", server.port, "desk@cosell.example", "starttls", "us", "secret")
        with pytest.raises(NotDelivered, match="does not answer"):
            await SmtpMailer(stranger).send(mail)
        assert len(seen) == 1
        assert "secret" not in repr(account)


def _certificate(folder: Path) -> tuple[Path, Path]:
    import subprocess

    key, certificate = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(certificate),
         "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return key, certificate


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"SMTP_HOST": "mail"}, "MAIL_FROM"),
        ({"SMTP_HOST": "mail", "MAIL_FROM": "nobody"}, "MAIL_FROM"),
        ({"SMTP_HOST": "mail", "MAIL_FROM": "a@b.example", "SMTP_USER": "u"}, "SMTP_PASSWORD"),
        ({"SMTP_HOST": "mail", "MAIL_FROM": "a@b.example", "SMTP_USER": "u", "SMTP_PASSWORD": "p",
          "SMTP_SECURITY": "none"}, "SMTP_SECURITY"),
        ({"SMTP_HOST": "mail", "MAIL_FROM": "a@b.example", "SMTP_SECURITY": "none", "DEPLOYMENT": "azure"},
         "SMTP_SECURITY"),
        ({"WEBHOOK_ALLOW_LOCAL": "true", "DEPLOYMENT": "azure"}, "WEBHOOK_ALLOW_LOCAL"),
        ({"PUBLIC_URL": "desk.example"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "https://desk.example/"}, "PUBLIC_URL"),
        ({"DIGEST_HOUR": "24"}, "DIGEST_HOUR"),
    ],
)  # fmt: skip
def test_settings_that_contradict_each_other_are_named(settings: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        read_settings(settings)


async def test_an_accepted_opportunity_is_mailed_to_the_seller(tmp_path: Path) -> None:
    """Through all of it: HTTP, delivery, announcements, mail."""
    async with mail_server() as server, open_desk(tmp_path, **server.settings) as desk:
        await signed_in(desk)
        _, copy = await desk.sent(**an_opportunity())
        ok(await desk.act(copy["id"], "accept", an_acceptance()))
        await desk.deliver()
        await desk.announce()
        await desk.notify()
        (mail,) = server.to("vendor-seller@vendor.example")
        assert "accepted" in str(mail["subject"])
