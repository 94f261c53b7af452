"""A customer's inquiry from a company's own web page: a plain HTML form, a real browser, real mail (issue 5)."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from demo.app import free_port
from tests.demo_process import Demo, running

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine; no form was sent by a browser"),
]

T = TypeVar("T")
CUSTOMER: Final = "mara@wingtip.example"
PAGE: Final = """<!doctype html><html lang="en"><title>Wingtip looks for help</title>
<form method="post" action="{app}/api/inquiries">
<input name="partnerId" value="contoso"><input name="company" value="Wingtip Toys"><input name="country" value="FR">
<input name="size" value="51to250employees">
<input name="contact.firstName" value="Mara"><input name="contact.lastName" value="Okafor">
<input name="contact.phoneNumber" value="+33612345678"><input name="contact.email" value="{customer}">
<textarea name="need">Our shop system must move to the cloud before summer</textarea>
<input type="checkbox" name="contactMe" value="true" checked><input type="checkbox" name="consent" value="true" checked>
<button>Send</button></form><script>document.forms[0].submit()</script></html>"""


@dataclass
class Mailbox:
    """A real mail server's: what it was handed."""

    port: int
    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        mail = BytesParser(policy=default).parsebytes(envelope.content)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"

    def to(self, address: str) -> list[str]:
        """The plain texts of the mails to an address."""
        bodies = [mail.get_body(("plain",)) for mail in self.mails if address in str(mail["to"])]
        return [str(body.get_content()) for body in bodies if body is not None]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    kept = Mailbox(free_port())
    controller = Controller(kept, hostname="127.0.0.1", port=kept.port)
    controller.start()
    try:
        yield kept
    finally:
        controller.stop()


@contextmanager
def page_elsewhere(text: str) -> Iterator[str]:
    """A company's own web server, which knows nothing of Cosell Desk."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://localhost:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


def sent_by_browser(url: str, folder: Path) -> str:
    """Where the browser is once the page has sent its form, as it shows it."""
    command = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}",
        "--virtual-time-budget=5000", "--dump-dom", url,
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, timeout=60, check=True, text=True).stdout


def until(look: Callable[[], T | None], what: str, seconds: float = 30) -> T:
    """What `look` finds, as soon as it does; timers run in between."""
    begun = time.monotonic()
    while (found := look()) is None:
        assert time.monotonic() - begun < seconds, f"{what} did not come within {seconds} s"
        time.sleep(0.1)
    return found


def newest_lead(app: Demo) -> dict[str, Any] | None:
    items = app.get("/api/leads?tab=marketplace&q=wingtip%20toys", "contoso-admin")["items"]
    return items[0] if items else None


def test_a_form_on_another_page_becomes_a_lead_and_who_is_declined_is_offered_others_by_mail(
    tmp_path: Path, mailbox: Mailbox
) -> None:
    mail = {
        "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(mailbox.port), "SMTP_SECURITY": "none",
        "MAIL_FROM": "Cosell Desk <desk@cosell.example>",
    }  # fmt: skip
    with running(tmp_path / "data", environment=mail) as app:
        app.until_ready(90)
        with page_elsewhere(PAGE.format(app=app.url, customer=CUSTOMER)) as page:
            assert "Thank you" in sent_by_browser(page, tmp_path)
        lead = until(lambda: newest_lead(app), "the lead")
        seen = app.get(f"/api/referrals/{lead['id']}", "contoso-admin")
        assert (seen["qualification"], seen["stage"], seen["flame"]["hot"]) == ("direct", "received", True)

        (confirmation,) = until(lambda: mailbox.to(CUSTOMER) or None, "the mail that asks to confirm")
        link = re.search(r"https?://\S+/inquiries/confirm\?token=(\S+)", confirmation)
        assert link is not None
        confirmed = httpx.post(f"{app.url}/api/inquiries/confirm", json={"token": link[1]})
        assert confirmed.status_code == 200

        declined = httpx.post(
            f"{app.url}/api/referrals/{lead['id']}/decline",
            json={"reason": 8, "notes": "We have no people in Lyon"},
            headers={"Authorization": "Bearer contoso-admin"},
        )
        assert declined.status_code == 200
        told = until(lambda: mailbox.to(CUSTOMER)[1:] or None, "the mail that offers others")
        assert len(told) == 1
        assert "Tailspin" in told[0]
        assert "/directory/tailspin" in told[0]
        assert "Lyon" not in told[0], "the partner's reason is its own"
