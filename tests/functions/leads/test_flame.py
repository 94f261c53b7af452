"""A customer that asked to be contacted: hot for 72 hours, then the mark and the message change (DOMAIN: "Flame")."""

from __future__ import annotations

from datetime import timedelta

from tests.functions.deals import an_acceptance
from tests.functions.desk import WINDOW, Desk, ok
from tests.functions.leads.leading import inquired

HTML = {"accept": "text/html"}
QUICKLY = "as quickly as possible"
STILL = "if you want to pursue it"


async def test_a_lead_is_hot_for_72_hours_and_stays_active_after(desk: Desk) -> None:
    lead = await inquired(desk, contactMe=True)
    desk.clock.move(timedelta(hours=72) - timedelta(microseconds=1))
    hot = await desk.read(lead["id"])
    assert hot["flame"]["hot"] is True
    assert QUICKLY in hot["flame"]["message"]
    desk.clock.move(timedelta(microseconds=1))
    cooled = await desk.read(lead["id"])
    assert cooled["flame"]["hot"] is False
    assert STILL in cooled["flame"]["message"]
    assert (cooled["stage"], cooled["allowedActions"]) == (hot["stage"], hot["allowedActions"])


async def test_the_flame_stands_on_top_of_the_leads_while_it_burns(desk: Desk) -> None:
    """Whatever tab is open."""
    lead = await inquired(desk, contactMe=True)
    for path in ("/leads", "/leads?tab=qualified"):
        page = (await desk.get(path, headers=HTML)).text
        assert QUICKLY in page
        assert page.index(QUICKLY) < page.index('aria-label="Tabs"')
        assert f"/referrals/{lead['id']}" in page
    desk.clock.move(timedelta(hours=72))
    assert QUICKLY not in (await desk.get("/leads", headers=HTML)).text
    assert STILL in (await desk.get(f"/referrals/{lead['id']}", headers=HTML)).text


async def test_whoever_did_not_ask_for_a_call_is_not_hot(desk: Desk) -> None:
    lead = await inquired(desk)
    assert lead["flame"] is None
    assert QUICKLY not in (await desk.get("/leads", headers=HTML)).text


async def test_an_accepted_lead_is_still_hot_and_a_closed_one_is_not(desk: Desk) -> None:
    lead = await inquired(desk, contactMe=True)
    accepted = ok(await desk.act(lead["id"], "accept", an_acceptance()))
    assert accepted["flame"]["hot"] is True
    assert ok(await desk.act(lead["id"], "lose", {"reason": 2}))["flame"] is None
    other = await inquired(desk, contactMe=True, need="another")
    desk.clock.move(WINDOW)
    assert (await desk.read(other["id"]))["flame"] is None
