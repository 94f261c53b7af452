"""What deserves a look although it is allowed: clocks, dates, consent, the registration trap (DOMAIN: "The trap")."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final, cast

import pytest

from shared.domain.engagements import invitations
from shared.domain.engagements.following import consent_withdrawn
from shared.domain.instants import instant
from shared.domain.referrals import deal as deals
from shared.domain.referrals import stage_changes
from shared.domain.referrals.commands import Accept, Lose, Win
from shared.domain.referrals.document import Referral
from shared.domain.referrals.outbox import settled
from shared.domain.referrals.solutions import Standing
from shared.domain.referrals.warnings import CLOCK_WARNING, warnings
from tests.unit.domain.network import (
    ANA,
    WINDOW,
    a_deal_for,
    answered,
    arrived,
    emptied,
    events,
    inviting,
    mirrored,
    received,
    shown,
    with_help,
)
from tests.unit.domain.people import ADMIN, FABRIKAM, NOW, VENDOR, somebody

INSTANT: Final = timedelta(microseconds=1)
NOTHING: Final = Standing()
SELLER: Final = somebody("Seller", of=VENDOR)


def codes(referral: Referral, at: Any = NOW, standing: Standing = NOTHING) -> list[str]:
    found = warnings(referral, at, standing)
    assert all(one["code"] and one["message"] for one in found)
    return [one["code"] for one in found]


def of_help(status: str, **values: Any) -> Referral:
    """Contoso's co-sell deal whose one help request is this."""
    deal = cast(Any, {**emptied(with_help()), **values})
    deal["invitations"][0]["status"] = status
    return cast(Referral, deal)


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (CLOCK_WARNING + INSTANT, []),
        (CLOCK_WARNING, []),
        (CLOCK_WARNING - INSTANT, ["clock_running_out"]),
        (INSTANT, ["clock_running_out"]),
        (timedelta(0), ["overdue"]),
    ],
)
def test_a_receiver_is_warned_for_the_last_three_days(left: timedelta, expected: list[str]) -> None:
    """And told that time is up from the instant it is, before any sweep."""
    copy = received(with_help(), "vendor")
    assert timedelta(days=3) == CLOCK_WARNING
    assert codes(copy, NOW + WINDOW - left) == expected


@pytest.mark.parametrize(
    ("left", "warned"),
    [(CLOCK_WARNING, False), (CLOCK_WARNING - INSTANT, True), (INSTANT, True), (timedelta(0), False)],
)
@pytest.mark.parametrize("status", ["sending", "pending", "accepted", "declined"])
def test_a_sender_is_warned_of_a_clock_that_still_runs(left: timedelta, warned: bool, status: str) -> None:
    """Only of an invitation that waits, and while it does; its name is in the message."""
    deal = of_help(status)
    deal["invitations"][0]["expiresAt"] = instant(NOW + left)
    found = [one for one in warnings(deal, NOW, Standing()) if one["code"] == "invitation_clock_running_out"]
    assert bool(found) is (warned and status == "pending")
    assert all("The Vendor" in one["message"] for one in found)


@pytest.mark.parametrize(("day", "warned"), [("2027-01-03", True), ("2027-01-04", False), ("2027-01-05", False)])
def test_a_close_date_that_has_passed_asks_for_the_outcome(day: str, warned: bool) -> None:
    """Today is not past; a mirror's date is its partner's to mend; an archived deal is closed."""
    deal = a_deal_for(None)
    deal["estimatedCloseDate"] = day
    assert ("close_date_passed" in codes(deal)) is warned
    mirror = mirrored(shown(customerConsent=True))
    mirror["estimatedCloseDate"] = day
    assert codes(mirror) == []
    assert codes(emptied(stage_changes.lost(deal, Lose(reason=1), ADMIN, NOW))) == []


@pytest.mark.parametrize(
    ("status", "trapped"),
    [
        ("declined", True), ("expired", True), ("withdrawn", True),
        ("sending", False), ("pending", False), ("accepted", False), ("won", False), ("lost", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("outcome", [None, "won"])
def test_a_help_request_nobody_took_on_blocks_the_registration(status: str, trapped: bool, outcome: str | None) -> None:
    """Said while the deal is open, with the way out, and still once it is won, without."""
    stage = "archived" if outcome else "accepted"
    deal = of_help(status, stage=stage, outcome=outcome)
    found = [one["message"] for one in warnings(deal, NOW, Standing()) if one["code"] == "registration_trap"]
    assert bool(found) is trapped
    assert all(("ask for help again" in message) is (outcome is None) for message in found)


def test_the_trap_is_for_a_partners_own_co_sell_deal_that_may_be_registered() -> None:
    """Not for a lost one, not for a partner-led deal, not at the vendor, not on a received copy."""
    for values in (
        {"stage": "archived", "outcome": "lost"},
        {"stage": "archived", "outcome": "error"},
        {"dealType": "partner_led"},
        {"organizationKind": "vendor"},
        {"direction": "incoming"},
    ):
        assert "registration_trap" not in codes(of_help("declined", **values)), values


def test_one_request_that_was_taken_on_is_enough_and_partners_do_not_count() -> None:
    """Declined first and accepted later is no trap; a partner's acceptance is not the vendor's."""
    deal = of_help("declined")
    second = {**deal["invitations"][0], "id": "2", "status": "accepted"}
    assert "registration_trap" not in codes(cast(Referral, {**deal, "invitations": [*deal["invitations"], second]}))
    partners = {**second, "kind": "partner"}
    assert "registration_trap" in codes(cast(Referral, {**deal, "invitations": [*deal["invitations"], partners]}))


def test_missing_consent_is_said_where_the_next_step_would_be_refused() -> None:
    """A partner's own accepted deal that the vendor sees, or that names a contact; not once the customer agreed."""
    assert "consent_missing" in codes(shown())
    assert "consent_missing" in codes(a_deal_for(ANA))
    assert "consent_missing" in codes(a_deal_for(None, visibleToVendor=True))
    assert "consent_missing" not in codes(a_deal_for(None)), "a private deal that names nobody"
    assert "consent_missing" not in codes(shown(customerConsent=True))
    one_purpose = a_deal_for(ANA, customerConsent=True)
    one_purpose["consents"] = one_purpose["consents"][:1]
    assert "consent_missing" in codes(one_purpose), "each purpose is a consent of its own"
    for values in ({"organizationKind": "vendor"}, {"direction": "incoming"}, {"mirror": True}):
        assert "consent_missing" not in codes(cast(Referral, {**shown(), **values})), values
    assert "consent_missing" not in codes(emptied(stage_changes.won(shown(), Win(), ADMIN, NOW)))


def test_a_copy_accepted_without_notes_is_said() -> None:
    """Only of a received one; one's own deal may have none."""
    body: dict[str, Any] = {
        "name": "N", "estimatedValue": {"amount": "1", "currency": "EUR"}, "estimatedCloseDate": "2027-09-01",
    }  # fmt: skip
    copy = received(with_help(), "vendor")
    without = stage_changes.accepted(copy, Accept.model_validate(body), SELLER, NOW)
    with_notes = stage_changes.accepted(copy, Accept.model_validate({**body, "notes": "We go"}), SELLER, NOW)
    assert ("notes_missing" in codes(without), "notes_missing" in codes(with_notes)) == (True, False)
    assert a_deal_for(None)["notes"] is None
    assert "notes_missing" not in codes(a_deal_for(None))


def test_help_without_a_ready_solution_is_said() -> None:
    """Whatever offers are named, it counts how they stand now; without help nobody asks."""
    assert "no_ready_solution" in codes(emptied(with_help()))
    named = with_help(solutions=[{"kind": "own", "name": "S", "offerId": "offer-1"}])
    assert "no_ready_solution" in codes(named)
    assert "no_ready_solution" not in codes(named, standing=Standing(is_ready=True))
    assert "no_ready_solution" not in codes(a_deal_for(ANA))
    body = {"name": "N", "estimatedValue": {"amount": "1", "currency": "EUR"}, "estimatedCloseDate": "2027-09-01"}
    partner, accept = somebody("ReferralsAdmin", of=FABRIKAM), Accept.model_validate(body)
    copy = stage_changes.accepted(received(inviting(a_deal_for(ANA), code=3), "fabrikam"), accept, partner, NOW)
    assert copy["help"] is not None
    assert "no_ready_solution" not in codes(copy), "a partner that was asked asks no seller"
    asked = stage_changes.accepted(received(with_help(), "vendor"), accept, SELLER, NOW)
    assert "no_ready_solution" in codes(asked)


def test_solutions_without_an_offer_are_named_while_the_deal_is_worked_on() -> None:
    """And after that no more."""
    standing = Standing(without_offer=("Migrator", "Mover"))
    (found,) = [one for one in warnings(a_deal_for(ANA), NOW, standing) if one["code"] == "solution_without_offer"]
    assert "“Migrator”, “Mover”" in found["message"]
    lost = stage_changes.lost(a_deal_for(ANA), Lose(reason=1), ADMIN, NOW)
    assert codes(lost, standing=standing) == []


def test_what_could_not_be_delivered_is_said_with_whom_and_why() -> None:
    """Only once it is given up, in any stage."""
    deal = with_help()
    assert "delivery_failed" not in codes(deal)
    for _ in range(10):
        deal = settled(deal, set(), {deal["outbox"][0]["id"]: "they are gone"}, NOW)
    (found,) = [one for one in warnings(deal, NOW, Standing()) if one["code"] == "delivery_failed"]
    assert found["message"] == "vendor could not be told: they are gone"


def test_a_senders_view_keeps_no_clock_of_what_was_answered() -> None:
    """From the invitation to the answer, by the domain's own steps."""
    deal = inviting(a_deal_for(ANA, customerConsent=True))
    copy = received(deal, "fabrikam")
    deal = emptied(invitations.with_receipt(deal, cast(dict[str, Any], copy)))
    late = NOW + WINDOW - timedelta(days=1)
    assert codes(deal, late) == ["invitation_clock_running_out"]
    expired = stage_changes.expired(copy, NOW + WINDOW)
    assert expired is not None
    assert codes(answered(deal, expired), late) == []


def test_a_withdrawn_consent_is_missing_again() -> None:
    deal = inviting(a_deal_for(ANA, customerConsent=True))
    copy = emptied(received(deal, "fabrikam"))
    shared = emptied(shown(customerConsent=True))
    assert "consent_missing" not in codes(shared)
    assert "consent_missing" in codes(emptied(consent_withdrawn(shared, ADMIN, NOW)))
    withdrawn = consent_withdrawn(copy, somebody("ReferralsAdmin", of=FABRIKAM), NOW)
    hub = arrived(events(withdrawn, "consent.withdrawn")[0], withdrawn, emptied(deal))
    assert hub is not None
    assert "consent_missing" not in codes(hub), "a private deal that names nobody now"


def test_an_edit_of_the_date_ends_its_warning() -> None:
    deal = a_deal_for(None)
    late = NOW + timedelta(days=365)
    assert codes(deal, late) == ["close_date_passed"]
    assert codes(deals.edited(deal, {"estimatedCloseDate": "2029-01-01"}, ADMIN, late), late) == []
