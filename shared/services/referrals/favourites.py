"""Favourites: one document per (organization, user), apart from the referrals, so a heart changes no referral."""

from __future__ import annotations

from shared.domain.errors import TooFull, Unavailable
from shared.domain.ids import derived_id
from shared.domain.instants import instant
from shared.domain.lists import MAX_FAVOURITES
from shared.domain.organizations.organization import Caller
from shared.services.ports import WORK, Clock, Document, DocumentStore, Stored
from shared.services.writing import written

ATTEMPTS = 5


class Favourites:
    def __init__(self, store: DocumentStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of(self, caller: Caller) -> frozenset[str]:
        """The ids the caller has marked."""
        stored = await self._read(caller)
        return frozenset(stored.document["ids"]) if stored else frozenset()

    async def mark(self, id: str, caller: Caller) -> None:
        """Marking what is marked changes nothing. Raises TooFull past the limit."""
        await self._change(caller, id, marked=True)

    async def unmark(self, id: str, caller: Caller) -> None:
        await self._change(caller, id, marked=False)

    async def _change(self, caller: Caller, id: str, *, marked: bool) -> None:
        for _ in range(ATTEMPTS):
            stored = await self._read(caller)
            ids: list[str] = stored.document["ids"] if stored else []
            if (id in ids) is marked:
                return
            after = [*ids, id] if marked else [other for other in ids if other != id]
            if len(after) > MAX_FAVOURITES:
                raise TooFull(f"At most {MAX_FAVOURITES} favourites; unmark one first.", code="too_many_favourites")
            if await self._write(caller, stored, after):
                return
        raise Unavailable("Your favourites are being changed from elsewhere; try again.")

    async def _write(self, caller: Caller, stored: Stored | None, ids: list[str]) -> bool:
        after = {**stored.document, "ids": ids} if stored else self._new(caller, ids)
        return await written(self._store, WORK, stored, after)

    async def _read(self, caller: Caller) -> Stored | None:
        return await self._store.get(WORK, caller.organization_id, _id(caller))

    def _new(self, caller: Caller, ids: list[str]) -> Document:
        return {
            "schema": 1,
            "id": _id(caller),
            "organizationId": caller.organization_id,
            "type": "favourites",
            "createdAt": instant(self._clock()),
            "ids": ids,
        }


def _id(caller: Caller) -> str:
    return derived_id("favourites", caller.organization_id, caller.user)
