"""Why a referral ended: numbered reasons and the notes some need (DOMAIN.md: "Lists"), and the closing figures."""

from __future__ import annotations

from typing import Final

import pytest

from tests.functions.deals import Body
from tests.functions.desk import Desk, fields_of, ok, refused


async def open_for(desk: Desk, action: str) -> str:
    """A referral on which the action is possible."""
    if action == "decline":
        return str((await desk.sent())[1]["id"])
    return str((await desk.created())["id"])


WITH_NOTE = {"decline": {8}, "lose": {8}, "close-as-error": {6, 9}}
REASONS = [
    (action, n) for action, last in (("decline", 8), ("lose", 8), ("close-as-error", 9)) for n in range(1, last + 1)
]


@pytest.mark.parametrize(("action", "reason"), REASONS)
async def test_a_reason_is_kept_and_some_need_a_note(desk: Desk, action: str, reason: int) -> None:
    """Declined and lost: 8 needs a note. Error: 6 and 9 do."""
    id = await open_for(desk, action)
    if reason in WITH_NOTE[action]:
        response = await desk.act(id, action, {"reason": reason})
        assert fields_of(refused(response, 422, "invalid")).keys() == {"notes"}
        blank = await desk.act(id, action, {"reason": reason, "notes": "  "})
        assert fields_of(refused(blank, 422, "invalid")).keys() == {"notes"}
    ended = ok(await desk.act(id, action, {"reason": reason, "notes": "because"}))
    assert (ended["stage"], ended["reason"]) == ("archived", reason)


WRONG: Final = [0, -1, "next", 10**30, 1.5, "one", [1], {"code": 1}, None]


@pytest.mark.parametrize(("action", "last"), [("decline", 8), ("lose", 8), ("close-as-error", 9)])
async def test_a_reason_is_one_of_the_list(desk: Desk, action: str, last: int) -> None:
    """Anything else is refused and nothing ends."""
    id = await open_for(desk, action)
    for wrong in WRONG:
        reason = last + 1 if wrong == "next" else wrong
        response = await desk.act(id, action, {"reason": reason, "notes": "x"})
        assert fields_of(refused(response, 422, "invalid")).keys() == {"reason"}, wrong
    assert (await desk.read(id))["stage"] != "archived"


@pytest.mark.parametrize("action", ["decline", "lose", "close-as-error"])
async def test_true_is_no_reason_number(desk: Desk, action: str) -> None:
    """A referral was archived for reason 1 by {"reason": true}."""
    id = await open_for(desk, action)
    response = await desk.act(id, action, {"reason": True})
    assert fields_of(refused(response, 422, "invalid")).keys() == {"reason"}


@pytest.mark.parametrize("action", ["decline", "lose", "close-as-error"])
async def test_a_reason_is_needed(desk: Desk, action: str) -> None:
    """Declining, losing and closing as an error say why."""
    response = await desk.act(await open_for(desk, action), action, {})
    assert fields_of(refused(response, 422, "invalid")) == {"reason": "missing"}


@pytest.mark.parametrize(("action", "body"), [("win", {}), ("lose", {"reason": 2})])
async def test_without_figures_the_estimate_and_today_stand(desk: Desk, action: str, body: Body) -> None:
    """Final value and closed date default to the current estimate and today."""
    ended = ok(await desk.act((await desk.created())["id"], action, body))
    assert (ended["finalValue"], ended["closedDate"]) == (ended["estimatedValue"], "2027-01-04")


@pytest.mark.parametrize(("action", "body"), [("win", {}), ("lose", {"reason": 2})])
async def test_given_figures_are_kept(desk: Desk, action: str, body: Body) -> None:
    """A deal may have closed before today, at another value and in another currency."""
    figures = {"finalValue": {"amount": "90000.50", "currency": "USD"}, "closedDate": "2027-01-02"}
    ended = ok(await desk.act((await desk.created())["id"], action, {**body, **figures}))
    assert {name: ended[name] for name in figures} == figures
    assert ended["estimatedValue"] == {"amount": "125000.00", "currency": "EUR"}


async def test_a_deal_does_not_close_tomorrow(desk: Desk) -> None:
    """A closed date is a fact."""
    response = await desk.act((await desk.created())["id"], "win", {"closedDate": "2027-01-05"})
    assert fields_of(refused(response, 422, "invalid")).keys() == {"closedDate"}


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("win", {"reason": 1}),
        ("decline", {"reason": 1, "finalValue": {"amount": "1.00", "currency": "EUR"}}),
        ("close-as-error", {"reason": 1, "closedDate": "2027-01-01"}),
        ("share", {"help": 1}),
    ],
)
async def test_an_action_takes_its_own_fields_only(desk: Desk, action: str, body: Body) -> None:
    """A field of another action is refused by name."""
    problem = refused(await desk.act(await open_for(desk, action), action, body), 422, "invalid")
    assert "unknown_field" in fields_of(problem).values()
