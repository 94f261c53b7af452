"""Search over the text of documents: an organization's own, and for the vendor all that are published."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from shared.domain.documents.asked import Asked, read_asked
from shared.domain.documents.passage import texts_of
from shared.domain.documents.ranking import Hit, ranked, reasons
from shared.domain.documents.snippet import snippet
from shared.domain.errors import NotAllowed
from shared.domain.offers.published import PUBLISHED, READERS
from shared.domain.organizations.organization import Caller
from shared.services.documents.candidates import Candidates
from shared.services.paging import cursor, limit_of, read_cursor
from shared.services.ports import OFFERS, Document, DocumentStore

SORT: Final = "score"


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found, the best first. `ranked` passages were looked at; `more` tells that more matched,
    `nearest` that none has every word."""

    items: list[dict[str, Any]]
    after: str | None
    ranked: int
    more: bool
    nearest: bool
    unknown: list[str] = field(default_factory=list)
    """What no document says."""


class DocumentSearch:
    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def search(
        self, given: Mapping[str, str], caller: Caller, limit: str | None = None, after: str | None = None
    ) -> Found:
        """One page of the passages that have what is asked for. Raises Invalid, Unreadable, NotAllowed."""
        whose = _whose(caller)
        asked = read_asked(given)
        most = limit_of(limit)
        past = read_cursor(after, SORT, asked.given) if after else None
        chosen = await Candidates(self._store, whose, asked).chosen()
        hits = await asyncio.to_thread(ranked, chosen.passages, asked)
        rest = [hit for hit in hits if past is None or (hit.key, hit.passage["id"]) > past]
        page, is_more = await _Offers(self._store, whose).page(rest, most)
        last = page[-1][0] if page and is_more else None
        return Found(
            await asyncio.to_thread(lambda: [_item(hit, offer, caller, asked) for hit, offer in page]),
            cursor(SORT, asked.given, last.key, last.passage["id"]) if last else None,
            ranked=len(hits),
            more=chosen.more,
            nearest=chosen.nearest,
            unknown=list(chosen.unknown),
        )


class _Offers:
    """The offers of what was found: each is read once, and says whether a text is still that of its document."""

    def __init__(self, store: DocumentStore, organization_id: str) -> None:
        self._store = store
        self._organization_id = organization_id
        self._known: dict[str, Document | None] = {}

    async def page(self, hits: Sequence[Hit], most: int) -> tuple[list[tuple[Hit, Document]], bool]:
        """The first hits in documents that are in force, and whether there may be more."""
        page: list[tuple[Hit, Document]] = []
        for start in range(0, len(hits), most):
            some = hits[start : start + most]
            await self._read({hit.passage["offerId"] for hit in some} - self._known.keys())
            for n, hit in enumerate(some):
                offer = self._known[hit.passage["offerId"]]
                if offer is not None and _is_in_force(hit, offer):
                    page.append((hit, offer))
                if len(page) == most:
                    return page, start + n + 1 < len(hits)
        return page, False

    async def _read(self, ids: set[str]) -> None:
        wanted = sorted(ids)
        read = await asyncio.gather(*(self._store.get(OFFERS, self._organization_id, id) for id in wanted))
        self._known |= {id: stored.document if stored else None for id, stored in zip(wanted, read, strict=True)}


def _whose(caller: Caller) -> str:
    """Whose passages are looked through. Raises NotAllowed."""
    if caller.organization.kind != "vendor":
        return caller.organization_id
    if not caller.has_any(*READERS):
        raise NotAllowed(f"This needs one of the roles: {', '.join(sorted(READERS))}.")
    return PUBLISHED


def _is_in_force(hit: Hit, offer: Document) -> bool:
    return bool(texts_of(offer["documents"]).get(hit.passage["documentId"]) == hit.passage["uploadId"])


def _item(hit: Hit, offer: Document, caller: Caller, asked: Asked) -> dict[str, Any]:
    passage = hit.passage
    words = {*asked.words, *hit.within.values()}
    pieces = snippet(passage["text"], words)
    return {
        "offer": {
            "id": offer["id"],
            "name": offer["name"],
            "publisherId": offer.get("publisherId", offer["organizationId"]),
            "publisherName": offer.get("publisherName", caller.organization.name),
        },
        "document": {
            "id": passage["documentId"],
            "type": passage["documentType"],
            "fileName": passage["fileName"],
            "title": passage.get("title"),
        },
        "part": passage["part"],
        "snippet": "".join(piece.text for piece in pieces),
        "pieces": [{"text": piece.text, "match": piece.match} for piece in pieces],
        "score": hit.score,
        "reasons": reasons(hit),
        "missing": list(hit.missing),
    }
