"""One's own notices: listed, read, chosen; nobody else's."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.domain.notices.notice import EVENTS, MAILED
from tests.functions.deals import a_deal
from tests.functions.desk import Desk, fields_of, ok, open_desk, refused
from tests.functions.notices.test_mail import a_notice
from tests.functions.notices.test_telling import notices, signed_in


async def some(desk: Desk, count: int, user: str = "contoso-user") -> None:
    await signed_in(desk)
    for n in range(count):
        await desk.services.notices.tell(a_notice(f"r:{n}", user=user, name=f"deal-{n}"))
        desk.clock.move(timedelta(seconds=1))


async def test_notices_are_listed_the_newest_first_page_by_page(desk: Desk) -> None:
    await some(desk, 7)
    seen, path = [], "/api/notices?limit=3"
    while path:
        page = ok(await desk.get(path, "contoso-user"))
        seen += [one["title"] for one in page["items"]]
        path = page["next"]
    assert seen == [f"New referral: deal-{n}" for n in reversed(range(7))]


async def test_what_was_read_is_read_once_and_counts_no_more(desk: Desk) -> None:
    await some(desk, 3)
    (_, middle, _) = await notices(desk, "contoso-user")
    first = ok(await desk.post(f"/api/notices/{middle['id']}/read", as_="contoso-user"))
    desk.clock.move(timedelta(hours=1))
    again = ok(await desk.post(f"/api/notices/{middle['id']}/read", as_="contoso-user"))
    assert first["read"]
    assert again == first, "read when it was read first"
    assert [one["title"] for one in await notices(desk, "contoso-user", "?unread=true")] == [
        "New referral: deal-2", "New referral: deal-0"
    ]  # fmt: skip
    assert ok(await desk.post("/api/notices/read-all", as_="contoso-user")) == {"read": 2}
    assert await notices(desk, "contoso-user", "?unread=true") == []
    assert len(await notices(desk, "contoso-user")) == 3


async def test_read_at_once_from_two_places_is_read(desk: Desk) -> None:
    await some(desk, 20)
    ids = [one["id"] for one in await notices(desk, "contoso-user")]
    calls = [desk.post(f"/api/notices/{id}/read", as_="contoso-user") for id in ids]
    answers = await asyncio.gather(*calls, desk.post("/api/notices/read-all", as_="contoso-user"))
    assert {one.status_code for one in answers} == {200}
    assert await notices(desk, "contoso-user", "?unread=true") == []


async def test_nobody_reads_a_colleagues_notices(desk: Desk) -> None:
    await some(desk, 1)
    (one,) = await notices(desk, "contoso-user")
    assert await notices(desk, "contoso-admin") == []
    for persona in ("contoso-admin", "fabrikam-admin"):
        refused(await desk.post(f"/api/notices/{one['id']}/read", as_=persona), 404, "not_found")
    ok(await desk.post("/api/notices/read-all", as_="contoso-admin"))
    assert not (await notices(desk, "contoso-user"))[0]["read"]


async def test_a_mail_or_a_webhook_call_is_no_notice(tmp_path: Path) -> None:
    """Of the same container, but nobody's to read."""
    async with open_desk(tmp_path, SMTP_HOST="127.0.0.1", SMTP_PORT="9", MAIL_FROM="a@b.example") as desk:
        hook = ok(await desk.post("/api/webhooks", {"url": "https://hooks.example.com/a"}), 201)
        await some(desk, 1)
        await desk.created(a_deal())
        await desk.announce()
        (call,) = ok(await desk.get(f"/api/webhooks/{hook['id']}/deliveries"))["items"]
        refused(await desk.post(f"/api/notices/{call['id']}/read", as_="contoso-user"), 404)
        (notice,) = await notices(desk, "contoso-user")
        path = f"/api/webhooks/{hook['id']}/deliveries/{notice['id']}/redeliver"
        refused(await desk.post(path), 404)


@pytest.mark.parametrize(
    ("query", "status"),
    [("?unread=maybe", 422), ("?limit=0", 422), ("?limit=x", 422), ("?after=x", 400), ("?unread=TRUE", 200)],
)
async def test_what_cannot_be_asked_is_said(desk: Desk, query: str, status: int) -> None:
    assert (await desk.get(f"/api/notices{query}")).status_code == status


async def test_a_cursor_of_all_is_none_of_unread(desk: Desk) -> None:
    await some(desk, 4)
    page = ok(await desk.get("/api/notices?limit=2", "contoso-user"))
    after = page["next"].partition("after=")[2]
    refused(await desk.get(f"/api/notices?unread=true&after={after}", "contoso-user"), 400, "wrong_cursor")


# Preferences


async def test_whoever_chose_nothing_is_told_everything_here_and_what_waits_for_them_by_mail(desk: Desk) -> None:
    seen = ok(await desk.get("/api/notice-preferences", "contoso-user"))
    assert seen["inapp"] == list(EVENTS) == seen["events"]
    assert set(seen["mail"]) == MAILED
    assert (seen["language"], seen["digest"], seen["address"]) == ("en", True, "contoso-user@contoso.example")


async def test_preferences_are_kept_whole_and_per_person(desk: Desk) -> None:
    body = {"language": "fr", "digest": False, "inapp": ["lead.hot"], "mail": ["sender.changed", "lead.hot"]}
    seen = ok(await desk.send("PUT", "/api/notice-preferences", as_="contoso-user", json=body))
    assert {name: seen[name] for name in body} == body | {"mail": ["lead.hot", "sender.changed"]}
    assert ok(await desk.get("/api/notice-preferences", "contoso-user")) == seen
    assert ok(await desk.get("/api/notice-preferences", "contoso-admin"))["language"] == "en"
    ok(await desk.send("PUT", "/api/notice-preferences", as_="contoso-user", json={"inapp": [], "mail": []}))
    emptied = ok(await desk.get("/api/notice-preferences", "contoso-user"))
    assert (emptied["inapp"], emptied["mail"], emptied["digest"]) == ([], [], True)


async def test_a_choice_that_says_nothing_silences_nothing(desk: Desk) -> None:
    """Sent by mistake, it puts back what everybody begins with."""
    before = ok(await desk.get("/api/notice-preferences", "contoso-user"))
    assert ok(await desk.send("PUT", "/api/notice-preferences", as_="contoso-user", json={})) == before
    ok(await desk.send("PUT", "/api/notice-preferences", as_="contoso-user", json={"language": "fr", "mail": []}))
    after = ok(await desk.get("/api/notice-preferences", "contoso-user"))
    assert (after["inapp"], after["mail"], after["language"]) == (before["inapp"], [], "fr")


async def test_in_a_form_a_box_that_is_not_ticked_says_no(desk: Desk) -> None:
    answer = await desk.send("POST", "/api/notice-preferences", as_="contoso-user", data={"mail": "lead.hot"})
    seen = ok(answer)
    assert (seen["inapp"], seen["mail"], seen["digest"]) == ([], ["lead.hot"], False)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"language": "it"}, "language"),
        ({"mail": ["everything"]}, "mail.0"),
        ({"mail": 3}, "mail"),
        ({"digest": "perhaps"}, "digest"),
        ({"budget": 1}, "budget"),
        ({"inapp": {"lead.hot": True}}, "inapp"),
    ],
)
async def test_a_choice_nobody_knows_is_refused_by_name(desk: Desk, body: dict[str, Any], field: str) -> None:
    problem = refused(await desk.send("PUT", "/api/notice-preferences", as_="contoso-user", json=body), 422)
    assert list(fields_of(problem)) == [field]


async def test_a_sign_in_later_takes_no_choice_away(desk: Desk) -> None:
    """The person is written anew each day."""
    ok(await desk.send("PUT", "/api/notice-preferences", as_="contoso-user", json={"language": "ru"}))
    desk.clock.move(timedelta(days=2))
    await signed_in(desk)
    assert ok(await desk.get("/api/notice-preferences", "contoso-user"))["language"] == "ru"
