"""Another contact of the customer's, and consents taken back, each compared with the model at once."""

from __future__ import annotations

from tests.network import model
from tests.network.model import Copy
from tests.network.people import Person
from tests.network.stage import Stage
from tests.network.watching import CONSENT, Change
from tests.network.world import KILLED


class Consents:
    def __init__(self, stage: Stage) -> None:
        self._on = stage

    async def edit_contact(self, person: Person, copy: Copy, kill_at: int | None = None) -> None:
        """The customer's contact becomes somebody else, who has not agreed to anything; frozen once help is asked."""
        before = self._on.copies[copy["id"]]
        contact = self._on.bodies.person(person.organization, "customer's new contact")
        self._on.say(f"{person.user} names another contact on {self._on.named(before['id'])}", kill_at)
        path, body = f"/api/referrals/{before['id']}", {"customer": {"contact": contact}}
        answer = await self._on.world.ask(person, "PATCH", path, body, kill_at=kill_at, if_match=before["etag"])
        changes = await self._on.watch.observe()
        done = bool(changes) if answer is KILLED else answer.status == 200
        self._on.count(f"edit contact: {'done' if done else answer.status or 'killed'}")
        frozen = bool(before["help"])
        assert answer is KILLED or answer.status == (422 if frozen else 200), answer.text
        assert [change.id for change in changes] == ([before["id"]] if done else [])
        for change in changes:
            assert change.names() <= {*CONSENT}
            assert change.after["customer"]["contact"] == contact
            self._on.record.contacts[before["id"]] = contact
            was_unbound = "contact" not in before["customer"] and before["customerConsent"]
            assert change.after["customerConsent"] is was_unbound

    async def withdraw_consent(self, person: Person, copy: Copy, kill_at: int | None = None) -> None:
        """By the team of any copy but a mirror; the contact is nobody's any more once everything is delivered."""
        before, stored = self._on.copies[copy["id"]], self._on.record.stored[copy["id"]]
        contact = stored["customer"].get("contact")
        persons = [contact, *(one["person"] for one in stored["consents"] if one["withdrawnAt"] is None)]
        path = f"/api/referrals/{before['id']}/withdraw-consent"
        self._on.say(f"{person.user} withdraws the consent on {self._on.named(before['id'])}", kill_at)
        answer = await self._on.world.ask(person, "POST", path, {}, kill_at=kill_at)
        changes = await self._on.watch.observe()
        done = bool(changes) if answer is KILLED else answer.status == 200
        self._on.count(f"withdraw-consent: {'done' if done else answer.status or 'killed'}")
        if answer is not KILLED:
            expected = self._withdrawal_statuses(before, person, has_contact=contact is not None)
            assert answer.status in expected, f"{answer.status} {answer.text}"
        assert [change.id for change in changes] == ([before["id"]] if done else [])
        if done:
            self._on.marks.withdraw(persons)
            self._on.marks.assert_gone(changes[0].row.text, "what was just redacted, events to be delivered included,")
            self._assert_consent_withdrawn(changes[0])

    def _withdrawal_statuses(self, copy: Copy, person: Person, *, has_contact: bool) -> set[int]:
        if person.organization != copy["organizationId"]:
            return {404}
        if not model.may(person, copy, "withdraw-consent"):
            return {403, 409}
        if copy.get("mirror"):
            return {409}
        if model.is_overdue(copy, self._on.world.clock()):
            return {200, 409}
        consented = any(one["withdrawnAt"] is None for one in copy["consents"])
        return {200} if has_contact or consented else {409}

    def _assert_consent_withdrawn(self, change: Change) -> None:
        assert change.names() <= {*CONSENT}
        assert "contact" not in change.after["customer"]
        assert change.after["customerConsent"] is False
        assert all(one["withdrawnAt"] and one["person"] is None for one in change.after["consents"])
