"""What an organization does with its own deals and with those it accepted: create, edit, note."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, cast

from pydantic import ValidationError

from shared.domain.engagements import consent
from shared.domain.engagements.following import followers_told, note_sharing
from shared.domain.errors import FieldError, Invalid, KeyReused, TooFull
from shared.domain.ids import new_id
from shared.domain.instants import instant, today
from shared.domain.lists import MAX_NOTE_ENTRIES
from shared.domain.organizations.organization import Caller
from shared.domain.referrals.commands import EditDeal, NewDeal
from shared.domain.referrals.document import NoteEntry, Referral
from shared.domain.referrals.life_cycle import transition_for
from shared.domain.referrals.referral import begun, changed, is_help_asked, is_lead, is_own
from shared.domain.validation import field_errors


def created(command: NewDeal, id: str, caller: Caller, now: datetime, *, command_hash: str | None = None) -> Referral:
    """A new own deal, accepted from the start; it never expires. Raises Invalid for a close date in the past."""
    require_not_past(command.estimated_close_date, now, "estimatedCloseDate")
    given = command.document()
    given.pop("partnerId", None)
    contact = given["customer"].get("contact")
    consents = consent.recorded([], contact, caller.user, now) if command.customer_consent else []
    facts = {
        **given,
        "consents": consents,
        "id": id,
        "organizationId": caller.organization_id,
        "organizationKind": caller.organization.kind,
        "engagementId": new_id(now),
        "direction": "outgoing",
        "dealType": "private",
        "stage": "accepted",
        "acceptedAt": instant(now),
        "visibleToVendor": False,
        "help": None,
        "teamMembers": with_member(given.get("teamMembers", []), caller.user),
        "commandHash": command_hash,
    }
    return begun(facts, "create", caller.user, now)


EDITABLE: Final = (
    "name", "estimatedValue", "estimatedCloseDate", "notes", "crmId", "campaignId", "employees", "solutions",
    "salesStage", "teamMembers", "customer",
)  # fmt: skip


def edited(deal: Referral, patch: Mapping[str, Any], caller: Caller, now: datetime) -> Referral:
    """The deal after a JSON merge patch (RFC 7396). A value is checked only when the patch touches it.

    Raises Invalid: unknown and frozen fields by name, values that break a rule, an own deal left without an employee
    or a solution.
    """
    transition_for(deal, "edit", caller, now)
    _require_editable(deal, patch)
    stored = cast(dict[str, Any], deal)
    patch = {field: given for field, given in patch.items() if not _stays_empty(stored[field], given)}
    merged = _merged({field: stored[field] for field in EDITABLE}, patch)
    try:
        edit = EditDeal.model_validate({field: merged[field] for field in patch if field in merged})
    except ValidationError as error:
        raise Invalid(field_errors(error)) from None
    _require_rules(deal, patch, edit, now)
    given = edit.document()
    wanted = {field: given.get(field, [] if field in _LISTS else None) for field in patch}
    values = {field: value for field, value in wanted.items() if stored[field] != value}
    if not values:
        return deal
    values |= _consents_of_the_contact(deal, values) | followers_told(deal, values, now)
    return changed(deal, "edit", caller.user, now, values)


def _consents_of_the_contact(deal: Referral, values: Mapping[str, Any]) -> dict[str, Any]:
    """A consent is a person's own: the first contact takes on what was recorded before, another has to be asked."""
    if "customer" not in values:
        return {}
    contact = values["customer"].get("contact")
    consents = consent.bound(deal["consents"], contact)
    kept = {"consents": consents, "customerConsent": consent.is_given(consents, contact)}
    return {field: value for field, value in kept.items() if value != cast(dict[str, Any], deal)[field]}


def _stays_empty(value: object, given: object) -> bool:
    """A lead may have no value; a form whose amount is left empty then says nothing, whatever its currency."""
    return value is None and isinstance(given, Mapping) and "amount" in given and given["amount"] is None


_LISTS: Final = frozenset({"employees", "solutions", "teamMembers"})
_NEEDED: Final = ("name", "estimatedValue", "estimatedCloseDate", "customer")


def _require_editable(deal: Referral, patch: Mapping[str, Any]) -> None:
    errors = []
    for field in patch:
        if field in EDITABLE:
            continue
        if field in deal:
            errors.append(FieldError(field, "frozen", "This field cannot be edited."))
        else:
            errors.append(FieldError(field, "unknown_field", "There is no such field; leave it out."))
    if "customer" in patch and not errors:
        errors.extend(_customer_errors(deal, patch["customer"]))
    if errors:
        raise Invalid(errors)


def _customer_errors(deal: Referral, customer: object) -> list[FieldError]:
    if not isinstance(customer, dict):
        return [FieldError("customer", "frozen", "The customer cannot be replaced; only its contact may be edited.")]
    message = "The customer is fixed once the deal exists; only its contact may be edited until help is asked."
    fixed = [k for k, v in customer.items() if k != "contact" and deal["customer"].get(k) != v]
    if "contact" in customer and (is_help_asked(deal) or not is_own(deal) or is_lead(deal)):
        fixed.append("contact")
    return [FieldError(f"customer.{k}", "frozen", message) for k in fixed]


def _merged(base: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict):
            before = merged.get(key)
            merged[key] = _merged(before if isinstance(before, dict) else {}, value)
        else:
            merged[key] = value
    return merged


def _require_rules(deal: Referral, patch: Mapping[str, Any], edit: EditDeal, now: datetime) -> None:
    removed = [
        FieldError(f, "missing", "This is needed.")
        for f in _NEEDED
        if f in patch and patch[f] is None and cast(dict[str, Any], deal)[f] is not None
    ]
    if is_own(deal) and not is_lead(deal):
        removed += [
            FieldError(field, "missing", f"An own deal keeps at least one of its {field}.")
            for field, kept in (("employees", edit.employees), ("solutions", edit.solutions))
            if field in patch and not kept
        ]
    if removed:
        raise Invalid(removed)
    day = edit.estimated_close_date
    if day is not None and day.isoformat() != deal["estimatedCloseDate"]:
        require_not_past(day, now, "estimatedCloseDate")


def noted(referral: Referral, entry: NoteEntry, caller: Caller, now: datetime) -> Referral:
    """The referral with one more note entry; one that is there already changes nothing.

    Raises KeyReused where an entry of that id says something else, TooFull past the limit of entries.
    """
    transition_for(referral, "notes", caller, now)
    same = next((one for one in referral["noteEntries"] if one["id"] == entry["id"]), None)
    if same is not None:
        if (same["text"], same["audience"]) != (entry["text"], entry["audience"]):
            raise KeyReused("This Idempotency-Key was used before for another note; use a new one.")
        return referral
    if len(referral["noteEntries"]) >= MAX_NOTE_ENTRIES:
        raise TooFull(f"A referral holds at most {MAX_NOTE_ENTRIES} notes.")
    told = note_sharing(referral, entry, caller.organization.name, now) if entry["audience"] == "shared" else {}
    values = {"noteEntries": [*referral["noteEntries"], entry], **told}
    return changed(referral, "notes", caller.user, now, values)


def require_not_past(day: date, now: datetime, field: str) -> None:
    """Raises Invalid for a day before today (UTC)."""
    if day < today(now):
        raise Invalid.field(field, "in_the_past", f"Choose a day from {today(now).isoformat()} on.")


def with_member(members: list[str], user: str) -> list[str]:
    return members if user in members else [*members, user]
