"""Sending as it must hold: claims, deaths in between, documents nobody can read, a long queue of a dead receiver."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from shared.bootstrap import Services
from shared.domain.instants import instant
from shared.domain.notices import attempts
from shared.services.notices import lanes
from shared.services.notices.sending import Sending
from shared.services.ports import NOTIFICATIONS, Document, StoreUnavailable
from shared.services.sweep import Report
from tests.functions.desk import START, Desk, MovableClock, open_desk
from tests.functions.notices.servers import mail_server, text_of
from tests.functions.notices.test_mail import a_notice
from tests.functions.notices.test_telling import signed_in


class Recording:
    """A way that notes what it sends; `fails` says what becomes of a document."""

    def __init__(self, clock: MovableClock) -> None:
        self.clock = clock
        self.sent: list[str] = []
        self.gone: list[str] = []
        self.slow = 0.0

    def lane_of(self, document: Document) -> str:
        return str(document["subscriptionId"])

    async def send(self, document: Document) -> Document:
        self.sent.append(document["id"])
        await asyncio.sleep(self.slow)
        return attempts.sent(document, self.clock.now)

    async def given_up(self, document: Document, why: str) -> None:
        self.gone.append(document["id"])


def a_call(id: str, subscription: str = "one", **more: Any) -> Document:
    at = instant(START)
    return {
        "schema": 1, "id": id, "organizationId": "contoso", "kind": "webhook", "box": f"webhook:{subscription}",
        "unread": None, "createdAt": at, "dueAt": None, "status": "waiting", "attempts": 0, "firstDueAt": at,
        "pendingAt": at, "claimedUntil": None, "sentAt": None, "reason": None, "subscriptionId": subscription,
        "event": "test.created", "at": at, "payload": {}, "answered": None, **more,
    }  # fmt: skip


def sending(services: Services, clock: MovableClock, ways: Mapping[str, Any]) -> Sending:
    return Sending(services.store, ways, clock, timedelta(seconds=30), asyncio.Event())


async def put(desk: Desk, *documents: Document) -> None:
    for document in documents:
        await desk.services.store.insert(NOTIFICATIONS, document)


async def stored(desk: Desk, id: str) -> Document:
    found = await desk.services.store.get(NOTIFICATIONS, "contoso", id)
    assert found is not None
    return found.document


async def test_two_senders_at_once_send_each_thing_once(desk: Desk) -> None:
    way = Recording(desk.clock)
    way.slow = 0.002
    await put(desk, *(a_call(f"c{n}", f"s{n % 5}") for n in range(100)))
    two = [sending(desk.services, desk.clock, {"webhook": way}) for _ in range(2)]
    reports = await asyncio.gather(*(one.send() for one in two))
    assert sorted(way.sent) == sorted(f"c{n}" for n in range(100))
    assert sum(report.done for report in reports) == 100


async def test_who_dies_with_a_claim_lets_it_lapse_and_it_is_sent_again(desk: Desk) -> None:
    way = Recording(desk.clock)
    await put(desk, attempts.claimed(a_call("c1"), desk.clock.now))
    one = sending(desk.services, desk.clock, {"webhook": way})
    assert (await one.send()).done == 0
    desk.clock.move(attempts.CLAIM)
    assert (await one.send()).done == 1
    assert way.sent == ["c1"]
    assert (await stored(desk, "c1"))["attempts"] == 2


async def test_sent_but_not_settled_it_is_sent_again_under_the_same_id(tmp_path: Path) -> None:
    """At least once: the store was away when the outcome was to be written."""

    class Away:
        def __init__(self, store: Any) -> None:
            self.inner, self.away = store, False

        def __getattr__(self, name: str) -> Any:
            return getattr(self.inner, name)

        async def replace(self, *args: Any) -> Any:
            if self.away and args[2]["status"] == "sent":
                raise StoreUnavailable("away")
            return await self.inner.replace(*args)

    async with open_desk(tmp_path, wrap=Away) as desk:  # type: ignore[arg-type]
        store: Any = desk.services.store
        way = Recording(desk.clock)
        await put(desk, a_call("c1"))
        one = sending(desk.services, desk.clock, {"webhook": way})
        store.away = True
        report = await one.send()
        assert report.skipped == {"StoreUnavailable; the next run comes back": 1}
        store.away = False
        desk.clock.move(attempts.CLAIM)
        assert (await one.send()).done == 1
        assert way.sent == ["c1", "c1"]


async def test_what_nobody_can_read_holds_up_nothing_and_is_not_met_at_once_again(desk: Desk) -> None:
    way = Recording(desk.clock)
    poisoned = {
        "no-kind": {"kind": None}, "no-attempts": {"attempts": None}, "odd-kind": {"kind": "pigeon"},
        "no-subscription": {"subscriptionId": None}, "no-first-due": {"firstDueAt": None, "kind": "pigeon"},
    }  # fmt: skip
    await put(desk, *(a_call(id, **more) for id, more in poisoned.items()), *(a_call(f"c{n}") for n in range(20)))
    report = await asyncio.wait_for(sending(desk.services, desk.clock, {"webhook": way}).send(), 10)
    assert {f"c{n}" for n in range(20)} <= set(way.sent)
    for id in ("no-kind", "no-attempts", "odd-kind", "no-first-due"):
        assert (await stored(desk, id))["pendingAt"] > instant(desk.clock.now), id
    assert report.done >= 20


async def test_a_dead_receivers_long_queue_is_put_off_and_the_others_go_on(desk: Desk) -> None:
    """3,000 calls wait for a receiver that is held; those behind them are sent in the same run."""
    way = Recording(desk.clock)
    await put(desk, *(a_call(f"d{n:04}", "dead") for n in range(3000)))
    await put(desk, *(a_call(f"z{n}", "fine", pendingAt=instant(START + timedelta(microseconds=1))) for n in range(5)))
    desk.clock.move(timedelta(seconds=1))
    one = sending(desk.services, desk.clock, {"webhook": way})
    lane = lanes.Lane("webhook:dead", failures=3, held_until=desk.clock.now + timedelta(minutes=5))
    one._lanes["webhook:dead"] = lane
    report = await one.send()
    assert way.sent == [f"z{n}" for n in range(5)]
    assert report.skipped.total() == 3000
    assert (await stored(desk, "d0000"))["pendingAt"] == instant(desk.clock.now + timedelta(minutes=5))


async def test_what_is_put_off_for_a_day_is_given_up_without_a_call(desk: Desk) -> None:
    way = Recording(desk.clock)
    await put(desk, a_call("c1"))
    desk.clock.move(timedelta(hours=24))
    one = sending(desk.services, desk.clock, {"webhook": way})
    one._lanes["webhook:one"] = lanes.Lane("webhook:one", failures=3, held_until=desk.clock.now + timedelta(minutes=5))
    await one.send()
    document = await stored(desk, "c1")
    assert (document["status"], way.sent, way.gone) == ("failed", [], ["c1"])
    assert document["reason"] == "The receiver has failed several times in a row; not tried."


async def test_what_somebody_asks_for_is_tried_although_the_receiver_is_held(desk: Desk) -> None:
    way = Recording(desk.clock)
    await put(desk, attempts.anew(a_call("c1"), desk.clock.now), a_call("c2"))
    one = sending(desk.services, desk.clock, {"webhook": way})
    one._lanes["webhook:one"] = lanes.Lane("webhook:one", failures=3, held_until=desk.clock.now + timedelta(minutes=5))
    await one.send()
    assert way.sent[0] == "c1"


async def test_mail_that_waits_without_a_mail_server_is_kept_a_day_and_said_why(tmp_path: Path) -> None:
    """SMTP_HOST was taken away between telling and sending."""
    async with open_desk(tmp_path, SMTP_HOST="127.0.0.1", SMTP_PORT="9", MAIL_FROM="a@b.example") as desk:
        await signed_in(desk)
        await desk.services.notices.tell(a_notice())
        one = sending(desk.services, desk.clock, {})
        (report,) = [await one.send()]
        assert report.skipped == {"No mail server is set up; not tried.": 1}
        for _ in range(200):
            desk.clock.move(timedelta(minutes=10))
            report = await one.send()
        assert report == Report()
        page = await desk.services.store.find_pending(NOTIFICATIONS, instant(desk.clock.now), 10)
        assert page == []


async def test_a_stopping_host_ends_between_items_and_says_what_remains(desk: Desk) -> None:
    way = Recording(desk.clock)
    way.slow = 0.05
    await put(desk, *(a_call(f"c{n}") for n in range(50)))
    stop = asyncio.Event()
    one = Sending(desk.services.store, {"webhook": way}, desk.clock, timedelta(seconds=30), stop)
    run = asyncio.create_task(one.send())
    await asyncio.sleep(0.12)
    stop.set()
    report = await asyncio.wait_for(run, 2)
    assert report.remaining
    assert 0 < report.done < 50
    again = await sending(desk.services, desk.clock, {"webhook": way}).send()
    assert again.done == 50 - report.done
    assert len(way.sent) == 50


async def test_a_notice_that_goes_while_it_is_cleaned_is_no_failure(desk: Desk) -> None:
    await signed_in(desk)
    for n in range(30):
        await desk.services.notices.tell(a_notice(f"r:{n}"))
    desk.clock.move(timedelta(days=91))
    first, second = await asyncio.gather(desk.services.sending.clean(), desk.services.sending.clean())
    assert first.done + second.done == 30
    assert not first.failed and not second.failed


class Dying:
    """A store that answers no more after so many calls, until it is mended."""

    def __init__(self, store: Any) -> None:
        self.inner, self.left = store, -1

    def __getattr__(self, name: str) -> Any:
        answer = getattr(self.inner, name)
        if name not in ("insert", "get", "replace", "delete", "find", "find_pending", "find_due"):
            return answer

        async def counted(*args: Any) -> Any:
            if self.left == 0:
                raise StoreUnavailable("dead")
            self.left -= 1
            return await answer(*args)

        return counted


async def test_whatever_call_the_store_dies_at_each_thing_is_sent_and_settled(tmp_path: Path) -> None:
    """Mails singly and put aside, a webhook call, one given up: at every call of a run, and once more while mending.
    Nothing is lost, the same ids go out, and a digest has nobody twice."""
    async with mail_server() as server, open_desk(tmp_path, wrap=Dying, MAILS_A_DAY="2", **server.settings) as desk:  # type: ignore[arg-type]
        store: Any = desk.services.store
        way = Recording(desk.clock)
        await signed_in(desk)
        for dies_at in range(60):
            clock = desk.clock
            names = [f"{dies_at}-{n}" for n in range(3)]
            for name in names:
                await desk.services.notices.tell(a_notice(f"r:{name}", name=f"deal-{name}"))
            await put(desk, a_call(f"c{dies_at}", pendingAt=instant(clock.now), firstDueAt=instant(clock.now)))
            one = desk.services.sending
            one._ways = {**one._ways, "webhook": way}
            store.left = dies_at
            await one.send()
            store.left = -1
            for _ in range(3):
                clock.move(attempts.CLAIM)
                await one.send()
            clock.move(timedelta(days=1))
            await one.send()
            clock.move(timedelta(hours=1))
            subjects = [str(mail["subject"]) + text_of(mail) for mail in server.mails]
            for name in names:
                found = [said for said in subjects if f"New referral: deal-{name}" in said]
                assert found, f"deal-{name} was lost at call {dies_at}"
                assert len(found) <= 2, f"dying at {dies_at} sent deal-{name} {len(found)} times"
            assert f"c{dies_at}" in way.sent
            server.mails.clear()
            assert await desk.services.store.find_pending(NOTIFICATIONS, instant(clock.now), 10) == []
