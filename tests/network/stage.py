"""What a play is done on: the app, what is known of it, who may see what, and the words for what was done."""

from __future__ import annotations

from tests.network.bodies import Bodies, Body
from tests.network.marks import Marks
from tests.network.model import Copy
from tests.network.people import Person
from tests.network.record import Record
from tests.network.settled import Settled
from tests.network.travel import Travel
from tests.network.watching import Causes, Watch
from tests.network.world import World


class Stage:
    """What every part of a play is done on. `record.counted` says what it came to."""

    def __init__(self, *, hidden: bool) -> None:
        self.marks, self.record = Marks(), Record()
        self.bodies = Bodies(self.marks)
        self.world = World(self.marks, HIDE_CUSTOMER_UNTIL_ACCEPTED=str(hidden).lower())
        self.travel = Travel(self.marks, self.record, hidden=hidden)
        self.watch = Watch(self.world, self.marks, self.record)
        self.causes = Causes(self.world, self.record)
        self.settled = Settled(self.world, self.marks, self.record)
        self.said: list[str] = []
        """What was done, in words, for whoever reads of a failure."""

    @property
    def copies(self) -> dict[str, Copy]:
        return self.record.copies

    def count(self, what: str) -> None:
        self.record.counted[what] += 1

    def say(self, what: str, kill_at: int | None = None) -> None:
        self.said.append(what + (f", killed at moment {kill_at}" if kill_at else ""))

    def named(self, id: str) -> str:
        """A referral as a reader knows it: its number, whose it is, how it stands."""
        numbers = list(self.copies)
        if id not in self.copies:
            return f"#{len(numbers)}"
        copy = self.copies[id]
        mirror = "mirror, " if copy.get("mirror") else ""
        deal = list(dict.fromkeys(one["engagementId"] for one in self.copies.values())).index(copy["engagementId"])
        standing = f"{mirror}{copy['dealType']}, {copy['outcome'] or copy['stage']}"
        return f"#{numbers.index(id)} ({copy['organizationId']}'s of deal {deal}, {standing})"

    def contact_for(self, copy: Copy) -> Body:
        """The customer's contact, where the deal has none yet."""
        if "contact" in copy["customer"]:
            return {}
        return {"customerContact": self.bodies.person(copy["organizationId"], "customer's contact")}

    def body_for(self, copy: Copy, person: Person, action: str, choice: int) -> Body:
        """A body that is valid for this copy."""
        if action == "invite-partner":
            partner = "fabrikam" if copy["organizationId"] == "contoso" else "contoso"
            return self.bodies.invitation(person.organization, partner) | self.contact_for(copy)
        body = self.bodies.of(action, person.organization, choice)
        return body | self.contact_for(copy) if action == "request-help" else body
