"""The same timer in two processes at once, as when the platform loses a lock; and one of them killed in the middle."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import orjson
import pytest

from shared.bootstrap import Services
from shared.domain.errors import NotPossible
from shared.domain.instants import instant
from shared.domain.organizations.organization import Caller, Role
from shared.domain.referrals.commands import Accept, Decline, Win
from shared.domain.referrals.document import Referral
from shared.services.ports import NOTIFICATIONS, REFERRALS, Query, Where
from shared.settings import Settings
from tests.faults.invariants import all_referrals, assert_settled, assert_sound, counted
from tests.faults.world import services_on, with_organizations
from tests.functions.deals import an_acceptance
from tests.scale.engagements import NOW, PARTNERS, SELLER, engagements, just_sent

COUNT = 300
NOTHING_TO_DO = {"done": 0, "skipped": {}, "failed": {}, "remaining": False}


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Services]:
    """This process's own services on the file."""
    services = services_on(folder)
    try:
        yield services
    finally:
        await services.close()


async def stored(services: Services, referrals: Iterable[Referral]) -> None:
    store = services.store
    await asyncio.gather(*(store.insert(REFERRALS, cast(dict[str, Any], referral)) for referral in referrals))


async def with_due(folder: Path) -> None:
    """`COUNT` referrals to expire, among as many that are not due."""
    async with opened(folder) as services:
        made = list(engagements(2 * COUNT, COUNT))
        await stored(services, [copy for one in made for copy in (one.sent, one.copy)])


async def with_pending(folder: Path) -> None:
    """`COUNT` opportunities to deliver."""
    async with opened(folder) as services:
        await with_organizations(services.store)
        await stored(services, [just_sent(number, NOW) for number in range(COUNT)])


@asynccontextmanager
async def two_instances(timer: str, folder: Path) -> AsyncIterator[tuple[Process, Process]]:
    """Two processes, both ready, started at the same moment; none is left behind."""
    command = (sys.executable, "-m", "tests.races.timer_child", timer, str(folder), NOW.isoformat())
    first, second = [await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE) for _ in range(2)]
    try:
        for process in (first, second):
            assert process.stdout is not None
            assert await process.stdout.readline() == b"ready\n"
        for process in (first, second):
            assert process.stdin is not None
            process.stdin.write(b"go\n")
            await process.stdin.drain()
        yield first, second
    finally:
        for process in (first, second):
            if process.returncode is None:
                process.kill()
            await process.communicate()


async def report_of(process: Process) -> dict[str, Any]:
    out, _ = await process.communicate()
    assert process.returncode == 0
    report: dict[str, Any] = orjson.loads(out.splitlines()[-1])
    return report


async def killed_after(process: Process, answers: int) -> int:
    """How many of its first `answers` writes were stored; it is killed then, in the middle of others."""
    assert process.stdout is not None
    heard = [await process.stdout.readline() for _ in range(answers)]
    process.kill()
    await process.communicate()
    assert process.returncode == -9
    assert set(heard) <= {b"stored\n", b"refused\n"}
    return heard.count(b"stored\n")


async def both_to_the_end(timer: str, folder: Path) -> int:
    """What both report as done; nothing failed."""
    async with two_instances(timer, folder) as processes:
        reports = await asyncio.gather(*map(report_of, processes))
    assert all(not report["failed"] and not report["remaining"] for report in reports)
    return sum(report["done"] for report in reports)


async def assert_all_expired_once(folder: Path) -> None:
    async with opened(folder) as services:
        assert (await services.expiry.expire_unanswered()).as_facts() == NOTHING_TO_DO
        referrals = await all_referrals(services.store)
        expired = [referral for referral in referrals if referral["outcome"] == "expired"]
        assert len(expired) == COUNT
        for referral in expired:
            assert [entry["action"] for entry in referral["history"]] == ["receive", "expire"]
            assert [event["payload"]["status"] for event in referral["outbox"]] == ["expired"]
        assert sum(len(referral["outbox"]) for referral in referrals) == COUNT
        assert (await services.delivery.deliver()).done == COUNT
        assert_settled(await all_referrals(services.store))
    assert_sound(folder / "cosell.sqlite3")


async def assert_all_delivered_once(folder: Path) -> None:
    async with opened(folder) as services:
        assert (await services.delivery.deliver()).as_facts() == NOTHING_TO_DO
        referrals = await all_referrals(services.store)
        assert len(referrals) == 2 * COUNT
        assert_settled(referrals)
    assert_sound(folder / "cosell.sqlite3")


async def with_waiting(folder: Path) -> set[str]:
    """`COUNT` referrals that wait, and somebody of each partner who works on them; those whose time is short."""
    async with opened(folder) as services:
        await with_organizations(services.store)
        for partner in PARTNERS:
            await services.people.seen(Caller(partner, "somebody", frozenset({Role.REFERRALS_ADMIN}), "Somebody"))
        made = [one.copy for one in engagements(4 * COUNT, 0)]
        await stored(services, made)
    soon = instant(NOW + max(Settings().reminders))
    return {one["id"] for one in made if one["stage"] == "received" and str(one["expiresAt"]) <= soon}


async def assert_all_reminded_once(folder: Path, waiting: set[str]) -> None:
    async with opened(folder) as services:
        assert (await services.reminders.send()).as_facts() == NOTHING_TO_DO
        told = Counter[str]()
        for partner in PARTNERS:
            query = Query((Where("box", "eq", "inapp:somebody"),), limit=1_000)
            page = await services.store.find(NOTIFICATIONS, partner.id, query)
            told.update(one["subject"]["referralId"] for one in page.items if one["event"] == "reminder")
        assert len(waiting) > COUNT // 4
        assert told == dict.fromkeys(waiting, 1)
    assert_sound(folder / "cosell.sqlite3")


@pytest.mark.slow
async def test_two_sweepers_at_once_expire_everything_once(tmp_path: Path) -> None:
    """Their reports add up to what was due."""
    await with_due(tmp_path)
    assert await both_to_the_end("expire", tmp_path) == COUNT
    await assert_all_expired_once(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("answers", [1, 60])
async def test_a_sweeper_that_is_killed_leaves_the_rest_to_the_other(tmp_path: Path, answers: int) -> None:
    """Nothing is expired twice and nothing is forgotten."""
    await with_due(tmp_path)
    async with two_instances("expire", tmp_path) as (victim, other):
        stored_by_victim, report = await asyncio.gather(killed_after(victim, answers), report_of(other))
    assert report["done"] <= COUNT - stored_by_victim
    await assert_all_expired_once(tmp_path)


@pytest.mark.slow
async def test_two_deliverers_at_once_take_each_event_once(tmp_path: Path) -> None:
    """One copy per invitation, one receipt, and reports that add up."""
    await with_pending(tmp_path)
    assert await both_to_the_end("deliver", tmp_path) == COUNT
    await assert_all_delivered_once(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("answers", [1, 60])
async def test_a_deliverer_that_is_killed_leaves_the_rest_to_the_other(tmp_path: Path, answers: int) -> None:
    """A copy that was made without its receipt gets it; none is made twice."""
    await with_pending(tmp_path)
    async with two_instances("deliver", tmp_path) as (victim, other):
        await asyncio.gather(killed_after(victim, answers), report_of(other))
    await assert_all_delivered_once(tmp_path)


@pytest.mark.slow
async def test_two_reminders_at_once_tell_everybody_once(tmp_path: Path) -> None:
    """Both may walk the same referrals; whoever is told is told once."""
    waiting = await with_waiting(tmp_path)
    await both_to_the_end("remind", tmp_path)
    await assert_all_reminded_once(tmp_path, waiting)


@pytest.mark.slow
@pytest.mark.parametrize("answers", [1, 15])  # a run has few writes, and must not be over when the kill comes
async def test_reminders_that_are_killed_are_told_by_the_next_run(tmp_path: Path, answers: int) -> None:
    """What the killed run had told is not told again, and what it had not is."""
    waiting = await with_waiting(tmp_path)
    async with two_instances("remind", tmp_path) as (victim, other):
        await asyncio.gather(killed_after(victim, answers), report_of(other))
    await assert_all_reminded_once(tmp_path, waiting)


@pytest.mark.slow
async def test_deliverers_meet_answers_and_withdrawals(tmp_path: Path) -> None:
    """Accepted, declined and taken back while two instances deliver: both sides agree in the end."""
    await with_pending(tmp_path)
    async with opened(tmp_path) as services:
        await services.delivery.deliver()
        referrals = await all_referrals(services.store)
        copies = [referral for referral in referrals if referral["sender"]]
        async with two_instances("deliver", tmp_path) as deliverers:
            await asyncio.gather(
                *(answered(services, copy, number) for number, copy in enumerate(copies)),
                *(taken_back(services, sent) for sent in referrals if not sent["sender"]),
                *map(report_of, deliverers),
            )
        await both_to_the_end("deliver", tmp_path)
        assert (await services.delivery.deliver()).as_facts() == NOTHING_TO_DO
        referrals = await all_referrals(services.store)
        outcomes = counted(referrals, "outcome")
        assert outcomes["won"] == COUNT
        assert outcomes["withdrawn"] > 0
        assert_settled(referrals)


async def answered(services: Services, copy: dict[str, Any], number: int) -> None:
    """Two of three partners answer, unless it was taken back."""
    partner = next(one for one in PARTNERS if one.id == copy["organizationId"])
    caller = Caller(partner, "somebody", frozenset({Role.REFERRALS_ADMIN}))
    with contextlib.suppress(NotPossible):
        if number % 3 == 0:
            await services.referrals.accept(copy["id"], Accept.model_validate(an_acceptance()), caller)
        elif number % 3 == 1:
            await services.referrals.decline(copy["id"], Decline(reason=2), caller)


async def taken_back(services: Services, sent: dict[str, Any]) -> None:
    """The seller wins the deal without the partner."""
    await services.referrals.win(sent["id"], Win(), SELLER)
