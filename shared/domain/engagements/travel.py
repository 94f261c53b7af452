"""What leaves an organization: every field that another organization's copy may ever hold, in one place.

CRM and campaign ids, internal notes, team members, history and the consent ledger's names stay at home. The customer's
contact travels only under a live consent for the purpose (DOMAIN: "Copies", "Notes").
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import datetime
from typing import Any, Final, cast

from shared.domain.engagements import consent
from shared.domain.engagements.consent import Purpose
from shared.domain.instants import instant
from shared.domain.leads.contact_details import without_contact_details
from shared.domain.referrals.document import Referral

DEAL_FIELDS: Final = ("name", "estimatedValue", "estimatedCloseDate", "solutions")
"""What a receiver's copy starts from; a sender's later changes to these are shown in `senderView`."""

LEAD_FIELDS: Final = ("qualification", "need", "notes", "customerLanguage")
"""What a receiver's copy of a lead starts from besides. `notes` are the need, until the receiver edits them."""

OUTCOME_FIELDS: Final = ("stage", "outcome", "finalValue", "closedDate")
"""How the sender's deal stands, for `senderView` and for a mirror."""

WITHHELD_FROM_CUSTOMER: Final = ("addressLine1", "addressLine2", "postalCode", "contact")
"""What HIDE_CUSTOMER_UNTIL_ACCEPTED keeps from a receiver that has not accepted, besides the notes."""


def offered(referral: Referral, purpose: Purpose, sender_name: str) -> dict[str, Any]:
    """The part of an invitation or a mirror that every receiver's copy starts from."""
    stored = cast(dict[str, Any], referral)
    contact = referral["customer"].get("contact")
    may_travel = consent.covers(referral["consents"], contact, purpose)
    travelling = consent.travelling(referral["consents"], contact, purpose, referral["organizationId"])
    return {
        "engagementId": referral["engagementId"],
        "kind": referral["kind"],
        "sender": {"organizationId": referral["organizationId"], "organizationName": sender_name},
        "customer": referral["customer"] if may_travel else without_contact(referral["customer"]),
        "consents": travelling if contact else [],
        **{field: stored[field] for field in DEAL_FIELDS},
    }


def without_contact(customer: Mapping[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in customer.items() if field != "contact"}


def without_persons(customer: Mapping[str, Any], keys: Set[str | None]) -> dict[str, Any]:
    """The customer without its contact, where that is one of these persons."""
    is_one = consent.key_of(customer.get("contact")) in keys
    return without_contact(customer) if is_one else dict(customer)


def redacted(payload: Mapping[str, Any], keys: Set[str | None]) -> dict[str, Any]:
    """What an event carries once these persons withdrew their consent; one that names none of them is as it was."""
    if consent.key_of(payload.get("customer", {}).get("contact")) not in keys - {None}:
        return dict(payload)
    contact = payload["customer"]["contact"]
    texts = texts_without(contact, payload) if payload.get("kind") == "lead" else {}
    return {**payload, **texts, "customer": without_contact(payload["customer"]), "consents": []}


def texts_without(contact: Mapping[str, Any], lead: Mapping[str, Any]) -> dict[str, str]:
    """What was written of a lead, without the contact: a customer's own words often say how to reach it."""
    texts = {field: lead.get(field) for field in ("need", "notes")}
    return {field: without_contact_details(text, contact) for field, text in texts.items() if text}


def seen_of(referral: Referral, at: datetime) -> dict[str, Any]:
    """The sender's deal as the other copies show it."""
    stored = cast(dict[str, Any], referral)
    return {field: stored[field] for field in (*DEAL_FIELDS, *OUTCOME_FIELDS)} | {"changedAt": instant(at)}
