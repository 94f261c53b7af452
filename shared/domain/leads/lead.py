"""A lead as it begins: a customer's inquiry at the partner it chose, or a recommendation on its sender's side.

It follows the life cycle of every referral; what differs is in DOMAIN, "Leads" and "Flame".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

from shared.domain.engagements import consent
from shared.domain.engagements.invitations import Asked, Reception, invited
from shared.domain.ids import derived_id, new_id
from shared.domain.instants import from_instant, instant
from shared.domain.leads.commands import Inquiry, SendQualifiedLead
from shared.domain.leads.contact_details import without_contact_details
from shared.domain.organizations.organization import Caller, Organization
from shared.domain.referrals.deal import require_not_past, with_member
from shared.domain.referrals.document import SYSTEM, Referral
from shared.domain.referrals.referral import begun, indexed, is_lead, is_overdue

HOT_FOR: Final = timedelta(hours=72)
HOT: Final = "The customer asked to be contacted. Contact it as quickly as possible."
COOLED: Final = (
    "72 hours have passed since the customer asked to be contacted. Still contact it if you want to pursue it."
)
_NAME_WORDS: Final = 8
_LONGEST_NAME: Final = 200


@dataclass(frozen=True)
class Asking:
    """A customer and what it needs, however it reached us."""

    customer: Mapping[str, Any]
    need: str
    solutions: list[dict[str, Any]]
    wants_contact: bool
    language: str | None = None
    source: Mapping[str, Any] | None = None
    recorded_by: str = consent.CUSTOMER

    @classmethod
    def of(cls, inquiry: Inquiry, language: str | None) -> Asking:
        """By the inquiry form. `language` is the reader's own, where the form does not say."""
        given = inquiry.document()
        copied = ("country", "size", "industry", "contact")
        kept: dict[str, Any] = {field: given[field] for field in copied if field in given}
        customer: dict[str, Any] = {"name": inquiry.company, **kept}
        asked_in = inquiry.language or language
        return cls(customer, inquiry.need, given["solutions"], inquiry.contact_me, asked_in)


def direct_lead(
    asking: Asking, id: str, partner: Organization, now: datetime, how: Reception, *, confirm: bool
) -> Referral:
    """The partner's copy of a customer's inquiry, with its time to answer; nobody else has one. `confirm` asks the
    customer's address for its confirmation."""
    contact = asking.customer["contact"]
    facts = {
        "id": id,
        "engagementId": derived_id("engagement", id),
        "organizationId": partner.id,
        "organizationKind": partner.kind,
        "kind": "lead",
        "qualification": "direct",
        "direction": "incoming",
        "stage": "received",
        "receivedAt": instant(now),
        "expiresAt": instant(now + how.window),
        "locationId": how.location_id,
        "withheld": how.withhold,
        "name": _name(asking),
        "customer": dict(asking.customer),
        "consents": consent.inquired(contact, asking.recorded_by, now),
        "solutions": asking.solutions,
        "need": asking.need,
        "notes": asking.need,
        "customerRequestedContact": asking.wants_contact,
        "hotUntil": instant(now + HOT_FOR) if asking.wants_contact else None,
        "customerLanguage": asking.language,
        "confirmationMail": confirm,
        "leadSource": dict(asking.source) if asking.source else None,
    }
    return begun(facts, "receive", SYSTEM, now)


def _name(asking: Asking) -> str:
    """The company and how the need begins. A name is shown everywhere, so it holds no contact details."""
    need = without_contact_details(asking.need, asking.customer["contact"]).split()
    words = " ".join(need[:_NAME_WORDS]) + (" ..." if len(need) > _NAME_WORDS else "")
    name = f"{asking.customer['name']}: {words}"
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 4].rstrip() + " ..."


def sent_lead(
    command: SendQualifiedLead,
    id: str,
    caller: Caller,
    partner: Organization,
    now: datetime,
    *,
    command_hash: str | None = None,
) -> Referral:
    """The sender's own copy of a recommended lead, with its invitation to the partner; one document, version 1.

    Raises Invalid for a close date in the past.
    """
    if command.estimated_close_date is not None:
        require_not_past(command.estimated_close_date, now, "estimatedCloseDate")
    given = command.document()
    contact = given["customer"].get("contact")
    copied = ("name", "qualification", "customer", "need", "solutions", "estimatedValue", "estimatedCloseDate")
    consents = consent.recorded([], contact, caller.user, now) if command.customer_consent else []
    facts = {
        **{field: given[field] for field in copied if field in given},
        "id": id,
        "engagementId": new_id(now),
        "organizationId": caller.organization_id,
        "organizationKind": caller.organization.kind,
        "kind": "lead",
        "direction": "outgoing",
        "stage": "accepted",
        "acceptedAt": instant(now),
        "notes": command.need,
        "customerLanguage": command.language,
        "customerConsent": command.customer_consent,
        "consents": consents,
        "teamMembers": with_member(given.get("teamMembers", []), caller.user),
        "commandHash": command_hash,
    }
    own = begun(facts, "create", caller.user, now)
    asked = Asked("lead", caller.organization.name, own["employees"])
    return indexed(cast(Referral, {**own, **invited(own, partner, asked, now)}))


def is_hot(lead: Mapping[str, Any], now: datetime) -> bool:
    """Whether the customer of a lead, or of a list's summary of one, waits for a call: for 72 hours, while the lead is
    to be worked."""
    hot_until = lead.get("hotUntil")
    live = lead["stage"] in ("received", "accepted") and not is_overdue(cast(Referral, lead), now)
    return live and hot_until is not None and now < from_instant(hot_until)


def flame(referral: Referral, now: datetime) -> dict[str, Any] | None:
    """What to do for a customer that asked to be contacted, as long as the lead is to be worked: `hot` for 72 hours."""
    live = referral["stage"] in ("received", "accepted") and not is_overdue(referral, now)
    if not is_lead(referral) or referral["hotUntil"] is None or not live:
        return None
    hot = is_hot(referral, now)
    return {"hot": hot, "message": HOT if hot else COOLED}
