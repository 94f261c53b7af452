"""Many events for one referral in one run, and an event that cannot be understood beside one that can."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from shared.bootstrap import Services
from shared.domain.engagements import invitations
from shared.domain.ids import new_id
from shared.domain.referrals import deal
from shared.domain.referrals.commands import SendOpportunity
from shared.domain.referrals.document import Referral
from shared.domain.referrals.referral import indexed
from shared.services.ports import REFERRALS, Document
from tests.faults.invariants import all_referrals, assert_settled, counted
from tests.faults.world import services_on, with_organizations
from tests.functions.deals import an_opportunity
from tests.scale.engagements import NOW, PARTNERS, SELLER, WINDOW

MANY = 48  # the most a deal holds is 50


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    opened = services_on(tmp_path)
    await with_organizations(opened.store)
    yield opened
    await opened.close()


def inviting(count: int) -> Referral:
    """A seller's deal that invites so many, the three partners in turn."""
    command = SendOpportunity.model_validate(an_opportunity(estimatedCloseDate="2027-09-30"))
    sent = deal.created(command, new_id(NOW), SELLER, NOW)
    for number in range(count):
        partner = PARTNERS[number % len(PARTNERS)]
        invited = invitations.invited(sent, partner, invitations.Asked("opportunity", "The Vendor", []), NOW)
        sent = indexed(cast(Referral, {**sent, **invited}))
    return sent


async def stored(services: Services, referral: Referral) -> None:
    await services.store.insert(REFERRALS, cast(dict[str, Any], referral))


async def test_answers_that_meet_at_one_sender_are_all_told_in_one_run(tmp_path: Path, services: Services) -> None:
    """All expire at the same instant, and sixteen at a time reach for the sender's copy."""
    await stored(services, inviting(MANY))
    assert (await services.delivery.deliver()).done == MANY
    later = services_on(tmp_path, NOW + WINDOW + timedelta(seconds=1))
    assert (await later.expiry.expire_unanswered()).done == MANY
    report = await later.delivery.deliver()
    assert report.as_facts() == {"done": MANY, "skipped": {}, "failed": {}, "remaining": False}
    assert_settled(await all_referrals(later.store))
    await later.close()


async def test_two_deliverers_of_one_source_deliver_each_of_its_events_once(services: Services) -> None:
    """In one process, on the same instant."""
    await stored(services, inviting(MANY))
    await asyncio.gather(services.delivery.deliver(), services.delivery.deliver())
    referrals = await all_referrals(services.store)
    assert counted(referrals, "direction") == {"incoming": MANY, "outgoing": 1}
    assert_settled(referrals)


async def test_an_event_that_cannot_be_understood_holds_back_only_its_own_target(services: Services) -> None:
    """Whatever is wrong with it counts as an attempt; the other targets get theirs (DESIGN section 3, "The outbox")."""
    sent = inviting(3)
    del sent["outbox"][0]["payload"]["customer"]
    await stored(services, sent)
    await services.delivery.deliver()
    (source,) = [referral for referral in await all_referrals(services.store) if not referral["sender"]]
    assert [status(source, n) for n in range(3)] == ["sending", "pending", "pending"]
    (event,) = source["outbox"]
    assert event["attempts"] == 1
    assert event["notBefore"] > source["createdAt"]


def status(source: Document, number: int) -> str:
    return str(source["invitations"][number]["status"])
