"""A deal of Contoso's that others take part in, step by step, by the domain's own functions and no store."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, cast

from shared.domain.engagements import invitations, mirrors, sharing
from shared.domain.engagements.invitations import Reception
from shared.domain.organizations.organization import Organization
from shared.domain.referrals.commands import InvitePartner, RequestHelp
from shared.domain.referrals.document import Event, Referral
from shared.domain.referrals.outbox import with_outbox
from shared.services.referrals.delivery import EFFECTS
from tests.unit.domain.people import ADMIN, FABRIKAM, NOW, VENDOR, a_referral

WINDOW: Final = timedelta(days=14)
ANA: Final = {"firstName": "Ana", "lastName": "L", "phoneNumber": "+33123456789", "email": "ana@customer.example"}
EVA: Final = {"firstName": "Eva", "lastName": "M", "phoneNumber": "+33123456780", "email": "eva@customer.example"}
LEO: Final = {"firstName": "Leo", "lastName": "R", "phoneNumber": "+33198765432", "email": "leo@contoso.example"}
TAILSPIN: Final = Organization("tailspin", "Tailspin Toys", "partner", "DE")


def a_deal_for(contact: dict[str, str] | None, **changes: Any) -> Referral:
    """Contoso's own deal with this customer contact."""
    customer = {"name": "Contoso SA", "addressLine1": "1 rue de la Paix", "city": "Paris", "country": "FR"}
    return a_referral(**{"customer": customer | ({"contact": contact} if contact else {}), **changes})


def with_help(**changes: Any) -> Referral:
    """The vendor is asked, with Ana's consent."""
    return a_deal_for(ANA, help={"code": 1, "notes": "please"}, customerConsent=True, **changes)


def shown(**changes: Any) -> Referral:
    """The vendor may see it."""
    return a_deal_for(ANA, visibleToVendor=True, **changes)


def an_invitation(**changes: Any) -> InvitePartner:
    body = {
        "partnerId": "fabrikam",
        "estimatedValue": {"amount": "40000.00", "currency": "EUR"},
        "estimatedCloseDate": "2027-05-31",
        "notes": "join us",
        "employees": [LEO],
        "solutions": [{"kind": "third_party", "name": "Data Mover"}],
        "customerConsent": True,
        **changes,
    }
    return cast(InvitePartner, InvitePartner.model_validate({k: v for k, v in body.items() if v is not None}))


def inviting(deal: Referral, *partners: Organization, at: datetime = NOW, **changes: Any) -> Referral:
    """Each of these partners is asked."""
    for partner in partners or (FABRIKAM,):
        deal = sharing.partner_invited(deal, an_invitation(partnerId=partner.id, **changes), ADMIN, partner, at)
    return deal


def asking_again(deal: Referral, at: datetime = NOW, **changes: Any) -> Referral:
    """Help is asked of the vendor."""
    command = RequestHelp.model_validate({"code": 2, "notes": "please", "customerConsent": True, **changes})
    return sharing.help_requested(deal, command, ADMIN, VENDOR, at)


def events(referral: Referral, type: str) -> list[Event]:
    return [event for event in referral["outbox"] if event["type"] == type]


def told(referral: Referral, type: str) -> list[str]:
    """The organizations that will hear of this, in order."""
    return [event["target"]["organizationId"] for event in events(referral, type)]


def received(deal: Referral, organization: str, at: datetime = NOW, how: Reception | None = None) -> Referral:
    """The organization's copy, of the last invitation to it."""
    event = [one for one in events(deal, invitations.SENT) if one["target"]["organizationId"] == organization][-1]
    return invitations.received(
        event["target"], event["payload"], deal["id"], event["seq"], at, how or Reception(WINDOW)
    )


def mirrored(deal: Referral, at: datetime = NOW) -> Referral:
    """The vendor's mirror."""
    (event,) = events(deal, mirrors.OPENED)
    return mirrors.mirrored(event["target"], event["payload"], deal["id"], event["seq"], at)


def arrived(event: Event, source: Referral, target: Referral, at: datetime = NOW) -> Referral | None:
    """The target once the event took its effect, or None where it has none."""
    decide, _ = EFFECTS[event["type"]]
    return decide(target, event["payload"], source["id"], event["seq"], at)


def emptied(referral: Referral) -> Referral:
    """With everything delivered."""
    return with_outbox(referral, [])


def answered(deal: Referral, copy: Referral, at: datetime = NOW) -> Referral:
    """The sender's copy once the copy's last answer arrived."""
    after = arrived(events(copy, invitations.ANSWERED)[-1], copy, deal, at)
    assert after is not None
    return after
