"""Whether a partner receives leads, and where: by its published profile, at its default location."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from shared.domain.organizations.organization import Organization
from shared.services.ports import ORGANIZATIONS, Document, DocumentStore

PUBLISHED: Final = "directory"
"""The partition of the published profiles; an organization's has its id."""


class PublishedProfiles:
    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def entry(self, organization_id: str) -> Document | None:
        """The published profile of an organization; None where it has none."""
        stored = await self._store.get(ORGANIZATIONS, PUBLISHED, organization_id)
        return stored.document if stored else None


class DefaultLocations:
    async def location_for(
        self, organization: Organization, *, country: str, solutions: Sequence[Mapping[str, Any]]
    ) -> str | None:
        """The organization's default location, whatever it is about."""
        return organization.default_location
