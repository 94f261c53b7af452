"""What lets others see a deal or join it: show it to the vendor, ask for help, invite a partner, send an opportunity.

The type goes one way, private -> partner-led -> co-sell, and is never taken back (DOMAIN: "Deal type").
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from shared.domain.engagements import consent
from shared.domain.engagements.consent import Purpose
from shared.domain.engagements.invitations import Asked, invited
from shared.domain.engagements.mirrors import opening, retiring
from shared.domain.errors import FieldError, Invalid, NotPossible
from shared.domain.organizations.organization import Caller, Organization
from shared.domain.referrals.commands import CreateDeal, InvitePartner, RequestHelp, SendOpportunity
from shared.domain.referrals.deal import require_not_past
from shared.domain.referrals.document import Referral
from shared.domain.referrals.life_cycle import TAKEN_PART, allowed_actions, transition_for
from shared.domain.referrals.referral import changed, indexed, is_help_asked

WHO_MAY_CALL = {
    "share_with_vendor": "Be sure the customer agreed: the vendor may contact the customer directly.",
    "share_with_partners": "Be sure the customer agreed: the partner you invite may contact the customer directly.",
}


def created_with_answers(
    deal: Referral, command: CreateDeal, caller: Caller, vendor: Organization, now: datetime
) -> Referral:
    """The new deal with its type from the two answers, help wanted and visible; still one document, version 1.

    Raises Invalid where help is asked without the customer's contact or consent.
    """
    if command.help is None and not command.visible_to_vendor:
        return deal
    if command.help is None:
        return indexed(cast(Referral, {**deal, **_shown_to_vendor(deal, caller, vendor, now)}))
    asked = RequestHelp.model_validate(
        {**command.help.document(), "customerConsent": command.customer_consent}, by_alias=True
    )
    return indexed(cast(Referral, {**deal, **_help_values(deal, asked, caller, vendor, now, "customer.contact")}))


def created_for_partner(
    deal: Referral, command: SendOpportunity, caller: Caller, partner: Organization, now: datetime
) -> Referral:
    """A seller's new deal with its invitation to the partner; still one document, version 1."""
    typed = cast(Referral, {**deal, "dealType": "co_sell", "visibleToVendor": True})
    asked = Asked("opportunity", caller.organization.name, deal["employees"], notes=command.notes)
    return indexed(cast(Referral, {**typed, **invited(typed, partner, asked, now)}))


def shared(deal: Referral, caller: Caller, vendor: Organization, now: datetime) -> Referral:
    """private -> partner-led: the vendor sees it from now on, in a mirror; never revoked."""
    transition_for(deal, "share", caller, now)
    return changed(deal, "share", caller.user, now, _shown_to_vendor(deal, caller, vendor, now))


def _shown_to_vendor(deal: Referral, caller: Caller, vendor: Organization, now: datetime) -> dict[str, Any]:
    typed: dict[str, Any] = {"dealType": "partner_led", "visibleToVendor": True}
    return typed | opening(cast(Referral, {**deal, **typed}), vendor, caller.organization.name, now)


def help_requested(
    deal: Referral, command: RequestHelp, caller: Caller, vendor: Organization, now: datetime
) -> Referral:
    """Upgrade to co-sell and invite the vendor. Raises Invalid without the customer's contact or consent."""
    transition_for(deal, "request-help", caller, now)
    values = _help_values(deal, command, caller, vendor, now, "customerContact")
    return changed(deal, "request-help", caller.user, now, values)


def _help_values(
    deal: Referral, command: RequestHelp, caller: Caller, vendor: Organization, now: datetime, contact_field: str
) -> dict[str, Any]:
    """`contact_field` is where the request carries the customer's contact, for the message that it is missing."""
    values = {
        "dealType": "co_sell",
        "visibleToVendor": True,
        "help": {"code": command.code, "notes": command.notes},
        **_reachable_customer(deal, command, "share_with_vendor", caller, now, contact_field),
    }
    upgraded = cast(Referral, {**deal, **values})
    asked = Asked("help", caller.organization.name, deal["employees"], command.code, command.notes)
    values |= invited(upgraded, vendor, asked, now)
    copy_id = values["outbox"][-1]["target"]["id"]
    return values | retiring(cast(Referral, {**deal, **values}), copy_id, now)


def partner_invited(
    deal: Referral, command: InvitePartner, caller: Caller, partner: Organization | None, now: datetime
) -> Referral:
    """Ask another partner to join; the deal's own figures stay. The vendor learns nothing of it from this.

    Raises Invalid for somebody who cannot be invited or without the customer's contact or consent, NotPossible where
    that partner is asked or takes part already.
    """
    transition_for(deal, "invite-partner", caller, now)
    if partner is None or partner.kind != "partner":
        raise Invalid.field("partnerId", "unknown_partner", "There is no such partner.")
    if partner.id == deal["organizationId"]:
        raise Invalid.field("partnerId", "own_organization", "This is your own organization; invite another.")
    if any(i["target"] == partner.id and i["status"] in TAKEN_PART for i in deal["invitations"]):
        allowed = allowed_actions(deal, caller, now)
        raise NotPossible(f"{partner.name} is asked already, or takes part in this deal.", allowed=allowed)
    if command.estimated_close_date.isoformat() != deal["estimatedCloseDate"]:
        require_not_past(command.estimated_close_date, now, "estimatedCloseDate")
    values = _reachable_customer(deal, command, "share_with_partners", caller, now, "customerContact")
    given = command.document()
    offer = {field: given[field] for field in ("estimatedValue", "estimatedCloseDate", "solutions")}
    is_vendor = caller.organization.kind == "vendor"
    asked = Asked(
        "opportunity" if is_vendor else "partner",
        caller.organization.name,
        given["employees"],
        command.code,
        command.notes,
        offer,
    )
    values |= invited(cast(Referral, {**deal, **values}), partner, asked, now)
    return changed(deal, "invite-partner", caller.user, now, values)


def _reachable_customer(
    deal: Referral,
    command: RequestHelp | InvitePartner,
    purpose: Purpose,
    caller: Caller,
    now: datetime,
    contact_field: str,
) -> dict[str, Any]:
    """The values of customer and consent once the request's own contact and consent are taken in.

    Raises Invalid where the contact is frozen, or where contact or consent are missing then.
    """
    customer, consents = dict(deal["customer"]), deal["consents"]
    if command.customer_contact is not None:
        if is_help_asked(deal) and customer.get("contact") not in (None, command.customer_contact.document()):
            raise Invalid.field("customerContact", "frozen", "The contact is fixed once help has been asked.")
        customer["contact"] = command.customer_contact.document()
        consents = consent.bound(consents, customer["contact"])
    contact = customer.get("contact")
    if command.customer_consent:
        consents = consent.recorded(consents, contact, caller.user, now)
    agreed = command.customer_consent is not False and consent.covers(consents, contact, purpose)
    _require_contact_and_consent(customer, purpose, contact_field, agreed=agreed)
    values = {"customer": customer, "consents": consents, "customerConsent": consent.is_given(consents, contact)}
    return {field: value for field, value in values.items() if value != cast(dict[str, Any], deal)[field]}


def _require_contact_and_consent(
    customer: Mapping[str, Any], purpose: Purpose, contact_field: str, *, agreed: bool
) -> None:
    errors = []
    if "contact" not in customer:
        message = "Give the customer's contact (first name, last name, phone, e-mail): it may be called."
        errors.append(FieldError(contact_field, "missing", message))
    if not agreed:
        errors.append(FieldError("customerConsent", "consent_needed", WHO_MAY_CALL[purpose]))
    if errors:
        raise Invalid(errors)
