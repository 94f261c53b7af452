"""What is interrupted in the life of a referral, on a small world in which every kind of event is under way."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, cast

import orjson

from shared.bootstrap import Services
from shared.domain.engagements import invitations
from shared.domain.errors import NotPossible
from shared.domain.organizations.organization import Caller, Role
from shared.domain.referrals import stage_changes
from shared.domain.referrals.commands import Accept, AddNote, CreateDeal, Decline, SendOpportunity, Win
from shared.domain.referrals.document import Referral
from shared.services.ports import REFERRALS, Document
from tests.faults.invariants import all_referrals, assert_settled, counted
from tests.faults.world import services_on, with_organizations
from tests.functions.deals import a_customer, a_deal_with_help, an_acceptance, an_opportunity
from tests.scale.engagements import NOW, PARTNERS, SELLER, WINDOW, Engagement, just_sent, sent_and_received

CONTOSO: Final = Caller(PARTNERS[0], "contoso-admin", frozenset({Role.REFERRALS_ADMIN}))
KEY: Final = "asked-once"
NEW: Final = "Made while the lights went out"
CUSTOMER: Final = a_customer(name="Contoso SA", dunsNumber="123456789")
"""The same in every process: whoever asks again asks for the same."""
DUE: Final = 3
YESTERDAY: Final = NOW - timedelta(days=1)

Run = Callable[[Services, str], Awaitable[object]]
"""Given contoso's copy that waits for its answer."""


@dataclass(frozen=True, slots=True)
class InterruptedReferrals:
    """`act` is interrupted, and repeated by whoever asked; `leaves` looks for its trace in everything stored.

    `calls` is how many store calls it makes at least, so that a test that interrupts none is found out.
    """

    act: Run
    calls: int
    leaves: Callable[[list[Document]], bool]

    async def prepare(self, folder: Path) -> None:
        """Due and not due, to be delivered, to be told and to be taken back: a few of each, none of it under way."""
        services = services_on(folder)
        await with_organizations(services.store)
        waiting = sent_and_received(0, YESTERDAY)
        for referral in _world(waiting):
            await services.store.insert(REFERRALS, cast(dict[str, Any], referral))
        await services.close()
        (folder / "waiting.json").write_bytes(orjson.dumps(waiting.copy["id"]))

    async def run(self, services: Services) -> None:
        """What is interrupted."""
        await self.act(services, orjson.loads((services.settings.local_data / "waiting.json").read_bytes()))

    async def assert_recovers(self, folder: Path) -> None:
        """A fresh start finishes what was begun; whoever asked asks again; both times everything is as it must be."""
        services = services_on(folder)
        assert_settled(await drained(services))
        with contextlib.suppress(NotPossible):
            await self.run(services)
        referrals = await drained(services)
        assert_settled(referrals)
        assert self.leaves(referrals)
        await services.close()


def _world(waiting: Engagement) -> Iterable[Referral]:
    yield from (waiting.sent, waiting.copy)
    for number in range(DUE):
        due = sent_and_received(number, NOW - WINDOW - timedelta(hours=1))
        yield from (due.sent, due.copy)
    for number in range(2):  # to be delivered
        yield just_sent(number, YESTERDAY)
    answered = sent_and_received(0, YESTERDAY)  # to be told
    accepted = stage_changes.accepted(answered.copy, Accept.model_validate(an_acceptance()), CONTOSO, YESTERDAY)
    yield from (answered.sent, accepted)
    wanted = sent_and_received(0, YESTERDAY)  # to be taken back
    yield from (stage_changes.won(wanted.sent, Win(), SELLER, YESTERDAY), wanted.copy)
    begun = just_sent(0, YESTERDAY)  # the copy was made, its receipt was not
    (event,) = begun["outbox"]
    yield from (
        begun,
        invitations.received(
            event["target"], event["payload"], begun["id"], 1, YESTERDAY, invitations.Reception(WINDOW)
        ),
    )


async def drained(services: Services) -> list[Document]:
    """Everything stored once both timers have nothing more to do."""
    assert not (await services.expiry.expire_unanswered()).failed
    while (report := await services.delivery.deliver()).done:
        assert not report.failed
    return await all_referrals(services.store)


async def create(services: Services, _: str) -> object:
    command = CreateDeal.model_validate(a_deal_with_help(name=NEW, customer=CUSTOMER))
    return await services.referrals.create(command, CONTOSO, KEY)


async def send(services: Services, _: str) -> object:
    command = SendOpportunity.model_validate(an_opportunity(name=NEW, customer=CUSTOMER))
    return await services.referrals.send_opportunity(command, SELLER, KEY)


async def accept(services: Services, id: str) -> object:
    return await services.referrals.accept(id, Accept.model_validate(an_acceptance(name=NEW)), CONTOSO)


async def decline(services: Services, id: str) -> object:
    return await services.referrals.decline(id, Decline(reason=8, notes=NEW), CONTOSO)


async def win(services: Services, id: str) -> object:
    """The seller's own deal: the invitation is taken back."""
    copy = await services.referrals.read(id, CONTOSO)
    return await services.referrals.win((copy["sender"] or {})["referralId"], Win(), SELLER)


async def note(services: Services, id: str) -> object:
    return await services.referrals.add_note(id, AddNote(text=NEW), CONTOSO, key=KEY)


async def expire(services: Services, _: str) -> object:
    return await services.expiry.expire_unanswered()


async def deliver(services: Services, _: str) -> object:
    return await services.delivery.deliver()


async def announce(services: Services, _: str) -> object:
    return await services.announcements.announce()


def _once(what: Callable[[Document], int]) -> Callable[[list[Document]], bool]:
    return lambda referrals: sum(map(what, referrals)) == 1


_own_deal = _once(lambda r: r["name"] == NEW and r["direction"] == "outgoing")
_declined = _once(lambda r: r["reasonNotes"] == NEW and r["outcome"] == "declined")

REFERRAL_SCENARIOS: Final = {
    "create": InterruptedReferrals(create, 2, _own_deal),
    "send": InterruptedReferrals(send, 2, _own_deal),
    "accept": InterruptedReferrals(accept, 2, _once(lambda r: r["name"] == NEW and r["stage"] == "accepted")),
    "decline": InterruptedReferrals(
        decline, 2, _once(lambda r: r["reasonNotes"] == NEW and r["outcome"] == "declined")
    ),
    "win": InterruptedReferrals(win, 3, lambda referrals: counted(referrals, "outcome")["won"] == 2),
    "note": InterruptedReferrals(note, 2, _once(lambda r: sum(entry["text"] == NEW for entry in r["noteEntries"]))),
    "expire": InterruptedReferrals(expire, DUE + 2, lambda referrals: counted(referrals, "outcome")["expired"] == DUE),
    "deliver": InterruptedReferrals(deliver, 14, lambda referrals: counted(referrals, "outcome")["withdrawn"] >= 1),
}
