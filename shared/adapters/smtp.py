"""Mail by SMTP. Each mail has a connection of its own: few are sent, and a server may close one that waits."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr
from typing import Final, Literal

import aiosmtplib

from shared.domain.notices.mails import Mail
from shared.domain.organizations.person import mail_address
from shared.services.notices.ports import NotDelivered

Security = Literal["starttls", "tls", "none"]

PATIENCE_SECONDS: Final = 20.0
WHOLE_SECONDS: Final = 60.0  # a claim holds for two minutes
LONGEST_ANSWER: Final = 150


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in, and from whom it comes (`Cosell Desk <desk@example.com>` or the address alone)."""

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = None


class SmtpMailer:
    """`Mailer` over one server."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._from = parseaddr(server.sender)

    async def send(self, mail: Mail) -> None:
        """Raises NotDelivered: for good where the server refuses this mail, else for now."""
        server = self._server
        message = self._message(mail)
        try:
            async with asyncio.timeout(WHOLE_SECONDS):  # the other limit is for each of its steps
                await aiosmtplib.send(
                    message,
                    sender=self._from[1],
                    recipients=[mail.to],
                    hostname=server.host,
                    port=server.port,
                    username=server.user,
                    password=server.password,
                    use_tls=server.security == "tls",
                    start_tls=server.security == "starttls",
                    tls_context=server.tls,
                    timeout=PATIENCE_SECONDS,
                )
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refused(error.recipients[0]) from None
        except aiosmtplib.SMTPAuthenticationError as error:
            raise NotDelivered(f"The mail server does not know us ({error.code}).") from None
        except aiosmtplib.SMTPResponseException as error:
            raise _refused(error) from None
        except aiosmtplib.SMTPNotSupported:
            raise NotDelivered("The mail server cannot send this.", permanent=True, in_order=True) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise NotDelivered(f"The mail server does not answer ({type(error).__name__}).") from None

    def _message(self, mail: Mail) -> EmailMessage:
        """The mail as it travels. An address or a header that could hold another is refused by `email` itself."""
        if mail_address([mail.to]) != mail.to:
            raise NotDelivered("The address is none.", permanent=True, in_order=True)
        local, _, domain = mail.to.rpartition("@")
        message = EmailMessage(policy=SMTP if mail.to.isascii() else SMTPUTF8)
        message["To"] = Address(username=local, domain=domain)
        name, address = self._from
        message["From"] = Address(display_name=name, addr_spec=address)
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(mail.at)
        message["Message-ID"] = f"<{mail.message_id}>"
        message["Auto-Submitted"] = "auto-generated"  # so that nobody's absence is answered to us
        message.set_content(mail.text)
        message.add_alternative(mail.html, subtype="html")
        message["Content-Language"] = mail.language  # last: contents come with content headers of their own
        return message


def _refused(error: aiosmtplib.SMTPResponseException) -> NotDelivered:
    """5xx is for good, anything else for now; the server's own words are part of the reason."""
    words = " ".join(str(error.message).split())[:LONGEST_ANSWER]
    why = f"The mail server refused it: {error.code} {words}"
    return NotDelivered(why, permanent=500 <= error.code < 600, in_order=error.code not in (0, 421))
