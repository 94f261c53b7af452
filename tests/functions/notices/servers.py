"""Real receivers: a mail server (aiosmtpd) and webhook receivers that verify with the public library."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from socket import AF_INET, socket
from typing import Any

import aiohttp.web
from aiosmtpd.smtp import SMTP, Envelope, Session
from standardwebhooks import Webhook


def free_port() -> int:
    with closing(socket(AF_INET)) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class MailServer:
    """Keeps what it is handed. `refuses` are the answers to addresses it does not take."""

    port: int
    envelopes: list[tuple[list[str], bytes]] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        self.envelopes.append((list(envelope.rcpt_tos), content))
        mail = message_from_bytes(content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if address in str(mail["to"])]

    @property
    def settings(self) -> dict[str, str]:
        """The app's, to send here."""
        return {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.port),
            "SMTP_SECURITY": "none",
            "MAIL_FROM": "Cosell Desk <desk@cosell.example>",
            "PUBLIC_URL": "https://desk.example",
        }


def text_of(mail: EmailMessage) -> str:
    """The plain text as a reader sees it."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


@asynccontextmanager
async def mail_server(**options: Any) -> AsyncIterator[MailServer]:
    """A real SMTP server on a port of its own, in this loop."""
    kept = MailServer(free_port())
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(kept, enable_SMTPUTF8=True, **options), "127.0.0.1", kept.port)
    try:
        yield kept
    finally:
        server.close()
        await server.wait_closed()


@dataclass
class Receiver:
    """A subscriber's program: what it was sent, as it was sent, and when."""

    port: int
    status: int = 200
    slow: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)
    received: list[tuple[dict[str, str], bytes, float]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def answer(self, request: aiohttp.web.Request) -> aiohttp.web.Response:
        body = await request.read()
        self.received.append(({k.lower(): v for k, v in request.headers.items()}, body, time.perf_counter()))
        if self.slow:
            await asyncio.sleep(self.slow)
        return aiohttp.web.Response(status=self.status, headers=self.headers)

    def verified(self, secret: str, number: int = -1) -> Any:
        """What the public library makes of one call. Raises its WebhookVerificationError."""
        headers, body, _ = self.received[number]
        return verified(secret, headers, body)


def verified(secret: str, headers: Mapping[str, str], body: bytes) -> Any:
    return Webhook(secret).verify(body, dict(headers))


@asynccontextmanager
async def receiver(**options: Any) -> AsyncIterator[Receiver]:
    """A real HTTP server on a port of its own."""
    kept = Receiver(free_port(), **options)
    app = aiohttp.web.Application()
    app.router.add_post("/hook", kept.answer)
    runner = aiohttp.web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await aiohttp.web.TCPSite(runner, "127.0.0.1", kept.port).start()
    try:
        yield kept
    finally:
        await runner.cleanup()
