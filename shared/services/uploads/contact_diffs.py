"""What a contacts list changes in the one in force: compared chunk by chunk, told in `derived` with its first rows."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, cast

import orjson

from shared.domain.errors import NotFound
from shared.domain.offers.contact_diff import SHOWN, Comparison, Counts
from shared.domain.offers.offer import ActiveImport, Offer
from shared.services.ports import (
    DERIVED_CONTAINER,
    BlobChanged,
    BlobMissing,
    BlobStore,
    DocumentStore,
    StoreUnavailable,
)
from shared.services.uploads.contact_chunks import read_chunks


def diff_path(organization_id: str, offer_id: str, import_id: str) -> str:
    """Where in `derived` the rows of an import's diff are."""
    return f"{organization_id}/{offer_id}/contacts/{import_id}-diff.json"


@dataclass(frozen=True, slots=True)
class Diff:
    """`base` is the id of the import it is a change of, None of no list; `is_same`: it changes nothing at all."""

    base: str | None
    counts: Counts
    is_same: bool
    shown: dict[str, list[Any]]

    def facts(self) -> dict[str, Any]:
        """For the import that is stored with the offer."""
        return {"base": self.base, **self.counts}


class ContactDiffs:
    def __init__(self, store: DocumentStore, blobs: BlobStore) -> None:
        self._store = store
        self._blobs = blobs

    async def compared(
        self, owner: str, new: ActiveImport, base: ActiveImport | None, added: Comparison | None = None
    ) -> Diff:
        """What `new` changes in `base`; `added` has gone over the new list already. Raises StoreUnavailable."""
        comparison = added or Comparison()
        if added is None:
            async for rows in read_chunks(self._store, owner, new):
                comparison.add(rows)
        async for rows in read_chunks(self._store, owner, base, gaps=True):  # a damaged list can be replaced
            comparison.meet(rows)
        counts, is_same = await asyncio.to_thread(comparison.counts), comparison.is_same  # 100,000 rows: tens of ms
        await self._show(owner, new, comparison)
        return Diff(base["importId"] if base else None, counts, is_same, comparison.shown)

    async def _show(self, owner: str, new: ActiveImport, comparison: Comparison) -> None:
        await asyncio.to_thread(comparison.start_showing)
        if comparison.is_shown:
            return
        async with aclosing(read_chunks(self._store, owner, new)) as chunks:
            async for rows in chunks:
                comparison.show(rows)
                if comparison.is_shown:
                    return

    async def keep(self, offer: Offer, new: ActiveImport, diff: Diff) -> None:
        """For `read`. Raises StoreUnavailable, OSError."""
        told = {"importId": new["importId"], "base": diff.base, "counts": diff.counts, **diff.shown}
        path = diff_path(offer["organizationId"], offer["id"], new["importId"])
        await self._blobs.write(DERIVED_CONTAINER, path, await asyncio.to_thread(orjson.dumps, told))

    async def read(self, offer: Offer) -> dict[str, Any]:
        """What the list that waits would change, or else what the last import changed.

        Raises NotFound, StoreUnavailable.
        """
        new, base = _subject(offer)
        told = await self._kept(offer, new)
        if told is None or told["base"] != base:
            told = await self._told_now(offer, new, base)
        about = {key: new[key] for key in ("importId", "uploadId", "path", "contacts", "sourceModifiedAt")}
        return {**told, "pending": offer["pendingImport"] is not None, "import": about, "most": SHOWN}

    async def _told_now(self, offer: Offer, new: ActiveImport, base: str | None) -> dict[str, Any]:
        known = {kept["importId"]: kept for kept in (offer["activeImport"], offer["previousImport"]) if kept}
        if base is not None and base not in known:
            raise NotFound("The list before is not kept any more, so nothing can be compared.", code="no_diff")
        diff = await self.compared(offer["organizationId"], new, known[base] if base else None)
        await self.keep(offer, new, diff)
        return {"importId": new["importId"], "base": base, "counts": diff.counts, **diff.shown}

    async def _kept(self, offer: Offer, new: ActiveImport) -> dict[str, Any] | None:
        path = diff_path(offer["organizationId"], offer["id"], new["importId"])
        facts = await self._blobs.head(DERIVED_CONTAINER, path)
        if facts is None:
            return None
        try:
            content = b"".join([piece async for piece in self._blobs.read(DERIVED_CONTAINER, path, facts.etag)])
        except BlobMissing:
            return None
        except BlobChanged:
            raise StoreUnavailable("the comparison is being written") from None
        return cast(dict[str, Any], orjson.loads(content))


def _subject(offer: Offer) -> tuple[ActiveImport, str | None]:
    """The import to tell of, and the id of the one it is a change of."""
    active, previous, pending = offer["activeImport"], offer["previousImport"], offer["pendingImport"]
    if pending is not None:
        return pending, active["importId"] if active else None
    if active is None:
        raise NotFound("No contacts were imported yet.", code="no_diff")
    base = previous["importId"] if previous else None
    return active, active.get("diff", {}).get("base", base) if previous is None else base
