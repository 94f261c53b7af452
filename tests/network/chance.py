"""Random plays: anybody does anything at any time, and the timers die, come late, or meet somebody at work.

Chance is spread evenly, and a failing play is cut down to the steps it needs (`smallest`). Hypothesis' state machines
were tried first: of fifty plays they made most from a few, by repeating and mutating, and reached too little.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from shared.services.ports import Stored
from tests.faults.blob_events import Steps
from tests.network import model
from tests.network.bodies import Body
from tests.network.model import Copy
from tests.network.people import PEOPLE, Person, people_of
from tests.network.play import Play

DEALS: Final = 4  # worked on at once, so that a play gets far with each
HOURS: Final = (1, 24, 24 * 6, 24 * 13.9, 24 * 14)
PARTNERS: Final = ("contoso", "fabrikam")
ANSWERS: Final = ("accept", "accept", "accept", "decline")
OPENS: Final = ("invite-partner", "invite-partner", "request-help", "request-help", "share")
WORKS: Final = ("edit", "edit", "notes", "notes")
ENDS: Final = ("win", "win", "win", "lose", "lose", "close-as-error")
"""What is done when somebody answers, opens a deal up, works on it, or ends it; the more often, the likelier."""
ANYTHING: Final = (*ANSWERS, *OPENS, *WORKS, *ENDS)


@dataclass(frozen=True)
class Picks:
    """What chance says about one step: which thing, what with it, by whom, how; when the process dies, if it does."""

    which: int
    what: int
    who: int
    how: int
    kill_at: int | None


class Chance:
    """Turns picks into steps of a play; `None` where a step is not possible now."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self._late: list[Stored] = []

    # People

    def create(self, picks: Picks) -> Awaitable[None] | None:
        if not self._wants_deals():
            return None
        able = [person for person in PEOPLE if model.may_create(person) and person.organization != "tailspin"]
        return self.play.create(_one(able, picks.who), picks.how, picks.kill_at)

    def send(self, picks: Picks) -> Awaitable[None] | None:
        if not self._wants_deals():
            return None
        able = [person for person in PEOPLE if model.may_send(person)]
        return self.play.send(_one(able, picks.who), _one(PARTNERS, picks.which), picks.how, picks.kill_at)

    def _wants_deals(self) -> bool:
        return len(self.play.record.where(direction="outgoing", stage="accepted")) < DEALS

    def answer(self, picks: Picks) -> Awaitable[None] | None:
        return self._act(ANSWERS, picks)

    def open_up(self, picks: Picks) -> Awaitable[None] | None:
        return self._act(OPENS, picks)

    def work(self, picks: Picks) -> Awaitable[None] | None:
        return self._act(WORKS, picks)

    def end(self, picks: Picks) -> Awaitable[None] | None:
        return self._act(ENDS, picks)

    def _act(self, among: tuple[str, ...], picks: Picks) -> Awaitable[None] | None:
        """Somebody who may, does one of these to something it is possible for."""
        chosen = self._chosen(among, picks)
        if chosen is None:
            return None
        person, copy, action, body = chosen
        old = f'"{int(copy["etag"][1:-1]) - 1}"'
        if_match = _one([copy["etag"]] * 8 + [None, old], picks.what // 7)
        return self.play.act(person, copy, action, body, kill_at=picks.kill_at, if_match=if_match)

    def _chosen(self, among: tuple[str, ...], picks: Picks) -> tuple[Person, Copy, str, Body] | None:
        possible = self._possible(among)
        if not possible:
            return None
        copy, actions = _one(possible, picks.which)
        action = _one(actions, picks.what)
        able = [person for person in people_of(copy["organizationId"]) if model.may(person, copy, action)]
        return _one(able, picks.who), copy, action, self._body(copy, able[0], action, picks.how)

    def _possible(self, among: tuple[str, ...]) -> list[tuple[Copy, list[str]]]:
        """To which copy which of these can be done now, with somebody to invite where that is among them."""
        now, found = self.play.world.clock(), []
        for copy in self.play.record.live():
            actions = model.possible(copy, now)
            if not self._invitable(copy):
                actions -= {"invite-partner"}
            if wanted := [action for action in among if action in actions]:
                found.append((copy, wanted))
        return found

    def _invitable(self, copy: Copy) -> list[str]:
        return [partner for partner in PARTNERS if model.may_be_invited(copy, partner)]

    def _body(self, copy: Copy, person: Person, action: str, how: int) -> Body:
        if action == "invite-partner":
            partner = _one(self._invitable(copy), how)
            return self.play.bodies.invitation(person.organization, partner) | self.play.contact_for(copy)
        return self.play.body_for(copy, person, action, how)

    def withdraw_consent(self, picks: Picks) -> Awaitable[None] | None:
        copies = list(self.play.copies.values())
        if picks.how % 4:
            copies = [copy for copy in copies if "contact" in copy["customer"] and not copy.get("mirror")]
        if not copies:
            return None
        copy, people = _one(copies, picks.which), list(PEOPLE)
        if picks.how % 4:
            people = [person for person in people_of(copy["organizationId"]) if model.may(person, copy, "edit")]
        return self.play.withdraw_consent(_one(people, picks.who), copy, picks.kill_at)

    def edit_contact(self, picks: Picks) -> Awaitable[None] | None:
        """On a partner's own deal that is worked on."""
        copies = self.play.record.where(direction="outgoing", stage="accepted")
        own = [copy for copy in copies if copy["organizationId"] in PARTNERS]
        if not own:
            return None
        copy = _one(own, picks.which)
        able = [person for person in people_of(copy["organizationId"]) if model.may(person, copy, "edit")]
        return self.play.edit_contact(_one(able, picks.who), copy, picks.kill_at)

    def anybody(self, picks: Picks) -> Awaitable[None] | None:
        """Whoever it is tries whatever it is."""
        person = _one(PEOPLE, picks.who)
        action = _one([*model.ACTIONS, "create", "send"], picks.what)
        if action == "create":
            return self.play.create(person, picks.how)
        if action == "send":
            return self.play.send(person, _one(PARTNERS, picks.which), picks.how)
        if not self.play.copies:
            return None
        copy = _one(list(self.play.copies.values()), picks.which)
        if action == "invite-partner":
            return self.play.invite_badly(person, copy, self._bad_partner(copy, picks.how))
        body = self.play.body_for(copy, person, action, picks.how)
        return self.play.act(person, copy, action, body, if_match=copy["etag"])

    def _bad_partner(self, copy: Copy, how: int) -> str:
        """Itself, the vendor, nobody, or one that is invited already."""
        live = [one["target"] for one in copy["invitations"] if one["status"] in model.LIVE_INVITATION]
        return str(_one([copy["organizationId"], "vendor", "nobody-at-all", *live], how))

    # Timers

    def _is_pending(self) -> bool:
        return any(document["pendingAt"] for document in self.play.record.stored.values())

    def deliver(self, picks: Picks) -> Awaitable[None] | None:
        return self._deliver(picks) if self._is_pending() else None

    async def _deliver(self, picks: Picks) -> None:
        """One of the sources that wait; a second deliverer may have read it too, and go on later."""
        source = _one(await self.play.world.pending(), picks.which)
        if picks.how % 3 == 0:
            self._late = [*self._late[-3:], source]
        await self.play.deliver(source, kill_at=picks.kill_at)

    def deliver_all(self, picks: Picks) -> Awaitable[None] | None:
        return self._deliver_all(picks.which) if self._is_pending() else None

    async def _deliver_all(self, order: int) -> None:
        pending = await self.play.world.pending()
        while pending:
            await self.play.deliver(pending.pop(order % len(pending)))

    def deliver_late(self, picks: Picks) -> Awaitable[None] | None:
        """A deliverer that read its source long ago goes on."""
        if not self._late:
            return None
        self.play.count("late deliveries")
        return self.play.deliver(_one(self._late, picks.which), kill_at=picks.kill_at)

    def deliver_while_somebody_works(self, picks: Picks) -> Awaitable[None] | None:
        """Between two store calls of the deliverer somebody does something."""
        return self._deliver_while(picks) if self._is_pending() else None

    async def _deliver_while(self, picks: Picks) -> None:
        source, failures = _one(await self.play.world.pending(), picks.who), []

        async def work() -> None:
            try:
                self.play.causes.assert_delivery(await self.play.watch.observe(), source.document["id"])
                if step := self._act(ANYTHING, Picks(picks.which, picks.what, picks.who, picks.how, None)):
                    self.play.count("actions during a delivery")
                    await step
            except BaseException as failure:  # noqa: BLE001 - the deliverer would take it for an event's fault
                failures.append(failure)

        await self.play.deliver(source, meanwhile=Steps(1 + picks.how % 16, work))
        if failures:
            raise failures[0]

    def work_while_it_is_delivered(self, picks: Picks) -> Awaitable[None] | None:
        """Between two store calls of somebody's action the deliverer runs, for the same copy where it can."""
        chosen = self._chosen(ANYTHING, picks) if self._is_pending() else None
        return self._work_while(chosen, picks) if chosen else None

    async def _work_while(self, chosen: tuple[Person, Copy, str, Body], picks: Picks) -> None:
        person, copy, action, body = chosen
        pending = await self.play.world.pending()
        near = [source for source in pending if copy["id"] in (source.document["id"], *_targets(source))]
        source, at = _one(near or pending, picks.who), 1 + picks.how % 10
        if_match = copy["etag"] if action == "edit" or picks.what % 3 == 0 else None
        self.play.count("deliveries during an action")
        await self.play.act_while_delivering(person, copy, action, body, source, at, if_match=if_match)

    def expire(self, picks: Picks) -> Awaitable[None] | None:
        now = self.play.world.clock()
        is_due = any(model.is_overdue(copy, now) for copy in self.play.copies.values())
        return self._expire(picks) if is_due else None

    async def _expire(self, picks: Picks) -> None:
        await self.play.expire(_one(await self.play.world.due(), picks.which), kill_at=picks.kill_at)

    async def time_passes(self, picks: Picks) -> None:
        self.play.let_pass(_one(HOURS, picks.how))

    def drain(self, picks: Picks) -> Awaitable[None] | None:
        """Everything arrives, and both sides of everything agree."""
        return self.play.drain(picks.which) if self._is_pending() else None


Step = Callable[[Chance, Picks], Awaitable[None] | None]
WEIGHTS: Final[dict[str, tuple[Step, int]]] = {
    "answer": (Chance.answer, 5),
    "open up": (Chance.open_up, 4),
    "work": (Chance.work, 4),
    "deliver": (Chance.deliver, 6),
    "deliver all": (Chance.deliver_all, 2),
    "deliver late": (Chance.deliver_late, 2),
    "deliver while somebody works": (Chance.deliver_while_somebody_works, 3),
    "work while it is delivered": (Chance.work_while_it_is_delivered, 4),
    "anybody": (Chance.anybody, 3),
    "create": (Chance.create, 2),
    "send": (Chance.send, 2),
    "time passes": (Chance.time_passes, 3),
    "expire": (Chance.expire, 3),
    "end": (Chance.end, 2),
    "edit contact": (Chance.edit_contact, 1),
    "withdraw consent": (Chance.withdraw_consent, 1),
    "drain": (Chance.drain, 1),
}
KINDS: Final = [kind for kind, (_, weight) in WEIGHTS.items() for _ in range(weight)]
OTHERWISE: Final = ("deliver", "answer", "create", "work")
LENGTH: Final = 40
Plan = list[tuple[str, Picks]]


def planned(number: str) -> Plan:
    """The steps of a play. Each has its chance by itself, so that leaving one out leaves the others as they are."""
    chance = random.Random(number)

    def pick() -> int:
        return chance.randrange(1000)

    def kill_at() -> int | None:
        return chance.randint(1, 16) if chance.random() < 0.2 else None

    return [(chance.choice(KINDS), Picks(pick(), pick(), pick(), pick(), kill_at())) for _ in range(LENGTH)]


async def play_through(plan: Plan, *, hidden: bool, counted: Counter[str], said: list[str]) -> None:
    """One play: what it came to is counted, what was done is said."""
    play = Play(hidden=hidden)
    play.said = said
    try:
        await play.world.start()
        await play.watch.observe()
        await _steps(Chance(play), plan)
        await _end(play)
    finally:
        await play.world.end()
    play.count(f"HIDE_CUSTOMER_UNTIL_ACCEPTED={hidden}")
    counted.update(play.record.counted)


async def _steps(chance: Chance, plan: Plan) -> None:
    """What is not possible now is another step instead."""
    for kind, picks in plan:
        for name in (kind, *OTHERWISE):
            if step := WEIGHTS[name][0](chance, picks):
                chance.play.count("steps")
                await step
                break


async def _end(play: Play) -> None:
    await play.drain()
    await play.settled.look_everywhere()
    await play.try_everything()
    play.count("examples")
    for _, one in play.record.invited_copies():
        play.count(f"invitations: {one['kind']} {one['status']}")
    for copy in play.copies.values():
        what = "mirrors" if copy.get("mirror") else "referrals"
        play.count(f"{what}: {copy['outcome'] or copy['stage']}")


def _targets(source: Stored) -> list[str]:
    return [event["target"]["id"] for event in source.document["outbox"]]


def _one(these: Any, pick: int) -> Any:
    return these[pick % len(these)]
