"""Which offers somebody may see, and how much of each: every read of what may be another's offer goes through here."""

from __future__ import annotations

from typing import Any, NamedTuple

from shared.domain.errors import NotAllowed, NotFound
from shared.domain.ids import is_legal_id
from shared.domain.offers.offer import stored_offer
from shared.domain.offers.published import PUBLISHED, READERS, View, shown_documents, view_of
from shared.domain.organizations.organization import Caller
from shared.services.offering.writing import NO_SUCH_OFFER
from shared.services.ports import OFFERS, Document, DocumentStore


class Seen(NamedTuple):
    """An offer as somebody may see it: their own document, or the published snapshot, with the documents cut to what
    the view holds. Both have the fields of `offer.Offer` that were published at top level; a snapshot's
    `publisherId` says whose it is."""

    document: dict[str, Any]
    view: View

    @property
    def owner_id(self) -> str:
        """Whose partition has the offer's contacts and documents."""
        return str(self.document["organizationId" if self.view == "own" else "publisherId"])


class VisibleOffers:
    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def offer(self, id: str, caller: Caller) -> Seen:
        """Raises NotFound where there is none that the caller may see, whatever the reason; NotAllowed for the vendor's
        people whose roles do not read what is published."""
        if own := await self._get(caller.organization_id, id):
            return Seen({**stored_offer(own)}, "own")
        if caller.organization.kind == "vendor" and not caller.has_any(*READERS):
            raise NotAllowed(f"This needs one of the roles: {', '.join(sorted(READERS))}.")
        snapshot = await self._get(PUBLISHED, id)
        view = view_of(snapshot, caller) if snapshot else None
        if snapshot is None or view is None or snapshot["publisherId"] == caller.organization_id:
            raise NotFound(NO_SUCH_OFFER)
        return Seen({**snapshot, "documents": shown_documents(snapshot["documents"], view)}, view)

    async def _get(self, organization_id: str, id: str) -> Document | None:
        stored = await self._store.get(OFFERS, organization_id, id) if is_legal_id(id) else None
        return stored.document if stored else None
