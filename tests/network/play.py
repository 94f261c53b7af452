"""One play on the network: what people and timers do, each compared with the model at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from shared.services.ports import Stored
from tests.faults.blob_events import Steps
from tests.network import model
from tests.network.bodies import Bodies, Body
from tests.network.marks import Marks
from tests.network.model import Copy
from tests.network.people import ADMINS, Person
from tests.network.record import Record, SharedNote
from tests.network.settled import Settled
from tests.network.travel import Travel
from tests.network.watching import CONSENT, KEPT, Causes, Change, Watch, version_of
from tests.network.world import KILLED, Answer, World

UNCOVERED: Final = {"sender", "customer", "consents", "help", "noteEntries", "acceptedAt"}
"""What an acceptance may uncover: the sender's team; with HIDE_CUSTOMER_UNTIL_ACCEPTED what was hidden until then."""


class Play:
    """`record.counted` says what it came to."""

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
        self._keys = 0

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

    # New deals

    async def create(self, person: Person, choice: int, kill_at: int | None = None) -> None:
        """A deal: private, visible, or with help asked; whoever may not is refused and leaves nothing."""
        who = person.organization
        contact, consent = choice % 4 != 3, choice % 3 != 1
        body = self.bodies.deal(who, contact=contact, consent=consent)
        if choice % 5 in (1, 2):
            body["visibleToVendor"] = True
        elif choice % 5 == 4 and contact and consent:
            body["help"] = self.bodies.help(who)
        await self._make(person, "/api/deals", body, kill_at, allowed=model.may_create(person))

    async def send(self, person: Person, partner: str, choice: int, kill_at: int | None = None) -> None:
        """A seller's opportunity."""
        body = self.bodies.deal(person.organization, contact=choice % 5 != 4, consent=choice % 2 == 0)
        body["partnerId"] = partner
        await self._make(person, "/api/opportunities", body, kill_at, allowed=model.may_send(person))

    async def _make(self, person: Person, path: str, body: Body, kill_at: int | None, *, allowed: bool) -> None:
        """Who hears nothing asks again with the same key, and gets the same."""
        about = {
            name: body[name] for name in ("visibleToVendor", "help", "partnerId", "customerConsent") if name in body
        }
        self.say(f"{person.user} posts {path} {about}", kill_at)
        self._keys += 1
        key = f"key-{self._keys}"
        answer = await self.world.ask(person, "POST", path, body, kill_at=kill_at, idempotency_key=key)
        if answer is KILLED:
            self.count(f"kills: {path.removeprefix('/api/')} at {kill_at}")
            answer = await self.world.ask(person, "POST", path, body, idempotency_key=key)
        self.count(f"{path.removeprefix('/api/')}: {'done' if answer.status == 201 else answer.status}")
        assert answer.status == (201 if allowed else 403), answer.text
        if allowed:
            self.travel.of_new_deal(body, answer.body["engagementId"], person.organization)
        changes = await self.watch.observe()
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
        self.record.remember_invitations(copy, {})

    # Actions

    async def act(
        self, person: Person, copy: Copy, action: str, body: Body, *, kill_at: int | None = None,
        if_match: str | None = None,
    ) -> None:  # fmt: skip
        """An action by anybody on anything, with a valid body: it succeeds exactly where the model says so."""
        before = self.copies[copy["id"]]
        refusals = model.refusals(before, person, action, self.world.clock())
        if not refusals and if_match not in (None, before["etag"]):
            refusals = {412}
        if not refusals and action == "edit" and if_match is None:
            refusals = {428}
        which = body.get("partnerId") or body.get("audience") or (",".join(body) if action == "edit" else "")
        self.say(f"{person.user} does {action} {which} to {self.named(before['id'])}", kill_at)
        if not refusals:
            self.travel.of_act(before, action, body)
        method, path = ("PATCH", "") if action == "edit" else ("POST", f"/{action}")
        headers = {} if if_match is None else {"if_match": if_match}
        answer = await self.world.ask(
            person, method, f"/api/referrals/{before['id']}{path}", body, kill_at=kill_at, **headers
        )
        done = await self._outcome(before, person, action, answer, refusals, kill_at)
        if done:
            self._land(before, self.copies[before["id"]], person, action, body)

    async def act_while_delivering(
        self, person: Person, copy: Copy, action: str, body: Body, source: Stored, at: int, *, if_match: str | None
    ) -> None:
        """Between two store calls of an action a delivery runs: it is decided on what the store then holds."""
        before, landed, failures = self.copies[copy["id"]], [], []
        self.travel.of_act(before, action, body)
        self.say(f"{person.user} does {action} to {self.named(copy['id'])}, and at moment {at}:")

        async def delivery() -> None:
            try:
                if await self.watch.observe():  # the action was written already
                    landed.append(action)
                    self._land(before, self.copies[copy["id"]], person, action, body)
                await self.deliver(source)
            except BaseException as failure:  # noqa: BLE001 - the function would answer 500 for it
                failures.append(failure)

        method, path = ("PATCH", "") if action == "edit" else ("POST", f"/{action}")
        headers = {} if if_match is None else {"if_match": if_match}
        path = f"/api/referrals/{before['id']}{path}"
        answer = await self.world.ask(person, method, path, body, meanwhile=Steps(at, delivery), **headers)
        if failures:
            raise failures[0]
        if landed:
            assert (answer.status, await self.watch.observe()) == (200, [])
            return
        base = self.copies[copy["id"]]
        refusals = model.refusals(base, person, action, self.world.clock())
        if if_match not in (None, base["etag"]):
            refusals |= {412}
        elif not refusals and self.lacks_contact(base, action, body):
            refusals = {422}
        if await self._outcome(base, person, action, answer, refusals, None):
            self._land(base, self.copies[copy["id"]], person, action, body)

    def _land(self, before: Copy, after: Copy, person: Person, action: str, body: Body) -> None:
        self._assert_effect(before, after, person, action, body)
        self._remember(before, after, action, body)

    async def _outcome(
        self, before: Copy, person: Person, action: str, answer: Answer, refusals: set[int], kill_at: int | None
    ) -> bool:
        """Whether it was done: one write of one document, or none."""
        changes = await self.watch.observe()
        done = bool(changes) if answer is KILLED else answer.status == 200
        self.count(f"{action}: {'done' if done else answer.status or 'killed'}")
        if answer is KILLED:
            self.count(f"kills: {action} at {kill_at}")
        elif refusals:
            assert answer.status in refusals, f"{action} by {person.user}: {answer.status} {answer.text}"
        else:
            assert answer.status == 200, f"{action} by {person.user}: {answer.status} {answer.text}"
            assert answer.headers["etag"] == self.copies[before["id"]]["etag"]
        assert [change.id for change in changes] == ([before["id"]] if done else [])
        assert not (done and refusals)
        return done

    def _assert_effect(self, before: Copy, after: Copy, person: Person, action: str, body: Body) -> None:
        changes = model.after(before, action, body, self.world.clock())
        now, skipped = self.world.services_now(), {"teamMembers"}
        assert set(before["teamMembers"]) <= set(after["teamMembers"]) <= {*before["teamMembers"], person.user}
        if action == "accept":
            skipped |= UNCOVERED
            assert after["acceptedAt"] == now
        if action in model.ENDS:
            changes["archivedAt"] = now
        if action in ("request-help", "invite-partner"):
            skipped |= {"consents"}
            if "customerContact" in body:
                changes["customer"] = before["customer"] | {"contact": body["customerContact"]}
        if action == "notes":
            skipped.add("noteEntries")
            self._assert_noted(before, after, person, body)
        for name in KEPT:
            if name not in skipped:
                assert after.get(name) == changes.get(name, before.get(name)), f"{name} after {action}"
        self._assert_invitations(before, after, action, body)
        assert version_of(after) == version_of(before) + 1
        assert (after["history"][-1]["by"], after["history"][-1]["at"]) == (person.user, now)

    def _assert_noted(self, before: Copy, after: Copy, person: Person, body: Body) -> None:
        assert after["noteEntries"][:-1] == before["noteEntries"]
        last = after["noteEntries"][-1]
        assert (last["text"], last["audience"], last["author"]) == (body["text"], body["audience"], person.user)

    def _assert_invitations(self, before: Copy, after: Copy, action: str, body: Body) -> None:
        known = len(before["invitations"])
        assert [one["status"] for one in after["invitations"][:known]] == model.statuses_after(before, action)
        new = after["invitations"][known:]
        if action not in ("request-help", "invite-partner"):
            assert new == []
            return
        (one,), target = new, body.get("partnerId", "vendor")
        kind = model.invitation_kind(before, action)
        assert (one["target"], one["kind"], one["status"], one["expiresAt"]) == (target, kind, "sending", None), one
        earlier = model.invited(before, target)
        assert one["previousId"] == (earlier[-1]["id"] if earlier else None)
        if earlier:
            self.count("re-invitations")

    def _remember(self, before: Copy, after: Copy, action: str, body: Body) -> None:
        engagement = after["engagementId"]
        self.record.remember_invitations(after, body if action == "invite-partner" else {})
        if model.view_of(before) != model.view_of(after):
            self.record.views[after["id"]].append(model.view_of(after))
        if action == "notes" and body["audience"] == "shared":
            known = {one["id"] for one in self.record.hub_of(after)["invitations"]}
            self.record.notes[engagement].append(SharedNote(body["text"], after["organizationId"], known))

    async def edit_contact(self, person: Person, copy: Copy, kill_at: int | None = None) -> None:
        """The customer's contact becomes somebody else, who has not agreed to anything; frozen once help is asked."""
        before = self.copies[copy["id"]]
        contact = self.bodies.person(person.organization, "customer's new contact")
        self.say(f"{person.user} names another contact on {self.named(before['id'])}", kill_at)
        path, body = f"/api/referrals/{before['id']}", {"customer": {"contact": contact}}
        answer = await self.world.ask(person, "PATCH", path, body, kill_at=kill_at, if_match=before["etag"])
        changes = await self.watch.observe()
        done = bool(changes) if answer is KILLED else answer.status == 200
        self.count(f"edit contact: {'done' if done else answer.status or 'killed'}")
        frozen = bool(before["help"])
        assert answer is KILLED or answer.status == (422 if frozen else 200), answer.text
        assert [change.id for change in changes] == ([before["id"]] if done else [])
        for change in changes:
            assert change.names() <= {*CONSENT}
            assert change.after["customer"]["contact"] == contact
            was_unbound = "contact" not in before["customer"] and before["customerConsent"]
            assert change.after["customerConsent"] is was_unbound

    async def invite_badly(self, person: Person, copy: Copy, partner: str) -> None:
        """A partner that cannot be invited: itself, the vendor, one there is not, one that is invited already."""
        before = self.copies[copy["id"]]
        body = self.bodies.invitation(person.organization, partner) | self.contact_for(before)
        self.say(f"{person.user} invites {partner} to {self.named(before['id'])}, in vain")
        refusals = model.refusals(before, person, "invite-partner", self.world.clock())
        if not refusals:
            exists = partner in ("contoso", "fabrikam") and partner != before["organizationId"]
            refusals = {409} if exists else {422}
        answer = await self.world.ask(person, "POST", f"/api/referrals/{before['id']}/invite-partner", body)
        self.count(f"invite-partner: {answer.status}")
        assert answer.status in refusals, answer.text
        assert await self.watch.observe() == []

    def lacks_contact(self, copy: Copy, action: str, body: Body) -> bool:
        """The contact that the body relies on was withdrawn meanwhile."""
        needed = action in ("request-help", "invite-partner") and "customerContact" not in body
        return needed and "contact" not in copy["customer"]

    def contact_for(self, copy: Copy) -> Body:
        """The customer's contact, where the deal has none yet."""
        if "contact" in copy["customer"]:
            return {}
        return {"customerContact": self.bodies.person(copy["organizationId"], "customer's contact")}

    async def withdraw_consent(self, person: Person, copy: Copy, kill_at: int | None = None) -> None:
        """By the team of any copy but a mirror; the contact is nobody's any more once everything is delivered."""
        before, stored = self.copies[copy["id"]], self.record.stored[copy["id"]]
        contact = stored["customer"].get("contact")
        persons = [contact, *(one["person"] for one in stored["consents"] if one["withdrawnAt"] is None)]
        path = f"/api/referrals/{before['id']}/withdraw-consent"
        self.say(f"{person.user} withdraws the consent on {self.named(before['id'])}", kill_at)
        answer = await self.world.ask(person, "POST", path, {}, kill_at=kill_at)
        changes = await self.watch.observe()
        done = bool(changes) if answer is KILLED else answer.status == 200
        self.count(f"withdraw-consent: {'done' if done else answer.status or 'killed'}")
        if answer is not KILLED:
            expected = self._withdrawal_statuses(before, person, has_contact=contact is not None)
            assert answer.status in expected, f"{answer.status} {answer.text}"
        assert [change.id for change in changes] == ([before["id"]] if done else [])
        if done:
            self.marks.withdraw(persons)
            self.marks.assert_gone(changes[0].row.text, "what was just redacted, events to be delivered included,")
            self._assert_consent_withdrawn(changes[0])
            self.record.withdrawn.add(before["engagementId"])

    def _withdrawal_statuses(self, copy: Copy, person: Person, *, has_contact: bool) -> set[int]:
        if person.organization != copy["organizationId"]:
            return {404}
        if not model.may(person, copy, "withdraw-consent"):
            return {403, 409}
        if copy.get("mirror"):
            return {409}
        if model.is_overdue(copy, self.world.clock()):
            return {200, 409}
        consented = any(one["withdrawnAt"] is None for one in copy["consents"])
        return {200} if has_contact or consented else {409}

    def _assert_consent_withdrawn(self, change: Change) -> None:
        assert change.names() <= {*CONSENT}
        assert "contact" not in change.after["customer"]
        assert change.after["customerConsent"] is False
        assert all(one["withdrawnAt"] and one["person"] is None for one in change.after["consents"])

    # Timers

    async def deliver(self, source: Stored, *, kill_at: int | None = None, meanwhile: Steps | None = None) -> None:
        """One source's events, of the moment when it was read."""
        types = [event["type"] for event in source.document["outbox"]]
        self.say(f"delivery of {types} from {self.named(source.document['id'])}", kill_at)
        report = await self.world.deliver(source, kill_at, meanwhile)
        if report is None:
            self.count(f"kills: deliver at {kill_at}")
        else:
            assert not report.failed, report.failed
        self.causes.assert_delivery(await self.watch.observe(), source.document["id"])

    async def expire(self, due: Stored, *, kill_at: int | None = None) -> None:
        """One referral whose time was up when it was found."""
        self.say(f"expiry of {self.named(due.document['id'])}", kill_at)
        report = await self.world.expire(due, kill_at)
        if report is None:
            self.count(f"kills: expire at {kill_at}")
        else:
            assert not report.failed, report.failed
        self.causes.assert_expiry(await self.watch.observe(), due.document["id"])

    def let_pass(self, hours: float) -> None:
        self.say(f"{hours} hours pass")
        self.world.clock.move(timedelta(hours=hours))

    async def drain(self, order: int = 0) -> None:
        """Both timers until they find nothing; `order` says which source comes first each time."""
        for due in await self.world.due():
            await self.expire(due)
        for _ in range(300):
            pending = await self.world.pending()
            if not pending:
                break
            await self.deliver(pending[order % len(pending)])
        assert await self.world.pending() == [], "it never ends"
        report = await self.world.services.delivery.deliver()
        assert (report.done, report.failed) == (0, {})
        assert await self.watch.observe() == []
        self.settled.assert_settled()

    async def try_everything(self) -> None:
        """What is not offered to whoever may do most, is refused: of each copy a few actions, in turn."""
        for number, copy in enumerate(list(self.copies.values())):
            person = ADMINS[copy["organizationId"]]
            for action in model.ACTIONS[number % 3 :: 3]:
                if model.refusals(copy, person, action, self.world.clock()):
                    await self.try_refused(person, copy, action)

    async def try_refused(self, person: Person, copy: Copy, action: str) -> None:
        body = self.body_for(copy, person, action, 1)
        await self.act(person, copy, action, body, if_match=self.copies[copy["id"]]["etag"])

    def body_for(self, copy: Copy, person: Person, action: str, choice: int) -> Body:
        """A body that is valid for this copy."""
        if action == "invite-partner":
            partner = "fabrikam" if copy["organizationId"] == "contoso" else "contoso"
            return self.bodies.invitation(person.organization, partner) | self.contact_for(copy)
        body = self.bodies.of(action, person.organization, choice)
        return body | self.contact_for(copy) if action == "request-help" else body
