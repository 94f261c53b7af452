"""The passages of published documents, where others than their owner may look them up: copies in partition `published`.

A copy has the id of the passage it was made from, so that whoever makes it twice makes one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.domain.documents.passage import PASSAGE, texts_of
from shared.domain.offers.published import PUBLISHED
from shared.services.ports import DOCUMENTS, ChangedMeanwhile, Document, DocumentStore, Query, Where
from shared.services.writing import written

PAGE: Final = 200
AT_ONCE: Final = 16


@dataclass(frozen=True, slots=True)
class Synced:
    """How many passages were written, and how many taken away; both are 0 where all was as it should be."""

    copied: int
    removed: int


def passages_query(offer_id: str, after: tuple[str, str] | None = None) -> Query:
    """The passages of one offer's documents, the oldest first."""
    where = (Where("kind", "eq", PASSAGE), Where("offerId", "eq", offer_id))
    return Query(where, limit=PAGE, after=after)


class PublishedTexts:
    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def sync(self, organization_id: str, offer_id: str, documents: Mapping[str, Any]) -> Synced:
        """Make what can be looked up the passages of these documents (an offer's published `documents`) and no others.

        What is right already is left alone, so a run after a crash goes on where that one was; without documents all
        goes. Raises StoreUnavailable.
        """
        texts = texts_of(documents)
        there = {each["id"]: each async for each in self._passages(PUBLISHED, offer_id)}
        right = {id for id, each in there.items() if texts.get(each["documentId"]) == each["uploadId"]}
        wanted = [
            each["id"]
            async for each in self._passages(organization_id, offer_id)
            if texts.get(each["documentId"]) == each["uploadId"] and each["id"] not in right
        ]
        copied = await _counted(self._copy(organization_id, id, texts) for id in wanted)
        removed = await _counted(self._remove(id, texts) for id in there.keys() - right - set(wanted))
        return Synced(copied, removed)

    async def _passages(self, organization_id: str, offer_id: str) -> AsyncIterator[Document]:
        after = None
        while True:
            page = await self._store.find(DOCUMENTS, organization_id, passages_query(offer_id, after))
            for each in page.items:
                yield each
            if not page.more:
                return
            after = (page.items[-1]["createdAt"], page.items[-1]["id"])

    async def _copy(self, organization_id: str, id: str, texts: Mapping[str, str]) -> bool:
        """False where its document was replaced meanwhile, or another run was faster."""
        source = await self._store.get(DOCUMENTS, organization_id, id)
        if source is None or not _is_of(texts, source.document):
            return False
        there = await self._store.get(DOCUMENTS, PUBLISHED, id)
        copy = {**source.document, "organizationId": PUBLISHED, "publisherId": organization_id}
        if there is not None and there.document == copy:
            return False
        return await written(self._store, DOCUMENTS, there, copy)

    async def _remove(self, id: str, texts: Mapping[str, str]) -> bool:
        """False where it is gone, or right, by now."""
        there = await self._store.get(DOCUMENTS, PUBLISHED, id)
        if there is None or _is_of(texts, there.document):
            return False
        try:
            await self._store.delete(there, DOCUMENTS)
        except ChangedMeanwhile:
            return False
        return True


def _is_of(texts: Mapping[str, str], passage: Document) -> bool:
    return bool(texts.get(passage["documentId"]) == passage["uploadId"])


async def _counted(doing: Iterable[Awaitable[bool]]) -> int:
    """How many were true; at most `AT_ONCE` at the same time."""
    todo, count = list(doing), 0
    for start in range(0, len(todo), AT_ONCE):
        count += sum(await asyncio.gather(*todo[start : start + AT_ONCE]))
    return count
