"""What a partner says of its business: the draft, its publication in the directory, and what the vendor records of it.

The draft decides and is written first; the directory's copy follows. What broke off in between is mended by doing the
same again: the copy knows which version it was made from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from shared.domain.directory import listing, profile
from shared.domain.directory.profile import PROFILE, Profile
from shared.domain.errors import Changed, NotAllowed, NotFound, PreconditionNeeded, Unavailable
from shared.domain.organizations.organization import Caller
from shared.services.directory.directory import Directory
from shared.services.organizations.organizations import Organizations
from shared.services.ports import (
    ORGANIZATIONS,
    Clock,
    Document,
    DocumentStore,
    Stored,
)
from shared.services.writing import written

if TYPE_CHECKING:
    from shared.domain.directory.commands import RecordCompetencies, UpdateProfile

ATTEMPTS: Final = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """A profile as its organization sees it; `version` 0 is not stored yet."""

    document: dict[str, Any]
    version: int
    stored: Profile


class PublicRecords(Protocol):
    """Where response records are."""

    async def public(self, organization_id: str) -> Document | None:
        """What the directory shows of one now. Raises StoreUnavailable."""
        ...


class OffersThatFollow(Protocol):
    """What stands on a complete profile."""

    async def recompute(self, organization_id: str, by: str) -> None:
        """Bring an organization's offers up to date with its profile. Raises StoreUnavailable."""
        ...


class Profiles:
    """`records` tell what the directory shows of a partner's answers when it is published."""

    def __init__(
        self,
        store: DocumentStore,
        organizations: Organizations,
        directory: Directory,
        records: PublicRecords,
        offers: OffersThatFollow,
        clock: Clock,
    ) -> None:
        self._store = store
        self._records = records
        self._offers = offers
        self._organizations = organizations
        self._directory = directory
        self._clock = clock

    async def read(self, caller: Caller) -> Seen:
        """The caller's own, empty where nothing was said yet."""
        return await self._seen(caller, _profile(await self._stored(caller.organization_id), caller, self._clock))

    async def update(self, command: UpdateProfile, caller: Caller, version: int | None, *, said: bool) -> Seen:
        """The draft as the caller says it is now. `said` is whether a version was named, which is needed once there is
        one. Raises Invalid, Changed, PreconditionNeeded, NotAllowed."""
        _require_partner(caller)
        places = (await self._organizations.read(caller))["locations"]

        def change(before: Profile) -> Profile:
            if before["version"] and not said:
                raise PreconditionNeeded("Say which version you edit: send If-Match with the ETag you read.")
            _require_version(before, version)
            return profile.updated(before, command, places, caller.user, self._clock())

        stored = await self._write(caller.organization_id, change)
        await self._offers.recompute(caller.organization_id, caller.user)
        return await self._seen(caller, stored)

    async def publish(self, caller: Caller, version: int | None) -> Seen:
        """Put what the draft says now into the directory. Raises Invalid (what is missing), Changed, NotAllowed."""
        _require_partner(caller)
        organization = cast(Document, await self._organizations.read(caller))

        async def is_there(draft: Profile) -> bool:
            entry = await self._directory.entry(caller.organization_id)
            return bool(draft["published"]) and entry is not None and listing.says_the_same(entry, draft, organization)

        stored = _profile(await self._stored(caller.organization_id), caller, self._clock)
        _require_version(stored, version)
        if not await is_there(stored):

            def change(before: Profile) -> Profile:
                _require_version(before, version)
                return profile.published(before, organization["locations"], caller.user, self._clock())

            stored = await self._write(caller.organization_id, change)
            record = await self._records.public(caller.organization_id)
            await self._directory.publish(stored, organization, record)
        return await self._seen(caller, stored)

    async def unpublish(self, caller: Caller, version: int | None) -> Seen:
        """Take it out of the directory: no leads from then on. Raises Changed, NotAllowed."""
        _require_partner(caller)

        def change(before: Profile) -> Profile:
            _require_version(before, version)
            return profile.unpublished(before, caller.user, self._clock())

        stored = await self._write(caller.organization_id, change)
        await self._directory.take_back(stored)
        return await self._seen(caller, stored)

    async def record(
        self, command: RecordCompetencies, organization_id: str, caller: Caller, version: int | None
    ) -> Profile:
        """What the vendor records of a partner from now on, public at once where it is in the directory. Raises
        NotFound, Changed."""
        organization = await self._organizations.get(organization_id)
        if organization is None or organization.kind != "partner":
            raise NotFound("There is no such partner.")

        def change(before: Profile) -> Profile:
            _require_version(before, version)
            return profile.recorded(before, command, caller.user, self._clock())

        stored = await self._write(organization_id, change)
        await self._directory.record(stored)
        return stored

    async def contact(self, organization_id: str, location_id: str) -> dict[str, Any] | None:
        """Who is reached about one location of an organization, as its draft says now; None where nobody is named."""
        stored = await self._stored(organization_id)
        return None if stored is None else profile.contact_of(stored.document, location_id)

    async def _seen(self, caller: Caller, draft: Profile) -> Seen:
        organization = cast(Document, await self._organizations.read(caller))
        entry = await self._directory.entry(caller.organization_id)
        is_current = entry is not None and listing.says_the_same(entry, draft, organization)
        seen = profile.view(draft, organization["locations"], entry, is_current=is_current)
        return Seen(seen, draft["version"], draft)

    async def _stored(self, organization_id: str) -> Stored | None:
        return await self._store.get(ORGANIZATIONS, organization_id, PROFILE)

    async def _write(self, organization_id: str, change: Callable[[Profile], Profile]) -> Profile:
        """The profile changed, in one conditional write; unchanged where there is nothing to change."""
        for _ in range(ATTEMPTS):
            stored = await self._stored(organization_id)
            before = profile.empty(organization_id, self._clock()) if stored is None else _of(stored)
            after = change(before)
            if after is before:
                return before
            if await written(self._store, ORGANIZATIONS, stored, cast(Document, after)):
                return after
        raise Unavailable("It is being written by others right now; try again.")


def _of(stored: Stored) -> Profile:
    return cast(Profile, stored.document)


def _profile(stored: Stored | None, caller: Caller, clock: Clock) -> Profile:
    return profile.empty(caller.organization_id, clock()) if stored is None else _of(stored)


def _require_partner(caller: Caller) -> None:
    if caller.organization.kind != "partner":
        raise NotAllowed("The directory lists partners; the vendor has no profile in it.")


def _require_version(before: Profile, version: int | None) -> None:
    if version is not None and before["version"] != version:
        raise Changed("It was changed since you read it; read it again and decide anew.")
