"""The deadline desk as its callers meet it: what is on it, in which order, whose, and until when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.services.deadlines import desk as service
from tests.functions.deals import Body, a_deal, a_partner_invitation, an_acceptance
from tests.functions.desk import START, WINDOW, Desk, fields_of, ok, refused
from tests.functions.leads.leading import inquired, published, recommended
from tests.functions.reading import Browser

DAY = timedelta(days=1)


async def listed(desk: Desk, query: str = "", as_: str = "contoso-admin") -> list[Body]:
    return await desk.items(f"/api/deadlines?limit=200{query}", as_)


async def told(desk: Desk, query: str = "", as_: str = "contoso-admin") -> list[tuple[str, str]]:
    """(kind, name of the referral) in order of rank."""
    return [(item["kind"], item["referral"]["name"]) for item in await listed(desk, query, as_)]


def closing(days: int, **changes: Any) -> Body:
    return a_deal(estimatedCloseDate=(START + days * DAY).date().isoformat(), proceed=True, **changes)


async def test_everything_with_a_clock_is_on_one_list_the_most_pressing_first(desk: Desk) -> None:
    """14 days in, 14 days out, close dates: each with when, why, and what it is about."""
    await desk.sent(name="in")
    out = await desk.created(closing(60, name="out"))
    ok(await desk.act(out["id"], "invite-partner", a_partner_invitation()))
    await desk.deliver()
    await desk.created(closing(2, name="soon"))
    assert await told(desk) == [
        ("close_date", "soon"),
        ("answer", "in"),
        ("their_answer", "out"),
        ("close_date", "out"),
    ]
    items = await listed(desk)
    assert [item["score"] for item in items] == sorted((item["score"] for item in items), reverse=True)
    answer = items[1]
    assert answer["at"].startswith("2027-01-18T09:30:00")
    assert answer["secondsLeft"] == WINDOW.total_seconds()
    assert answer["why"][0] == "14 days to accept or decline; then it expires"
    assert answer["href"] == f"/referrals/{answer['referral']['id']}"
    assert items[2]["organizationName"] == "Fabrikam"
    assert items[0]["day"] == (START + 2 * DAY).date().isoformat()


async def test_what_is_answered_or_over_is_gone_and_a_passed_close_date_stays(desk: Desk) -> None:
    _, first = await desk.sent(name="answered")
    await desk.sent(name="left alone")
    await desk.created(closing(3, name="ours"))
    ok(await desk.act(first["id"], "decline", {"reason": 1}))
    assert {name for _, name in await told(desk)} == {"left alone", "ours"}
    desk.clock.move(WINDOW - timedelta(microseconds=1))
    assert ("answer", "left alone") in await told(desk)
    desk.clock.move(timedelta(microseconds=1))
    assert await told(desk) == [("close_date", "ours")], "before any sweep has run"
    (item,) = await listed(desk)
    assert item["over"]
    assert item["why"][0] == "Its close date passed 10 days ago: win, lose or edit it"


async def test_a_won_partner_led_deal_is_to_be_registered_for_sixty_days(desk: Desk) -> None:
    own = await desk.created(a_deal(visibleToVendor=True, customerConsent=True))
    ok(await desk.act(own["id"], "win"))
    (item,) = await listed(desk)
    assert (item["kind"], item["day"]) == ("registration", (START + 60 * DAY).date().isoformat())
    desk.clock.move(60 * DAY)
    assert await listed(desk) == []


async def test_an_opportunity_the_partner_won_is_the_partners_to_register_and_a_partners_is_not(desk: Desk) -> None:
    _, copy = await desk.accepted()
    ok(await desk.act(copy["id"], "win"))
    assert await told(desk) == [("registration", copy["name"])]
    own = await desk.created(a_deal(proceed=True))
    ok(await desk.act(own["id"], "invite-partner", a_partner_invitation()))
    await desk.deliver()
    theirs = await desk.copy_of(own, "fabrikam-admin")
    ok(await desk.act(theirs["id"], "accept", an_acceptance(), "fabrikam-admin"))
    ok(await desk.act(theirs["id"], "win", {}, "fabrikam-admin"))
    assert await told(desk, as_="fabrikam-admin") == []


async def test_a_hot_lead_is_on_top_for_72_hours_and_then_waits_for_its_answer_like_any_other(desk: Desk) -> None:
    """However large a deal stands beside it. A direct lead has neither a value nor a close date yet."""
    lead = await inquired(desk, contactMe=True)
    value = {"amount": "9000000.00", "currency": "USD"}
    await desk.sent(name="large", estimatedValue=value)
    assert await told(desk) == [("flame", lead["name"]), ("answer", "large"), ("answer", lead["name"])]
    flame = (await listed(desk))[0]
    assert flame["why"] == ["The customer asked to be contacted; hot for 3 days", "No value is known yet"]
    assert flame["referral"]["estimatedValue"] is None
    desk.clock.move(3 * DAY - timedelta(microseconds=1))
    assert (await told(desk))[0] == ("flame", lead["name"])
    desk.clock.move(timedelta(microseconds=1))
    assert await told(desk) == [("answer", "large"), ("answer", lead["name"])]


async def test_an_accepted_lead_stays_hot_and_closes_where_it_says_when(desk: Desk) -> None:
    """Accepting it is not calling the customer."""
    lead = await inquired(desk, contactMe=True)
    ok(await desk.act(lead["id"], "accept", an_acceptance()))
    assert {kind for kind, _ in await told(desk)} == {"flame", "close_date"}
    desk.clock.move(3 * DAY)
    assert [kind for kind, _ in await told(desk)] == ["close_date"]


async def test_a_lead_that_was_recommended_runs_on_both_sides(desk: Desk) -> None:
    await published(desk)
    await recommended(desk)
    assert [item["kind"] for item in await listed(desk)] == ["answer"]
    theirs = await listed(desk, as_="vendor-seller")
    assert [(item["kind"], item["organizationName"]) for item in theirs] == [("their_answer", "Contoso")]


async def test_a_mirror_has_no_clock(desk: Desk) -> None:
    await desk.created(a_deal(visibleToVendor=True, customerConsent=True))
    await desk.deliver()
    assert await listed(desk, as_="vendor-admin") == []


async def test_kinds_are_chosen_one_or_several_at_a_time(desk: Desk) -> None:
    await desk.sent(name="in")
    await desk.created(closing(9, name="ours"))
    assert await told(desk, "&kind=answer") == [("answer", "in")]
    assert await told(desk, "&kind=close_date") == [("close_date", "ours")]
    assert len(await told(desk, "&kind=answer,close_date")) == 2
    assert await told(desk, "&kind=flame") == []


async def test_mine_is_my_teams_and_what_nobody_has_taken_yet(desk: Desk) -> None:
    """Somebody who may not answer has no part in what waits for one."""
    await desk.sent(name="nobody's yet")
    await desk.created(closing(9, name="the admin's"))
    await desk.created(closing(9, name="the user's"), as_="contoso-user")
    assert {n for _, n in await told(desk, "&mine=true")} == {"nobody's yet", "the admin's"}
    assert {n for _, n in await told(desk, "&mine=true", "contoso-user")} == {"nobody's yet", "the user's"}
    assert await told(desk, "&mine=true", "contoso-auditor") == []
    assert len(await told(desk, "&mine=false", "contoso-auditor")) == 3


async def test_another_organization_sees_none_of_it(desk: Desk) -> None:
    await desk.created()
    assert await listed(desk, as_="fabrikam-admin") == []


@pytest.mark.parametrize(
    ("query", "wrong"),
    [("kind=answer,dinner", {"kind": "unknown_value"}), ("mine=yes", {"mine": "unknown_value"}),
     ("limit=0", {"limit": "out_of_range"}), ("kind=x&mine=x", {"kind": "unknown_value", "mine": "unknown_value"})],
)  # fmt: skip
async def test_what_the_desk_does_not_understand_it_names(desk: Desk, query: str, wrong: dict[str, str]) -> None:
    assert fields_of(refused(await desk.get(f"/api/deadlines?{query}"), 422)) == wrong
    if "limit" not in wrong:
        assert fields_of(refused(await desk.get(f"/api/deadlines.ics?{query}"), 422)) == wrong


async def test_pages_rank_as_of_the_same_instant_and_lose_nothing(desk: Desk) -> None:
    """Time passes between two pages, so scores change; the order does not."""
    for n in range(7):
        await desk.created(closing(5 + 3 * n, name=f"deal {n}"))
    whole = [item["id"] for item in await listed(desk)]
    path, seen, asked = "/api/deadlines?limit=3", list[str](), set[str]()
    while path:
        page = ok(await desk.get(path))
        seen += [item["id"] for item in page["items"]]
        asked.add(page["asOf"])
        path = page["next"]
        desk.clock.move(timedelta(minutes=5))
    assert seen == whole
    assert len(asked) == 1


async def test_what_ran_out_since_the_first_page_is_not_on_the_second(desk: Desk) -> None:
    await desk.created(closing(2, name="first"))
    await desk.sent(name="runs out")
    page = ok(await desk.get("/api/deadlines?limit=1"))
    desk.clock.move(WINDOW)
    assert ok(await desk.get(page["next"]))["items"] == []


@pytest.mark.parametrize("after", ["x", "WyJyYW5rIl0", "é"])
async def test_a_cursor_that_is_none_is_refused(desk: Desk, after: str) -> None:
    refused(await desk.get("/api/deadlines", params={"after": after}), 400, "wrong_cursor")


async def test_a_cursor_belongs_to_its_filters(desk: Desk) -> None:
    for n in range(3):
        await desk.created(closing(5 + n))
    following = ok(await desk.get("/api/deadlines?limit=1"))["next"]
    refused(await desk.get(f"{following}&kind=answer"), 400, "wrong_cursor")


async def test_more_than_can_be_ranked_at_once_is_said_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearest are there."""
    monkeypatch.setattr(service, "MOST", 2)
    for n in (30, 9, 20):
        await desk.created(closing(n, name=f"in {n}"))
    page = ok(await desk.get("/api/deadlines"))
    assert not page["complete"]
    assert [item["referral"]["name"] for item in page["items"]] == ["in 9", "in 20"]
    assert ok(await desk.get("/api/deadlines?kind=answer"))["complete"]


# The page


async def test_the_page_says_what_runs_out_when_and_why(desk: Desk) -> None:
    await desk.sent(name="Fabric & <b>Co</b>")
    await desk.created(closing(2, name="soon"))
    page = await Browser(desk, "contoso-user").open("/deadlines")
    assert page.status == 200
    assert page.headings[:1] == ["Deadlines"]
    assert page.links["Deadlines"] == "/deadlines"
    assert "14 days to accept or decline; then it expires. Worth about" in page.text
    assert "Fabric & <b>Co</b>" in page.links, "escaped, and a link to the referral"
    assert "Answer" in page.text


async def test_the_page_filters_and_says_what_is_wrong_with_a_filter(desk: Desk) -> None:
    await desk.created(closing(2, name="soon"))
    user = Browser(desk, "contoso-admin")
    page = await user.open("/deadlines?kind=answer")
    assert "Nothing runs out" in page.headings
    assert page.links["Download as iCalendar"] == "/api/deadlines.ics?kind=answer"
    wrong = await user.open("/deadlines?kind=dinner")
    assert wrong.status == 422
    assert "Use one or more of" in wrong.message("filter", "kind")
    assert (await user.open("/deadlines?after=x")).status == 400


async def test_an_empty_desk_says_what_will_be_there(desk: Desk) -> None:
    page = await Browser(desk, "fabrikam-admin").open("/deadlines")
    assert "What has a clock appears here" in page.text


async def test_the_page_goes_on_to_the_next(desk: Desk) -> None:
    for n in range(3):
        await desk.created(closing(5 + n, name=f"deal {n}"))
    user = Browser(desk, "contoso-admin")
    first = await user.open("/deadlines?limit=2")
    second = await user.open(first.links["Next"])
    assert "deal 2" in second.links
    assert "deal 0" not in second.links
