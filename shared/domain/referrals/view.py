"""What people and programs see of a referral: the stored fields that are theirs, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

from shared.domain.engagements.following import may_withdraw_consent
from shared.domain.engagements.travel import WITHHELD_FROM_CUSTOMER, without_contact
from shared.domain.insights.fit import Fit
from shared.domain.leads.contact_details import without_contact_details
from shared.domain.leads.customer_told import customer_may_be_mailed
from shared.domain.leads.lead import flame
from shared.domain.organizations.organization import Caller
from shared.domain.referrals.collisions import Collision, duplicate_warnings
from shared.domain.referrals.document import Referral
from shared.domain.referrals.life_cycle import allowed_actions
from shared.domain.referrals.referral import (
    is_contact_hidden,
    is_lead,
    is_withheld,
    is_withheld_need,
    is_withheld_note,
    status_of,
)
from shared.domain.referrals.solutions import Standing
from shared.domain.referrals.warnings import warnings

ANSWERED_FIELDS: Final = (
    "id", "engagementId", "organizationId", "kind", "direction", "dealType", "qualification", "stage",
    "outcome", "createdAt", "receivedAt", "expiresAt", "acceptedAt", "archivedAt", "updatedAt", "name",
    "customer", "customerConsent", "consents", "estimatedValue", "estimatedCloseDate", "finalValue", "closedDate",
    "crmId", "campaignId", "notes", "employees", "solutions", "salesStage", "teamMembers", "visibleToVendor", "help",
    "reason", "reasonNotes", "sender", "senderView", "mirror", "withheld", "linkedReferralId", "locationId",
    "registration", "customerRequestedContact", "hotUntil", "need", "customerLanguage", "customerConfirmedAt",
    "leadSource", "noteEntries", "history",
)  # fmt: skip


def view(
    referral: Referral,
    caller: Caller,
    now: datetime,
    *,
    favourite: bool,
    collisions: Sequence[Collision] = (),
    fit: Fit | None = None,
    standing: Standing,
) -> dict[str, Any]:
    """The whole answer for one referral (DESIGN section 8). `collisions` are what a received one looks like, `fit` is
    how it fits the organization, `standing` how its solutions stand."""
    stored = cast(dict[str, Any], referral)
    status, substatus = status_of(stored)
    seen = {
        **{field: stored[field] for field in ANSWERED_FIELDS},
        "status": status,
        "substatus": substatus,
        "sender": _sender(referral),
        "invitations": referral["invitations"],
        "allowedActions": allowed_actions(referral, caller, now),
        "canWithdrawConsent": may_withdraw_consent(referral, caller),
        "warnings": [*warnings(referral, now, standing), *duplicate_warnings(collisions)],
        "favourite": favourite,
        "fitsYou": fit.view() if fit else None,
    }
    if is_lead(referral):
        seen |= _of_a_lead(referral, now)
    if is_withheld(referral):
        seen |= _withheld(referral)
    return seen | _without_contact(referral, seen) if is_contact_hidden(referral, now) else seen


def _of_a_lead(referral: Referral, now: datetime) -> dict[str, Any]:
    """What a lead says besides: whether the customer waits for a call, and whether it may be written to."""
    allowed, reason = customer_may_be_mailed(referral)
    return {
        "flame": flame(referral, now),
        "customerTold": {"allowed": allowed, "reason": reason},
        "contactHidden": is_contact_hidden(referral, now),
    }


def _without_contact(referral: Referral, seen: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of the answer that could let somebody be called, once a lead was not answered in time."""
    contact = referral["customer"].get("contact")

    def hidden(text: str | None) -> str | None:
        return text and without_contact_details(text, contact)

    return {
        **{field: hidden(seen[field]) for field in ("name", "notes", "need", "reasonNotes")},
        "customer": without_contact(seen["customer"]),
        "consents": [{**one, "person": None} for one in seen["consents"]],
        "noteEntries": [{**one, "text": hidden(one["text"])} for one in seen["noteEntries"]],
    }


def _sender(referral: Referral) -> dict[str, Any] | None:
    """Who sent it; their team is seen once the referral is accepted (DOMAIN: "Invitation")."""
    sender = referral["sender"]
    if sender is None:
        return None
    shown = {field: sender[field] for field in ("organizationId", "organizationName", "notes")}
    return shown | {"employees": referral["senderTeam"] if referral["acceptedAt"] else []}


def _withheld(referral: Referral) -> dict[str, Any]:
    """The parts of the answer that HIDE_CUSTOMER_UNTIL_ACCEPTED thins out, as they are seen until then."""
    sender = _sender(referral)
    return {
        "customer": seen_customer(referral),
        "consents": [{**one, "person": None} for one in referral["consents"]],
        "sender": sender | {"notes": None} if sender else None,
        "help": referral["help"] and {**referral["help"], "notes": None},
        "noteEntries": [one for one in referral["noteEntries"] if not is_withheld_note(referral, one)],
        **(_need_withheld(referral) if is_lead(referral) else {}),
    }


def texts_seen(referral: Referral, now: datetime) -> dict[str, str | None]:
    """What was written of a lead, as the organization may see it now."""
    texts = {field: cast(dict[str, str | None], referral)[field] for field in ("name", "notes", "need", "reasonNotes")}
    if is_withheld(referral):
        texts |= _need_withheld(referral)
    if not is_contact_hidden(referral, now):
        return texts
    contact = referral["customer"].get("contact")
    return {field: text and without_contact_details(text, contact) for field, text in texts.items()}


def _need_withheld(referral: Referral) -> dict[str, Any]:
    """What a seller wrote is withheld as on a deal; a customer's own need is what there is to decide on, so only the
    contact details in it are."""
    if is_withheld_need(referral):
        return {"notes": None, "need": None}
    contact = referral["customer"].get("contact")
    texts = {"notes": referral["notes"], "need": referral["need"]}
    return {name: text and without_contact_details(text, contact) for name, text in texts.items()}


def seen_customer(referral: Referral) -> dict[str, Any]:
    """The customer as the organization may see it now."""
    hidden = WITHHELD_FROM_CUSTOMER if is_withheld(referral) else ()
    return {field: value for field, value in referral["customer"].items() if field not in hidden}


SUMMARY_FIELDS: Final = (
    "id", "engagementId", "organizationId", "kind", "direction", "dealType", "qualification", "stage",
    "outcome", "name", "customerName", "customerCountry", "estimatedValue", "estimatedCloseDate", "crmId",
    "salesStage", "createdAt", "receivedAt", "expiresAt", "acceptedAt", "archivedAt", "updatedAt", "senderName",
)  # fmt: skip


def summary(stored: Mapping[str, Any], *, favourite: bool) -> dict[str, Any]:
    """One row of a list, from the summary the store keeps."""
    status, substatus = status_of(stored)
    fields = {field: stored[field] for field in SUMMARY_FIELDS} | {
        "mirror": stored.get("mirror", False),  # rows stored by an older version lack these two
        "invited": stored.get("invited", []),
        "customerRequestedContact": stored.get("customerRequestedContact", False),
        "hotUntil": stored.get("hotUntil"),
    }
    customer = {"name": fields.pop("customerName"), "country": fields.pop("customerCountry")}
    return {**fields, "customer": customer, "status": status, "substatus": substatus, "favourite": favourite}
