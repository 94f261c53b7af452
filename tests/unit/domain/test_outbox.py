"""The outbox: order, delay, giving up; and that none of it is a change (DESIGN.md section 3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.instants import from_instant, instant
from shared.domain.referrals import outbox
from shared.domain.referrals.document import Event, Referral
from tests.unit.domain.people import ADMIN, NOW, a_referral

TARGETS: Final = ("fabrikam", "tailspin", "vendor")
EVENTS: Final = st.lists(st.tuples(st.sampled_from(TARGETS), st.sampled_from([-10, 0, 10]), st.booleans()), max_size=8)
quickly = settings(max_examples=60, derandomize=True, deadline=None, database=None)


def with_events(entries: list[tuple[str, int, bool]]) -> Referral:
    """A deal whose outbox holds (target, seconds until due, failed) in this order."""
    deal = a_referral()
    events: list[Event] = []
    for seq, (target, wait, failed) in enumerate(entries, start=1):
        event: Any = {
            "id": f"deal-1-{seq}",
            "seq": seq,
            "type": "t",
            "target": {"organizationId": target, "id": f"copy-{target}"},
            "payload": {},
            "attempts": 0,
            "notBefore": instant(NOW + timedelta(seconds=wait)),
        }
        events.append({**event, "failed": "why"} if failed else event)
    return outbox.with_outbox(deal, events)


@quickly
@given(EVENTS)
def test_events_to_one_target_go_in_order_and_hold_back_only_their_own(entries: list[tuple[str, int, bool]]) -> None:
    """Due are, target by target, those before the first that waits or has failed."""
    expected = []
    for target in TARGETS:
        for seq, (to, wait, failed) in enumerate(entries, start=1):
            if to == target:
                if failed or wait > 0:
                    break
                expected.append(seq)
    assert sorted(event["seq"] for event in outbox.due_events(with_events(entries), NOW)) == sorted(expected)


@quickly
@given(EVENTS)
def test_what_is_due_is_found(entries: list[tuple[str, int, bool]]) -> None:
    """`pendingAt` is not later than the moment there is something to deliver, and null when there never will be."""
    deal = with_events(entries)
    for later in (0, 10):
        now = NOW + timedelta(seconds=later)
        if outbox.due_events(deal, now):
            assert deal["pendingAt"] is not None
            assert deal["pendingAt"] <= instant(now)
    if not entries:
        assert deal["pendingAt"] is None


@quickly
@given(EVENTS, st.integers(0, 8))
def test_settling_is_no_domain_change(entries: list[tuple[str, int, bool]], count: int) -> None:
    """Neither version nor updatedAt nor history; what was delivered is gone, what failed stays."""
    deal = with_events(entries)
    events = outbox.due_events(deal, NOW)
    delivered = {event["id"] for event in events[:count]}
    failures = {event["id"]: "no answer" for event in events[count:]}
    settled = outbox.settled(deal, delivered, failures, NOW)
    for name in ("version", "updatedAt", "history", "stage", "name"):
        assert settled[name] == deal[name]  # type: ignore[literal-required]
    assert [e["id"] for e in settled["outbox"]] == [e["id"] for e in deal["outbox"] if e["id"] not in delivered]


def test_an_event_is_given_up_after_ten_attempts_with_growing_delay() -> None:
    """Each wait is at least as long as the one before; the tenth failure names its reason."""
    event, now, waits = with_events([("vendor", 0, False)])["outbox"][0], NOW, []
    for attempt in range(1, 11):
        assert "failed" not in event
        event = outbox.after_failure(event, "no such organization", now)
        assert event["attempts"] == attempt
        waits.append(from_instant(event["notBefore"]) - now)
        now = from_instant(event["notBefore"])
    assert event["failed"] == "no such organization"
    assert waits == sorted(waits)
    assert waits[0] > timedelta(0)
    assert waits[-1] > waits[0]


def test_a_failed_event_can_be_sent_again() -> None:
    """From the first attempt on, at once; the others keep their turn."""
    deal = outbox.sent_again(with_events([("vendor", 0, True), ("vendor", 10, False)]), ADMIN, NOW)
    first, second = deal["outbox"]
    assert ("failed" in first, first["attempts"], first["notBefore"]) == (False, 0, instant(NOW))
    assert second["notBefore"] == instant(NOW + timedelta(seconds=10))
    assert [event["seq"] for event in outbox.due_events(deal, NOW)] == [1]


@quickly
@given(st.lists(st.integers(1, 20), max_size=10))
def test_an_event_is_applied_once(arrivals: list[int]) -> None:
    """`seq` <= what is applied is already done, in whatever order and however often events arrive."""
    target, effects = a_referral(), []
    for seq in arrivals:
        if not outbox.is_applied(target, "source", seq):
            effects.append(seq)
            target["applied"] = outbox.applying(target, "source", seq)["applied"]
    assert effects == sorted(set(effects))
    assert all(outbox.is_applied(target, "source", seq) for seq in arrivals)
    assert not outbox.is_applied(target, "another source", 1)
