"""What keeps the copies of one engagement in step: changes, notes, withdrawn consents (DOMAIN: "Copies", "Notes").

The deal's own copy is the hub: what one receiver says to all goes through it.
"""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import Any, Final, cast, get_args

import pytest

from shared.domain.engagements import consent, following, invitations, sharing
from shared.domain.engagements.following import CONSENT_WITHDRAWN, NOTE_SHARED, SENDER_CHANGED
from shared.domain.engagements.invitations import Reception
from shared.domain.errors import Invalid, NotAllowed, NotPossible
from shared.domain.instants import instant
from shared.domain.organizations.organization import Organization
from shared.domain.referrals import deal as deals
from shared.domain.referrals import stage_changes
from shared.domain.referrals.commands import Accept, Decline, Lose, RequestHelp, Win
from shared.domain.referrals.document import InvitationStatus, NoteEntry, Referral
from tests.unit.domain.network import (
    ANA,
    EVA,
    TAILSPIN,
    WINDOW,
    a_deal_for,
    an_invitation,
    answered,
    arrived,
    asking_again,
    emptied,
    events,
    inviting,
    mirrored,
    received,
    shown,
    told,
    with_help,
)
from tests.unit.domain.people import ADMIN, CONTOSO, FABRIKAM, NOW, VENDOR, somebody

LATER: Final = NOW + timedelta(days=1)
OF: Final = {
    "contoso": ADMIN,
    "fabrikam": somebody("ReferralsAdmin", of=FABRIKAM),
    "tailspin": somebody("ReferralsAdmin", of=TAILSPIN),
    "vendor": somebody("Seller", of=VENDOR),
}
ACCEPT: Final = Accept.model_validate(
    {"name": "Ours", "estimatedValue": {"amount": "1", "currency": "EUR"}, "estimatedCloseDate": "2027-09-01"}
)


def a_note(text: str = "Hello", audience: str = "shared") -> NoteEntry:
    return cast(NoteEntry, {"id": text, "author": "ann", "at": instant(NOW), "text": text, "audience": audience})


EVERYBODY: Final = inviting(with_help(), FABRIKAM, TAILSPIN)


def everybody() -> Referral:
    """Contoso's deal with help asked and two partners invited: always the same one, to do with as one likes."""
    return deepcopy(EVERYBODY)


def accepted(copy: Referral) -> Referral:
    return stage_changes.accepted(copy, ACCEPT, OF[copy["organizationId"]], NOW)


def declined(copy: Referral) -> Referral:
    return stage_changes.declined(copy, Decline(reason=1), OF[copy["organizationId"]], NOW)


PATCHES: Final[list[tuple[dict[str, Any], bool]]] = [
    ({"name": "Renamed"}, True),
    ({"estimatedValue": {"amount": "5.00", "currency": "USD"}}, True),
    ({"estimatedCloseDate": "2027-09-01"}, True),
    ({"solutions": [{"kind": "own", "name": "Other"}]}, True),
    ({"crmId": "X"}, False),
    ({"campaignId": "X"}, False),
    ({"notes": "Ours alone"}, False),
    ({"salesStage": "qualified"}, False),
]


@pytest.mark.parametrize(("patch", "is_seen"), PATCHES, ids=[next(iter(patch)) for patch, _ in PATCHES])
def test_the_senders_change_of_name_value_date_or_solutions_is_shown_beside_a_copys_own(
    patch: dict[str, Any], is_seen: bool
) -> None:
    """To every live copy, as a read-only `senderView`; the copy's own figures stay. The rest is nobody's business."""
    deal = emptied(everybody())
    after = deals.edited(deal, patch, ADMIN, LATER)
    assert sorted(told(after, SENDER_CHANGED)) == (["fabrikam", "tailspin", "vendor"] if is_seen else [])
    if not is_seen:
        return
    copy = received(everybody(), "fabrikam")
    (event, *_) = [e for e in events(after, SENDER_CHANGED) if e["target"]["organizationId"] == "fabrikam"]
    seen = arrived(event, deal, copy, LATER)
    assert seen is not None and seen["senderView"] is not None
    field = next(iter(patch))
    assert seen["senderView"][field] == cast(Any, after)[field]
    assert cast(Any, seen)[field] == cast(Any, copy)[field]
    assert seen["senderView"].keys() == {
        "name", "estimatedValue", "estimatedCloseDate", "solutions", "stage", "outcome", "finalValue", "closedDate",
        "changedAt",
    }  # fmt: skip
    assert (seen["senderView"]["changedAt"], seen["applied"][deal["id"]]) == (instant(LATER), event["seq"])


def test_the_senders_win_or_loss_is_shown_with_its_figures() -> None:
    deal = emptied(everybody())
    won = stage_changes.won(deal, Win.model_validate({"finalValue": {"amount": "7", "currency": "EUR"}}), ADMIN, LATER)
    assert sorted(told(won, SENDER_CHANGED)) == ["fabrikam", "tailspin", "vendor"]
    seen = events(won, SENDER_CHANGED)[0]["payload"]["seen"]
    assert (seen["stage"], seen["outcome"]) == ("archived", "won")
    assert (seen["finalValue"], seen["closedDate"]) == ({"amount": "7.00", "currency": "EUR"}, "2027-01-05")
    lost = stage_changes.lost(deal, Lose(reason=1), ADMIN, LATER)
    assert {event["payload"]["seen"]["outcome"] for event in events(lost, SENDER_CHANGED)} == {"lost"}


def test_only_live_copies_follow() -> None:
    """Declined, expired and withdrawn invitations hear nothing more; an archived copy takes nothing in."""
    deal = emptied(everybody())
    for invitation, status in zip(deal["invitations"], ("declined", "expired", "withdrawn"), strict=True):
        cast(Any, invitation)["status"] = status
    assert told(deals.edited(deal, {"name": "Renamed"}, ADMIN, LATER), SENDER_CHANGED) == []
    renamed = deals.edited(emptied(everybody()), {"name": "Renamed"}, ADMIN, LATER)
    over = declined(received(everybody(), "fabrikam"))
    assert arrived(events(renamed, SENDER_CHANGED)[0], renamed, over) is None
    assert arrived(events(renamed, SENDER_CHANGED)[0], renamed, received(everybody(), "fabrikam")) is not None


def test_a_receivers_change_is_its_own() -> None:
    copy = accepted(received(everybody(), "fabrikam"))
    edited = deals.edited(emptied(copy), {"name": "Ours"}, OF["fabrikam"], LATER)
    assert told(edited, SENDER_CHANGED) == []


def test_only_the_latest_change_waits_and_other_news_keeps_its_place() -> None:
    deal = deals.noted(emptied(everybody()), a_note(), ADMIN, NOW)
    deal = deals.edited(deal, {"name": "One"}, ADMIN, NOW)
    deal = deals.edited(deal, {"name": "Two"}, ADMIN, NOW)
    assert len(events(deal, NOTE_SHARED)) == 3
    assert [event["payload"]["seen"]["name"] for event in events(deal, SENDER_CHANGED)] == ["Two"] * 3


def test_a_shared_note_goes_to_every_live_copy_and_an_internal_one_to_none() -> None:
    deal = emptied(everybody())
    assert sorted(told(deals.noted(deal, a_note(), ADMIN, NOW), NOTE_SHARED)) == ["fabrikam", "tailspin", "vendor"]
    assert told(deals.noted(deal, a_note(audience="internal"), ADMIN, NOW), NOTE_SHARED) == []
    shared = deals.noted(emptied(shown()), a_note(), ADMIN, NOW)
    assert told(shared, NOTE_SHARED) == ["vendor"], "a mirror is a copy too"


def test_a_receivers_note_goes_through_the_hub_to_all_others_once() -> None:
    """The sender gets it and passes it on, not back; who gets it from the hub passes nothing on."""
    hub = emptied(everybody())
    noted = deals.noted(received(everybody(), "fabrikam"), a_note("From us"), OF["fabrikam"], NOW)
    (to_hub,) = events(noted, NOTE_SHARED)
    assert to_hub["target"] == {"organizationId": "contoso", "id": hub["id"]}
    relayed = arrived(to_hub, noted, hub)
    assert relayed is not None
    assert relayed["noteEntries"][-1]["organizationName"] == "Fabrikam"
    assert sorted(told(relayed, NOTE_SHARED)) == ["tailspin", "vendor"]
    (onward,) = [e for e in events(relayed, NOTE_SHARED) if e["target"]["organizationId"] == "tailspin"]
    end = arrived(onward, relayed, received(everybody(), "tailspin"))
    assert end is not None
    (entry,) = end["noteEntries"]
    assert (entry["text"], entry["organizationName"]) == ("From us", "Fabrikam")
    assert entry["author"] == relayed["noteEntries"][-1]["author"] == "fabrikam", "whose it is, not who wrote it"
    assert noted["noteEntries"][-1]["author"] == "ann", "which stays at home"
    assert events(end, NOTE_SHARED) == []


def test_a_note_finds_no_archived_copy() -> None:
    noted = deals.noted(emptied(everybody()), a_note(), ADMIN, NOW)
    assert arrived(events(noted, NOTE_SHARED)[0], noted, declined(received(everybody(), "fabrikam"))) is None


def test_withdrawing_consent_removes_the_person_here_and_tells_all_that_hold_a_copy() -> None:
    """Whatever became of their invitations, and a retired mirror too; the ledger names who was told."""
    deal = emptied(inviting(asking_again(shown(customerConsent=True)), FABRIKAM))
    for invitation in deal["invitations"]:
        cast(Any, invitation)["status"] = "declined"
    after = following.consent_withdrawn(deal, ADMIN, LATER)
    assert ("contact" in after["customer"], after["customerConsent"]) == (False, False)
    assert sorted(told(after, CONSENT_WITHDRAWN)) == ["fabrikam", "vendor", "vendor"], "its mirror and its copy"
    assert len({event["target"]["id"] for event in events(after, CONSENT_WITHDRAWN)}) == 3
    for one in after["consents"]:
        assert (one["person"], one["withdrawnBy"], one["withdrawnAt"]) == (None, "ann", instant(LATER))
        assert sorted(of["organizationId"] for of in one["told"]) == ["fabrikam", "vendor"], "each named once"
    assert "ana@" not in str({k: v for k, v in after.items() if k != "history"})
    assert "ana@" not in str(after["history"])


def test_what_is_still_to_be_sent_is_sent_without_the_person() -> None:
    deal = following.consent_withdrawn(everybody(), ADMIN, LATER)
    for event in events(deal, invitations.SENT):
        assert "contact" not in event["payload"]["customer"]
        assert event["payload"]["customer"]["name"] == "Contoso SA"
        assert event["payload"]["consents"] == []
    copy = received(deal, "fabrikam")
    assert (copy["customerConsent"], copy["consents"]) == (False, [])
    (last,) = [e for e in events(deal, CONSENT_WITHDRAWN) if e["target"]["id"] == copy["id"]]
    assert arrived(last, deal, copy) is None, "nothing to redact: they hold no such person"


@pytest.mark.parametrize("state", [lambda copy: copy, accepted, declined], ids=["received", "accepted", "declined"])
def test_a_receiver_redacts_its_copy_in_any_stage(state: Any) -> None:
    copy = emptied(state(received(everybody(), "fabrikam")))
    assert copy["customer"]["contact"] == ANA
    deal = following.consent_withdrawn(everybody(), ADMIN, LATER)
    (event,) = [e for e in events(deal, CONSENT_WITHDRAWN) if e["target"]["id"] == copy["id"]]
    after = arrived(event, deal, copy, LATER)
    assert after is not None
    assert "contact" not in after["customer"]
    assert (after["stage"], after["customer"]["name"]) == (copy["stage"], "Contoso SA")
    assert [one["withdrawnBy"] for one in after["consents"]] == ["Contoso"], "an organization, not who of its people"
    assert events(after, CONSENT_WITHDRAWN) == [], "the hub tells the others"
    assert after["applied"][deal["id"]] == event["seq"]


def test_a_withdrawal_at_a_receiver_reaches_everybody_through_the_hub() -> None:
    copy = emptied(received(everybody(), "fabrikam"))
    withdrawn = following.consent_withdrawn(copy, OF["fabrikam"], LATER)
    (to_hub,) = events(withdrawn, CONSENT_WITHDRAWN)
    assert to_hub["target"]["organizationId"] == "contoso"
    hub = arrived(to_hub, withdrawn, emptied(everybody()), LATER)
    assert hub is not None
    assert "contact" not in hub["customer"]
    assert sorted(told(hub, CONSENT_WITHDRAWN)) == ["tailspin", "vendor"]


def test_a_withdrawal_takes_away_its_own_person_only() -> None:
    """Ana was named when Fabrikam was invited; since then Eva is the contact, and agreed. Fabrikam hears from Ana."""
    deal = inviting(a_deal_for(ANA, customerConsent=True))
    copy = emptied(received(deal, "fabrikam"))
    deal = deals.edited(emptied(deal), {"customer": {"contact": EVA}}, ADMIN, NOW)
    deal = inviting(deal, TAILSPIN)
    withdrawn = following.consent_withdrawn(copy, OF["fabrikam"], LATER)
    hub = arrived(events(withdrawn, CONSENT_WITHDRAWN)[0], withdrawn, deal, LATER)
    assert hub is not None
    assert hub["customer"]["contact"] == EVA
    assert (hub["customerConsent"], consent.is_given(hub["consents"], EVA)) == (True, True)
    assert not consent.is_given(hub["consents"], ANA)
    (to_tailspin,) = [e for e in events(hub, invitations.SENT) if e["target"]["organizationId"] == "tailspin"]
    assert to_tailspin["payload"]["customer"]["contact"] == EVA
    (onward,) = [e for e in events(hub, CONSENT_WITHDRAWN) if e["target"]["organizationId"] == "tailspin"]
    assert arrived(onward, hub, received(hub, "tailspin")) is None, "they hold Eva, not Ana"


def test_a_consent_withdrawn_at_the_hub_is_everybodys_it_holds() -> None:
    """There the team withdraws whatever is live, the person before included."""
    deal = inviting(a_deal_for(ANA, customerConsent=True))
    deal = deals.edited(emptied(deal), {"customer": {"contact": EVA}}, ADMIN, NOW)
    after = following.consent_withdrawn(deal, ADMIN, LATER)
    assert not consent.has_live(after["consents"])
    (event,) = events(after, CONSENT_WITHDRAWN)
    assert set(event["payload"]["personKeys"]) == {consent.key_of(ANA), consent.key_of(EVA)}


def test_a_consent_of_nobody_yet_can_be_withdrawn_and_concerns_nobody_else() -> None:
    deal = a_deal_for(None, customerConsent=True, visibleToVendor=True)
    after = following.consent_withdrawn(emptied(deal), ADMIN, LATER)
    assert not consent.has_live(after["consents"])
    assert told(after, CONSENT_WITHDRAWN) == []


def test_who_may_withdraw_and_when() -> None:
    """The team, where there is a contact or a live consent, and not on a mirror."""
    deal, nobody = with_help(), a_deal_for(None)
    assert following.may_withdraw_consent(deal, ADMIN)
    assert following.may_withdraw_consent(a_deal_for(ANA), ADMIN), "a contact is enough"
    for referral, caller, error in (
        (deal, somebody("Auditor"), NotAllowed),
        (nobody, ADMIN, NotPossible),
        (mirrored(shown(customerConsent=True)), OF["vendor"], NotPossible),
        (following.consent_withdrawn(deal, ADMIN, NOW), ADMIN, NotPossible),
    ):
        assert not following.may_withdraw_consent(referral, caller)
        with pytest.raises(error):
            following.consent_withdrawn(referral, caller, NOW)


def test_a_partners_copy_starts_from_what_it_was_invited_with() -> None:
    """Not from the deal's own value, date and solutions, which stay; type and visibility are the deal's."""
    for deal in (inviting(a_deal_for(ANA)), inviting(shown()), inviting(with_help())):
        copy = received(deal, "fabrikam", LATER)
        assert copy["estimatedValue"] == {"amount": "40000.00", "currency": "EUR"}
        assert (copy["estimatedCloseDate"], copy["solutions"][0]["name"]) == ("2027-05-31", "Data Mover")
        assert (deal["estimatedValue"]["amount"], deal["estimatedCloseDate"]) == ("125000.00", "2027-03-31")
        assert (copy["dealType"], copy["visibleToVendor"]) == (deal["dealType"], deal["visibleToVendor"])
        assert (copy["name"], copy["customer"]["contact"]) == (deal["name"], ANA)
        assert (copy["receivedAt"], copy["expiresAt"]) == (instant(LATER), instant(LATER + WINDOW))
        assert copy["senderTeam"][0]["email"] == "leo@contoso.example"
        assert deal["invitations"][-1]["kind"] == "partner"


def test_how_a_copy_is_received_is_the_receivers() -> None:
    """Its window, its default location, and whether the customer is withheld until it accepts."""
    copy = received(inviting(a_deal_for(ANA)), "fabrikam", NOW, Reception(timedelta(days=2), "lyon", withhold=True))
    assert (copy["expiresAt"], copy["locationId"]) == (instant(NOW + timedelta(days=2)), "lyon")
    assert copy["withheld"]
    assert "rue de la paix" not in copy["search"]


def test_the_vendors_deals_are_opportunities_to_every_partner() -> None:
    """Further partners are invited the same way, and their copies are co-sell."""
    seller = OF["vendor"]
    deal = a_deal_for(ANA)
    deal["organizationId"], deal["organizationKind"] = "vendor", "vendor"
    invited = sharing.partner_invited(deal, an_invitation(), seller, FABRIKAM, NOW)
    assert invited["invitations"][-1]["kind"] == "opportunity"
    assert received(invited, "fabrikam")["dealType"] == "co_sell"


@pytest.mark.parametrize(
    ("partner", "code"), [(None, "unknown_partner"), (VENDOR, "unknown_partner"), (CONTOSO, "own_organization")]
)
def test_who_cannot_be_invited(partner: Organization | None, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        sharing.partner_invited(a_deal_for(ANA), an_invitation(), ADMIN, partner, NOW)
    assert [(error.field, error.code) for error in refusal.value.errors] == [("partnerId", code)]


@pytest.mark.parametrize("status", get_args(InvitationStatus))
def test_a_partner_is_invited_again_only_once_it_is_out_of_the_deal(status: str) -> None:
    """The new invitation continues the last one to that partner."""
    deal = inviting(inviting(a_deal_for(ANA)), TAILSPIN)
    cast(Any, deal["invitations"][0])["status"] = status
    if status in ("sending", "pending", "accepted", "won", "lost"):
        with pytest.raises(NotPossible):
            inviting(deal)
        return
    again = inviting(deal, at=LATER)
    assert again["invitations"][-1]["previousId"] == deal["invitations"][0]["id"]
    cast(Any, again["invitations"][-1])["status"] = status
    third = inviting(again, at=LATER)
    assert third["invitations"][-1]["previousId"] == again["invitations"][-1]["id"]


def test_inviting_and_asking_need_a_contact_and_the_consent_for_whom_it_goes_to() -> None:
    def refused(act: Any) -> dict[str, str]:
        with pytest.raises(Invalid) as refusal:
            act()
        return {error.field: error.code for error in refusal.value.errors}

    ask = {"code": 1, "notes": "please"}
    nobody, unasked, agreed = a_deal_for(None), a_deal_for(ANA), a_deal_for(ANA, customerConsent=True)
    for deal, missing in ((nobody, {"customerContact": "missing"}), (unasked, {}), (agreed, {})):
        consent_needed = {} if deal is agreed else {"customerConsent": "consent_needed"}
        if missing or consent_needed:
            assert refused(lambda deal=deal: inviting(deal, customerConsent=None)) == missing | consent_needed
            command = RequestHelp.model_validate(ask)
            assert (
                refused(lambda deal=deal: sharing.help_requested(deal, command, ADMIN, VENDOR, NOW))  # noqa: B023
                == missing | consent_needed
            )
    assert refused(lambda: inviting(agreed, customerConsent=False)) == {"customerConsent": "consent_needed"}
    assert inviting(agreed, customerConsent=None)["customer"]["contact"] == ANA
    only_vendor = a_deal_for(ANA, customerConsent=True)
    only_vendor["consents"] = [one for one in only_vendor["consents"] if one["purpose"] == "share_with_vendor"]
    assert refused(lambda: inviting(only_vendor, customerConsent=None)) == {"customerConsent": "consent_needed"}
    assert inviting(nobody, customerContact=EVA)["customer"]["contact"] == EVA


def test_the_contact_may_be_replaced_until_help_is_asked() -> None:
    """Another partner may be told of another person; afterwards the vendor relies on whom it was given."""
    deal = inviting(a_deal_for(ANA), customerContact=EVA)
    assert deal["customer"]["contact"] == EVA
    with pytest.raises(Invalid) as refusal:
        inviting(with_help(), customerContact=EVA)
    assert [error.code for error in refusal.value.errors] == ["frozen"]
    assert inviting(with_help(), customerContact=ANA)["customer"]["contact"] == ANA


def test_an_answer_changes_its_own_invitation_and_says_when_it_was_accepted() -> None:
    """Accepted and won later: both are kept, with the team that came along on accept."""
    deal = emptied(everybody())
    copy = accepted(received(everybody(), "fabrikam"))
    once = answered(deal, copy)
    won = stage_changes.won(emptied(copy), Win(), OF["fabrikam"], LATER)
    twice = answered(once, won, LATER)
    (theirs,) = [one for one in twice["invitations"] if one["target"] == "fabrikam"]
    assert (theirs["status"], theirs["acceptedAt"], theirs["answeredAt"]) == ("won", instant(NOW), instant(LATER))
    assert [one["status"] for one in twice["invitations"] if one["target"] != "fabrikam"] == ["sending", "sending"]
    assert twice["stage"] == "accepted", "the sender's deal stays accepted whatever happens"


def test_a_receipt_starts_the_clock_and_never_undoes_an_answer() -> None:
    deal = everybody()
    copy = cast(Any, received(deal, "fabrikam"))
    receipted = invitations.with_receipt(deal, copy)
    (theirs,) = [one for one in receipted["invitations"] if one["target"] == "fabrikam"]
    assert (theirs["status"], theirs["expiresAt"], theirs["copyId"]) == ("pending", copy["expiresAt"], copy["id"])
    assert receipted["version"] == deal["version"]
    first = answered(deal, declined(received(deal, "fabrikam")))
    (theirs,) = [one for one in invitations.with_receipt(first, copy)["invitations"] if one["target"] == "fabrikam"]
    assert (theirs["status"], theirs["receivedAt"]) == ("declined", copy["receivedAt"])


def test_an_archived_deal_takes_back_every_invitation_nobody_answered() -> None:
    """Those on their way and those that wait; answered ones stand."""
    deal = emptied(everybody())
    by_target = {one["target"]: one for one in deal["invitations"]}
    by_target["vendor"]["status"] = "accepted"
    by_target["fabrikam"]["status"] = "pending"
    won = stage_changes.won(deal, Win(), ADMIN, LATER)
    assert {one["target"]: one["status"] for one in won["invitations"]} == {
        "vendor": "accepted", "fabrikam": "withdrawn", "tailspin": "withdrawn",
    }  # fmt: skip
    assert sorted(told(won, invitations.WITHDRAWN)) == ["fabrikam", "tailspin"]
    (event,) = [e for e in events(won, invitations.WITHDRAWN) if e["target"]["organizationId"] == "fabrikam"]
    after = arrived(event, won, received(everybody(), "fabrikam"), LATER)
    assert after is not None
    assert (after["stage"], after["outcome"]) == ("archived", "withdrawn")
