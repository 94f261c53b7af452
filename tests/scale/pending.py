"""Referrals with one event each still to deliver, of every kind, made by the domain's own functions."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, cast

from shared.domain.engagements import following, invitations, mirrors, sharing
from shared.domain.ids import new_id
from shared.domain.organizations.organization import Caller, Role
from shared.domain.referrals import deal, stage_changes
from shared.domain.referrals.commands import CreateDeal, Decline
from shared.domain.referrals.document import Referral
from tests.functions.deals import a_customer, a_deal
from tests.scale.engagements import NOW, PARTNERS, SELLER, VENDOR, Engagement, just_sent, sent_and_received

THEN: Final = NOW - timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Pending:
    """A referral with one event, the copy it is for (None where the event makes one), and what the copy's history will
    call the effect."""

    source: Referral
    target: Referral | None
    effect: str

    @property
    def stored(self) -> list[Referral]:
        return [one for one in (self.target, self.source) if one is not None]


def _invitation(number: int) -> Pending:
    return Pending(just_sent(number, THEN), None, "receive")


def _answer(number: int) -> Pending:
    both = _both(number)
    source = stage_changes.declined(both.copy, Decline(reason=1 + number % 7), _partner(number), NOW)
    return Pending(source, both.sent, "invitation-declined")


def _mirror(number: int) -> Pending:
    caller, command = _partner(number), _shown(number % 90)
    plain = deal.created(command, new_id(THEN), caller, THEN)
    return Pending(sharing.created_with_answers(plain, command, caller, VENDOR, THEN), None, "mirror")


def _change(number: int) -> Pending:
    both = _both(number)
    source = deal.edited(both.sent, {"name": f"Renamed {number}"}, SELLER, NOW)
    return Pending(source, both.copy, "sender-changed")


def _note(number: int) -> Pending:
    both = _both(number)
    entry: Any = {"id": new_id(NOW), "author": "vendor-seller", "at": "", "text": "See you", "audience": "shared"}
    return Pending(deal.noted(both.sent, entry, SELLER, NOW), both.copy, "note-received")


def _consent(number: int) -> Pending:
    both = sent_and_received(number, THEN, consent=True)
    return Pending(following.consent_withdrawn(both.sent, SELLER, NOW), both.copy, "withdraw-consent")


KINDS: Final[dict[str, Callable[[int], Pending]]] = {
    invitations.SENT: _invitation,
    invitations.ANSWERED: _answer,
    mirrors.OPENED: _mirror,
    following.SENDER_CHANGED: _change,
    following.NOTE_SHARED: _note,
    following.CONSENT_WITHDRAWN: _consent,
}


def pending(count: int, kinds: tuple[str, ...] = tuple(KINDS)) -> Iterator[Pending]:
    """So many sources, the kinds in turn."""
    for number in range(count):
        yield KINDS[kinds[number % len(kinds)]](number)


def _both(number: int) -> Engagement:
    return sent_and_received(number, THEN)


def _partner(number: int) -> Caller:
    partner = PARTNERS[number % len(PARTNERS)]
    return Caller(partner, f"{partner.id}-admin", frozenset({Role.REFERRALS_ADMIN}))


@functools.cache
def _shown(number: int) -> CreateDeal:
    body = a_deal(
        name=f"Shown {number}",
        customer=a_customer(name=f"Customer {number}"),
        estimatedCloseDate="2027-09-30",
        visibleToVendor=True,
        customerConsent=True,
    )
    return cast(CreateDeal, CreateDeal.model_validate(body))
