"""The vendor's mirror of a partner-led deal: read-only, no clock, follows until help is asked (DOMAIN: "Deal type")."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import pytest

from shared.domain.engagements import mirrors, sharing
from shared.domain.engagements.following import SENDER_CHANGED
from shared.domain.instants import instant
from shared.domain.referrals import deal as deals
from shared.domain.referrals import stage_changes
from shared.domain.referrals.commands import CloseAsError, Lose, Win
from shared.domain.referrals.document import Referral
from shared.domain.referrals.life_cycle import allowed_actions
from tests.unit.domain.network import (
    ANA,
    a_deal_for,
    arrived,
    asking_again,
    emptied,
    events,
    inviting,
    mirrored,
    shown,
    told,
)
from tests.unit.domain.people import ADMIN, NOW, VENDOR, somebody

LATER = NOW + timedelta(days=1)


def followed(mirror: Referral, deal: Referral, at: Any = LATER) -> Referral:
    (event,) = events(deal, SENDER_CHANGED)
    after = arrived(event, deal, mirror, at)
    assert after is not None
    return after


@pytest.mark.parametrize("at_once", [True, False])
def test_showing_a_deal_gives_the_vendor_a_mirror(at_once: bool) -> None:
    """Incoming, partner-led, accepted as the deal is, without clock or anything to do, whatever one's role."""
    deal = shown() if at_once else sharing.shared(a_deal_for(ANA), ADMIN, VENDOR, NOW)
    assert (deal["dealType"], deal["visibleToVendor"], told(deal, mirrors.OPENED)) == ("partner_led", True, ["vendor"])
    mirror = mirrored(deal, LATER)
    assert (mirror["mirror"], mirror["direction"], mirror["dealType"]) == (True, "incoming", "partner_led")
    assert (mirror["stage"], mirror["receivedAt"], mirror["expiresAt"], mirror["dueAt"]) == (
        "accepted", instant(LATER), None, None,
    )  # fmt: skip
    assert mirror["acceptedAt"] == deal["acceptedAt"]
    assert mirror["applied"] == {deal["id"]: 1}
    assert (mirror["engagementId"], mirror["senderName"]) == (deal["engagementId"], "Contoso")
    for field in ("name", "estimatedValue", "estimatedCloseDate", "solutions"):
        assert cast(Any, mirror)[field] == cast(Any, deal)[field]
    for caller in (somebody("Seller", of=VENDOR), somebody("AccountAdmin", of=VENDOR)):
        assert allowed_actions(mirror, caller, LATER) == []


def test_a_mirror_names_the_contact_only_under_a_consent_to_share_with_the_vendor() -> None:
    assert "contact" not in mirrored(shown())["customer"]
    mirror = mirrored(shown(customerConsent=True))
    assert mirror["customer"]["contact"] == ANA
    assert [one["purpose"] for one in mirror["consents"]] == ["share_with_vendor"]
    assert (mirror["customerConsent"], mirrored(shown())["customerConsent"]) == (True, False)


def test_a_mirror_follows_the_deals_figures() -> None:
    deal = shown()
    mirror = mirrored(deal)
    patch = {
        "name": "Renamed",
        "estimatedValue": {"amount": "5.00", "currency": "USD"},
        "estimatedCloseDate": "2027-09-01",
        "solutions": [{"kind": "own", "name": "Other"}],
    }
    after = followed(mirror, deals.edited(emptied(deal), patch, ADMIN, LATER))
    for field in patch:
        assert cast(Any, after)[field] == (patch[field] if field != "solutions" else after["solutions"])
    assert after["solutions"][0]["name"] == "Other"
    assert (after["stage"], after["archivedAt"], after["senderView"]) == ("accepted", None, None)


@pytest.mark.parametrize(
    ("close", "outcome"),
    [
        (lambda deal: stage_changes.won(deal, Win(), ADMIN, LATER), "won"),
        (lambda deal: stage_changes.lost(deal, Lose(reason=1), ADMIN, LATER), "lost"),
        (lambda deal: stage_changes.closed_as_error(deal, CloseAsError(reason=7), ADMIN, LATER), "error"),
    ],
)
def test_a_mirror_ends_as_the_deal_does(close: Any, outcome: str) -> None:
    """Stage, outcome, final value and closed date are the deal's; afterwards nothing moves it."""
    deal = emptied(shown())
    closed = close(deal)
    mirror = followed(mirrored(shown()), closed)
    assert (mirror["stage"], mirror["outcome"], mirror["archivedAt"]) == ("archived", outcome, instant(LATER))
    assert (mirror["finalValue"], mirror["closedDate"]) == (closed["finalValue"], closed["closedDate"])
    (event,) = events(closed, SENDER_CHANGED)
    assert arrived(event, closed, mirror) is None, "archived copies do not change"


def test_asking_for_help_retires_the_mirror_for_a_copy_of_the_vendors_own() -> None:
    """Archived as withdrawn, pointing to the new copy; the deal asks first and retires then."""
    deal = asking_again(shown())
    assert [event["type"] for event in deal["outbox"]] == ["mirror.opened", "invitation.sent", "mirror.retired"]
    assert deal["vendorMirror"] is not None
    assert deal["vendorMirror"]["retiredAt"] == instant(NOW)
    (event,) = events(deal, mirrors.RETIRED)
    mirror = arrived(event, deal, mirrored(deal), LATER)
    assert mirror is not None
    assert event["target"]["id"] == mirror["id"]
    assert (mirror["stage"], mirror["outcome"], mirror["archivedAt"]) == ("archived", "withdrawn", instant(LATER))
    (sent,) = events(deal, "invitation.sent")
    assert mirror["linkedReferralId"] == sent["target"]["id"] == sent["payload"]["copyId"]
    assert mirror["applied"][deal["id"]] == event["seq"]


def test_a_mirror_is_retired_once_and_hears_nothing_more() -> None:
    """Asked again after a decline, there is nothing left to retire; changes go to the copy, not to the mirror."""
    deal = asking_again(shown())
    declined = emptied(deal)
    declined["invitations"][0]["status"] = "declined"
    again = asking_again(declined, LATER)
    assert events(again, mirrors.RETIRED) == []
    renamed = deals.edited(emptied(again), {"name": "Renamed"}, ADMIN, LATER)
    (event,) = events(renamed, SENDER_CHANGED)
    assert event["target"]["id"] == again["outbox"][-1]["target"]["id"]


def test_a_mirror_that_ended_with_its_deal_is_not_retired() -> None:
    """The retirement crosses the win: the win stands."""
    deal = emptied(shown())
    mirror = followed(mirrored(shown()), stage_changes.won(deal, Win(), ADMIN, LATER))
    asked = asking_again(deal)
    (event,) = events(asked, mirrors.RETIRED)
    assert arrived(event, asked, mirror) is None


def test_without_a_mirror_there_is_none_to_retire() -> None:
    assert events(asking_again(a_deal_for(ANA)), mirrors.RETIRED) == []


def test_inviting_a_partner_shows_a_private_deal_to_nobody_else() -> None:
    """The vendor sees nothing of it, and the partner's copy is as private as the deal (DOMAIN: "Deal type")."""
    deal = inviting(a_deal_for(ANA))
    assert {event["target"]["organizationId"] for event in deal["outbox"]} == {"fabrikam"}
    assert (deal["dealType"], deal["visibleToVendor"], deal["vendorMirror"]) == ("private", False, None)
