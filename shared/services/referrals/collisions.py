"""Whether a referral looks like business its organization already has; a bounded look (DOMAIN: "Terms", referral)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final, cast

from shared.domain.errors import PossibleDuplicate
from shared.domain.referrals import collisions
from shared.domain.referrals.collisions import LIVE_OUTCOMES, Collision
from shared.domain.referrals.document import Referral
from shared.services.ports import REFERRALS, Clock, DocumentStore, Query, Where

CANDIDATES: Final = 50  # the newest of the same name, and of the same D-U-N-S number
AT_ONCE: Final = 16


class Collisions:
    """Only referrals of the referral's own organization are looked at, so nobody learns of anybody else's."""

    def __init__(self, store: DocumentStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of(self, referral: Referral) -> list[Collision]:
        """The collisions of a referral, newest first, whether it is stored yet or not."""
        now = self._clock()
        ids = await self._candidates(referral, now)
        others: list[Referral] = []
        for start in range(0, len(ids), AT_ONCE):
            reads = (self._store.get(REFERRALS, referral["organizationId"], id) for id in ids[start : start + AT_ONCE])
            others += [cast(Referral, stored.document) for stored in await asyncio.gather(*reads) if stored]
        return [collisions.shown(other) for other in others if collisions.collides(referral, other, now)]

    async def on_receipt(self, referral: Referral) -> Sequence[Collision]:
        """Those of a received referral that waits for its answer; nothing is looked up for any other."""
        return await self.of(referral) if collisions.awaits_answer(referral, self._clock()) else ()

    async def checked(self, new: Referral, *, proceed: bool) -> Referral:
        """The new referral; where it collides and `proceed` says so, with a history that tells. Raises
        PossibleDuplicate."""
        found = await self.of(new)
        if found and not proceed:
            raise PossibleDuplicate(found)
        return collisions.proceeded(new, found)

    async def _candidates(self, referral: Referral, now: datetime) -> list[str]:
        pages = await asyncio.gather(
            *(
                self._store.find(REFERRALS, referral["organizationId"], candidates_query(field, key))
                for field, key in collisions.keys_of(referral).items()
                if key
            )
        )
        found = {item["id"]: item for page in pages for item in page.items}
        newest_first = sorted(found.values(), key=lambda item: (item["createdAt"], item["id"]), reverse=True)
        return [item["id"] for item in newest_first if collisions.may_collide(referral, item, now)]


def candidates_query(field: str, key: str) -> Query:
    """What is live of the same customer, the newest first."""
    where = (Where(field, "eq", key), Where("outcome", "in", LIVE_OUTCOMES))
    return Query(where, "createdAt", descending=True, limit=CANDIDATES)
