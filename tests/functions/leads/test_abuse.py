"""A public form without a sign-in: floods, robots, forged senders (issue 5, "Abuse")."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from functions._inquirer import client_of
from shared.domain.leads.customer_mail import customer_mails
from shared.domain.referrals.announcing import news
from tests.contract.counting import CountingStore
from tests.functions.access.calling import Answer, call
from tests.functions.deals import Body
from tests.functions.desk import Desk, ok, open_desk, refused
from tests.functions.leads.leading import Visitors, a_customer_contact, an_inquiry, published

FLOOD: Final = 20_000
LINKS: Final = {"confirm": "https://desk.example/c", "directory": "https://desk.example/directory"}


async def ask(address: str, number: int = 0, **changes: Any) -> Answer:
    """An inquiry as the platform hands it over: it came through somebody's proxy, then from that address."""
    contact = a_customer_contact(email=f"victim{number}@wing.example")
    body = an_inquiry(**{"contact": contact, "need": f"Need {number}", **changes})
    return await call(
        None, "POST", "/api/inquiries", body, {"x-forwarded-for": f"1.2.3.{number % 250}, {address}:4711"}
    )


async def leads(desk: Desk) -> list[Body]:
    found: list[Body] = []
    path: str | None = "/api/leads?tab=marketplace&limit=200"
    while path:
        page = ok(await desk.get(path))
        found += page["items"]
        path = page["next"]
    return found


@pytest.fixture
async def counted(tmp_path: Path) -> AsyncIterator[tuple[Desk, CountingStore]]:
    """A desk whose store is counted."""
    counting: list[CountingStore] = []

    def counts(store: object) -> CountingStore:
        counting.append(CountingStore(store))  # type: ignore[arg-type]
        return counting[0]

    async with open_desk(tmp_path, wrap=counts) as desk:
        await published(desk)
        yield desk, counting[0]


@pytest.mark.parametrize("flood", [2_000, pytest.param(FLOOD, marks=pytest.mark.slow)])
async def test_thousands_of_inquiries_of_one_client_in_a_minute(
    counted: tuple[Desk, CountingStore], flood: int
) -> None:
    """As many are taken as one client may send, and the rest cost no store operation; others are served throughout.
    Each has somebody else's address, and no address gets more than one mail."""
    desk, store = counted
    store.calls.clear()
    others = 0
    statuses: Counter[int] = Counter()
    for number in range(flood):
        desk.clock.move(timedelta(minutes=1) / flood)
        answer = await ask("203.0.113.7", number)
        statuses[answer.status] += 1
        if answer.status == 429:
            assert int(answer.headers["retry-after"]) > 0
        if number % 1_000 == 500:
            others += 1
            assert (await ask(f"198.51.100.{others}", flood + number)).status == 201
    taken = desk.services.settings.inquiries_per_client
    assert statuses == {201: taken, 429: flood - taken}
    assert len(store.calls) <= 8 * (taken + others)
    stored = await leads(desk)
    assert len(stored) == taken + others
    assert max(Counter(await addresses_written_to(desk, stored)).values()) == 1


async def addresses_written_to(desk: Desk, rows: list[Body]) -> list[str]:
    found = []
    for row in rows:
        stored = await desk.services.store.get("referrals", "contoso", row["id"])
        assert stored is not None
        lead: Any = stored.document
        found += [mail.to for entry in news(lead) for mail in customer_mails(lead, entry, [], LINKS)]
    return found


async def test_a_client_is_served_again_in_the_next_hour(desk: Desk) -> None:
    await published(desk)
    for number in range(20):
        assert (await ask("203.0.113.7", number)).status == 201
    answer = await ask("203.0.113.7", 20)
    assert (answer.status, answer.body["code"]) == (429, "too_many_requests")
    assert int(answer.headers["retry-after"]) <= 30 * 60
    desk.clock.move(timedelta(seconds=int(answer.headers["retry-after"])))
    assert (await ask("203.0.113.7", 20)).status == 201


async def test_the_limit_holds_across_instances(desk: Desk) -> None:
    """It is kept in the store: another instance, without this one's memory, refuses too."""
    await published(desk)
    for number in range(20):
        assert (await ask("203.0.113.7", number)).status == 201
    for name in ("inquiry_limits", "inquiries"):
        desk.services.__dict__.pop(name, None)
    assert (await ask("203.0.113.7", 20)).status == 429


async def test_one_address_sends_ten_a_day_and_gets_one_mail(desk: Desk) -> None:
    """From however many clients: whoever fills in somebody else's address fills nobody's mailbox."""
    await published(desk)
    contact = a_customer_contact()
    for number in range(10):
        assert (await ask(f"198.51.100.{number}", number, contact=contact)).status == 201
    answer = await ask("198.51.100.99", 10, contact=contact)
    assert (answer.status, answer.body["code"]) == (429, "too_many_requests")
    assert await addresses_written_to(desk, await leads(desk)) == [contact["email"]]
    desk.clock.move(timedelta(hours=24))
    assert (await ask("198.51.100.99", 10, contact=contact)).status == 201
    assert await addresses_written_to(desk, await leads(desk)) == [contact["email"]] * 2


async def test_addresses_of_one_mailbox_are_one_address(desk: Desk) -> None:
    """mara+1@, mara+2@ and MARA@ all end in the same mailbox, which gets one mail."""
    await published(desk)
    for number, email in enumerate(("mara@wing.example", "mara+1@wing.example", "MARA+2@wing.example")):
        contact = a_customer_contact(email=email)
        assert (await ask(f"198.51.100.{number}", number, contact=contact)).status == 201
    assert await addresses_written_to(desk, await leads(desk)) == ["mara@wing.example"]


async def test_a_filled_decoy_is_answered_like_an_inquiry_and_nothing_is_kept(desk: Desk) -> None:
    """Whatever else is wrong with it: a robot learns nothing."""
    await published(desk)
    real = ok(await desk.post("/api/inquiries", an_inquiry(), None), 201)
    before = desk.contents()
    for body in (an_inquiry(website="https://spam.example"), {"website": "x", "partnerId": "nobody"}):
        answer = ok(await desk.post("/api/inquiries", body, None), 201)
        assert answer.keys() == real.keys()
        assert {answer[name] == real[name] for name in ("status", "message")} == {True}
        assert len(answer["id"]) == len(real["id"])
    assert desk.contents() == before


async def test_a_form_post_of_a_robot_comes_out_where_every_other_does(desk: Desk) -> None:
    form = {"content-type": "application/x-www-form-urlencoded", "accept": "text/html"}
    answer = await desk.send("POST", "/api/inquiries", as_=None, content="website=x", headers=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/inquiries/thanks")


async def test_the_local_host_says_who_calls_as_the_platform_does(desk: Desk) -> None:
    """Behind whatever the caller wrote itself: a forged header makes nobody another client."""
    await published(desk)
    visitors = Visitors(desk)
    for number in range(21):
        contact = a_customer_contact(email=f"v{number}@wing.example")
        forged = {"x-forwarded-for": f"10.0.0.{number}"}
        answer = await visitors.post("203.0.113.9", an_inquiry(contact=contact), **forged)
    refused(answer, 429)
    ok(await visitors.post("203.0.113.10", an_inquiry()), 201)
    await visitors.close()


@pytest.mark.parametrize(
    ("header", "client"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7:4711", "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7:4711", "203.0.113.7"),
        ("[2001:db8:1:2:3::4]:4711", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:9::9", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, somebody", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_the_client_is_the_last_that_the_platform_saw(header: str | None, client: str) -> None:
    import azure.functions as func

    headers = {} if header is None else {"x-forwarded-for": header}
    request = func.HttpRequest("POST", "http://localhost/api/inquiries", headers=headers, body=b"")
    assert client_of(request, "x-forwarded-for") == client


async def test_what_was_counted_is_let_go(desk: Desk) -> None:
    """On the embedded store by the expiry timer; Cosmos DB does it by itself."""
    await published(desk)
    for number in range(5):
        assert (await ask(f"198.51.100.{number}", number)).status == 201
    counters = await kept(desk)
    assert counters == 10, "one for each client, one for each address"
    desk.clock.move(timedelta(hours=3))
    await desk.run("expire_unanswered_referrals")
    assert await kept(desk) == 5
    desk.clock.move(timedelta(days=15))
    await desk.run("expire_unanswered_referrals")
    assert await kept(desk) == 0


async def kept(desk: Desk) -> int:
    from shared.services.ports import WORK, Query, Where

    query = Query((Where("type", "eq", "counter"),), "sortName", limit=200)
    return len((await desk.services.store.find(WORK, "inquiries", query)).items)
