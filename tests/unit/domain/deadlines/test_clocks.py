"""The clocks of a referral (DOMAIN.md: life cycle, "Flame", "Registration of a won deal")."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import pytest

from shared.domain.deadlines.clocks import REGISTRATION_WINDOW, deadlines_of, earliest
from shared.domain.engagements import invitations
from shared.domain.instants import NEVER, instant
from shared.domain.referrals import stage_changes
from shared.domain.referrals.commands import Accept, Decline, Lose, Win
from shared.domain.referrals.document import Referral
from shared.domain.referrals.referral import upgraded
from tests.unit.domain.network import WINDOW, emptied, inviting, mirrored, received, shown, with_help
from tests.unit.domain.people import ADMIN, NOW, VENDOR, a_referral, somebody

SELLER = somebody("Seller", of=VENDOR)
DAY = timedelta(days=1)


def kinds(referral: Referral) -> list[str]:
    return [one["kind"] for one in referral["deadlines"]]


def at_of(referral: Referral, kind: str) -> str:
    (found,) = [one for one in referral["deadlines"] if one["kind"] == kind]
    return found["at"]


def accepting() -> Accept:
    value = {"amount": "1.00", "currency": "EUR"}
    return Accept.model_validate({"name": "x", "estimatedValue": value, "estimatedCloseDate": "2027-03-31"})


def helped() -> tuple[Referral, Referral]:
    """A deal with help asked and received, and the vendor's copy."""
    deal = with_help()
    copy = received(deal, "vendor")
    return invitations.with_receipt(deal, cast(dict[str, Any], copy)), copy


def as_lead(**values: Any) -> Referral:
    """A deal's document, made a lead's; what leads are made by is tested with them."""
    changes = {"kind": "lead", "estimatedValue": None, "estimatedCloseDate": None, **values}
    return cast(Referral, {**a_referral(), **changes})


def test_an_own_deal_closes_when_its_day_is_over() -> None:
    """The estimated close date is the last day in time, wherever it is."""
    deal = a_referral()
    assert deal["deadlines"] == [{"kind": "close_date", "at": "2027-04-01T00:00:00.000000Z", "day": "2027-03-31"}]
    assert deal["deadlineAt"] == "2027-04-01T00:00:00.000000Z"


def test_a_date_at_the_end_of_all_days_never_comes() -> None:
    assert at_of(a_referral(estimatedCloseDate="9999-12-31"), "close_date") == NEVER


def test_what_is_received_waits_for_its_answer_and_for_nothing_else() -> None:
    """An estimate the receiver has not taken over binds nobody yet."""
    _, copy = helped()
    assert copy["deadlines"] == [{"kind": "answer", "at": instant(NOW + WINDOW)}]


def test_the_sender_waits_for_the_answer_from_the_receipt_on() -> None:
    """Until the copy is there, no clock runs; the answer stops it."""
    assert kinds(with_help()) == ["close_date"]
    deal, copy = helped()
    (theirs, _) = deal["deadlines"]
    assert (theirs["kind"], theirs["at"], theirs["who"]) == ("their_answer", copy["expiresAt"], VENDOR.name)
    assert theirs["invitationId"] == deal["invitations"][0]["id"]


def test_each_organization_asked_has_a_clock_of_its_own() -> None:
    deal, _ = helped()
    deal = inviting(deal, at=NOW + DAY)
    assert kinds(deal) == ["their_answer", "close_date"]
    copy = received(deal, "fabrikam", NOW + DAY)
    deal = invitations.with_receipt(deal, cast(dict[str, Any], copy))
    assert kinds(deal) == ["their_answer", "their_answer", "close_date"]
    assert deal["deadlineAt"] == instant(NOW + WINDOW)


def test_an_answer_stops_the_clock_on_both_sides() -> None:
    deal, copy = helped()
    copy = stage_changes.accepted(copy, accepting(), SELLER, NOW + DAY)
    assert kinds(copy) == ["close_date"]
    (event,) = copy["outbox"]
    after = invitations.answered(deal, event["payload"], copy["id"], event["seq"], NOW + DAY)
    assert kinds(after) == ["close_date"]


@pytest.mark.parametrize("end", ["decline", "expire"])
def test_what_is_archived_has_no_clock(end: str) -> None:
    _, copy = helped()
    if end == "decline":
        copy = stage_changes.declined(copy, Decline(reason=1), SELLER, NOW)
    else:
        copy = cast(Referral, stage_changes.expired(copy, NOW + WINDOW))
    assert copy["deadlines"] == []
    assert copy["deadlineAt"] == NEVER


def test_a_mirror_is_somebody_elses_business() -> None:
    assert mirrored(shown())["deadlines"] == []


def test_a_hot_lead_has_its_flame_while_it_is_not_archived() -> None:
    """72 hours, whatever else runs; a lead may have neither value nor close date."""
    hot, expires = instant(NOW + 3 * DAY), instant(NOW + WINDOW)
    lead = as_lead(stage="received", hotUntil=hot, expiresAt=expires)
    assert [(one["kind"], one["at"]) for one in deadlines_of(lead)] == [("flame", hot), ("answer", expires)]
    assert [one["kind"] for one in deadlines_of(as_lead(stage="accepted", hotUntil=hot))] == ["flame"]
    assert deadlines_of(as_lead(stage="archived", outcome="declined", hotUntil=hot)) == []


# Registration: won, co-sell or partner-led, not registered (DOMAIN: "The trap")


def won(deal: Referral) -> Referral:
    return stage_changes.won(deal, Win(), ADMIN, NOW)


def of_help(status: str) -> Referral:
    deal = cast(Any, emptied(with_help()))
    deal["invitations"][0]["status"] = status
    return cast(Referral, deal)


def test_a_partner_led_deal_is_to_be_registered_within_sixty_days_of_winning() -> None:
    deal = won(shown())
    at = NOW + REGISTRATION_WINDOW
    assert deal["deadlines"] == [{"kind": "registration", "at": instant(at), "day": at.date().isoformat()}]


@pytest.mark.parametrize(
    ("status", "expected"),
    [("accepted", ["registration"]), ("won", ["registration"]), ("declined", []), ("expired", [])],
)
def test_a_co_sell_deal_is_to_be_registered_where_the_vendor_took_it_on(status: str, expected: list[str]) -> None:
    assert kinds(won(of_help(status))) == expected


def test_neither_a_private_deal_nor_a_lost_one_nor_a_registered_one_is_to_be_registered() -> None:
    assert kinds(won(a_referral())) == []
    assert kinds(stage_changes.lost(shown(), Lose(reason=1), ADMIN, NOW)) == []
    assert deadlines_of(cast(Referral, {**won(shown()), "registration": {"state": "pending"}})) == []


def test_a_copy_that_was_sent_says_by_whom_so_that_only_the_vendors_count() -> None:
    """The partner that invited another registers the deal itself."""
    deal = inviting(of_help("accepted"))
    copy = received(deal, "fabrikam")
    fabrikam = somebody("ReferralsAdmin", of=type(VENDOR)("fabrikam", "Fabrikam", "partner", "US"))
    copy = stage_changes.won(stage_changes.accepted(copy, accepting(), fabrikam, NOW), Win(), fabrikam, NOW)
    assert [one.get("senderId") for one in copy["deadlines"]] == ["contoso"]


def test_a_document_of_an_older_version_gets_its_deadlines_when_it_is_read() -> None:
    deal = cast(dict[str, Any], {**a_referral(), "schema": 2})
    del deal["deadlines"], deal["deadlineAt"]
    assert upgraded(deal)["deadlines"] == a_referral()["deadlines"]


def test_the_earliest_of_none_never_comes() -> None:
    assert earliest([]) == NEVER
