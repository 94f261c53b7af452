"""Sending mails and webhook calls, beside the bare libraries doing nothing else, at the same four at once.

    python -m benchmarks.notices [sends]          (2,000 take about half a minute)

Ours reads what is due, claims each with one write, signs or words it, sends it, and settles it with another write. The
bare loops post the same signed bytes with aiohttp, hand in the same mail with aiosmtplib. The receivers are real
servers in this process, so they take their share of each figure.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import aiohttp
import aiosmtplib

from benchmarks.figures import Figure, table
from shared import bootstrap
from shared.bootstrap import Services
from shared.domain.notices import documents
from shared.domain.notices.documents import Keeping
from shared.domain.notices.notice import Notice
from shared.domain.notices.subscription import AddWebhook
from shared.domain.organizations.organization import Caller, Organization, Role
from shared.services.notices.lanes import AT_ONCE
from shared.settings import read_settings
from tests.functions.notices.servers import MailServer, Receiver, mail_server, receiver

SENDS: Final = 2_000
WEBHOOK_LIMIT: Final = 6.0  # times the bare call: two durable writes stand beside it
MAIL_LIMIT: Final = 3.0
PERSON: Final = Caller(
    Organization("contoso", "Contoso", "partner", "FR"),
    "ana",
    frozenset({Role.REFERRALS_ADMIN}),
    "Ana",
    "ana@c.example",
)


def measure(sends: int = SENDS) -> list[Figure]:
    """Sends a second, of each way."""
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        return asyncio.run(_measured(Path(folder), sends))


async def _measured(folder: Path, sends: int) -> list[Figure]:
    async with receiver() as program, mail_server() as server:
        settings = read_settings({"LOCAL_DATA": str(folder), "WEBHOOK_ALLOW_LOCAL": "true", **server.settings})
        services = bootstrap.build(settings)
        try:
            return [*await _webhooks(services, program, sends), *await _mails(services, server, sends // 4)]
        finally:
            await services.close()


async def _webhooks(services: Services, program: Receiver, sends: int) -> list[Figure]:
    hook = (await services.subscriptions.add(AddWebhook(url=program.url), PERSON)).document
    payload = {"type": "referral.updated", "timestamp": "2027-01-04T09:30:00.000000Z", "data": {"name": "x" * 500}}
    now = datetime.now(UTC)
    await services.notices.put(
        documents.webhook_of(f"r:{n}", "contoso", hook["id"], payload, now, Keeping(services.settings.notice_retention))
        for n in range(sends)
    )
    ours = await _rate(services.sending.send, lambda: len(program.received), sends)
    sent = [(headers, body) for headers, body, _ in program.received]
    program.received.clear()
    async with aiohttp.ClientSession() as session:

        async def post(n: int) -> None:
            headers, body = sent[n]
            kept = {name: value for name, value in headers.items() if name.startswith("webhook-")}
            async with session.post(program.url, data=body, headers=kept) as response:
                await response.read()

        bare = await _rate(lambda: _four_at_once(post, sends), lambda: len(program.received), sends)
    return [
        Figure(f"{sends:,} webhook calls", ours, "/s", bare, "bare aiohttp", more_is_better=True, limit=WEBHOOK_LIMIT)
    ]


async def _mails(services: Services, server: MailServer, sends: int) -> list[Figure]:
    await services.people.seen(PERSON)
    await services.people.choose(PERSON, {"language": "de", "digest": False})
    now = datetime.now(UTC)
    subject = {"referralId": "r", "name": "Big deal", "customerName": "Wingtip", "senderName": "The Vendor"}
    for n in range(sends):
        await services.notices.tell(Notice(f"m:{n}", "contoso", "referral.received", now, subject, ("ana",)))
    ours = await _rate(services.sending.send, lambda: len(server.mails), sends)
    mails = list(server.mails)
    server.mails.clear()

    async def hand_in(n: int) -> None:
        await aiosmtplib.send(mails[n], hostname="127.0.0.1", port=server.port, start_tls=False)

    bare = await _rate(lambda: _four_at_once(hand_in, sends), lambda: len(server.mails), sends)
    return [Figure(f"{sends:,} mails", ours, "/s", bare, "bare aiosmtplib", more_is_better=True, limit=MAIL_LIMIT)]


async def _rate(work: Callable[[], Awaitable[Any]], arrived: Callable[[], int], expected: int) -> float:
    began = time.perf_counter()
    await work()
    seconds = time.perf_counter() - began
    assert arrived() == expected, f"{arrived()} of {expected} arrived"
    return expected / seconds


async def _four_at_once(work: Callable[[int], Awaitable[None]], count: int) -> None:
    numbers = iter(range(count))

    async def worker() -> None:
        for number in numbers:
            await work(number)

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))


if __name__ == "__main__":
    print(table(measure(int(sys.argv[1]) if len(sys.argv) > 1 else SENDS)))
