"""Deadlines in a calendar: the file, and the link that needs no sign-in. Read by the icalendar library itself."""

from __future__ import annotations

import base64
import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from icalendar import Calendar

from tests.functions.access.calling import TENANTS, call, principal
from tests.functions.deals import Body, a_contact, a_customer, a_deal, an_opportunity
from tests.functions.desk import START, WINDOW, Desk, ok, open_desk, refused
from tests.functions.leads.leading import inquired
from tests.functions.reading import Browser

DAY = timedelta(days=1)


def events(response: httpx.Response) -> list[Any]:
    """The events of a calendar that was answered, in its order."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].replace(" ", "") == "text/calendar;charset=utf-8"
    assert response.content.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in response.content.split(b"\r\n"))
    calendar = Calendar.from_ical(response.content)
    found = calendar.walk("VEVENT")
    for event in found:
        assert event.errors == []
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "SEQUENCE", "URL"} <= set(event)
    assert len({event["UID"] for event in found}) == len(found)
    return list(found)


async def link(desk: Desk, as_: str = "contoso-admin", **body: str) -> str:
    """A new calendar link of somebody's: its path."""
    made = ok(await desk.post("/api/calendar-link", body, as_), 201)
    assert made["url"].startswith("http://localhost:7071/api/calendars/")
    return str(made["url"]).removeprefix("http://localhost:7071")


async def fetched(desk: Desk, path: str, **headers: str) -> httpx.Response:
    """As a calendar program asks: nobody is signed in."""
    return await desk.send("GET", path, as_=None, headers=headers)


async def test_an_answer_is_an_event_at_its_instant_and_a_close_date_lasts_its_day(desk: Desk) -> None:
    """UTC, with an alarm a day before what would expire."""
    _, copy = await desk.sent(name="Données, l'été; \\ 100 %")
    await desk.created(a_deal(name="ours", estimatedCloseDate="2027-02-01", proceed=True))
    answer, close = events(await desk.get("/api/deadlines.ics"))
    assert answer["SUMMARY"] == "Answer by now: Données, l'été; \\ 100 %"
    assert answer["DTSTART"].dt == START + WINDOW
    assert answer["DTSTART"].dt.utcoffset() == timedelta(0)
    assert answer["URL"] == f"http://localhost:7071/referrals/{copy['id']}"
    assert [alarm["TRIGGER"].dt for alarm in answer.walk("VALARM")] == [-DAY]
    assert (close["DTSTART"].dt, close["DTEND"].dt) == (date(2027, 2, 1), date(2027, 2, 2))
    assert not isinstance(close["DTSTART"].dt, datetime)
    assert close["SUMMARY"] == "Closes: ours"
    assert "Estimated value: 125000.00 EUR" in close["DESCRIPTION"]


async def test_the_same_deadline_keeps_its_uid_and_a_change_raises_its_sequence(desk: Desk) -> None:
    own = await desk.created()
    (before,) = events(await desk.get("/api/deadlines.ics"))
    desk.clock.move(timedelta(hours=1))
    ok(await desk.edit_now(own["id"], {"estimatedCloseDate": "2027-05-05"}))
    (after,) = events(await desk.get("/api/deadlines.ics"))
    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (1, 2)
    assert after["DTSTAMP"].dt == before["DTSTAMP"].dt + timedelta(hours=1)
    assert after["DTSTART"].dt == date(2027, 5, 5)


async def test_what_is_answered_is_no_longer_in_the_calendar(desk: Desk) -> None:
    _, copy = await desk.sent()
    path = await link(desk)
    assert len(events(await fetched(desk, path))) == 1
    ok(await desk.act(copy["id"], "decline", {"reason": 1}))
    assert events(await fetched(desk, path)) == []


async def test_the_file_holds_no_person_of_the_customers(desk: Desk) -> None:
    customer = a_customer(contact=a_contact(firstName="Zaphod", email="zaphod@customer.example"))
    await desk.sent(customer=customer, customerConsent=True, notes="zarquon")
    text = (await desk.get("/api/deadlines.ics")).text.replace("\r\n ", "")
    assert customer["name"] in text
    assert not re.search("zaphod|zarquon|rue de", text, re.IGNORECASE)


async def test_a_hot_lead_reminds_four_hours_before_it_cools_down_and_names_no_person(desk: Desk) -> None:
    lead = await inquired(desk, contactMe=True)
    response = await desk.get("/api/deadlines.ics")
    flame, answer = events(response)
    assert flame["SUMMARY"] == f"Contact the customer: {lead['name']}"
    assert flame["DTSTART"].dt == START + 3 * DAY
    assert [alarm["TRIGGER"].dt for alarm in flame.walk("VALARM")] == [timedelta(hours=-4)]
    assert answer["UID"] != flame["UID"]
    contact = lead["customer"]["contact"]
    text = response.text.replace("\r\n ", "")
    assert not any(contact[field] in text for field in ("lastName", "phoneNumber", "email"))


async def test_a_name_cannot_smuggle_in_a_property(desk: Desk) -> None:
    """Line breaks are refused on the way in; what else has a meaning is escaped on the way out."""
    name = "x\\nATTACH:https://evil.example/;,\"'"
    await desk.created(a_deal(name=name))
    response = await desk.get("/api/deadlines.ics")
    (event,) = events(response)
    assert event["SUMMARY"] == f"Closes: {name}"
    assert "ATTACH" not in event


async def test_a_calendar_that_has_not_changed_is_not_sent_again(desk: Desk) -> None:
    """Time alone changes nothing in it."""
    own = await desk.created()
    path = await link(desk)
    first = await fetched(desk, path)
    desk.clock.move(timedelta(hours=1))
    for known in (first.headers["etag"], f'"x", W/{first.headers["etag"]}', "*"):
        again = await fetched(desk, path, **{"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    ok(await desk.edit_now(own["id"], {"crmId": "OPP-9"}))
    assert (await fetched(desk, path, **{"If-None-Match": first.headers["etag"]})).status_code == 200
    assert first.headers["cache-control"] == "private, max-age=900"


# The link


async def test_a_link_shows_what_is_mine_or_all_as_it_was_made(desk: Desk) -> None:
    await desk.created(a_deal(name="the user's"), as_="contoso-user")
    await desk.created(a_deal(name="the admin's", proceed=True))
    mine = events(await fetched(desk, await link(desk, "contoso-user")))
    assert [event["SUMMARY"] for event in mine] == ["Closes: the user's"]
    everything = events(await fetched(desk, await link(desk, "contoso-auditor", scope="all")))
    assert len(everything) == 2


async def test_a_link_needs_no_sign_in_and_a_sign_in_changes_nothing(desk: Desk) -> None:
    await desk.created()
    path = await link(desk)
    for who in (None, "fabrikam-admin", "vendor-seller"):
        assert len(events(await desk.get(path, who))) == 1


async def test_a_new_link_ends_the_one_before_and_revoking_ends_it_for_good(desk: Desk) -> None:
    first = await link(desk)
    second = await link(desk)
    assert first != second
    refused(await fetched(desk, first), 404, "not_found")
    assert (await fetched(desk, second)).status_code == 200
    assert (await desk.send("DELETE", "/api/calendar-link")).status_code == 204
    refused(await fetched(desk, second), 404, "not_found")
    assert (await desk.send("DELETE", "/api/calendar-link")).status_code == 204, "revoking none is no error"
    refused(await desk.get("/api/calendar-link"), 404)


async def test_each_person_has_a_link_of_their_own(desk: Desk) -> None:
    admins, users = await link(desk), await link(desk, "contoso-user")
    assert (await desk.send("DELETE", "/api/calendar-link", as_="contoso-user")).status_code == 204
    refused(await fetched(desk, users), 404)
    assert (await fetched(desk, admins)).status_code == 200


async def test_an_account_admin_revokes_a_colleagues_and_nobody_else_does(desk: Desk) -> None:
    """Somebody has left: the directory no longer lets them in, and their calendar is closed too."""
    path = await link(desk, "contoso-user")
    (user,) = [one["id"] for one in await desk.items("/api/people") if one["roles"] == ["ReferralsUser"]]
    query = f"/api/calendar-link?user={user}"
    refused(await desk.send("DELETE", query, as_="contoso-auditor"), 403, "access_denied")
    assert (await desk.send("DELETE", query, as_="fabrikam-admin")).status_code == 204, "another organization's nobody"
    assert (await fetched(desk, path)).status_code == 200
    assert (await desk.send("DELETE", query)).status_code == 204
    refused(await fetched(desk, path), 404)


async def test_a_link_counts_as_long_as_its_person_signs_in(tmp_path: Path) -> None:
    """Not after CALENDAR_LINK_IDLE; and again once they do."""
    async with open_desk(tmp_path, CALENDAR_LINK_IDLE="P30D") as desk:
        await desk.created()
        path = await link(desk)
        desk.clock.move(30 * DAY)
        assert (await fetched(desk, path)).status_code == 200
        desk.clock.move(DAY)
        refused(await fetched(desk, path), 404, "not_found")
        ok(await desk.get("/api/deadlines"))
        assert (await fetched(desk, path)).status_code == 200


async def test_a_person_whose_last_sign_in_had_no_role_any_more_has_no_calendar(desk: Desk) -> None:
    made = await call(principal("contoso", "kim", "ReferralsUser"), "POST", "/api/calendar-link", {})
    path = made.body["url"].removeprefix("http://localhost:7071")
    assert (await fetched(desk, path)).status_code == 200
    assert (await call(principal("contoso", "kim"), "GET", "/api/deadlines")).status == 403
    refused(await fetched(desk, path), 404)


async def test_a_program_has_its_own_sign_in_and_no_link(desk: Desk) -> None:
    claims = [("tid", TENANTS["contoso"]), ("appid", "connector"), ("idtyp", "app"), ("roles", "ReferralsAdmin")]
    document = {"auth_typ": "aad", "claims": [{"typ": typ, "val": value} for typ, value in claims]}
    who = base64.b64encode(json.dumps(document).encode()).decode()
    assert (await call(who, "GET", "/api/deadlines.ics")).status == 200
    assert (await call(who, "POST", "/api/calendar-link", {})).status == 403


def changed_at(token: str, place: int) -> str:
    raw = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    raw[place] ^= 1
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


async def test_nothing_but_the_whole_token_opens_a_calendar(desk: Desk) -> None:
    """Of 256 random bits, one that differs is enough; the rest of the token only says where to look."""
    path = await link(desk)
    token = path.rpartition("/")[2].removesuffix(".ics")
    assert len(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))) >= 16 + 32
    others = [changed_at(token, place) for place in (0, 15, 16, 47, 48)]
    odd = ["x", "..%2F..", "a" * 5000, token[:-1], token + "A", token.upper(), "A" * 64, "%C3%A9", token + "="]
    for other in (*others, *odd):
        response = await fetched(desk, f"/api/calendars/{other}.ics")
        assert response.status_code == 404, other
    assert (await fetched(desk, path)).status_code == 200


async def test_the_store_keeps_no_token(desk: Desk) -> None:
    """Whoever reads the store, or a backup of it, cannot read calendars by it."""
    token = (await link(desk)).rpartition("/")[2].removesuffix(".ics")
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    stored = repr(desk.contents())
    assert token not in stored
    assert raw[16:48].hex() not in stored
    shown = ok(await desk.get("/api/calendar-link"))
    assert shown == {"scope": "mine", "createdAt": shown["createdAt"]}


@pytest.mark.parametrize("body", [{"scope": "everything"}, {"scope": 1}, {"user": "x"}])
async def test_a_link_of_another_kind_is_refused(desk: Desk, body: Body) -> None:
    refused(await desk.post("/api/calendar-link", body), 422, "invalid")


async def test_the_page_makes_a_link_shows_it_once_and_revokes_it(desk: Desk) -> None:
    await desk.created()
    user = Browser(desk, "contoso-admin")
    page = await user.open("/deadlines")
    assert not page.has_form("/calendar-link/revoke")
    made = await user.send(page, "/api/calendar-link", scope="all")
    (shown,) = [one["value"] for one in made.inputs if one.get("id") == "made"]
    assert len(events(await fetched(desk, shown.removeprefix("http://localhost:7071")))) == 1
    later = await user.open("/deadlines")
    assert shown not in later.html
    assert "everything of the organization" in later.text
    gone = await user.send(later, "/api/calendar-link/revoke")
    assert "Revoked" in gone.text
    refused(await fetched(desk, shown.removeprefix("http://localhost:7071")), 404)


async def test_the_page_says_what_is_wrong_with_a_link_that_is_asked_for(desk: Desk) -> None:
    user = Browser(desk, "contoso-admin")
    page = await user.send(await user.open("/deadlines"), "/api/calendar-link", scope="everything")
    assert page.status == 422
    assert page.message("link", "scope")


async def test_an_opportunity_sent_is_in_the_sellers_calendar_by_the_partners_name(desk: Desk) -> None:
    ok(await desk.post("/api/opportunities", an_opportunity(name="ERP"), "vendor-seller"), 201)
    await desk.deliver()
    first, _ = events(await desk.get("/api/deadlines.ics", "vendor-seller"))
    assert first["SUMMARY"] == "Contoso answers by now: ERP"
