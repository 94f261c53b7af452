"""Organizations and the people who act for them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from shared.domain.engagements.sharing import created_with_answers
from shared.domain.organizations.organization import Caller, Organization, effective_roles
from shared.domain.referrals.commands import CreateDeal
from shared.domain.referrals.deal import created
from shared.domain.referrals.document import Referral

CONTOSO: Final = Organization("contoso", "Contoso", "partner", "FR")
FABRIKAM: Final = Organization("fabrikam", "Fabrikam", "partner", "US")
VENDOR: Final = Organization("vendor", "The Vendor", "vendor", "US")
NOW: Final = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)


def somebody(*roles: str, user: str = "ann", of: Organization = CONTOSO) -> Caller:
    """A caller with these roles claimed."""
    return Caller(of, user, effective_roles(roles, of.kind))


ADMIN: Final = somebody("ReferralsAdmin")


def a_referral(**changes: Any) -> Referral:
    """Contoso's own deal, as created; `changes` are fields of the create command."""
    command = CreateDeal.model_validate(
        {
            "name": "Contoso ERP to the cloud",
            "customer": {
                "name": "Contoso SA",
                "addressLine1": "1 rue de la Paix",
                "city": "Paris",
                "country": "FR",
                "contact": _person("Ana"),
            },
            "estimatedValue": {"amount": "125000.00", "currency": "EUR"},
            "estimatedCloseDate": "2027-03-31",
            "employees": [_person("Leo")],
            "solutions": [{"kind": "own", "name": "Fabrikam Migrator"}],
            **changes,
        }
    )
    return created_with_answers(created(command, "deal-1", ADMIN, NOW), command, ADMIN, VENDOR, NOW)


def _person(first_name: str) -> dict[str, str]:
    return {"firstName": first_name, "lastName": "L", "phoneNumber": "+33123456789", "email": "l@contoso.example"}
