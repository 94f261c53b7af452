"""The automatic validation of a publication: what it says, and whether the files it names are there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shared.domain.offers.publishing import problem, problems
from shared.domain.offers.readiness.limits import Limits
from shared.domain.offers.reference import Reference, unknown
from shared.services.ports import CONTACTS, DERIVED_CONTAINER, BlobStore, DocumentStore


class OfferValidation:
    def __init__(
        self, store: DocumentStore, blobs: BlobStore, limits: Limits, reference: Callable[[], Reference]
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._limits = limits
        self._reference = reference

    async def problems(self, organization_id: str, content: Mapping[str, Any]) -> list[dict[str, str]]:
        """What is wrong with the content of a publication; nothing where it may come in force. Raises
        StoreUnavailable."""
        found = problems(content, self._limits)
        found += [problem(each.field, each.code, each.message) for each in unknown(self._reference(), content)]
        found += await self._contacts(organization_id, content)
        return found + await self._documents(content)

    async def _contacts(self, organization_id: str, content: Mapping[str, Any]) -> list[dict[str, str]]:
        active = content["activeImport"]
        if active is None or await self._store.get(CONTACTS, organization_id, active["importId"]) is not None:
            return []
        return [problem("contacts", "file_missing", "The contacts list is not there any more; upload it again.")]

    async def _documents(self, content: Mapping[str, Any]) -> list[dict[str, str]]:
        every = [
            (kind, each)
            for kind, held in content["documents"].items()
            for each in (held if isinstance(held, list) else [held])
        ]
        gone = [(kind, each) for kind, each in every if each.get("filePath") and not await self._is_there(each)]
        return [
            problem(
                f"documents.{kind}", "file_missing", f"“{each['fileName']}” is not there any more; upload it again."
            )
            for kind, each in gone
        ]

    async def _is_there(self, reference: Mapping[str, Any]) -> bool:
        return await self._blobs.head(DERIVED_CONTAINER, reference["filePath"]) is not None
