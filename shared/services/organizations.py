"""Who takes part: organizations by id, and the organization a signed-in tenant belongs to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from shared.domain.organization import Organization
from shared.services.ports import ORGANIZATIONS, Clock, Document, DocumentStore

REMEMBERED: Final = timedelta(seconds=60)


class Organizations:
    """Point reads, remembered for a minute: organizations change rarely and every call needs one."""

    def __init__(self, store: DocumentStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known: dict[str, tuple[datetime, Document]] = {}

    async def of_tenant(self, tenant_id: str) -> Organization | None:
        """The organization whose people sign in through this directory, or None."""
        mapping = await self._read(f"tenant:{tenant_id}")
        return await self.get(mapping["mapsTo"]) if mapping else None

    async def get(self, id: str) -> Organization | None:
        document = await self._read(id)
        if document is None:
            return None
        return Organization(document["id"], document["name"], document["kind"], document["country"])

    async def _read(self, id: str) -> Document | None:
        now = self._clock()
        known = self._known.get(id)
        if known is not None and now - known[0] < REMEMBERED:
            return known[1]
        stored = await self._store.get(ORGANIZATIONS, id, id)
        if stored is None:
            return None
        self._known[id] = (now, stored.document)
        return stored.document
