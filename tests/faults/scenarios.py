"""What is interrupted, on a small world in which every kind of event is under way; and what must be true afterwards."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

import orjson

from shared.bootstrap import Services, build, organization_documents
from shared.domain import invitations, outbox, stage_changes
from shared.domain.commands import Accept, AddNote, CreateDeal, Decline, SendOpportunity, Win
from shared.domain.errors import NotPossible
from shared.domain.organization import Caller, Role
from shared.domain.referral import Referral
from shared.services.ports import ORGANIZATIONS, REFERRALS, Document
from shared.settings import Settings
from tests.faults.invariants import all_referrals, assert_settled, counted
from tests.functions.deals import a_deal_with_help, an_acceptance, an_opportunity
from tests.functions.desk import ROOT
from tests.scale.engagements import NOW, PARTNERS, SELLER, WINDOW, just_sent, sent_and_received

CONTOSO: Final = Caller(PARTNERS[0], "contoso-admin", frozenset({Role.REFERRALS_ADMIN}))
KEY: Final = "asked-once"
NEW: Final = "Made while the lights went out"
DUE: Final = 3


def services_on(folder: Path, at: datetime = NOW) -> Services:
    return build(Settings(local_data=folder), lambda: at)


async def prepare(folder: Path) -> None:
    """Due and not due, to be delivered, to be told and to be taken back: a few of each, none of it under way."""
    services = services_on(folder)
    for entry in orjson.loads((ROOT / "demo" / "organizations.json").read_bytes()):
        for document in organization_documents(entry, NOW):
            await services.store.insert(ORGANIZATIONS, document)
    for referral in _world():
        await services.store.insert(REFERRALS, cast(dict[str, Any], referral))
    await services.close()


def _world() -> Iterable[Referral]:
    yesterday = NOW - timedelta(days=1)
    for number in range(3):  # waiting for their answers
        waiting = sent_and_received(number * 3, yesterday)
        yield from (waiting.sent, waiting.copy)
    for number in range(DUE):
        due = sent_and_received(number, NOW - WINDOW - timedelta(hours=1))
        yield from (due.sent, due.copy)
    for number in range(2):  # to be delivered
        yield just_sent(number, yesterday)
    answered = sent_and_received(0, yesterday)  # to be told
    accepted = stage_changes.accepted(answered.copy, Accept.model_validate(an_acceptance()), CONTOSO, yesterday)
    yield from (answered.sent, accepted)
    wanted = sent_and_received(0, yesterday)  # to be taken back
    yield from (stage_changes.won(wanted.sent, Win(), SELLER, yesterday), wanted.copy)
    lost = just_sent(0, yesterday)  # made, but its receipt was lost
    (event,) = lost["outbox"]
    yield from (lost, invitations.received(event["target"], event["payload"], lost["id"], 1, yesterday, WINDOW))
    assert outbox.due_events(lost, NOW) == [event]


async def waiting_copies(services: Services) -> list[Document]:
    """Contoso's copies that may be answered and are not being taken back, oldest first; the same at every run."""
    everything = await all_referrals(services.store)
    open_deals = {referral["id"] for referral in everything if not referral["sender"] and not referral["outcome"]}
    yesterday = [r for r in everything if r["sender"] and r["organizationId"] == "contoso" and r["pendingAt"] is None]
    return sorted(
        (r for r in yesterday if r["expiresAt"] > "2027-02" and r["sender"]["referralId"] in open_deals),
        key=lambda r: r["id"],
    )


Run = Callable[[Services, list[Document]], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """`run` is interrupted, and repeated by whoever asked; it is given the waiting copies. `leaves` checks its trace.

    `calls` is how many store calls it makes at least, so that a test that interrupts none is found out.
    """

    run: Run
    calls: int
    leaves: Callable[[list[Document]], bool]


async def create(services: Services, _: list[Document]) -> object:
    command = CreateDeal.model_validate(a_deal_with_help(name=NEW))
    return await services.referrals.create(command, CONTOSO, KEY)


async def send(services: Services, _: list[Document]) -> object:
    command = SendOpportunity.model_validate(an_opportunity(name=NEW))
    return await services.referrals.send_opportunity(command, SELLER, KEY)


async def accept(services: Services, waiting: list[Document]) -> object:
    return await services.referrals.accept(waiting[0]["id"], Accept.model_validate(an_acceptance(name=NEW)), CONTOSO)


async def decline(services: Services, waiting: list[Document]) -> object:
    return await services.referrals.decline(waiting[0]["id"], Decline(reason=8, notes=NEW), CONTOSO)


async def win(services: Services, waiting: list[Document]) -> object:
    """The seller's own deal: the invitation is taken back."""
    return await services.referrals.win(waiting[0]["sender"]["referralId"], Win(), SELLER)


async def note(services: Services, waiting: list[Document]) -> object:
    return await services.referrals.add_note(waiting[0]["id"], AddNote(text=NEW), CONTOSO, key=KEY)


async def expire(services: Services, _: list[Document]) -> object:
    return await services.expiry.expire_unanswered()


async def deliver(services: Services, _: list[Document]) -> object:
    return await services.delivery.deliver()


def _once(what: Callable[[Document], int]) -> Callable[[list[Document]], bool]:
    return lambda referrals: sum(map(what, referrals)) == 1


SCENARIOS: Final = {
    "create": Scenario(create, 2, _once(lambda r: r["name"] == NEW and r["direction"] == "outgoing")),
    "send": Scenario(send, 2, _once(lambda r: r["name"] == NEW and r["direction"] == "outgoing")),
    "accept": Scenario(accept, 2, _once(lambda r: r["name"] == NEW and r["stage"] == "accepted")),
    "decline": Scenario(decline, 2, _once(lambda r: r["reasonNotes"] == NEW and r["outcome"] == "declined")),
    "win": Scenario(win, 2, lambda referrals: counted(referrals, "outcome")["won"] == 2),
    "note": Scenario(note, 2, _once(lambda r: sum(entry["text"] == NEW for entry in r["noteEntries"]))),
    "expire": Scenario(expire, DUE + 2, lambda referrals: counted(referrals, "outcome")["expired"] == DUE),
    "deliver": Scenario(deliver, 12, lambda referrals: counted(referrals, "outcome")["withdrawn"] >= 1),
}


async def drained(services: Services) -> list[Document]:
    """Everything stored once both timers have nothing more to do."""
    assert not (await services.expiry.expire_unanswered()).failed
    while (report := await services.delivery.deliver()).done:
        assert not report.failed
    return await all_referrals(services.store)


async def assert_recovers(folder: Path, scenario: Scenario, target: list[Document]) -> None:
    """A fresh start finishes what was begun; whoever asked asks again; and both times everything is as it must be."""
    services = services_on(folder)
    assert_settled(await drained(services))
    with contextlib.suppress(NotPossible):
        await scenario.run(services, target)
    referrals = await drained(services)
    assert_settled(referrals)
    assert scenario.leaves(referrals)
    await services.close()
