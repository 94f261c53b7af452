"""Referrals in any number, made by the domain's own functions: own deals, and opportunities with the partner's copy."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from shared.domain.engagements import invitations, sharing
from shared.domain.ids import new_id
from shared.domain.organizations.organization import Caller, Organization, Role
from shared.domain.referrals import deal, outbox, stage_changes
from shared.domain.referrals.commands import Accept, Decline, SendOpportunity
from shared.domain.referrals.document import Referral
from tests.functions.deals import an_acceptance, an_opportunity

WINDOW: Final = timedelta(days=14)
NOW: Final = datetime(2027, 1, 30, 12, tzinfo=UTC)
"""When the sweep looks. The copies marked `due` were received more than a window before."""

VENDOR: Final = Organization("vendor", "The Vendor", "vendor", "US")
PARTNERS: Final = (
    Organization("contoso", "Contoso", "partner", "FR"),
    Organization("fabrikam", "Fabrikam", "partner", "US"),
    Organization("tailspin", "Tailspin Toys", "partner", "DE"),
)
SELLER: Final = Caller(VENDOR, "vendor-seller", frozenset({Role.SELLER}))
_CITIES: Final = ("Paris", "Lyon", "Berlin", "Seattle", "Nantes", "Bonn", "Austin")
_WORK: Final = ("cloud", "migration", "retail", "insurance", "analytics", "security", "factory", "logistics", "network")


@dataclass(frozen=True, slots=True)
class Engagement:
    """Both copies of one piece of business, as they are stored once everything between them is delivered."""

    sent: Referral
    copy: Referral


def referrals(count: int, due: int) -> Iterator[Referral]:
    """`count` of them as they are stored when nothing is under way: `due` copies were never answered and are over by
    `NOW`, a tenth of the rest are copies that wait or were answered, most are partners' own deals. All well mixed."""
    rest = count - 2 * due  # each copy has its sender's
    others = rest // 10
    units = due + rest - others
    unit = itertools.count()
    for number in range(units):
        if _is_one_of(due, number, units):
            yield from _both(_due(number))
        elif _is_one_of(others, next(unit), units - due):
            yield from _both(_not_due(number))
        else:
            yield _own_deal(number)


def _is_one_of(some: int, number: int, count: int) -> bool:
    """Picks `some` of `count` numbers, evenly."""
    return number * some // count != (number + 1) * some // count


def _both(engagement: Engagement) -> tuple[Referral, Referral]:
    return engagement.sent, engagement.copy


def engagements(count: int, due: int) -> Iterator[Engagement]:
    """`count` of them, `due` of which were never answered and are over by `NOW`, well mixed.

    Of the others a third each is still waiting, accepted and declined.
    """
    for number in range(count):
        yield _due(number) if _is_one_of(due, number, count) else _not_due(number)


def _due(number: int) -> Engagement:
    overdue_by = timedelta(seconds=1 + number % 3600)
    return sent_and_received(number, NOW - WINDOW - overdue_by)


def _not_due(number: int) -> Engagement:
    engagement = sent_and_received(number, NOW - timedelta(days=1 + number % 12, seconds=number % 86_400))
    return engagement if number % 3 == 0 else _answered(engagement, number, NOW - timedelta(hours=number % 20))


def sent_and_received(number: int, at: datetime, *, consent: bool = False) -> Engagement:
    """An opportunity that waits for its answer."""
    sent = just_sent(number, at, consent=consent)
    (event,) = sent["outbox"]
    copy = invitations.received(
        event["target"], event["payload"], sent["id"], event["seq"], at, invitations.Reception(WINDOW)
    )
    receipted = invitations.with_receipt(sent, cast(dict[str, Any], copy))
    return Engagement(outbox.settled(receipted, {event["id"]}, {}, at), copy)


def _own_deal(number: int) -> Referral:
    """A partner's private deal."""
    partner = PARTNERS[number % len(PARTNERS)]
    caller = Caller(partner, f"{partner.id}-user", frozenset({Role.REFERRALS_USER}))
    at = NOW - timedelta(days=number % 300, seconds=number % 86_400)
    return deal.created(_command(number % 90), new_id(at), caller, at)


def just_sent(number: int, at: datetime, *, consent: bool = False) -> Referral:
    """An opportunity whose invitation is still to be delivered."""
    command = _command(number % 90, consent=consent)
    partner = PARTNERS[number % len(PARTNERS)]
    new = deal.created(command, new_id(at), SELLER, at)
    return sharing.created_for_partner(new, command, SELLER, partner, at)


def _answered(engagement: Engagement, number: int, at: datetime) -> Engagement:
    partner = PARTNERS[number % len(PARTNERS)]
    caller = Caller(partner, f"{partner.id}-admin", frozenset({Role.REFERRALS_ADMIN}))
    if number % 3 == 1:
        copy = stage_changes.accepted(engagement.copy, _acceptance(), caller, at)
    else:
        copy = stage_changes.declined(engagement.copy, Decline(reason=1 + number % 7), caller, at)
    (event,) = copy["outbox"]
    sent = invitations.answered(engagement.sent, event["payload"], copy["id"], event["seq"], at)
    return Engagement(sent, outbox.settled(copy, {event["id"]}, {}, at))


@functools.cache
def _command(number: int, *, consent: bool = False) -> SendOpportunity:
    """One of ninety different deals, validated once."""
    work, other = _WORK[number % len(_WORK)], _WORK[number // len(_WORK) % len(_WORK)]
    customer = {
        "name": f"Customer {number} of {other}",
        "addressLine1": f"{number + 1} rue de la Paix",
        "city": _CITIES[number % len(_CITIES)],
        "country": ("FR", "DE", "US")[number % 3],
        "contact": {
            "firstName": "Ana",
            "lastName": "Lima",
            "phoneNumber": "+33123456789",
            "email": "ana@contoso.example",
        },
    }
    body = an_opportunity(
        name=f"{work} and {other} {number}",
        customer=customer,
        estimatedValue={"amount": f"{1000 + number * 77}.00", "currency": "EUR"},
        estimatedCloseDate="2027-09-30",
        notes=f"They replace their {work} systems this year, and ask for references in their own country.",
        customerConsent=consent,
    )
    return SendOpportunity.model_validate(body)


@functools.cache
def _acceptance() -> Accept:
    return Accept.model_validate(an_acceptance(estimatedCloseDate="2027-09-30"))
