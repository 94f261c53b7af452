"""Actions by anybody on anything, each compared with the model at once: whether it may be done, and what it changes."""

from __future__ import annotations

from typing import Final

from shared.services.ports import Stored
from tests.faults.blob_events import Steps
from tests.network import model
from tests.network.bodies import Body
from tests.network.model import Copy
from tests.network.people import ADMINS, Person
from tests.network.record import SharedNote
from tests.network.stage import Stage
from tests.network.timers import Timers
from tests.network.watching import KEPT, version_of
from tests.network.world import KILLED, Answer

UNCOVERED: Final = {"sender", "customer", "consents", "help", "noteEntries", "acceptedAt"}
"""What an acceptance may uncover: the sender's team; with HIDE_CUSTOMER_UNTIL_ACCEPTED what was hidden until then."""


class Actions:
    def __init__(self, stage: Stage, timers: Timers) -> None:
        self._on, self._timers = stage, timers

    async def act(
        self, person: Person, copy: Copy, action: str, body: Body, *, kill_at: int | None = None,
        if_match: str | None = None,
    ) -> None:  # fmt: skip
        """An action by anybody on anything, with a valid body: it succeeds exactly where the model says so."""
        before = self._on.copies[copy["id"]]
        refusals = model.refusals(before, person, action, self._on.world.clock())
        if not refusals and if_match not in (None, before["etag"]):
            refusals = {412}
        if not refusals and action == "edit" and if_match is None:
            refusals = {428}
        which = body.get("partnerId") or body.get("audience") or (",".join(body) if action == "edit" else "")
        self._on.say(f"{person.user} does {action} {which} to {self._on.named(before['id'])}", kill_at)
        if not refusals:
            self._on.travel.of_act(before, action, body)
        method, path = ("PATCH", "") if action == "edit" else ("POST", f"/{action}")
        headers = {} if if_match is None else {"if_match": if_match}
        answer = await self._on.world.ask(
            person, method, f"/api/referrals/{before['id']}{path}", body, kill_at=kill_at, **headers
        )
        done = await self._outcome(before, person, action, answer, refusals, kill_at)
        if done:
            self._land(before, self._on.copies[before["id"]], person, action, body)

    async def act_while_delivering(
        self, person: Person, copy: Copy, action: str, body: Body, source: Stored, at: int, *, if_match: str | None
    ) -> None:
        """Between two store calls of an action a delivery runs: it is decided on what the store then holds."""
        before, landed, failures = self._on.copies[copy["id"]], [], []
        self._on.travel.of_act(before, action, body)
        self._on.say(f"{person.user} does {action} to {self._on.named(copy['id'])}, and at moment {at}:")

        async def delivery() -> None:
            try:
                if await self._on.watch.observe():  # the action was written already
                    landed.append(action)
                    self._land(before, self._on.copies[copy["id"]], person, action, body)
                await self._timers.deliver(source)
            except BaseException as failure:  # noqa: BLE001 - the function would answer 500 for it
                failures.append(failure)

        method, path = ("PATCH", "") if action == "edit" else ("POST", f"/{action}")
        headers = {} if if_match is None else {"if_match": if_match}
        path = f"/api/referrals/{before['id']}{path}"
        answer = await self._on.world.ask(person, method, path, body, meanwhile=Steps(at, delivery), **headers)
        if failures:
            raise failures[0]
        if landed:
            assert (answer.status, await self._on.watch.observe()) == (200, [])
            return
        base = self._on.copies[copy["id"]]
        refusals = model.refusals(base, person, action, self._on.world.clock())
        if if_match not in (None, base["etag"]):
            refusals |= {412}
        elif not refusals and _lacks_contact(base, action, body):
            refusals = {422}
        if await self._outcome(base, person, action, answer, refusals, None):
            self._land(base, self._on.copies[copy["id"]], person, action, body)

    def _land(self, before: Copy, after: Copy, person: Person, action: str, body: Body) -> None:
        self._assert_effect(before, after, person, action, body)
        self._remember(before, after, action, body)

    async def _outcome(
        self, before: Copy, person: Person, action: str, answer: Answer, refusals: set[int], kill_at: int | None
    ) -> bool:
        """Whether it was done: one write of one document, or none."""
        changes = await self._on.watch.observe()
        done = bool(changes) if answer is KILLED else answer.status == 200
        self._on.count(f"{action}: {'done' if done else answer.status or 'killed'}")
        if answer is KILLED:
            self._on.count(f"kills: {action} at {kill_at}")
        elif refusals:
            assert answer.status in refusals, f"{action} by {person.user}: {answer.status} {answer.text}"
        else:
            assert answer.status == 200, f"{action} by {person.user}: {answer.status} {answer.text}"
            assert answer.headers["etag"] == self._on.copies[before["id"]]["etag"]
        assert [change.id for change in changes] == ([before["id"]] if done else [])
        assert not (done and refusals)
        return done

    def _assert_effect(self, before: Copy, after: Copy, person: Person, action: str, body: Body) -> None:
        changes = model.after(before, action, body, self._on.world.clock())
        now, skipped = self._on.world.services_now(), {"teamMembers"}
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
            self._on.count("re-invitations")

    def _remember(self, before: Copy, after: Copy, action: str, body: Body) -> None:
        engagement = after["engagementId"]
        self._on.record.remember_invitations(after, body if action == "invite-partner" else {})
        if "customerContact" in body:
            self._on.record.contacts[after["id"]] = body["customerContact"]
        if model.view_of(before) != model.view_of(after):
            self._on.record.views[after["id"]].append(model.view_of(after))
        if action == "notes" and body["audience"] == "shared":
            known = {one["id"] for one in self._on.record.hub_of(after)["invitations"]}
            self._on.record.notes[engagement].append(SharedNote(body["text"], after["organizationId"], known))

    async def invite_badly(self, person: Person, copy: Copy, partner: str) -> None:
        """A partner that cannot be invited: itself, the vendor, one there is not, one that is invited already."""
        before = self._on.copies[copy["id"]]
        body = self._on.bodies.invitation(person.organization, partner) | self._on.contact_for(before)
        self._on.say(f"{person.user} invites {partner} to {self._on.named(before['id'])}, in vain")
        refusals = model.refusals(before, person, "invite-partner", self._on.world.clock())
        if not refusals:
            exists = partner in ("contoso", "fabrikam") and partner != before["organizationId"]
            refusals = {409} if exists else {422}
        answer = await self._on.world.ask(person, "POST", f"/api/referrals/{before['id']}/invite-partner", body)
        self._on.count(f"invite-partner: {answer.status}")
        assert answer.status in refusals, answer.text
        assert await self._on.watch.observe() == []

    async def try_everything(self) -> None:
        """What is not offered to whoever may do most, is refused: of each copy a few actions, in turn."""
        for number, copy in enumerate(list(self._on.copies.values())):
            person = ADMINS[copy["organizationId"]]
            for action in model.ACTIONS[number % 3 :: 3]:
                if model.refusals(copy, person, action, self._on.world.clock()):
                    await self._try_refused(person, copy, action)

    async def _try_refused(self, person: Person, copy: Copy, action: str) -> None:
        body = self._on.body_for(copy, person, action, 1)
        await self.act(person, copy, action, body, if_match=self._on.copies[copy["id"]]["etag"])


def _lacks_contact(copy: Copy, action: str, body: Body) -> bool:
    """The contact that the body relies on was withdrawn meanwhile."""
    needed = action in ("request-help", "invite-partner") and "customerContact" not in body
    return needed and "contact" not in copy["customer"]
