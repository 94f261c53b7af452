"""What callers send, whole and valid; a test names only what it changes."""

from __future__ import annotations

import itertools
from typing import Any, Final

Body = dict[str, Any]

ABSENT: Final = object()
"""`a_deal(notes=ABSENT)` is a deal without notes."""


def _changed(body: Body, changes: Body) -> Body:
    return {name: value for name, value in {**body, **changes}.items() if value is not ABSENT}


def a_contact(**changes: Any) -> Body:
    """The customer's contact."""
    contact = {"firstName": "Ana", "lastName": "Lima", "phoneNumber": "+33123456789", "email": "ana@contoso.example"}
    return _changed(contact, changes)


def an_employee(**changes: Any) -> Body:
    """Somebody of the organization's own who works on the deal."""
    employee = {"firstName": "Leo", "lastName": "Roux", "phoneNumber": "+33198765432", "email": "leo@contoso.example"}
    return _changed(employee, changes)


_customers: Final = itertools.count(1)


def a_customer(**changes: Any) -> Body:
    """A customer with every field, each another company: two deals are two pieces of business unless a test says
    otherwise."""
    number = next(_customers)
    customer = {
        "name": f"Contoso SA {number}",
        "addressLine1": "1 rue de la Paix",
        "city": "Paris",
        "postalCode": "75002",
        "country": "FR",
        "dunsNumber": f"{number:09}",
        "size": "51to250employees",
        "contact": a_contact(),
    }
    return _changed(customer, changes)


def a_deal(**changes: Any) -> Body:
    """POST /api/deals: a private deal."""
    deal = {
        "name": "Contoso ERP to the cloud",
        "customer": a_customer(),
        "estimatedValue": {"amount": "125000.00", "currency": "EUR"},
        "estimatedCloseDate": "2027-03-31",
        "crmId": "OPP-42",
        "campaignId": "SPRING-27",
        "notes": "Replaces two legacy systems",
        "employees": [an_employee()],
        "solutions": [{"kind": "own", "name": "Fabrikam Migrator"}],
    }
    return _changed(deal, changes)


def the_least_deal(**changes: Any) -> Body:
    """POST /api/deals with only what is needed."""
    needed = ("name", "addressLine1", "city", "country")
    deal = {
        "name": "Least",
        "customer": {field: value for field, value in a_customer().items() if field in needed},
        "estimatedValue": {"amount": "0.01", "currency": "EUR"},
        "estimatedCloseDate": "2027-03-31",
        "employees": [an_employee()],
        "solutions": [{"kind": "own", "name": "Fabrikam Migrator"}],
    }
    return _changed(deal, changes)


def a_deal_with_help(**changes: Any) -> Body:
    """POST /api/deals: a co-sell deal, the vendor asked at once."""
    return a_deal(**{"help": {"code": 3, "notes": "a proof of concept"}, "customerConsent": True, **changes})


def an_opportunity(**changes: Any) -> Body:
    """POST /api/opportunities: what a seller sends to Contoso."""
    sent = {"partnerId": "contoso", "name": "Wide World ERP", "crmId": ABSENT, "campaignId": ABSENT, **changes}
    return a_deal(**sent)


def an_acceptance(**changes: Any) -> Body:
    """POST .../accept"""
    acceptance = {
        "name": "Ours to win",
        "estimatedValue": {"amount": "90000.00", "currency": "EUR"},
        "estimatedCloseDate": "2027-04-30",
        "notes": "We know this customer",
    }
    return _changed(acceptance, changes)


def a_help_request(**changes: Any) -> Body:
    """POST .../request-help"""
    return _changed({"code": 2, "notes": "an architecture review", "customerConsent": True}, changes)


def a_partner_invitation(**changes: Any) -> Body:
    """POST .../invite-partner: Fabrikam is asked to join."""
    invitation = {
        "partnerId": "fabrikam",
        "estimatedValue": {"amount": "40000.00", "currency": "EUR"},
        "estimatedCloseDate": "2027-05-31",
        "notes": "Could you migrate their data?",
        "employees": [an_employee()],
        "solutions": [{"kind": "third_party", "name": "Fabrikam Data Mover"}],
        "customerConsent": True,
    }
    return _changed(invitation, changes)


def an_offer(**changes: Any) -> Body:
    """POST /api/offers"""
    return _changed({"name": "Fabrikam Migrator", "offerType": "saas", "availableCountries": ["FR", "DE"]}, changes)


def a_location(**changes: Any) -> Body:
    """A place an organization works from, its default."""
    location = {"name": "Paris", "country": "FR", "city": "Paris", "addressLine1": "12 rue X", "isDefault": True}
    return _changed(location, changes)


def an_organization(**changes: Any) -> Body:
    """PUT /api/organization"""
    return _changed({"name": "Contoso", "country": "FR", "locations": [a_location()]}, changes)


def a_new_partner(**changes: Any) -> Body:
    """POST /api/organizations"""
    partner = {"name": "Adatum", "country": "IT", "tenantId": "c0000000-0000-4000-8000-000000000005"}
    return _changed(partner, changes)


BODIES: Final[dict[str, Body]] = {
    "accept": an_acceptance(),
    "decline": {"reason": 1},
    "win": {},
    "lose": {"reason": 3},
    "close-as-error": {"reason": 7},
    "share": {},
    "request-help": a_help_request(),
    "invite-partner": a_partner_invitation(),
    "notes": {"text": "Called them", "audience": "internal"},
}
"""A valid body for each action that is POSTed to a referral."""
