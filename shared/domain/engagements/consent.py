"""The consent ledger: who may be told about the customer's contact, on whose word, and until when.

A customer's contact leaves the organization only under a live consent for the purpose. Withdrawing one keeps the entry
as evidence and removes the person from it: what stays is a key that tells whether it was the same person (DOMAIN:
"Messages the documents require", issue 4).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Set
from datetime import datetime
from typing import Any, Final, Literal, TypedDict, cast

from shared.domain.instants import instant

Purpose = Literal["share_with_vendor", "share_with_partners"]
PURPOSES: Final[tuple[Purpose, ...]] = ("share_with_vendor", "share_with_partners")

WORDING: Final = "2026-11"
WORDINGS: Final = {
    "2026-11": "I agree that my contact details are passed to the vendor and to the partners invited to this project, "
    "and that they may contact me directly about it.",
    "inquiry-2026-11": "I agree that my contact details are passed to the partner I chose, and that it may contact me "
    "about what I need.",
    "marketplace-2026-11": "The customer asked for the offer on the marketplace, which passes its contact details to "
    "the offer's publisher.",
}
"""What the customer agreed to, by version; entries name the version they were recorded under."""


class Consent(TypedDict):
    """One person's consent to one purpose. `person` is None before a contact is known and after a withdrawal."""

    id: str
    person: dict[str, str] | None
    personKey: str | None
    purpose: Purpose
    wording: str
    recordedBy: str
    recordedAt: str
    withdrawnAt: str | None
    withdrawnBy: str | None
    told: list[dict[str, str]]


Ledger = list[Consent]


CUSTOMER: Final = "customer"
MARKETPLACE: Final = "marketplace"
_INQUIRED: Final = {CUSTOMER: "inquiry-2026-11", MARKETPLACE: "marketplace-2026-11"}


def inquired(contact: Mapping[str, Any], by: str, at: datetime) -> Ledger:
    """What a customer agreed to who turned to a partner itself, here or on the marketplace: for that partner alone."""
    entry = _entry("1", contact, "share_with_partners", by, at)
    return [cast(Consent, {**entry, "wording": _INQUIRED[by]})]


NOBODY_YET: Final = None
"""The person of a consent recorded before a contact is known."""


def key_of(contact: Mapping[str, Any] | None) -> str | None:
    """Tells whether two contacts are one person, without saying who: the e-mail address is the person."""
    return hashlib.sha256(contact["email"].casefold().encode()).hexdigest()[:32] if contact else None


def recorded(ledger: Ledger, contact: Mapping[str, Any] | None, by: str, at: datetime) -> Ledger:
    """The ledger with a consent to every purpose that the contact (or whoever becomes it) has not given yet."""
    added = [
        _entry(f"{len(ledger) + n}", contact, purpose, by, at)
        for n, purpose in enumerate((p for p in PURPOSES if not covers(ledger, contact, p)), start=1)
    ]
    return [*ledger, *added]


def _entry(id: str, contact: Mapping[str, Any] | None, purpose: Purpose, by: str, at: datetime) -> Consent:
    return {
        "id": id,
        "person": _named(contact),
        "personKey": key_of(contact),
        "purpose": purpose,
        "wording": WORDING,
        "recordedBy": by,
        "recordedAt": instant(at),
        "withdrawnAt": None,
        "withdrawnBy": None,
        "told": [],
    }


def _named(contact: Mapping[str, Any] | None) -> dict[str, str] | None:
    return {field: contact[field] for field in ("firstName", "lastName", "email")} if contact else None


def bound(ledger: Ledger, contact: Mapping[str, Any] | None) -> Ledger:
    """Consents recorded before a contact was known are the first contact's."""
    if contact is None:
        return ledger
    named = {"person": _named(contact), "personKey": key_of(contact)}
    return [cast(Consent, {**one, **named}) if _is_live(one) and one["personKey"] is None else one for one in ledger]


def covers(ledger: Ledger, contact: Mapping[str, Any] | None, purpose: Purpose) -> bool:
    """Whether the contact agreed to this, and still does."""
    key = key_of(contact)
    return any(one["purpose"] == purpose and _is_live(one) and one["personKey"] in (None, key) for one in ledger)


def is_given(ledger: Ledger, contact: Mapping[str, Any] | None) -> bool:
    """Whether the contact agreed to every purpose: the one answer people see as `customerConsent`."""
    return all(covers(ledger, contact, purpose) for purpose in PURPOSES)


def is_live_for(ledger: Ledger, contact: Mapping[str, Any]) -> bool:
    """Whether this contact's consent to any purpose stands: enough for a receiver, who has the one it came with."""
    return any(covers(ledger, contact, purpose) for purpose in PURPOSES)


def was_withdrawn(ledger: Ledger) -> bool:
    """Whether somebody took a consent back here."""
    return any(not _is_live(one) for one in ledger)


def missing(ledger: Ledger, contact: Mapping[str, Any] | None) -> list[Purpose]:
    return [purpose for purpose in PURPOSES if not covers(ledger, contact, purpose)]


def travelling(ledger: Ledger, contact: Mapping[str, Any] | None, purpose: Purpose, sender: str) -> Ledger:
    """What goes along with a contact: the consents that let it go. Who recorded them is the sender's own business."""
    key = key_of(contact)
    return [
        cast(Consent, {**one, "recordedBy": sender})
        for one in ledger
        if one["purpose"] == purpose and _is_live(one) and one["personKey"] in (None, key)
    ]


def live_keys(ledger: Ledger) -> set[str]:
    """The persons of every consent that stands."""
    return {one["personKey"] for one in ledger if _is_live(one) and one["personKey"]}


def has_live(ledger: Ledger) -> bool:
    return any(_is_live(one) for one in ledger)


def withdrawn(ledger: Ledger, keys: Set[str | None], by: str, at: datetime, told: list[dict[str, str]]) -> Ledger:
    """Every consent of these persons that stood is withdrawn and names nobody any more; `told` are the organizations
    that hear."""
    mark = {"person": None, "withdrawnAt": instant(at), "withdrawnBy": by, "told": told}
    return [cast(Consent, {**one, **mark}) if _is_live(one) and one["personKey"] in keys else one for one in ledger]


def _is_live(one: Consent) -> bool:
    return one["withdrawnAt"] is None
