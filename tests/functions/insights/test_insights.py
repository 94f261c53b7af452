"""The response record over HTTP: what is counted, for whom, what the directory gets, and that it is counted once
(issue 5)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.domain.insights.record import ID
from shared.domain.referrals.announcing import news
from shared.domain.referrals.referral import upgraded
from shared.services.insights.records import MOST_IN_FLIGHT, Records
from shared.services.ports import ORGANIZATIONS, REFERRALS, Document, DocumentStore, Stored, StoreUnavailable
from tests.contract.counting import CountingStore
from tests.functions.deals import a_deal, an_acceptance
from tests.functions.desk import Desk, ok, open_desk
from tests.functions.profiles import published


class PublishedInMemory:
    """A directory that everybody is in."""

    def __init__(self) -> None:
        self.records: list[tuple[str, Document]] = []
        self.fails = 0

    async def with_record(self, organization_id: str, record: Document) -> None:
        if self.fails:
            self.fails -= 1
            raise StoreUnavailable("down")
        self.records.append((organization_id, dict(record)))


async def insights(desk: Desk, as_: str = "contoso-admin") -> dict[str, Any]:
    return ok(await desk.get("/api/insights", as_))


async def counts(desk: Desk, as_: str = "contoso-admin") -> dict[str, int]:
    """The counters that are not zero."""
    await desk.announce()
    total = (await insights(desk, as_))["total"]
    return {
        name: figure for name, figure in total.items() if isinstance(figure, int) and figure and name != "medianHours"
    }


async def received(desk: Desk, n: int = 1, **changes: Any) -> list[str]:
    return [(await desk.sent(name=f"Opportunity {n}", **changes))[1]["id"] for n in range(n)]


async def test_an_organization_that_was_asked_nothing_is_in_the_middle(desk: Desk) -> None:
    seen = await insights(desk, "contoso-auditor")
    assert (seen["total"]["received"], seen["total"]["medianHours"], seen["total"]["shareInTime"]) == (0, None, None)
    assert seen["placement"]["value"] == 0.5
    assert seen["updatedAt"] is None
    assert seen["by"] == {name: [] for name in ("location", "solution", "country", "size", "industry", "qualification")}
    await desk.created()
    assert await counts(desk) == {}, "own deals are nobody's question"


async def test_every_answer_and_what_becomes_of_it_is_counted(desk: Desk) -> None:
    ids = await received(desk, 6)
    assert await counts(desk) == {"received": 6, "waiting": 6}
    desk.clock.move(timedelta(hours=25, minutes=10))
    for id in ids[:3]:
        ok(await desk.act(id, "accept", an_acceptance()))
    desk.clock.move(timedelta(hours=10))
    ok(await desk.act(ids[3], "decline", {"reason": 4}))
    ok(await desk.act(ids[0], "win", {}))
    ok(await desk.act(ids[1], "lose", {"reason": 3}))
    desk.clock.move(timedelta(days=15))
    await desk.expire()
    assert await counts(desk) == {
        "received": 6, "answered": 4, "inTime": 4, "accepted": 3, "declined": 1, "expired": 2, "won": 1, "lost": 1
    }  # fmt: skip
    seen = await insights(desk)
    total = seen["total"]
    assert (total["medianHours"], total["shareInTime"], total["acceptRate"], total["winRate"]) == (
        26,
        0.6667,
        0.75,
        0.5,
    )
    assert total["declineReasons"] == [{"reason": 4, "count": 1, "text": "Requirement not met"}]
    assert total["lostReasons"] == [{"reason": 3, "count": 1, "text": "Customer chose another vendor"}]
    assert seen["hours"] == [{"within": 26, "count": 3}, {"within": 36, "count": 1}]
    assert seen["placement"]["explanation"][0] == "Answered 4 of 6 requests in time, half of them within 26 hours."
    assert seen["placement"]["value"] == seen["published"]["placement"] == round(8 / 16, 4)
    (paris,) = seen["by"]["location"]
    assert (paris["label"], paris["received"], paris["won"]) == ("Paris", 6, 1)
    (country,), (solution,), (kind,) = (seen["by"][name] for name in ("country", "solution", "qualification"))
    assert (country["value"], solution["label"], kind["label"]) == ("FR", "Fabrikam Migrator", "Deals")
    assert await counts(desk, "vendor-seller") == {}, "the sender was asked nothing"


async def test_a_partner_and_the_vendor_have_a_record_each(desk: Desk) -> None:
    _, copy = await desk.asked()
    ok(await desk.act(copy["id"], "accept", an_acceptance(), "vendor-seller"))
    assert await counts(desk, "vendor-admin") == {"received": 1, "answered": 1, "inTime": 1, "accepted": 1}
    assert await counts(desk) == {}
    await desk.created(a_deal(visibleToVendor=True))
    await desk.deliver()
    assert await counts(desk, "vendor-admin") == {"received": 1, "answered": 1, "inTime": 1, "accepted": 1}, "a mirror"


async def test_closed_as_an_error_it_is_no_outcome_and_was_no_question_unless_it_was_answered(desk: Desk) -> None:
    first, second = await received(desk, 2)
    ok(await desk.act(first, "close-as-error", {"reason": 7}))
    ok(await desk.act(second, "accept", an_acceptance()))
    ok(await desk.act(second, "close-as-error", {"reason": 7}))
    assert await counts(desk) == {"received": 2, "answered": 1, "inTime": 1, "accepted": 1}


async def test_counting_again_and_again_changes_nothing(desk: Desk) -> None:
    (id,) = await received(desk)
    ok(await desk.act(id, "accept", an_acceptance()))
    await desk.announce()
    before = await insights(desk)
    stored = await desk.services.store.get(REFERRALS, "contoso", id)
    assert stored is not None
    await follow(desk.services.records, stored.document)
    await follow(desk.services.records, {**stored.document, "counted": None}), "as read before it was counted"
    ok(await desk.act(id, "notes", {"text": "x", "audience": "internal"}))
    await desk.announce()
    assert await insights(desk) == before


async def follow(records: Records, document: Mapping[str, Any]) -> Mapping[str, Any]:
    referral = upgraded(document)
    return await records.follow(referral, news(referral))


class Breaking:
    """A store that loses its answer, or the write itself, at the nth write; the process dies there."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        self.left: int | None = None
        self.after = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def insert(self, container: str, document: Document) -> Stored:
        return await self._write(lambda: self._store.insert(container, document))

    async def replace(self, stored: Stored, container: str, document: Document) -> Stored:
        return await self._write(lambda: self._store.replace(stored, container, document))

    async def _write(self, write: Any) -> Stored:
        if self.left is None:
            return await write()  # type: ignore[no-any-return]
        self.left -= 1
        breaks_off = self.left == 0
        if breaks_off:
            self.left = None
        if breaks_off and not self.after:
            raise StoreUnavailable("gone before")
        written = await write()
        if breaks_off:
            raise StoreUnavailable("gone after")
        return written  # type: ignore[no-any-return]


@pytest.mark.parametrize("after", [False, True], ids=["before the write", "after it"])
@pytest.mark.parametrize("nth", [1, 2, 3, 4])
async def test_whichever_write_breaks_off_everything_is_counted_once(tmp_path: Path, nth: int, after: bool) -> None:
    breaking: list[Breaking] = []

    def wrap(store: DocumentStore) -> DocumentStore:
        breaking.append(Breaking(store))
        return breaking[0]  # type: ignore[return-value]

    async with open_desk(tmp_path, wrap=wrap) as desk:
        ids = await received(desk, 2)
        await desk.announce()
        ok(await desk.act(ids[0], "accept", an_acceptance()))
        ok(await desk.act(ids[1], "decline", {"reason": 1}))
        breaking[0].left, breaking[0].after = nth, after
        await desk.announce()
        assert breaking[0].left is None, "it broke off"
        desk.clock.move(timedelta(minutes=11))
        expected = {"received": 2, "answered": 2, "inTime": 2, "accepted": 1, "declined": 1}
        assert await counts(desk) == expected
        ok(await desk.act(ids[0], "win", {}))
        assert await counts(desk) == {**expected, "won": 1}


async def test_two_timers_at_once_count_everything_once(desk: Desk) -> None:
    """Each with its own services, as two instances have."""
    ids = await received(desk, 12)
    other = a_second_counter(desk)
    for step in ("accept", "win"):
        for id in ids:
            ok(await desk.act(id, step, an_acceptance() if step == "accept" else {}))
        documents = [await desk.services.store.get(REFERRALS, "contoso", id) for id in ids]
        late = (follow(other, one.document) for one in documents if one is not None)
        await asyncio.gather(desk.announce(), *late, desk.announce())
        await desk.announce()
    assert await counts(desk) == {"received": 12, "answered": 12, "inTime": 12, "accepted": 12, "won": 12}


def a_second_counter(desk: Desk, directory: PublishedInMemory | None = None) -> Records:
    within, stopping = timedelta(minutes=4), asyncio.Event()
    return Records(desk.services.store, directory or PublishedInMemory(), desk.clock, within, stopping)


async def test_what_is_in_flight_is_cleared_once_the_referrals_say_it_themselves(desk: Desk) -> None:
    many = MOST_IN_FLIGHT + 40
    ids = await received(desk, many)
    await desk.announce()
    record = await desk.services.store.get(ORGANIZATIONS, "contoso", ID)
    assert record is not None
    assert len(record.document["inFlight"]) <= MOST_IN_FLIGHT + 1
    for id in ids[:3]:
        ok(await desk.act(id, "decline", {"reason": 1}))
    assert await counts(desk) == {"received": many, "waiting": many - 3, "answered": 3, "inTime": 3, "declined": 3}


async def test_what_waits_at_one_record_is_counted_in_one_write(tmp_path: Path) -> None:
    """A burst at one organization costs its large document few writes."""
    counting: list[CountingStore] = []

    def wrap(store: DocumentStore) -> DocumentStore:
        counting.append(CountingStore(store))
        return counting[0]

    async with open_desk(tmp_path, wrap=wrap) as desk:
        await received(desk, 48)
        counting[0].calls.clear()
        await desk.announce()
        assert await counts(desk) == {"received": 48, "waiting": 48}
        writes = counting[0].count("insert", ORGANIZATIONS) + counting[0].count("replace", ORGANIZATIONS)
        assert writes <= 48 / 4


# The directory's part


async def test_the_directory_gets_every_change_also_after_it_did_not_answer(desk: Desk) -> None:
    (id,) = await received(desk)
    directory = PublishedInMemory()
    directory.fails = 1
    records = a_second_counter(desk, directory)
    stored = await desk.services.store.get(REFERRALS, "contoso", id)
    assert stored is not None
    with pytest.raises(StoreUnavailable):
        await follow(records, stored.document)
    note = await follow(records, stored.document)
    assert note["counted"]["facts"]["marks"] == ["received", "waiting"]
    ok(await desk.act(id, "decline", {"reason": 1}))
    stored = await desk.services.store.get(REFERRALS, "contoso", id)
    assert stored is not None
    await follow(records, stored.document)
    assert [(who, record["inTime"], record["placement"]) for who, record in directory.records] == [
        ("contoso", 0, 0.5), ("contoso", 1, round(5 / 9, 4))
    ]  # fmt: skip


async def test_an_outcome_nobody_reports_lowers_the_place_the_day_after_the_close_date(desk: Desk) -> None:
    first, second = await received(desk, 2)
    for id in (first, second):
        ok(await desk.act(id, "accept", an_acceptance(estimatedCloseDate="2027-01-10")))
    await desk.announce()
    place = (await insights(desk))["placement"]["value"]
    directory = PublishedInMemory()
    records = a_second_counter(desk, directory)
    desk.clock.now = desk.clock.now.replace(day=10, hour=23)
    assert (await records.refresh()).as_facts() == {"done": 0, "skipped": {}, "failed": {}, "remaining": False}
    assert (await insights(desk))["total"]["unreported"] == 0
    desk.clock.move(timedelta(hours=2))
    assert (await insights(desk))["total"]["unreported"] == 2, "read, it is so at once"
    assert (await records.refresh()).done == 1
    assert (await records.refresh()).done == 0, "nothing is left to show"
    ((_, shown),) = directory.records
    assert shown["unreported"] == 2
    assert shown["placement"] < place
    ok(await desk.act(first, "win", {}))
    await desk.announce()
    assert (await insights(desk))["total"]["unreported"] == 1


async def test_the_place_rises_with_timely_answers_and_falls_with_an_expiry_and_says_why(desk: Desk) -> None:
    """In the directory too, as the customer reads it."""
    await published(desk)
    places = []
    for step in range(4):
        (id,) = await received(desk)
        desk.clock.move(timedelta(hours=20))
        if step < 3:
            action, body = ("decline", {"reason": 1}) if step % 2 else ("accept", an_acceptance())
            ok(await desk.act(id, action, body))
        else:
            desk.clock.move(timedelta(days=14))
            await desk.expire()
        await desk.announce()
        seen = await insights(desk)
        places.append(seen["placement"])
        assert await in_the_directory(desk) == seen["published"]
    values = [place["value"] for place in places]
    assert values[0] < values[1] < values[2] > values[3]
    said = "Answered 3 of 4 requests in time, half of them within 20 hours."
    assert places[3]["explanation"] == [said, "1 request expired unanswered; each lowers the place."]
    (found,) = ok(await desk.get("/api/directory", None))["items"]
    assert said in found["reasons"]


async def test_who_is_published_later_starts_with_the_record_there_is(desk: Desk) -> None:
    (id,) = await received(desk)
    ok(await desk.act(id, "decline", {"reason": 1}))
    await desk.announce()
    await published(desk)
    assert (await in_the_directory(desk))["answered"] == 1


async def in_the_directory(desk: Desk) -> dict[str, Any]:
    entry = await desk.services.directory.entry("contoso")
    assert entry is not None
    return dict(entry["record"])
