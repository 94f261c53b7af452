"""Few mails singly, the rest of a day in one; over thirty simulated days nothing is lost and nothing comes twice."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from tests.functions.desk import START, open_desk
from tests.functions.notices.servers import MailServer, mail_server, text_of
from tests.functions.notices.test_mail import ADDRESS, a_notice, prefers
from tests.functions.notices.test_telling import signed_in


def titles(server: MailServer, address: str = ADDRESS) -> tuple[list[str], list[list[str]]]:
    """The deals mailed singly, and those of each digest."""
    singly, digests = [], []
    for mail in server.to(address):
        if "more notices" in str(mail["subject"]):
            digests.append(re.findall(r"^\* New referral: (\S+):", text_of(mail), re.MULTILINE))
        else:
            singly.append(str(mail["subject"]).rpartition(" ")[2])
    return singly, digests


async def test_the_eleventh_mail_of_a_day_waits_for_the_digest(tmp_path: Path) -> None:
    async with mail_server() as server, open_desk(tmp_path, **server.settings) as desk:
        await signed_in(desk)
        for n in range(14):
            await desk.services.notices.tell(a_notice(f"r:{n}", name=f"deal-{n}"))
            await desk.notify()
            desk.clock.move(timedelta(seconds=1))
        singly, digests = titles(server)
        assert singly == [f"deal-{n}" for n in range(10)]
        assert digests == []
        desk.clock.now = START.replace(day=5, hour=5, minute=59)
        await desk.notify()
        assert titles(server)[1] == []
        desk.clock.now = START.replace(day=5, hour=6)
        for _ in range(3):
            await desk.notify()
        assert titles(server)[1] == [[f"deal-{n}" for n in range(10, 14)]]
        assert "Cosell Desk: 4 more notices" in str(server.mails[-1]["subject"])


async def test_who_wants_no_digest_gets_every_mail(tmp_path: Path) -> None:
    async with mail_server() as server, open_desk(tmp_path, **server.settings) as desk:
        await prefers(desk, "contoso-user", digest=False)
        for n in range(14):
            await desk.services.notices.tell(a_notice(f"r:{n}", name=f"deal-{n}"))
        await desk.notify()
        assert len(titles(server)[0]) == 14


async def test_a_long_digest_names_fifty_and_counts_the_rest(tmp_path: Path) -> None:
    async with mail_server() as server, open_desk(tmp_path, MAILS_A_DAY="1", **server.settings) as desk:
        await signed_in(desk)
        for n in range(71):
            await desk.services.notices.tell(a_notice(f"r:{n}", name=f"deal-{n}"))
        await desk.notify()
        desk.clock.move(timedelta(days=1))
        await desk.notify()
        digest = server.mails[-1]
        assert "70 more notices" in str(digest["subject"])
        assert len(titles(server)[1][0]) == 50
        assert "And 20 more" in text_of(digest)


async def test_two_senders_at_once_send_no_eleventh(tmp_path: Path) -> None:
    async with mail_server() as server, open_desk(tmp_path, **server.settings) as desk:
        await signed_in(desk)
        for n in range(30):
            await desk.services.notices.tell(a_notice(f"r:{n}", name=f"deal-{n}"))
        second = type(desk.services)(
            settings=desk.services.settings, store=desk.services.store, blobs=desk.services.blobs,
            clock=desk.services.clock, stopping=desk.services.stopping,
        )  # fmt: skip
        await asyncio.gather(desk.notify(), second.sending.send())
        assert len(titles(server)[0]) == 10
        assert max(Counter(titles(server)[0]).values()) == 1


@pytest.mark.slow
async def test_over_thirty_days_everything_is_mailed_exactly_once(tmp_path: Path) -> None:
    """Quiet days, busy days, timers that run any number of times, a mail server that is away for a night."""
    chance = random.Random(7)
    told: set[str] = set()
    async with mail_server() as server, open_desk(tmp_path, **server.settings) as desk:
        await signed_in(desk)
        per_day: Counter[int] = Counter()
        for _ in range(30 * 24):
            if chance.random() < 0.5:
                for _ in range(chance.choice((0, 1, 1, 3))):
                    name = f"deal-{len(told)}"
                    told.add(name)
                    notice = a_notice(f"r:{name}", name=name)
                    for _ in range(chance.choice((1, 1, 2))):
                        await desk.services.notices.tell(notice)
            before = len(server.mails)
            for _ in range(chance.choice((0, 1, 2))):
                await desk.notify()
            mailed_now = [str(mail["subject"]) for mail in server.mails[before:]]
            per_day[desk.clock.now.toordinal()] += sum("more notices" not in one for one in mailed_now)
            desk.clock.move(timedelta(hours=1))
        desk.clock.move(timedelta(days=2))
        await desk.notify()
        singly, digests = titles(server)
        mailed = Counter([*singly, *(name for one in digests for name in one)])
        assert set(mailed) == told
        assert set(mailed.values()) == {1}
        assert max(per_day.values()) == 10, "busy days there were"
        assert 5 < len(digests) <= 31
        assert len({mail["message-id"] for mail in server.mails}) == len(server.mails)
