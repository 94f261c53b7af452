"""Who takes part: people of four organizations, with every role there is and some that count for nothing."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Final

TENANTS: Final = {
    "contoso": "c0000000-0000-4000-8000-000000000001",
    "fabrikam": "c0000000-0000-4000-8000-000000000002",
    "tailspin": "c0000000-0000-4000-8000-000000000003",
    "vendor": "c0000000-0000-4000-8000-000000000004",
}
ORGANIZATIONS: Final = tuple(TENANTS)


@dataclass(frozen=True)
class Person:
    """Somebody signed in. `claims` are the roles the token says; which of them count is the app's to find out."""

    name: str
    organization: str
    claims: tuple[str, ...]

    @property
    def user(self) -> str:
        """An id that tells its organization, so that a test sees where it must not be."""
        return f"user-{self.organization}-{self.name}"

    @property
    def principal(self) -> str:
        """The platform's header."""
        claims = [("tid", TENANTS[self.organization]), ("oid", self.user), *(("roles", role) for role in self.claims)]
        document = {"auth_typ": "aad", "claims": [{"typ": typ, "val": value} for typ, value in claims]}
        return base64.b64encode(json.dumps(document).encode()).decode()


PEOPLE: Final = (
    Person("ann", "contoso", ("AccountAdmin",)),
    Person("rae", "contoso", ("ReferralsAdmin",)),
    Person("uma", "contoso", ("ReferralsUser",)),
    Person("ugo", "contoso", ("ReferralsUser",)),
    Person("aud", "contoso", ("Auditor",)),
    Person("cal", "contoso", ("CosellSolutionAdmin", "BusinessProfileAdmin")),
    Person("sly", "contoso", ("Seller", "Reviewer")),
    Person("fae", "fabrikam", ("AccountAdmin",)),
    Person("fun", "fabrikam", ("ReferralsUser",)),
    Person("fil", "fabrikam", ("Auditor", "Seller")),
    Person("sue", "vendor", ("Seller",)),
    Person("sam", "vendor", ("Seller", "ReferralsUser")),
    Person("rev", "vendor", ("Reviewer",)),
    Person("via", "vendor", ("AccountAdmin",)),
    Person("van", "vendor", ("ReferralsUser",)),
    Person("tia", "tailspin", ("AccountAdmin", "Seller")),
)

ADMINS: Final = {person.organization: person for person in reversed(PEOPLE) if "AccountAdmin" in person.claims}
"""One of each organization who reads everything there."""


def people_of(organization: str) -> list[Person]:
    return [person for person in PEOPLE if person.organization == organization]
