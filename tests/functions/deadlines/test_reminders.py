"""Reminders through the whole app: who is told what, when, and that nobody is told twice or after an answer."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.domain.notices.notice import Notice
from shared.domain.organizations.network import NETWORK
from shared.services.deadlines import reminders as module
from shared.services.deadlines.reminders import MARK_ID, NOBODY, NOTHING_TO_REMIND, OVERTAKEN, Reminders
from shared.services.ports import REFERRALS, WORK, DocumentStore, DueKey, Stored, StoreUnavailable
from tests.contract.counting import CountingStore
from tests.functions.deals import an_acceptance, an_opportunity
from tests.functions.desk import WINDOW, Desk, ok, open_desk

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
BEFORE = (7 * DAY, 3 * DAY, DAY)


class Told:
    """Notes what it is told, by key as `Notices` does; may be made to fail for some referrals."""

    def __init__(self) -> None:
        self.notices: dict[str, Notice] = {}
        self.times: Counter[str] = Counter()
        self.fails: set[str] = set()

    async def tell(self, notice: Notice) -> None:
        if notice.subject["referralId"] in self.fails:
            raise StoreUnavailable("not now")
        self.notices.setdefault(notice.key, notice)
        self.times[notice.key] += 1

    def of(self, event: str) -> list[str]:
        """The reminders told, in order, by their names."""
        return [key.split(":")[2] for key, notice in self.notices.items() if notice.event == event]


def reminding(
    desk: Desk,
    told: Told,
    store: DocumentStore | None = None,
    budget: timedelta = HOUR,
    before: Sequence[timedelta] = BEFORE,
    stopping: asyncio.Event | None = None,
) -> Reminders:
    """The service over the desk's store, telling `told`."""
    with_ = desk.services
    use, stop = store or with_.store, stopping or asyncio.Event()
    return Reminders(use, told, with_.people, with_.profiles, desk.clock, before, budget, stop)


async def notices_of(desk: Desk, persona: str) -> list[dict[str, Any]]:
    """What is in somebody's list of notices, of reminders and escalations alone."""
    items = await desk.items("/api/notices?limit=200", persona)
    return [item for item in items if item["event"] in ("reminder", "escalation")]


async def test_a_received_referral_is_reminded_of_seven_three_and_one_day_before_it_expires(desk: Desk) -> None:
    """At those moments and at no other, however often the timer runs."""
    await desk.sent()
    told, heard = Told(), list[tuple[str, float]]()
    for hour in range(15 * 24):
        before = set(told.notices)
        await reminding(desk, told).send()
        heard += [(key.split(":")[2], hour / 24) for key in told.notices if key not in before and ":reminder:" in key]
        desk.clock.move(HOUR)
    assert heard == [("P7D", 7.0), ("P3D", 11.0), ("P1D", 13.0)]
    assert set(told.times.values()) == {1}


async def test_the_last_one_escalates_to_the_administrators_and_the_locations_contact(desk: Desk) -> None:
    ok(await desk.get("/api/deals"))  # the administrator is known from signing in
    _, copy = await desk.sent()
    told = Told()
    desk.clock.move(WINDOW - DAY - TICK)
    await reminding(desk, told).send()
    assert told.of("escalation") == []
    desk.clock.move(TICK)
    await reminding(desk, told).send()
    assert told.of("escalation") == ["P1D"]
    (notice,) = [one for one in told.notices.values() if one.event == "escalation"]
    assert notice.recipients == ("contoso-admin",)
    assert notice.subject["referralId"] == copy["id"]
    assert notice.subject["daysLeft"] == 1


async def test_a_locations_own_contact_is_written_to_as_well(desk: Desk) -> None:
    """As the profile's draft names it, for the location the referral was routed to."""
    _, copy = await desk.sent()
    contact = {"firstName": "Zoe", "lastName": "Q", "phoneNumber": "+33123456789", "email": "paris@contoso.example"}
    profile = {"description": "x", "contacts": [{"locationId": copy["locationId"], **contact}]}
    response = await desk.send("PUT", "/api/profile", json=profile)
    assert response.status_code == 200, response.text
    told = Told()
    desk.clock.move(WINDOW - HOUR)
    await reminding(desk, told).send()
    (notice,) = [one for one in told.notices.values() if one.event == "escalation"]
    assert notice.addresses == ("paris@contoso.example",)


async def test_where_nobody_is_known_to_escalate_to_the_report_says_so(desk: Desk) -> None:
    """Nobody of the partner's has ever signed in, and its profile names no contact."""
    ok(await desk.post("/api/opportunities", an_opportunity(), "vendor-seller"), 201)
    await desk.deliver()
    told = Told()
    desk.clock.move(WINDOW - HOUR)
    report = await reminding(desk, told).send()
    assert (report.done, report.skipped[NOBODY]) == (1, 1)
    assert (told.of("reminder"), told.of("escalation")) == (["P1D"], [])


@pytest.mark.parametrize("answer", ["accept", "decline"])
async def test_none_comes_after_an_answer(desk: Desk, answer: str) -> None:
    _, copy = await desk.sent()
    told = Told()
    desk.clock.move(8 * DAY)
    await reminding(desk, told).send()
    ok(await desk.act(copy["id"], answer, an_acceptance() if answer == "accept" else {"reason": 1}))
    for _ in range(8):
        desk.clock.move(DAY)
        await reminding(desk, told).send()
    assert told.of("reminder") == ["P7D"]


async def test_an_answer_that_comes_between_the_page_and_the_telling_is_seen(desk: Desk) -> None:
    """The page was read a moment ago; the referral is read again before anybody is told."""
    _, copy = await desk.sent()

    class Answering(CountingStore):
        async def find_due(self, container: str, until: str, limit: int, after: DueKey | None = None) -> list[Stored]:
            page = await super().find_due(container, until, limit, after)
            if page:
                await desk.act(copy["id"], "decline", {"reason": 1})
            return page

    told = Told()
    desk.clock.move(8 * DAY)
    report = await reminding(desk, told, Answering(desk.services.store)).send()
    assert (report.done, dict(report.skipped)) == (0, {NOTHING_TO_REMIND: 1})
    assert told.notices == {}


async def test_a_window_shorter_than_a_reminder_is_reminded_of_in_time_or_not_at_all(tmp_path: Path) -> None:
    """Two days to answer: one day before, and no "seven days left" on arrival."""
    async with open_desk(tmp_path, RESPONSE_WINDOW="P2D") as desk:
        told = Told()
        await reminding(desk, told).send()
        await desk.sent()
        for _ in range(60):
            await reminding(desk, told).send()
            desk.clock.move(HOUR)
        assert told.of("reminder") == ["P1D"]


async def test_after_a_pause_only_the_latest_is_told_with_the_time_that_is_left(desk: Desk) -> None:
    """Nothing ran for five days: three days before and seven days before would be the same news."""
    await desk.sent()
    told = Told()
    await reminding(desk, told).send()
    desk.clock.move(12 * DAY)
    report = await reminding(desk, told).send()
    assert told.of("reminder") == ["P3D"]
    assert dict(report.skipped) == {OVERTAKEN: 1}
    (notice,) = told.notices.values()
    assert notice.subject["daysLeft"] == 2


async def test_what_expired_meanwhile_is_not_reminded_of_even_before_it_is_swept(desk: Desk) -> None:
    await desk.sent()
    told = Told()
    await reminding(desk, told).send()
    desk.clock.move(WINDOW)
    assert (await reminding(desk, told).send()).as_facts() == NOTHING
    assert told.notices == {}


NOTHING = {"done": 0, "skipped": {}, "failed": {}, "remaining": False}


async def test_one_that_fails_is_tried_again_and_holds_back_no_other(desk: Desk) -> None:
    _, poisoned = await desk.sent(name="poisoned")
    await desk.sent(name="fine")
    told = Told()
    told.fails = {poisoned["id"]}
    desk.clock.move(7 * DAY)
    report = await reminding(desk, told).send()
    assert (report.done, dict(report.failed)) == (1, {"StoreUnavailable": 1})
    for _ in range(3):
        desk.clock.move(HOUR)
        assert dict((await reminding(desk, told).send()).failed) == {"StoreUnavailable": 1}
    told.fails = set()
    assert (await reminding(desk, told).send()).as_facts() == NOTHING | {"done": 1}
    assert (await reminding(desk, told).send()).as_facts() == NOTHING
    assert sorted(notice.subject["name"] for notice in told.notices.values()) == ["fine", "poisoned"]
    assert set(told.times.values()) == {1}


async def test_one_that_fails_until_it_is_answered_is_forgotten(desk: Desk) -> None:
    _, copy = await desk.sent()
    told = Told()
    told.fails = {copy["id"]}
    desk.clock.move(7 * DAY)
    await reminding(desk, told).send()
    ok(await desk.act(copy["id"], "decline", {"reason": 1}))
    assert dict((await reminding(desk, told).send()).skipped) == {NOTHING_TO_REMIND: 1}
    assert (await reminding(desk, told).send()).as_facts() == NOTHING


async def test_one_that_fails_for_ever_is_given_up_when_its_clock_is_over(desk: Desk) -> None:
    """Even where nobody sweeps and the referral stays received."""
    _, copy = await desk.sent()
    told = Told()
    told.fails = {copy["id"]}
    desk.clock.move(7 * DAY)
    await reminding(desk, told).send()
    desk.clock.move(7 * DAY)
    assert dict((await reminding(desk, told).send()).skipped) == {NOTHING_TO_REMIND: 1}
    assert (await reminding(desk, told).send()).as_facts() == NOTHING


async def test_a_stored_referral_that_cannot_be_read_holds_back_no_other(desk: Desk) -> None:
    """Written by hand, or by a version with a mistake."""
    _, broken = await desk.sent(name="broken")
    await desk.sent(name="fine")
    stored = await desk.services.store.get(REFERRALS, "contoso", broken["id"])
    assert stored is not None
    await desk.services.store.replace(stored, REFERRALS, {**stored.document, "receivedAt": "yesterday"})
    told = Told()
    desk.clock.move(7 * DAY)
    report = await reminding(desk, told).send()
    assert (report.done, dict(report.failed)) == (1, {"ValueError": 1})


async def test_with_more_failures_than_are_kept_by_name_the_walk_is_done_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is forgotten when nobody can be told at all."""
    monkeypatch.setattr(module, "MOST_AGAIN", 2)
    told = Told()
    for n in range(4):
        _, copy = await desk.sent(name=f"{n}")
        told.fails.add(copy["id"])
    desk.clock.move(7 * DAY)
    report = await reminding(desk, told).send()
    assert (report.failed.total(), report.remaining) == (4, True)
    told.fails = set()
    assert (await reminding(desk, told).send()).done == 4
    assert set(told.times.values()) == {1}


async def test_a_run_without_time_leaves_the_rest_to_the_next(desk: Desk) -> None:
    for n in range(3):
        await desk.sent(name=f"{n}")
    told = Told()
    desk.clock.move(7 * DAY)
    report = await reminding(desk, told, budget=timedelta(0)).send()
    assert (report.done, report.remaining) == (0, True)
    assert (await reminding(desk, told).send()).done == 3


async def test_where_a_walk_got_to_is_kept_page_by_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is stopped in the middle does not begin anew each time, or it might never end."""
    monkeypatch.setattr(module, "PAGE", 2)
    for n in range(6):
        desk.clock.move(timedelta(minutes=1))
        await desk.sent(name=f"{n}")
    desk.clock.move(7 * DAY)
    stopping = asyncio.Event()

    class Stopping(Told):
        async def tell(self, notice: Notice) -> None:
            await super().tell(notice)
            if len(self.notices) == 3:
                stopping.set()

    told = Stopping()
    assert (await reminding(desk, told, stopping=stopping).send()).remaining
    done = len(told.notices)
    assert 3 <= done < 6
    store = CountingStore(desk.services.store)
    report = await reminding(desk, told, store).send()
    assert report.done <= 6 - 2, "the first page is behind it"
    assert len(told.notices) == 6


async def test_two_runs_at_once_tell_nobody_twice(desk: Desk) -> None:
    """Both walk the same; a notice is known by its key, and one of the two keeps where it ended."""
    for n in range(5):
        await desk.sent(name=f"{n}")
    told = Told()
    desk.clock.move(13 * DAY)
    await asyncio.gather(*(reminding(desk, told).send() for _ in range(3)))
    assert len(told.of("reminder")) == len(told.of("escalation")) == 5
    assert (await reminding(desk, told).send()).as_facts() == NOTHING


async def test_a_run_with_nothing_due_costs_the_same_however_much_is_received(desk: Desk) -> None:
    """One read, one look a reminder, one write; no referral is read."""
    for n in range(5):
        await desk.sent(name=f"{n}")
    store, told = CountingStore(desk.services.store), Told()
    await reminding(desk, told).send()
    desk.clock.move(HOUR)
    await reminding(desk, told, store).send()
    assert store.calls == [("get", "work"), *[("find_due", "referrals")] * 3, ("replace", "work")]


async def test_no_reminders_are_no_work(tmp_path: Path) -> None:
    async with open_desk(tmp_path, REMINDERS="none") as desk:
        await desk.sent()
        desk.clock.move(13 * DAY)
        assert (await desk.remind()).as_facts() == NOTHING
        assert await desk.services.store.get(WORK, NETWORK, MARK_ID) is None


async def test_a_reminder_added_to_the_setting_holds_from_then_on(desk: Desk) -> None:
    """And what was told by the old setting is not told again."""
    await desk.sent()
    told = Told()
    desk.clock.move(8 * DAY)
    await reminding(desk, told).send()
    desk.clock.move(DAY + HOUR)
    await reminding(desk, told, before=(7 * DAY, 5 * DAY, 3 * DAY)).send()
    assert told.of("reminder") == ["P7D", "P5D"]
    assert set(told.times.values()) == {1}


# Whom it reaches: with the app's own notices


async def test_everybody_who_works_on_referrals_is_told_and_the_team_alone_where_there_is_one(desk: Desk) -> None:
    for persona in ("contoso-admin", "contoso-user", "contoso-offers"):
        ok(await desk.get("/api/deals", persona))
    await desk.sent()
    desk.clock.move(7 * DAY)
    report = await desk.remind()
    assert report.done == 1
    assert [item["event"] for item in await notices_of(desk, "contoso-user")] == ["reminder"]
    assert [item["event"] for item in await notices_of(desk, "contoso-admin")] == ["reminder"]
    assert await notices_of(desk, "contoso-offers") == []
    desk.clock.move(6 * DAY)
    await desk.remind()
    assert sorted(item["event"] for item in await notices_of(desk, "contoso-admin")) == [
        "escalation", "reminder", "reminder",
    ]  # fmt: skip
    assert [item["event"] for item in await notices_of(desk, "contoso-user")] == ["reminder"] * 2


async def test_the_timer_function_runs_the_reminders(desk: Desk) -> None:
    ok(await desk.get("/api/deals"))
    await desk.sent()
    desk.clock.move(7 * DAY)
    await desk.run("send_reminders")
    assert [item["event"] for item in await notices_of(desk, "contoso-admin")] == ["reminder"]
