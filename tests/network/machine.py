"""Random plays: anybody does anything at any time, and the timers die and come late (DESIGN sections 3 and 8)."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any, ClassVar, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from shared.services.ports import Stored
from tests.faults.blob_events import Steps
from tests.network import model
from tests.network.model import Copy
from tests.network.people import PEOPLE, Person, people_of
from tests.network.play import Play

PICK: Final = st.integers(0, 2**10)
KILL: Final = st.sampled_from([None, None, None, None, None, *range(1, 12)])
KILL_TIMER: Final = st.sampled_from([None, None, None, *range(1, 24)])
DEALS: Final = 4  # worked on at once, so that a play gets far with each
HOURS: Final = st.sampled_from([0.001, 1, 24, 24 * 6, 24 * 13.9, 24 * 14])
SENSIBLE: Final = {
    "accept": 6, "decline": 3, "close-as-error": 1, "edit": 3, "invite-partner": 6, "lose": 1, "notes": 3,
    "request-help": 4, "share": 4, "win": 2,
}  # fmt: skip
"""How likely each action is beside the others: what opens a deal up more than what ends it."""


class NetworkMachine(RuleBasedStateMachine):
    """Steps are chosen for what is possible, so that plays get far; `anybody` tries the rest."""

    runner: ClassVar[asyncio.Runner]
    counted: ClassVar[Counter[str]]

    play: Play

    def __init__(self) -> None:
        super().__init__()
        self.late: list[Stored] = []
        self.sound = True

    @initialize(hidden=st.booleans())
    def open(self, hidden: bool) -> None:
        self.play = Play(hidden=hidden)
        self.play.count("hidden until accepted" if hidden else "shown at once")
        self._run(self.play.world.start())
        self._run(self.play.watch.observe())

    def teardown(self) -> None:
        if not hasattr(self, "play"):
            return
        try:
            if self.sound:
                self._run(self._close())
        finally:
            self._run(self.play.world.end())
            self.play.count("examples")
            type(self).counted.update(self.play.record.counted)

    async def _close(self) -> None:
        await self.play.drain()
        await self.play.settled.look_everywhere()
        await self.play.try_everything()
        for _, one in self.play.record.invited_copies():
            self.play.count(f"invitations: {one['kind']} {one['status']}")
        for copy in self.play.record.where(mirror=True):
            self.play.count(f"mirrors: {copy['outcome'] or copy['stage']}")
        for copy in self.play.copies.values():
            self.play.count(f"referrals: {copy['outcome'] or copy['stage']}")

    def _run(self, step: Any) -> Any:
        return self.runner.run(step)

    def _step(self, step: Any) -> None:
        self.play.count("steps")
        self.sound = False
        self._run(step)
        self.sound = True

    # People

    @precondition(lambda self: len(self.play.record.where(direction="outgoing", stage="accepted")) < DEALS)
    @rule(who=PICK, choice=PICK, kill_at=KILL)
    def create(self, who: int, choice: int, kill_at: int | None) -> None:
        person = _one([person for person in PEOPLE if model.may_create(person) and person.organization != "tailspin"], who)
        self._step(self.play.create(person, choice, kill_at))

    @precondition(lambda self: len(self.play.record.where(direction="outgoing", stage="accepted")) < DEALS)
    @rule(who=PICK, partner=st.sampled_from(["contoso", "fabrikam"]), choice=PICK, kill_at=KILL)
    def send_opportunity(self, who: int, partner: str, choice: int, kill_at: int | None) -> None:
        person = _one([person for person in PEOPLE if model.may_send(person)], who)
        self._step(self.play.send(person, partner, choice, kill_at))

    @rule(who=PICK, choice=PICK, sends=st.booleans())
    def create_without_being_allowed_to(self, who: int, choice: int, sends: bool) -> None:
        may = model.may_send if sends else model.may_create
        person = _one([person for person in PEOPLE if not may(person)], who)
        self._step(self.play.send(person, "contoso", choice) if sends else self.play.create(person, choice))

    @precondition(lambda self: self.sensible())
    @rule(which=PICK, what=PICK, who=PICK, choice=PICK, kill_at=KILL, if_match=st.sampled_from(["this", "none", "old"]))
    def work(self, which: int, what: int, who: int, choice: int, kill_at: int | None, if_match: str) -> None:
        """Somebody who may, does something that is possible."""
        copy, actions = _one(self.sensible(), which)
        action = _one([name for name in actions for _ in range(SENSIBLE[name])], what)
        able = [person for person in people_of(copy["organizationId"]) if model.may(person, copy, action)]
        body = self._body(copy, able[0], action, choice)
        etags = {"this": copy["etag"], "none": None, "old": f'"{int(copy["etag"][1:-1]) - 1}"'}
        self._step(self.play.act(_one(able, who), copy, action, body, kill_at=kill_at, if_match=etags[if_match]))

    def sensible(self) -> list[tuple[Copy, list[str]]]:
        """What can be done to which copy, with somebody to invite."""
        now, found = self.play.world.clock(), []
        for copy in self.play.record.live():
            actions = model.possible(copy, now)
            if not self._invitable(copy):
                actions -= {"invite-partner"}
            if actions:
                found.append((copy, sorted(actions)))
        return found

    def _invitable(self, copy: Copy) -> list[str]:
        return [partner for partner in ("contoso", "fabrikam") if model.may_be_invited(copy, partner)]

    def _body(self, copy: Copy, person: Person, action: str, choice: int) -> dict[str, Any]:
        if action == "invite-partner":
            partner = _one(self._invitable(copy), choice)
            return self.play.bodies.invitation(person.organization, partner) | self.play.contact_for(copy)
        return self.play.body_for(copy, person, action, choice)

    @precondition(lambda self: self.play.copies)
    @rule(which=PICK, who=PICK, action=st.sampled_from(model.ACTIONS), choice=PICK)
    def anybody(self, which: int, who: int, action: str, choice: int) -> None:
        """Whoever it is tries whatever it is."""
        copy, person = _one(list(self.play.copies.values()), which), _one(PEOPLE, who)
        if action == "invite-partner" and not model.refusals(copy, person, action, self.play.world.clock()):
            return
        body = self.play.body_for(copy, person, action, choice)
        self._step(self.play.act(person, copy, action, body, if_match=copy["etag"]))

    @precondition(lambda self: self.play.record.where(direction="outgoing"))
    @rule(which=PICK, who=PICK, partner=st.sampled_from(["self", "vendor", "nobody", "live"]))
    def invite_badly(self, which: int, who: int, partner: str) -> None:
        copy = _one(self.play.record.where(direction="outgoing"), which)
        live = [one["target"] for one in copy["invitations"] if one["status"] in model.LIVE_INVITATION]
        partners = {"self": copy["organizationId"], "vendor": "vendor", "nobody": "nobody-at-all"}
        target = partners.get(partner) or next((name for name in live if name != "vendor"), "vendor")
        self._step(self.play.invite_badly(_one(people_of(copy["organizationId"]), who), copy, target))

    @precondition(lambda self: self.play.copies)
    @rule(which=PICK, who=PICK, outsider=st.sampled_from([False, False, False, True]), kill_at=KILL)
    def withdraw_consent(self, which: int, who: int, outsider: bool, kill_at: int | None) -> None:
        copy = _one(list(self.play.copies.values()), which)
        people = PEOPLE if outsider else people_of(copy["organizationId"])
        self._step(self.play.withdraw_consent(_one(people, who), copy, kill_at))

    # Timers

    def is_pending(self) -> bool:
        return any(document["pendingAt"] for document in self.play.record.stored.values())

    @precondition(lambda self: self.is_pending())
    @rule(which=PICK, kill_at=KILL_TIMER, remembered=st.booleans())
    def deliver(self, which: int, kill_at: int | None, remembered: bool) -> None:
        """One of the sources that wait; a second deliverer may have read it too, and come later."""
        source = _one(self._run(self.play.world.pending()), which)
        if remembered:
            self.late = [*self.late[-3:], source]
        self._step(self.play.deliver(source, kill_at=kill_at))

    @precondition(lambda self: self.is_pending())
    @rule(order=PICK)
    def deliver_all(self, order: int) -> None:
        self._step(self._deliver_all(order))

    async def _deliver_all(self, order: int) -> None:
        pending = await self.play.world.pending()
        for _ in range(len(pending)):
            await self.play.deliver(pending.pop(order % len(pending)))

    @precondition(lambda self: self.late)
    @rule(which=PICK, kill_at=KILL_TIMER)
    def deliver_late(self, which: int, kill_at: int | None) -> None:
        """A deliverer that read its source long ago goes on."""
        self.play.count("late deliveries")
        self._step(self.play.deliver(_one(self.late, which), kill_at=kill_at))

    @precondition(lambda self: self.is_pending() and self.sensible())
    @rule(which=PICK, at=st.integers(1, 20), copy=PICK, what=PICK, choice=PICK)
    def deliver_while_somebody_works(self, which: int, at: int, copy: int, what: int, choice: int) -> None:
        """Between two store calls of the deliverer somebody does something."""
        source = _one(self._run(self.play.world.pending()), which)
        self._step(self._deliver_while(source, at, copy, what, choice))

    async def _deliver_while(self, source: Stored, at: int, copy: int, what: int, choice: int) -> None:
        failures: list[BaseException] = []

        async def work() -> None:
            try:
                self.play.causes.assert_delivery(await self.play.watch.observe(), source.document["id"])
                await self._work_now(copy, what, choice)
            except BaseException as failure:  # noqa: BLE001 - the deliverer would take it for an event's fault
                failures.append(failure)

        await self.play.deliver(source, meanwhile=Steps(at, work))
        if failures:
            raise failures[0]

    async def _work_now(self, which: int, what: int, choice: int) -> None:
        sensible = self.sensible()
        if not sensible:
            return
        self.play.count("actions during a delivery")
        copy, actions = _one(sensible, which)
        action = _one([name for name in actions for _ in range(SENSIBLE[name])], what)
        able = [person for person in people_of(copy["organizationId"]) if model.may(person, copy, action)]
        body = self._body(copy, able[0], action, choice)
        await self.play.act(_one(able, choice), copy, action, body, if_match=copy["etag"])

    @precondition(lambda self: any(model.is_overdue(copy, self.play.world.clock()) for copy in self.play.copies.values()))
    @rule(which=PICK, kill_at=KILL_TIMER)
    def expire(self, which: int, kill_at: int | None) -> None:
        self._step(self.play.expire(_one(self._run(self.play.world.due()), which), kill_at=kill_at))

    @rule(hours=HOURS)
    def time_passes(self, hours: float) -> None:
        self.play.count("steps")
        self.play.let_pass(hours)

    @precondition(lambda self: self.is_pending())
    @rule(order=PICK)
    def drain(self, order: int) -> None:
        """Everything arrives, and both sides of everything agree."""
        self._step(self.play.drain(order))


def _one(these: Any, pick: int) -> Any:
    return these[pick % len(these)]
