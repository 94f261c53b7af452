"""What an organization did with requests like this one before, and whether this one fits it."""

from __future__ import annotations

from typing import Any, Final, cast

from shared.domain.insights import record as records
from shared.domain.insights.contribution import is_counted
from shared.domain.insights.fit import Fit
from shared.domain.insights.likeness import Alike, is_answered, most_alike
from shared.domain.insights.record import Record
from shared.domain.insights.traits import labels_of, traits_of
from shared.domain.referrals.document import Referral
from shared.services.ports import ORGANIZATIONS, REFERRALS, Document, DocumentStore, Query, Where

MOST: Final = 10
LOOKED_AT: Final = 200
"""Answered referrals of each kind that are compared, the newest: what was long ago tells less of what fits today."""


class Similar:
    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def fits(self, referral: Referral) -> Fit | None:
        """Whether a referral that was received fits its organization; None for all others. Raises StoreUnavailable."""
        if not is_counted(referral) or referral["stage"] != "received":
            return None
        return records.fit(await self._record(referral["organizationId"]), referral)

    async def to(self, referral: Referral) -> list[Alike]:
        """The answered referrals of the same organization that are most like this one. Raises StoreUnavailable."""
        answered = [
            row
            for kind in ("deal", "lead")
            for row in await self._answered(kind, referral["organizationId"])
            if row["id"] != referral["id"] and is_answered(row)
        ]
        document = cast(dict[str, Any], referral)
        return most_alike(traits_of(document), answered, labels_of(document), MOST)

    async def _answered(self, kind: str, organization_id: str) -> list[Document]:
        return (await self._store.find(REFERRALS, organization_id, answered_query(kind))).items

    async def _record(self, organization_id: str) -> Record | None:
        stored = await self._store.get(ORGANIZATIONS, organization_id, records.ID)
        return cast(Record, stored.document) if stored else None


def answered_query(kind: str) -> Query:
    """The newest of what an organization was sent and is not waiting any more."""
    stages = Where("stage", "in", ("accepted", "archived"))
    where = (Where("kind", "eq", kind), Where("direction", "eq", "incoming"), stages)
    return Query(where, "createdAt", descending=True, limit=LOOKED_AT)
