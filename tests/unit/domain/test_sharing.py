"""Sharing a deal: what the other copies are told, and what a withdrawn consent leaves possible."""

from __future__ import annotations

from datetime import timedelta

from shared.domain.engagements.following import consent_withdrawn
from shared.domain.engagements.sharing import help_requested, partner_invited
from shared.domain.referrals.commands import InvitePartner, RequestHelp
from shared.domain.referrals.deal import edited
from shared.domain.referrals.document import Referral
from tests.unit.domain.people import ADMIN, FABRIKAM, NOW, VENDOR, a_referral

CONTACT = {"firstName": "Eva", "lastName": "M", "phoneNumber": "+33123456780", "email": "eva@customer.example"}


def asked() -> Referral:
    return a_referral(help={"code": 1, "notes": "please"}, customerConsent=True)


def test_a_copy_that_cannot_be_reached_waits_for_the_latest_state_only() -> None:
    """Renamed three times before anything is delivered: one event says how the deal stands."""
    deal = asked()
    for number in range(3):
        deal = edited(deal, {"name": f"Name {number}"}, ADMIN, NOW + timedelta(minutes=number))
    (told,) = [event for event in deal["outbox"] if event["type"] == "sender.changed"]
    assert told["payload"]["seen"]["name"] == "Name 2"
    assert told["seq"] == deal["outboxSeq"] == 4, "numbers are never used twice"


def test_after_a_withdrawal_another_person_may_be_named_and_asked_for() -> None:
    """The contact is fixed once help is asked, but one that is gone can be followed by somebody who agreed."""
    gone = consent_withdrawn(asked(), ADMIN, NOW)
    assert "contact" not in gone["customer"]
    invitation = InvitePartner.model_validate(
        {
            "partnerId": "fabrikam",
            "estimatedValue": {"amount": "1", "currency": "EUR"},
            "estimatedCloseDate": "2027-09-01",
            "notes": "join us",
            "employees": [CONTACT],
            "solutions": [{"kind": "own", "name": "S"}],
            "customerContact": CONTACT,
            "customerConsent": True,
        }
    )
    invited = partner_invited(gone, invitation, ADMIN, FABRIKAM, NOW)
    assert invited["customer"]["contact"] == CONTACT
    assert invited["outbox"][-1]["payload"]["customer"]["contact"] == CONTACT


def test_a_contact_that_is_still_there_stays_fixed() -> None:
    """Asking again after a decline does not change whom the vendor may call."""
    declined = asked()
    declined["invitations"][0]["status"] = "declined"
    again = RequestHelp.model_validate(
        {"code": 2, "notes": "again", "customerContact": declined["customer"]["contact"]}
    )
    assert help_requested(declined, again, ADMIN, VENDOR, NOW)["customer"] == declined["customer"]
