"""Who takes part: people of four organizations, with every role there is and some that count for nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests.functions.access.calling import TENANTS, principal

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
        return principal(self.organization, self.user, *self.claims)


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
