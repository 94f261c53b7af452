"""The record of an upload while it is worked on. Two runs of one upload may write it at once; a final status stays."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Final, cast

from shared.domain.instants import instant
from shared.domain.offers.upload import FINAL, Status, Upload
from shared.services.ports import (
    UPLOADS,
    AlreadyExists,
    ChangedMeanwhile,
    Clock,
    Document,
    DocumentStore,
    Stored,
    StoreUnavailable,
)

ATTEMPTS: Final = 5
PROGRESS_EVERY: Final = 1.0  # seconds


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an upload: its final status, for a refusal the code and what to do, and more of the record."""

    status: Status
    code: str | None = None
    detail: str | None = None
    values: dict[str, Any] = field(default_factory=dict)


class UploadRecord:
    """One stored record and the writes to it."""

    def __init__(self, store: DocumentStore, clock: Clock, stored: Stored) -> None:
        self._store = store
        self._clock = clock
        self._stored = stored
        self._told_at = float("-inf")

    @classmethod
    async def opened(cls, store: DocumentStore, clock: Clock, new: Upload) -> UploadRecord:
        """The record of `new`'s id: stored now, or as it was stored before. Raises StoreUnavailable."""
        try:
            stored = await store.insert(UPLOADS, cast(Document, new))
        except AlreadyExists:
            known = await store.get(UPLOADS, new["organizationId"], new["id"])
            if known is None:
                raise StoreUnavailable("an upload's record is there and is not") from None
            stored = known
        return cls(store, clock, stored)

    @property
    def upload(self) -> Upload:
        return cast(Upload, self._stored.document)

    @property
    def is_final(self) -> bool:
        return self.upload["status"] in FINAL

    async def write(self, values: dict[str, Any]) -> None:
        """Set `values`, unless somebody else gave the record a final status. Raises StoreUnavailable."""
        for _ in range(ATTEMPTS):
            if self.is_final:
                return
            after = {**self._stored.document, **values, "updatedAt": instant(self._clock())}
            try:
                self._stored = await self._store.replace(self._stored, UPLOADS, after)
            except ChangedMeanwhile:
                await self._read_again()
            else:
                return
        raise StoreUnavailable("an upload's record is written by many at once")

    async def settle(self, outcome: Outcome) -> None:
        """Give the record its final status. Raises StoreUnavailable."""
        told = {"status": outcome.status, "code": outcome.code, "detail": outcome.detail, "lastError": None}
        await self.write({**outcome.values, **told})

    async def progress(self, rows: int, of: int) -> None:
        """Say how far it is, at most once a second. Raises StoreUnavailable."""
        now = asyncio.get_running_loop().time()
        if now - self._told_at >= PROGRESS_EVERY:
            self._told_at = now
            await self.write({"progress": {"rows": rows, "of": of}})

    async def fail(self, why: str) -> None:
        """Note a storage fault; the next run tries again. Raises StoreUnavailable."""
        await self.write({"status": "failed", "attempts": self.upload["attempts"] + 1, "lastError": why[:500]})

    async def _read_again(self) -> None:
        document = self._stored.document
        found = await self._store.get(UPLOADS, document["organizationId"], document["id"])
        if found is None:
            raise StoreUnavailable("an upload's record went away")
        self._stored = found
