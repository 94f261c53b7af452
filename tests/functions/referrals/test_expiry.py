"""The 14-day clock: half open, swept and lazy (DOMAIN.md: life cycle, "expire")."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.functions.deals import BODIES, Body, a_help_request, an_acceptance, an_opportunity
from tests.functions.desk import WINDOW, Desk, ok, open_desk, refused
from tests.functions.expected import instant_after

TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(("action", "body"), [("accept", an_acceptance()), ("decline", {"reason": 1})])
async def test_the_last_microsecond_is_in_time(desk: Desk, action: str, body: Body) -> None:
    """`now < expiresAt` answers in time; the sender hears the answer, not an expiry."""
    own, copy = await desk.sent()
    desk.clock.move(WINDOW - TICK)
    assert (await desk.expire()).done == 0
    assert (await desk.read(copy["id"]))["allowedActions"] != []
    answered = ok(await desk.act(copy["id"], action, body))
    desk.clock.move(TICK)
    assert (await desk.expire()).done == 0
    await desk.deliver()
    status = (await desk.read(own["id"], "vendor-seller"))["invitations"][0]["status"]
    assert status == {"accept": "accepted", "decline": "declined"}[action]
    assert (await desk.read(copy["id"])) == answered


@pytest.mark.parametrize("late", [timedelta(0), TICK, timedelta(days=400)])
async def test_from_expires_at_on_every_action_is_refused_before_any_sweep(desk: Desk, late: timedelta) -> None:
    """409 and no allowed actions, while the stored stage still says received."""
    _, copy = await desk.sent()
    desk.clock.move(WINDOW + late)
    assert (await desk.read(copy["id"]))["allowedActions"] == []
    for action in ("accept", "decline", "close-as-error", "notes"):
        problem = refused(await desk.act(copy["id"], action, BODIES[action]), 409, "action_not_possible")
        assert problem["allowedActions"] == []


async def test_the_sweep_expires_exactly_at_expires_at(desk: Desk) -> None:
    """One tick before it finds nothing; at the instant itself it archives, once."""
    own, copy = await desk.sent()
    desk.clock.move(WINDOW - TICK)
    assert (await desk.expire()).done == 0
    desk.clock.move(TICK)
    assert (await desk.expire()).done == 1
    seen = await desk.read(copy["id"])
    assert (seen["stage"], seen["outcome"], seen["archivedAt"]) == ("archived", "expired", copy["expiresAt"])
    assert (seen["status"], seen["substatus"]) == ("Closed", "Expired")
    assert [entry["action"] for entry in seen["history"]] == ["receive", "expire"]
    assert (await desk.deliver()).done == 1
    assert (await desk.read(own["id"], "vendor-seller"))["invitations"][0]["status"] == "expired"


async def test_a_second_sweep_does_nothing(desk: Desk) -> None:
    """Nothing is stored, no second event is posted."""
    await desk.sent()
    desk.clock.move(WINDOW)
    await desk.expire()
    before = desk.contents()
    report = await desk.expire()
    assert (report.done, sum(report.failed.values()), report.remaining) == (0, 0, False)
    assert desk.contents() == before


async def test_what_was_answered_is_not_swept(desk: Desk) -> None:
    """Accepted stops the clock; a partner's own deal has none."""
    _, copy = await desk.accepted()
    own = await desk.created()
    desk.clock.move(timedelta(days=1000))
    assert (await desk.expire()).done == 0
    assert (await desk.read(copy["id"]))["stage"] == "accepted"
    assert (await desk.read(own["id"]))["stage"] == "accepted"


async def test_only_what_is_due_expires(desk: Desk) -> None:
    """Two days apart, two sweeps."""
    _, first = await desk.sent(name="First")
    desk.clock.move(timedelta(days=2))
    _, second = await desk.sent(name="Second")
    desk.clock.move(WINDOW - timedelta(days=2))
    assert (await desk.expire()).done == 1
    assert (await desk.read(first["id"]))["outcome"] == "expired"
    assert (await desk.read(second["id"]))["stage"] == "received"


async def test_the_senders_side_never_expires_by_itself(desk: Desk) -> None:
    """There is one clock, the receiver's; after its expiry the sender's deal stays accepted and may ask again."""
    own, _ = await desk.asked()
    desk.clock.move(WINDOW)
    assert (await desk.expire()).done == 1
    assert (await desk.read(own["id"]))["invitations"][0]["status"] == "pending"
    await desk.deliver()
    seen = await desk.read(own["id"])
    assert (seen["stage"], seen["invitations"][0]["status"]) == ("accepted", "expired")
    ok(await desk.act(own["id"], "request-help", a_help_request()))


async def test_a_response_window_of_two_seconds(tmp_path: Path) -> None:
    """RESPONSE_WINDOW=PT2S: the window is a setting, counted from the delivery."""
    async with open_desk(tmp_path, RESPONSE_WINDOW="PT2S") as desk:
        own, copy = await desk.sent()
        assert copy["expiresAt"] == instant_after(copy["receivedAt"], timedelta(seconds=2))
        desk.clock.move(timedelta(seconds=2))
        refused(await desk.act(copy["id"], "accept", an_acceptance()), 409, "action_not_possible")
        assert (await desk.expire()).done == 1
        await desk.deliver()
        assert (await desk.read(copy["id"]))["outcome"] == "expired"
        assert (await desk.read(own["id"], "vendor-seller"))["invitations"][0]["status"] == "expired"


async def test_an_invitation_that_waited_is_not_short_of_time(desk: Desk) -> None:
    """Delivered twenty days late, the receiver still has its whole window."""
    body = an_opportunity(partnerId="fabrikam", estimatedCloseDate="2027-09-30")
    late = ok(await desk.post("/api/opportunities", body, "vendor-seller"), 201)
    desk.clock.move(timedelta(days=20))
    await desk.deliver()
    copy = await desk.copy_of(late, "fabrikam-admin")
    assert copy["expiresAt"] == instant_after(desk.clock.now.isoformat(), WINDOW)
    assert copy["allowedActions"] != []
