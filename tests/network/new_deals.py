"""Deals and opportunities that people create, each compared with the model at once."""

from __future__ import annotations

from tests.network import model
from tests.network.bodies import Body
from tests.network.model import Copy
from tests.network.people import Person
from tests.network.stage import Stage
from tests.network.world import KILLED


class NewDeals:
    def __init__(self, stage: Stage) -> None:
        self._on = stage
        self._keys = 0

    async def create(self, person: Person, choice: int, kill_at: int | None = None) -> None:
        """A deal: private, visible, or with help asked; whoever may not is refused and leaves nothing."""
        who = person.organization
        contact, consent = choice % 4 != 3, choice % 3 != 1
        body = self._on.bodies.deal(who, contact=contact, consent=consent)
        if choice % 5 in (1, 2):
            body["visibleToVendor"] = True
        elif choice % 5 == 4 and contact and consent:
            body["help"] = self._on.bodies.help(who)
        await self._make(person, "/api/deals", body, kill_at, allowed=model.may_create(person))

    async def send(self, person: Person, partner: str, choice: int, kill_at: int | None = None) -> None:
        """A seller's opportunity."""
        body = self._on.bodies.deal(person.organization, contact=choice % 5 != 4, consent=choice % 2 == 0)
        body["partnerId"] = partner
        await self._make(person, "/api/opportunities", body, kill_at, allowed=model.may_send(person))

    async def _make(self, person: Person, path: str, body: Body, kill_at: int | None, *, allowed: bool) -> None:
        """Who hears nothing asks again with the same key, and gets the same."""
        about = {
            name: body[name] for name in ("visibleToVendor", "help", "partnerId", "customerConsent") if name in body
        }
        self._on.say(f"{person.user} posts {path} {about}", kill_at)
        self._keys += 1
        key = f"key-{self._keys}"
        answer = await self._on.world.ask(person, "POST", path, body, kill_at=kill_at, idempotency_key=key)
        if answer is KILLED:
            self._on.count(f"kills: {path.removeprefix('/api/')} at {kill_at}")
            answer = await self._on.world.ask(person, "POST", path, body, idempotency_key=key)
        self._on.count(f"{path.removeprefix('/api/')}: {'done' if answer.status == 201 else answer.status}")
        assert answer.status == (201 if allowed else 403), answer.text
        if allowed:
            self._on.travel.of_new_deal(body, answer.body["engagementId"], person.organization)
        changes = await self._on.watch.observe()
        assert [change.id for change in changes] == ([answer.body["id"]] if allowed else [])
        for change in changes:
            self._assert_new(change.after, body, person)

    def _assert_new(self, copy: Copy, body: Body, person: Person) -> None:
        visible = "partner_led" if body.get("visibleToVendor") else "private"
        kind = "co_sell" if "help" in body or "partnerId" in body else visible
        assert (copy["stage"], copy["direction"], copy["dealType"]) == ("accepted", "outgoing", kind)
        assert (copy["expiresAt"], copy["visibleToVendor"]) == (None, kind != "private")
        assert (copy["organizationId"], copy["teamMembers"]) == (person.organization, [person.user])
        target = "vendor" if "help" in body else body.get("partnerId")
        sent = [(one["target"], one["status"], one["expiresAt"]) for one in copy["invitations"]]
        assert sent == ([(target, "sending", None)] if target else [])
        for name in ("name", "customer", "estimatedValue", "estimatedCloseDate", "solutions", "employees", "crmId"):
            assert copy[name] == body[name]
        self._on.record.remember_invitations(copy, {})
        if "contact" in body["customer"]:
            self._on.record.contacts[copy["id"]] = body["customer"]["contact"]
