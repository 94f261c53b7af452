"""One piece of business as one organization may see it: who takes part, and what happened when (issue 4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, cast

from shared.domain.engagements import invitations, sharing
from shared.domain.engagements.engagement import participants, timeline
from shared.domain.engagements.following import SENDER_CHANGED
from shared.domain.organizations.organization import Caller
from shared.domain.referrals import deal as deals
from shared.domain.referrals import stage_changes
from shared.domain.referrals.commands import Accept, Decline, Lose, Win
from shared.domain.referrals.document import Referral
from tests.unit.domain.network import (
    ANA,
    LEO,
    a_deal_for,
    answered,
    arrived,
    asking_again,
    emptied,
    events,
    inviting,
    mirrored,
    received,
    shown,
)
from tests.unit.domain.people import ADMIN, FABRIKAM, NOW, VENDOR, somebody

PARTNER: Final = somebody("ReferralsAdmin", of=FABRIKAM)
SELLER: Final = somebody("Seller", of=VENDOR)
DAY: Final = timedelta(days=1)
ACCEPT: Final = Accept.model_validate(
    {
        "name": "Ours",
        "estimatedValue": {"amount": "1", "currency": "EUR"},
        "estimatedCloseDate": "2027-09-01",
        "employees": [{**LEO, "email": "vera@fabrikam.example"}],
    }
)


def at(days: int) -> datetime:
    return NOW + days * DAY


def invited() -> Referral:
    return inviting(a_deal_for(ANA), at=at(1))


def received_by_them(deal: Referral) -> tuple[Referral, Referral]:
    """Both sides once the invitation arrived, on the second day."""
    copy = received(deal, "fabrikam", at(2))
    return emptied(invitations.with_receipt(deal, cast(dict[str, Any], copy))), copy


def seen(copy: Referral, caller: Caller = ADMIN) -> list[tuple[str, str, str]]:
    """Organization, part, status."""
    return [(one["organizationId"], one["part"], one["status"]) for one in participants([copy], caller)]


def happened(copy: Referral, caller: Caller = ADMIN) -> list[tuple[str, str]]:
    return [(one["organizationId"], one["what"]) for one in timeline([copy], caller)]


def test_a_deal_of_ones_own_has_nobody_else_in_it() -> None:
    deal = a_deal_for(ANA)
    (us,) = participants([deal], ADMIN)
    assert (us["part"], us["organizationName"], us["status"], us["view"]) == ("us", "Contoso", "accepted", None)
    assert us["team"] == deal["employees"]
    assert happened(deal) == [("contoso", "created")]


def test_an_invitation_from_both_its_ends_accepted_and_won() -> None:
    """Each side sees the other's part, its state, and its team once it accepted."""
    deal, copy = received_by_them(invited())
    assert seen(deal) == [("contoso", "us", "accepted"), ("fabrikam", "invited", "pending")]
    assert seen(copy, PARTNER) == [("fabrikam", "us", "received"), ("contoso", "sender", "accepted")]
    assert participants([copy], PARTNER)[1]["team"] == [], "not before it is accepted"
    copy = stage_changes.accepted(copy, ACCEPT, PARTNER, at(3))
    deal = answered(deal, copy, at(3))
    assert participants([copy], PARTNER)[1]["team"][0]["email"] == LEO["email"]
    assert participants([deal], ADMIN)[1]["team"][0]["email"] == "vera@fabrikam.example"
    assert happened(copy, PARTNER) == [("fabrikam", "received"), ("fabrikam", "accepted")]
    assert happened(deal) == [
        ("contoso", "created"), ("contoso", "invited"), ("fabrikam", "received"), ("fabrikam", "accepted"),
    ]  # fmt: skip
    copy = stage_changes.won(emptied(copy), Win(), PARTNER, at(4))
    deal = answered(deal, copy, at(4))
    assert seen(deal)[1] == ("fabrikam", "invited", "won")
    assert happened(deal)[-2:] == [("fabrikam", "accepted"), ("fabrikam", "won")]
    assert happened(copy, PARTNER)[-1] == ("fabrikam", "won")
    assert [entry["at"] for entry in timeline([deal], ADMIN)] == sorted(e["at"] for e in timeline([deal], ADMIN))


def test_a_decline_says_why_on_both_sides() -> None:
    deal, copy = received_by_them(invited())
    copy = stage_changes.declined(copy, Decline(reason=8, notes="Not our field"), PARTNER, at(3))
    deal = answered(deal, copy, at(3))
    for entries in (timeline([deal], ADMIN), timeline([copy], PARTNER)):
        assert (entries[-1]["what"], entries[-1]["reason"], entries[-1]["note"]) == ("declined", 8, "Not our field")
    assert timeline([deal], ADMIN)[-1]["invitationId"] == deal["invitations"][0]["id"]
    assert (seen(deal)[1][2], seen(copy, PARTNER)[0][2]) == ("declined", "declined")


def test_an_expiry_and_its_clock_are_told() -> None:
    deal, copy = received_by_them(invited())
    assert timeline([deal], ADMIN)[-1]["expiresAt"] == copy["expiresAt"] == timeline([copy], PARTNER)[0]["expiresAt"]
    expired = stage_changes.expired(copy, at(30))
    assert expired is not None
    assert happened(answered(deal, expired, at(30)))[-1] == ("fabrikam", "expired")
    assert happened(expired, PARTNER)[-1] == ("fabrikam", "expired")


def test_an_archived_deal_says_that_it_took_its_invitation_back() -> None:
    deal, copy = received_by_them(invited())
    lost = stage_changes.lost(deal, Lose(reason=3), ADMIN, at(5))
    assert sorted(happened(lost)[-2:]) == [("contoso", "lost"), ("contoso", "withdrawn")]
    (entry,) = [one for one in timeline([lost], ADMIN) if one["what"] == "lost"]
    assert (entry["reason"], "note" in entry) == (3, False)
    (withdrawn,) = [one for one in timeline([lost], ADMIN) if one["what"] == "withdrawn"]
    assert (withdrawn["invited"], withdrawn["kind"], withdrawn["at"]) == ("Fabrikam", "partner", lost["archivedAt"])
    (event,) = events(lost, invitations.WITHDRAWN)
    ended = arrived(event, lost, copy, at(5))
    assert ended is not None
    assert happened(ended, PARTNER)[-1] == ("contoso", "withdrawn"), "the sender did it"


def test_the_senders_win_is_an_event_of_the_senders_and_a_mere_change_is_none() -> None:
    """As it was sent: the sender's state is its outcome, or its stage."""
    deal, copy = received_by_them(invited())
    copy = emptied(stage_changes.accepted(copy, ACCEPT, PARTNER, at(3)))
    renamed = deals.edited(deal, {"name": "Renamed"}, ADMIN, at(4))
    changed = arrived(events(renamed, SENDER_CHANGED)[0], renamed, copy, at(4))
    assert changed is not None
    sender = participants([changed], PARTNER)[1]
    assert (sender["status"], sender["view"]["name"]) == ("accepted", "Renamed")
    assert ("contoso", "accepted") not in happened(changed, PARTNER)
    assert happened(changed, PARTNER) == happened(copy, PARTNER)
    won = stage_changes.won(renamed, Win(), ADMIN, at(5))
    told = arrived(events(won, SENDER_CHANGED)[0], won, changed, at(5))
    assert told is not None
    assert seen(told, PARTNER)[1] == ("contoso", "sender", "won")
    assert happened(told, PARTNER)[-1] == ("contoso", "won")


def test_a_mirror_sees_and_is_seen_until_it_is_retired() -> None:
    """The vendor's mirror has no end of its own in the timeline: it is the sender's."""
    deal = sharing.shared(a_deal_for(ANA), ADMIN, VENDOR, at(1))
    mirror = mirrored(deal, at(2))
    assert seen(deal) == [("contoso", "us", "accepted"), ("vendor", "vendor_mirror", "sees it")]
    assert happened(deal) == [("contoso", "created"), ("contoso", "shared")]
    assert seen(mirror, SELLER) == [("vendor", "us", "accepted"), ("contoso", "sender", "accepted")]
    assert happened(mirror, SELLER) == [("contoso", "shared")]
    asked = asking_again(emptied(deal), at(3))
    assert seen(asked) == [("contoso", "us", "accepted"), ("vendor", "invited", "sending")]
    ended = arrived(events(asked, "mirror.retired")[0], asked, mirror, at(4))
    assert ended is not None
    assert happened(ended, SELLER) == [("contoso", "shared")]


def test_all_of_an_organizations_copies_are_one_story_in_order_of_time() -> None:
    """Invited, declined, invited again: two copies, one timeline, the sender once; the last copy is how it stands."""
    deal, first = received_by_them(invited())
    first = stage_changes.declined(first, Decline(reason=1), PARTNER, at(3))
    deal = inviting(emptied(answered(deal, first, at(3))), at=at(4))
    second = received(deal, "fabrikam", at(5))
    both = [first, second]
    assert [(one["organizationId"], one["part"]) for one in participants(both, PARTNER)] == [
        ("fabrikam", "us"), ("contoso", "sender"),
    ]  # fmt: skip
    assert participants(both, PARTNER)[0]["status"] == "received"
    for order in (both, both[::-1]):
        assert [one["what"] for one in timeline(order, PARTNER)] == ["received", "declined", "received"]
    assert [one for one in seen(deal) if one[0] == "fabrikam"] == [("fabrikam", "invited", "sending")], "its latest"


def test_only_ones_own_helpers_are_told_of() -> None:
    """What the sender knows of a mirror or of others is not in a receiver's copy."""
    deal, copy = received_by_them(inviting(shown(), at=at(1)))
    assert {one["organizationId"] for one in participants([copy], PARTNER)} == {"fabrikam", "contoso"}
    assert {one["organizationId"] for one in participants([deal], ADMIN)} == {"contoso", "vendor", "fabrikam"}
