"""One deal or lead as a row of text cells: what the CSV export says of it, in the words of the API (DESIGN section 8).

Nothing is in a row that the organization may not see, and less: a customer's contact leaves the desk in a file only
under a live consent. `contactWithheld` says where one was left out (issue 4: exports leave such contacts blank and
count them).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast

from shared.domain.engagements import consent
from shared.domain.leads.customer_told import customer_may_be_mailed
from shared.domain.referrals.document import Referral
from shared.domain.referrals.referral import is_contact_hidden, is_withheld, status_of
from shared.domain.referrals.view import seen_customer, texts_seen

_CUSTOMER: Final = (
    "name", "addressLine1", "addressLine2", "city", "state", "postalCode", "country", "dunsNumber", "size", "industry"
)  # fmt: skip
_CONTACT: Final = ("firstName", "lastName", "phoneNumber", "email")

COLUMNS: Final = (
    "id", "engagementId", "direction", "dealType", "stage", "outcome", "status", "substatus", "name", "senderName",
    *(f"customer.{field}" for field in _CUSTOMER),
    *(f"customer.contact.{field}" for field in _CONTACT),
    "contactWithheld", "customerConsent", "estimatedValue", "currency", "estimatedCloseDate", "finalValue",
    "finalCurrency", "closedDate", "crmId", "campaignId", "salesStage", "notes", "help", "solutions", "visibleToVendor",
    "reason", "reasonNotes", "createdAt", "receivedAt", "expiresAt", "acceptedAt", "archivedAt", "updatedAt",
)  # fmt: skip
"""The header. A money field is the decimal text, its currency a column of its own; `help` is the code of what is asked;
solutions are their names, separated by semicolons; what is true or false says `yes` or `no`."""


_INSTEAD: Final = {"dealType": "qualification", "help": "need", "visibleToVendor": "hotUntil"}
LEAD_COLUMNS: Final = (*(_INSTEAD.get(column, column) for column in COLUMNS), "linkedReferralId", "customerToldReason")
"""The header of a file of leads: as that of deals, with what leads have in place of what they have not."""


def row(referral: Referral) -> list[str]:
    """The cells of one deal, one for each of `COLUMNS`; what is not there is empty."""
    facts = _facts(referral)
    return [_cell(facts[column]) for column in COLUMNS]


def lead_row(referral: Referral, now: datetime) -> list[str]:
    """The cells of one lead, one for each of `LEAD_COLUMNS`. From one that nobody answered in time everything is gone
    that could let somebody be called."""
    facts = _facts(referral) | {"customerToldReason": customer_may_be_mailed(referral)[1]}
    facts |= texts_seen(referral, now)
    if is_contact_hidden(referral, now):
        facts |= {**{f"customer.contact.{field}": None for field in _CONTACT}, "contactWithheld": True}
    return [_cell(facts[column]) for column in LEAD_COLUMNS]


def _facts(referral: Referral) -> dict[str, Any]:
    stored = cast(dict[str, Any], referral)
    status, substatus = status_of(stored)
    customer, contact = seen_customer(referral), _contact_to_export(referral)
    value, final = stored["estimatedValue"] or {}, stored["finalValue"] or {}
    return {
        **stored,
        "status": status,
        "substatus": substatus,
        **{f"customer.{field}": customer.get(field) for field in _CUSTOMER},
        **{f"customer.contact.{field}": contact.get(field) for field in _CONTACT},
        "contactWithheld": is_contact_left_out(referral),
        "estimatedValue": value.get("amount"),
        "currency": value.get("currency"),
        "finalValue": final.get("amount"),
        "finalCurrency": final.get("currency"),
        "help": (stored["help"] or {}).get("code"),
        "solutions": "; ".join(solution["name"] for solution in stored["solutions"]),
    }


def is_contact_left_out(referral: Referral) -> bool:
    """Whether the row lacks a contact that is kept, or that was kept until its consent was withdrawn."""
    if "contact" in referral["customer"]:
        return not _contact_to_export(referral)
    return consent.was_withdrawn(referral["consents"])


def _contact_to_export(referral: Referral) -> Mapping[str, Any]:
    contact = referral["customer"].get("contact")
    if contact is None or is_withheld(referral) or not consent.is_live_for(referral["consents"], contact):
        return {}
    return cast(Mapping[str, Any], contact)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
