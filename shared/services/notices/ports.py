"""What sending needs of the world outside: a way to mail, a way to call a webhook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from shared.domain.notices.mails import Mail


class NotDelivered(Exception):
    """An attempt did not work; the text is the reason shown. `permanent`: another attempt would not either. `wait` is
    how long the receiver asked to be left alone; `status` its HTTP status, where it answered at all."""

    def __init__(
        self, why: str, *, permanent: bool = False, wait: timedelta | None = None, status: int | None = None
    ) -> None:
        super().__init__(why)
        self.permanent = permanent
        self.wait = wait
        self.status = status


class Mailer(Protocol):
    """Hands a mail to a mail server."""

    async def send(self, mail: Mail) -> None:
        """Raises NotDelivered."""
        ...


@dataclass(frozen=True, slots=True)
class Answered:
    """A webhook's answer: its status, and how long it took in seconds."""

    status: int
    seconds: float


class WebhookCaller(Protocol):
    """Calls webhooks: never an address that is not public, never a redirect's (unless one machine allows its own)."""

    async def call(self, url: str, headers: Mapping[str, str], body: bytes) -> Answered:
        """Only a 2xx status is an answer. Raises NotDelivered for everything else."""
        ...
