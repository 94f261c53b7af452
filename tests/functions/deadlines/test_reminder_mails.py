"""Reminders by mail, read from a real mail server: one that had to wait is not sent after an answer."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.functions.desk import WINDOW, Desk, ok, open_desk
from tests.functions.notices.servers import MailServer, mail_server, text_of
from tests.functions.notices.test_mail import ADDRESS, prefers

DAY = timedelta(days=1)


async def reminded(desk: Desk, name: str) -> str:
    """A referral whose first reminder has been told; its id. Nothing but reminders is mailed here."""
    await prefers(desk, "contoso-user", mail=["reminder"])
    _, copy = await desk.sent(name=name)
    desk.clock.move(WINDOW - 7 * DAY)
    assert (await desk.remind()).done == 1
    return str(copy["id"])


def about(server: MailServer, name: str) -> list[str]:
    """The subjects of what this person was mailed of it, in a digest or singly."""
    return [str(mail["subject"]) for mail in server.to(ADDRESS) if name in text_of(mail)]


async def test_a_reminder_is_mailed_once_with_the_days_that_are_left(tmp_path: Path) -> None:
    async with mail_server() as server, open_desk(tmp_path, **server.settings) as desk:
        await reminded(desk, "depot")
        for _ in range(3):
            await desk.remind()
            await desk.notify()
        (mail,) = [mail for mail in server.to(ADDRESS) if "depot" in text_of(mail)]
        assert "Days left: 7" in text_of(mail)


@pytest.mark.parametrize("ends", ["answered", "over"])
async def test_a_mail_that_waited_until_it_was_answered_or_over_is_not_sent(tmp_path: Path, ends: str) -> None:
    """The mail server was away, or the timer that sends."""
    async with mail_server() as server, open_desk(tmp_path, **server.settings) as desk:
        id = await reminded(desk, "depot")
        if ends == "answered":
            ok(await desk.act(id, "decline", {"reason": 1}))
        else:
            desk.clock.move(7 * DAY)
        await desk.notify()
        assert about(server, "depot") == []


async def test_a_digest_leaves_out_what_was_answered_since(tmp_path: Path) -> None:
    async with mail_server() as server, open_desk(tmp_path, MAILS_A_DAY="1", **server.settings) as desk:
        await prefers(desk, "contoso-user", mail=["reminder"])
        ids = {name: (await desk.sent(name=name))[1]["id"] for name in ("first", "answered", "waiting")}
        desk.clock.move(WINDOW - 7 * DAY)
        assert (await desk.remind()).done == 3
        await desk.notify()
        (singly,) = [name for name in ids if about(server, name)]
        answered, waiting = (name for name in ids if name != singly)
        ok(await desk.act(ids[answered], "decline", {"reason": 1}))
        desk.clock.move(DAY)
        await desk.notify()
        assert about(server, answered) == []
        assert len(about(server, waiting)) == 1
