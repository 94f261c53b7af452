"""The contacts lists of an offer: read the one in force, see what changed, confirm, discard, undo."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Final

from shared.domain.errors import Changed, Unreadable
from shared.domain.offers import contact_lists as lists
from shared.domain.offers.contact import Contact
from shared.domain.offers.offer import ActiveImport, Offer
from shared.domain.offers.readiness.limits import Limits
from shared.domain.organizations.organization import Caller
from shared.parsing.contacts_text import contacts_text, header_text
from shared.services.offering.visible import Seen
from shared.services.offering.writing import change_offer, require_offer
from shared.services.paging import Listed, cursor, limit_of, read_cursor
from shared.services.ports import BlobStore, Clock, DocumentStore
from shared.services.uploads.contact_chunks import read_chunk, read_chunks
from shared.services.uploads.contact_diffs import ContactDiffs

SORT: Final = "file"
_POSITION: Final = re.compile(r"([0-9]{1,6})\.([0-9]{1,4})")


class ContactLists:
    def __init__(self, store: DocumentStore, blobs: BlobStore, clock: Clock, readiness: Limits) -> None:
        self._readiness = readiness
        self._store = store
        self._clock = clock
        self._diffs = ContactDiffs(store, blobs)

    async def list(self, seen: Seen, limit: str | None = None, after: str | None = None) -> Listed:
        """Some contacts of the list in force, in the file's order. A list that is replaced meanwhile can be read to its
        end by its own people for a day. Raises Invalid, Unreadable, StoreUnavailable.
        """
        most, offer_id = limit_of(limit), str(seen.document["id"])
        of, (chunk, at) = seen.document["activeImport"], (0, 0)
        if after:
            of, chunk, at = _gone_on(seen, *read_cursor(after, SORT, {"offer": offer_id}))
        items: list[dict[str, Any]] = []
        chunks = of["chunks"] if of else 0
        while chunk < chunks and len(items) < most:
            rows = await read_chunk(self._store, seen.owner_id, of["importId"], chunk)
            some = rows[at : at + most - len(items)]
            items += some
            chunk, at = (chunk + 1, 0) if at + len(some) >= len(rows) else (chunk, at + len(some))
        go_on = cursor(SORT, {"offer": offer_id}, of["importId"], f"{chunk}.{at}") if chunk < chunks else None
        return Listed(items, go_on)

    async def export(self, seen: Seen, language: str | None) -> bytes:
        """The contacts in force as CSV in UTF-8, safe to open in a spreadsheet; only a header where there are none.

        Raises StoreUnavailable.
        """
        chunks = read_chunks(self._store, seen.owner_id, seen.document["activeImport"])
        pieces = [contacts_text(map(Contact.from_document, rows), language).encode() async for rows in chunks]
        return b"".join([header_text(language).encode(), *pieces])

    async def diff(self, offer: Offer) -> dict[str, Any]:
        """What the list that waits would change, or else what the last import changed.

        Raises NotFound, StoreUnavailable.
        """
        return await self._diffs.read(offer)

    async def confirm(self, offer_id: str, caller: Caller, version: int | None, import_id: str | None = None) -> Offer:
        """Put the list that waits in force; `import_id` says which one the caller has seen.

        Raises NotFound, NotPossible, Changed, StoreUnavailable.
        """

        def confirmed(offer: Offer, by: str, now: datetime) -> Offer:
            pending = offer["pendingImport"]
            if import_id is not None and pending is not None and pending["importId"] != import_id:
                raise Changed("A newer list waits to be confirmed; look at what it changes.")
            return lists.confirmed(offer, by, now)

        return await self._changed(confirmed, offer_id, caller, version)

    async def discard(self, offer_id: str, caller: Caller, version: int | None) -> Offer:
        """Let the list that waits go. Raises NotFound, NotPossible, Changed, StoreUnavailable."""
        return await self._changed(lists.discarded, offer_id, caller, version)

    async def undo(self, offer_id: str, caller: Caller, version: int | None) -> Offer:
        """Put the list before the last import back in force.

        Raises NotFound, NotPossible, Changed, StoreUnavailable.
        """
        return await self._changed(lists.undone, offer_id, caller, version)

    async def _changed(
        self, change: Callable[[Offer, str, datetime], Offer], offer_id: str, caller: Caller, version: int | None
    ) -> Offer:
        decide = partial(self._decide, change, caller.user, version)
        return await change_offer(self._store, caller.organization_id, offer_id, decide, limits=self._readiness)

    def _decide(
        self, change: Callable[[Offer, str, datetime], Offer], by: str, version: int | None, offer: Offer | None
    ) -> tuple[Offer, Offer]:
        after = change(require_offer(offer, version), by, self._clock())
        return after, after


def _gone_on(seen: Seen, import_id: str, position: str) -> tuple[ActiveImport, int, int]:
    """The import a cursor goes on in, and where. Only the offer's own people see more than the list in force."""
    own = ("activeImport", "previousImport", "pendingImport") if seen.view == "own" else ("activeImport",)
    known = {each["importId"]: each for each in map(seen.document.get, own) if each}
    if import_id not in known or not (found := _POSITION.fullmatch(position)):
        raise Unreadable("The contacts list changed; start again without `after`.", code="wrong_cursor")
    return known[import_id], int(found[1]), int(found[2])
