"""What follows a change: every entry of a referral's history is shown to the followers, in order, and then no more."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from shared.domain.referrals.announcing import Numbered
from shared.domain.referrals.document import Referral
from shared.services.ports import REFERRALS, StoreUnavailable
from shared.services.referrals.announcements import Announcements
from tests.functions.deals import an_acceptance
from tests.functions.desk import Desk, ok


class Listener:
    """Notes what it is shown; may be told to fail, or to do something in the middle."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, int, str]] = []
        self.fails: Exception | None = None
        self.meanwhile: Any = None
        self.keeps: dict[str, Any] = {}

    async def follow(self, referral: Referral, entries: Sequence[Numbered]) -> Mapping[str, Any]:
        if self.fails is not None:
            raise self.fails
        self.heard += [(referral["id"], number, entry["action"]) for number, entry in entries]
        if self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            await happens()
        return self.keeps


def announcing(desk: Desk, *listeners: Listener) -> Announcements:
    return Announcements(desk.services.store, listeners, desk.clock, timedelta(minutes=4), asyncio.Event())


async def document(desk: Desk, referral: Mapping[str, Any]) -> dict[str, Any]:
    stored = await desk.services.store.get(REFERRALS, referral["organizationId"], referral["id"])
    assert stored is not None
    return stored.document


async def test_every_change_is_shown_once_to_every_follower_in_the_order_it_happened(desk: Desk) -> None:
    own = await desk.created()
    ok(await desk.edit_now(own["id"], {"crmId": "OPP-43"}))
    one, other = Listener(), Listener()
    report = await announcing(desk, one, other).announce()
    assert report.as_facts() == {"done": 2, "skipped": {}, "failed": {}, "remaining": False}
    assert one.heard == other.heard == [(own["id"], 0, "create"), (own["id"], 1, "edit")]
    assert (await announcing(desk, one).announce()).done == 0
    ok(await desk.act(own["id"], "win", {}))
    assert (await announcing(desk, one).announce()).done == 1
    assert one.heard[2:] == [(own["id"], 2, "win")]


async def test_following_up_is_no_change_of_the_referral(desk: Desk) -> None:
    own = await desk.created()
    before = await document(desk, own)
    listener = Listener()
    listener.keeps = {"counted": {"won": 1}}
    await announcing(desk, listener).announce()
    after = await document(desk, own)
    assert after == {**before, "announced": 1, "noticeAt": None, "counted": {"won": 1}}
    assert await desk.etag(own["id"]) == f'"{own and before["version"]}"'


async def test_what_the_system_does_is_news_at_both_ends(desk: Desk) -> None:
    own, copy = await desk.sent()
    ok(await desk.act(copy["id"], "accept", an_acceptance()))
    await desk.deliver()
    listener = Listener()
    await announcing(desk, listener).announce()
    heard = {id: [action for other, _, action in listener.heard if other == id] for id in (own["id"], copy["id"])}
    assert heard[copy["id"]] == ["receive", "accept"]
    assert heard[own["id"]] == ["create", "invitation-accepted"]


async def test_a_change_during_the_following_up_is_news_of_its_own(desk: Desk) -> None:
    own = await desk.created()
    listener = Listener()

    async def edited() -> None:
        ok(await desk.edit_now(own["id"], {"crmId": "OPP-43"}))

    listener.meanwhile = edited
    await announcing(desk, listener).announce()
    assert (await document(desk, own))["announced"] == 1
    await announcing(desk, listener).announce()
    assert [number for _, number, _ in listener.heard] == [0, 1]
    assert (await document(desk, own))["noticeAt"] is None


async def test_a_follower_that_finds_the_store_busy_is_asked_again_at_the_next_run(desk: Desk) -> None:
    await desk.created()
    listener = Listener()
    listener.fails = StoreUnavailable("busy")
    report = await announcing(desk, listener).announce()
    assert (report.done, sum(report.skipped.values())) == (0, 1)
    listener.fails = None
    assert (await announcing(desk, listener).announce()).done == 1


async def test_news_nobody_can_read_wait_ten_minutes_and_hold_up_no_other_referral(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    poisoned, fine = await desk.created(), await desk.created()

    class Picky(Listener):
        async def follow(self, referral: Referral, entries: Sequence[Numbered]) -> Mapping[str, Any]:
            self.fails = KeyError("what") if referral["id"] == poisoned["id"] else None
            return await super().follow(referral, entries)

    listener = Picky()
    report = await announcing(desk, listener).announce()
    assert (report.done, dict(report.failed)) == (1, {"KeyError": 1})
    assert [id for id, _, _ in listener.heard] == [fine["id"]]
    assert "failed" in caplog.text
    assert (await announcing(desk, listener).announce()).as_facts()["failed"] == {}
    desk.clock.move(timedelta(minutes=10))
    assert dict((await announcing(desk, listener).announce()).failed) == {"KeyError": 1}


async def test_two_at_once_leave_nothing_to_follow_up(desk: Desk) -> None:
    for _ in range(20):
        await desk.created()
    listener = Listener()
    await asyncio.gather(*(announcing(desk, listener).announce() for _ in range(3)))
    assert len(set(listener.heard)) == 20
    assert (await announcing(desk, listener).announce()).as_facts() == {
        "done": 0, "skipped": {}, "failed": {}, "remaining": False
    }  # fmt: skip


async def test_the_timer_that_delivers_also_follows_up(desk: Desk) -> None:
    own = await desk.created()
    await desk.run("deliver_events")
    assert (await document(desk, own))["announced"] == 1
