"""What sending needs of the world outside: a way to mail, a way to call a webhook."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from shared.domain.notices.mails import Mail


class NotDelivered(Exception):
    """An attempt did not work; the text is the reason shown. `permanent`: another attempt would not either. `wait` is
    how long the receiver asked to be left alone; `status` its HTTP status, where it answered at all; `in_order` says
    that it refused only this one."""

    def __init__(
        self,
        why: str,
        *,
        permanent: bool = False,
        wait: timedelta | None = None,
        status: int | None = None,
        in_order: bool = False,
    ) -> None:
        super().__init__(why)
        self.permanent = permanent
        self.in_order = in_order
        self.wait = wait
        self.status = status


class Mailer(Protocol):
    """Hands a mail to a mail server."""

    async def send(self, mail: Mail) -> None:
        """Raises NotDelivered."""
        ...


class WebhookCaller(Protocol):
    """Calls webhooks: never an address that is not public, never a redirect's (unless one machine allows its own)."""

    async def call(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """POST; the status of its answer, which is 2xx. Raises NotDelivered for everything else."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
