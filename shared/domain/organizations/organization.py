"""Organizations, the people who act for them, and what their roles permit (DOMAIN: "Roles")."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

OrganizationKind = Literal["partner", "vendor"]


class Role(StrEnum):
    REFERRALS_ADMIN = "ReferralsAdmin"
    REFERRALS_USER = "ReferralsUser"
    BUSINESS_PROFILE_ADMIN = "BusinessProfileAdmin"
    COSELL_SOLUTION_ADMIN = "CosellSolutionAdmin"
    ACCOUNT_ADMIN = "AccountAdmin"
    SELLER = "Seller"
    REVIEWER = "Reviewer"
    AUDITOR = "Auditor"


_BY_NAME = {str(role): role for role in Role}
VENDOR_ONLY = frozenset({Role.SELLER, Role.REVIEWER})
ACCOUNT_ADMIN_IS = frozenset(
    {Role.REFERRALS_ADMIN, Role.REFERRALS_USER, Role.BUSINESS_PROFILE_ADMIN, Role.COSELL_SOLUTION_ADMIN}
)


@dataclass(frozen=True, slots=True)
class Location:
    """A place an organization works from; what is sent to it goes to the default one."""

    id: str
    name: str
    country: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class Organization:
    """A company in the programme: `vendor` runs it, partners take part. Its people sign in through `tenant_id`."""

    id: str
    name: str
    kind: OrganizationKind
    country: str
    tenant_id: str = ""
    locations: tuple[Location, ...] = ()

    @property
    def default_location(self) -> str | None:
        """Where a received referral goes: the id of the location; None for an organization without locations."""
        return next((location.id for location in self.locations if location.is_default), None)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a user (or `app:{id}`) of one organization, with the roles that count there. `name` is for reading
    only and `email` for mail to them, where the sign-in tells one."""

    organization: Organization
    user: str
    roles: frozenset[Role]
    name: str | None = None
    email: str | None = None

    @property
    def organization_id(self) -> str:
        return self.organization.id

    def has_any(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)


def effective_roles(claimed: Iterable[str], kind: OrganizationKind) -> frozenset[Role]:
    """Claimed role names -> roles that count: unknown names dropped, vendor roles only at the vendor, AccountAdmin
    widened to all it stands for."""
    known = {_BY_NAME[name] for name in claimed if name in _BY_NAME}
    if kind != "vendor":
        known -= VENDOR_ONLY
    if Role.ACCOUNT_ADMIN in known:
        known |= ACCOUNT_ADMIN_IS
    return frozenset(known)
