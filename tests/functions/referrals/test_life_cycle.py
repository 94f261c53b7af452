"""Every (stage, action) pair of DOMAIN.md's life cycle, asked over HTTP of every kind of referral."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

import pytest

from tests.functions.deals import BODIES, a_customer, a_deal, a_deal_with_help, an_acceptance
from tests.functions.desk import WINDOW, Desk, ok, refused
from tests.unit.domain.model import BY_PEOPLE, RECEIVED, State, after, allowed, archived

Situation = Callable[[Desk], Awaitable[str]]
OWN: Final = State(own=True, stage="accepted")
SHARED: Final = State(own=True, stage="accepted", deal_type="partner_led")
ASKED: Final = State(own=True, stage="accepted", deal_type="co_sell", help="open")
REFUSED: Final = State(own=True, stage="accepted", deal_type="co_sell", help="ended")


async def private_deal(desk: Desk) -> str:
    return str((await desk.created())["id"])


async def visible_deal(desk: Desk) -> str:
    return str((await desk.created(a_deal(visibleToVendor=True)))["id"])


async def deal_being_asked_for(desk: Desk) -> str:
    return str((await desk.created(a_deal_with_help()))["id"])


async def deal_waiting_for_the_vendor(desk: Desk) -> str:
    return str((await desk.asked())[0]["id"])


async def deal_the_vendor_accepted(desk: Desk) -> str:
    own, copy = await desk.asked()
    ok(await desk.act(copy["id"], "accept", an_acceptance(), "vendor-seller"))
    await desk.deliver()
    return str(own["id"])


async def deal_the_vendor_declined(desk: Desk) -> str:
    own, copy = await desk.asked()
    ok(await desk.act(copy["id"], "decline", {"reason": 4}, "vendor-seller"))
    await desk.deliver()
    return str(own["id"])


async def deal_the_vendor_let_expire(desk: Desk) -> str:
    own, _ = await desk.asked()
    desk.clock.move(WINDOW)
    await desk.expire()
    await desk.deliver()
    return str(own["id"])


async def received(desk: Desk) -> str:
    return str((await desk.sent())[1]["id"])


async def overdue(desk: Desk) -> str:
    _, copy = await desk.sent()
    desk.clock.move(WINDOW)
    return str(copy["id"])


async def accepted(desk: Desk) -> str:
    return str((await desk.accepted())[1]["id"])


async def expired(desk: Desk) -> str:
    id = await overdue(desk)
    await desk.expire()
    return id


async def withdrawn(desk: Desk) -> str:
    own, copy = await desk.sent()
    ok(await desk.act(own["id"], "win", {}, "vendor-seller"))
    await desk.deliver()
    return str(copy["id"])


def ended(start: Situation, action: str) -> Situation:
    async def situation(desk: Desk) -> str:
        id = await start(desk)
        ok(await desk.act(id, action, BODIES[action]))
        return id

    return situation


SITUATIONS: Final[dict[str, tuple[Situation, State]]] = {
    "own private": (private_deal, OWN),
    "own partner-led": (visible_deal, SHARED),
    "own co-sell, request not delivered": (deal_being_asked_for, ASKED),
    "own co-sell, request pending": (deal_waiting_for_the_vendor, ASKED),
    "own co-sell, accepted by the vendor": (deal_the_vendor_accepted, ASKED),
    "own co-sell, declined by the vendor": (deal_the_vendor_declined, REFUSED),
    "own co-sell, expired at the vendor": (deal_the_vendor_let_expire, REFUSED),
    "own won": (ended(private_deal, "win"), archived(OWN, "won")),
    "own lost": (ended(private_deal, "lose"), archived(OWN, "lost")),
    "own error": (ended(private_deal, "close-as-error"), archived(OWN, "error")),
    "own co-sell won": (ended(deal_the_vendor_accepted, "win"), archived(ASKED, "won")),
    "incoming received": (received, RECEIVED),
    "incoming overdue": (overdue, State(own=False, stage="received", deal_type="co_sell", overdue=True)),
    "incoming accepted": (accepted, after(RECEIVED, "accept")),
    "incoming declined": (ended(received, "decline"), archived(RECEIVED, "declined")),
    "incoming expired": (expired, archived(RECEIVED, "expired")),
    "incoming withdrawn": (withdrawn, archived(RECEIVED, "withdrawn")),
    "incoming error": (ended(received, "close-as-error"), archived(RECEIVED, "error")),
    "incoming won": (ended(accepted, "win"), archived(RECEIVED, "won")),
    "incoming lost": (ended(accepted, "lose"), archived(RECEIVED, "lost")),
}
NAMES: Final = {
    ("received", None): ("New", "Received"),
    ("accepted", None): ("Active", "Accepted"),
    ("archived", "won"): ("Closed", "Won"),
    ("archived", "lost"): ("Closed", "Lost"),
    ("archived", "declined"): ("Closed", "Declined"),
    ("archived", "expired"): ("Closed", "Expired"),
    ("archived", "withdrawn"): ("Closed", "Expired"),
    ("archived", "error"): ("Closed", "Error"),
}
LISTED: Final = [(name, action) for name, (_, state) in SITUATIONS.items() for action in sorted(allowed(state))]


@pytest.mark.parametrize("name", SITUATIONS)
async def test_a_referral_says_its_state_and_what_may_be_done(desk: Desk, name: str) -> None:
    """Stage, outcome, deal type, Partner Center's names and allowedActions are those of the table."""
    situation, state = SITUATIONS[name]
    seen = await desk.read(await situation(desk))
    assert (seen["stage"], seen["outcome"], seen["dealType"]) == (state.stage, state.outcome, state.deal_type)
    assert (seen["status"], seen["substatus"]) == NAMES[state.stage, state.outcome]
    assert seen["allowedActions"] == sorted(allowed(state))


@pytest.mark.parametrize("name", SITUATIONS)
async def test_an_unlisted_action_is_409_and_names_the_possible_ones(desk: Desk, name: str) -> None:
    """Nothing that the table does not list is possible, and trying it changes nothing."""
    situation, state = SITUATIONS[name]
    id = await situation(desk)
    before = desk.contents()
    for action in sorted(set(BY_PEOPLE) - allowed(state)):
        problem = refused(await desk.attempt(id, action), 409, "action_not_possible")
        assert problem["allowedActions"] == sorted(allowed(state)), action
        assert all(possible in problem["detail"] for possible in allowed(state)), action
    assert desk.contents() == before


@pytest.mark.parametrize(("name", "action"), LISTED)
async def test_a_listed_action_leads_where_the_table_says(desk: Desk, name: str, action: str) -> None:
    """The answer shows the next stage, one more history entry by who did it, and a higher version."""
    situation, state = SITUATIONS[name]
    id = await situation(desk)
    before, etag = await desk.read(id), await desk.etag(id)
    desk.clock.move(timedelta(minutes=1))
    response = await desk.attempt(id, action)
    seen, next_state = ok(response), after(state, action)
    assert (seen["stage"], seen["outcome"], seen["dealType"]) == (
        next_state.stage,
        next_state.outcome,
        next_state.deal_type,
    )
    assert seen["allowedActions"] == sorted(allowed(next_state))
    assert seen["history"][:-1] == before["history"]
    assert (seen["history"][-1]["by"], seen["history"][-1]["at"]) == ("contoso-admin", seen["updatedAt"])
    assert response.headers["ETag"] != etag
    assert (await desk.get(f"/api/referrals/{id}")).headers["ETag"] == response.headers["ETag"]
    assert await desk.read(id) == seen


async def test_each_end_has_its_moment(desk: Desk) -> None:
    """acceptedAt and archivedAt are the instants of those changes."""
    _, copy = await desk.sent()
    desk.clock.move(timedelta(hours=1))
    accepted = ok(await desk.act(copy["id"], "accept", an_acceptance()))
    desk.clock.move(timedelta(hours=1))
    won = ok(await desk.act(copy["id"], "win"))
    assert copy["acceptedAt"] is None
    assert accepted["acceptedAt"] == "2027-01-04T10:30:00.000000Z"
    assert (accepted["archivedAt"], won["archivedAt"]) == (None, "2027-01-04T11:30:00.000000Z")


async def test_a_seller_works_its_own_opportunity_but_neither_shares_it_nor_asks_for_help(desk: Desk) -> None:
    """Sharing and asking are a partner's; the seller's own outgoing deal is co-sell from the start."""
    own, _ = await desk.sent()
    seen = await desk.read(own["id"], "vendor-seller")
    assert (seen["stage"], seen["dealType"], seen["direction"]) == ("accepted", "co_sell", "outgoing")
    assert seen["allowedActions"] == ["edit", "invite-partner", "lose", "notes", "win"]
    for action in ("share", "request-help"):
        refused(await desk.act(own["id"], action, BODIES[action], "vendor-seller"), 409, "action_not_possible")


@pytest.mark.parametrize("action", ["send-again", "withdraw-consent"])
async def test_a_refusal_beside_the_table_names_what_is_possible_too(desk: Desk, action: str) -> None:
    """Nothing was given up, nobody's consent is kept: the actions of the table are answered as for other refusals."""
    deal = await desk.created(a_deal(customer=a_customer(contact=None)))
    problem = refused(await desk.act(deal["id"], action, {}), 409, "action_not_possible")
    assert problem["allowedActions"] == deal["allowedActions"] != []
