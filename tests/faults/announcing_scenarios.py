"""What is interrupted after a change: people and programs are told, and the response record counts."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import orjson

from shared.bootstrap import Services
from shared.domain.insights import record
from shared.domain.organizations import person
from shared.domain.organizations.organization import Caller, Role
from shared.domain.referrals.announcing import news
from shared.domain.referrals.referral import upgraded
from shared.services.ports import NOTIFICATIONS, ORGANIZATIONS, REFERRALS
from tests.faults.invariants import ORGANIZATIONS as OWNERS
from tests.faults.invariants import all_documents, all_referrals
from tests.faults.scenarios import DUE, InterruptedReferrals, announce
from tests.faults.world import services_on
from tests.scale.engagements import NOW, PARTNERS, SELLER

PEOPLE: Final = (Caller(PARTNERS[0], "contoso-admin", frozenset({Role.REFERRALS_ADMIN})), SELLER)
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class InterruptedAnnouncements:
    """`calls` is how many store calls telling and counting make at least."""

    calls: int

    async def prepare(self, folder: Path) -> None:
        """Referrals with news, in organizations with people; and what an uninterrupted run makes of them."""
        await InterruptedReferrals(announce, 0, bool).prepare(folder)
        services = services_on(folder)
        for caller in PEOPLE:
            await services.store.insert(ORGANIZATIONS, person.created(caller, sorted(caller.roles), NOW))
        await services.close()
        calm = folder.parent / "calm"
        shutil.copytree(folder, calm)
        services = services_on(calm)
        await self.run(services)
        (folder / "expected.json").write_bytes(orjson.dumps(await what_came_of_it(services)))
        await services.close()

    async def run(self, services: Services) -> None:
        """What is interrupted."""
        await announce(services, "")

    async def assert_recovers(self, folder: Path) -> None:
        """A fresh start follows up the rest; everybody was told once, and everything was counted once."""
        services = services_on(folder)
        while (await services.announcements.announce()).done:
            continue
        assert await what_came_of_it(services) == orjson.loads((folder / "expected.json").read_bytes())
        for document in await all_referrals(services.store):
            assert news(upgraded(document)) == []
            assert document["noticeAt"] is None
        await services.close()


async def what_came_of_it(services: Services) -> Facts:
    """Every notice by its id, and the figures of every record."""
    told = [one["id"] for owner in OWNERS for one in await all_documents(services.store, NOTIFICATIONS, owner)]
    assert max(Counter(told).values()) == 1
    assert len(told) > DUE
    figures: Facts = {}
    for owner in OWNERS:
        stored = await services.store.get(ORGANIZATIONS, owner, record.ID)
        if stored is not None:
            kept = cast(Facts, stored.document)
            figures[owner] = {"total": kept["total"], "by": kept["by"]}
            for id in kept["inFlight"]:
                assert await services.store.get(REFERRALS, owner, id) is not None
    assert figures["contoso"]["total"]["received"] > DUE
    return {"told": sorted(told), "figures": figures}


ANNOUNCING_SCENARIOS: Final = {"announce": InterruptedAnnouncements(40)}
