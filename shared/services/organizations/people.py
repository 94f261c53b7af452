"""Who has signed in: learned from the sign-in itself, so that pages can name people and forms offer them.

A person is a document of its organization. It is written when the name or the roles change, and once a day for the day
last seen; what was written is remembered, so that a call usually costs nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from shared.domain.errors import Unavailable
from shared.domain.instants import today
from shared.domain.organizations import person
from shared.domain.organizations.organization import Caller, Role
from shared.services.paging import Listed, cursor, limit_of, read_cursor
from shared.services.ports import (
    ORGANIZATIONS,
    AlreadyExists,
    ChangedMeanwhile,
    Clock,
    Document,
    DocumentStore,
    Page,
    Query,
    StoreUnavailable,
    Where,
)
from shared.services.writing import written

log = logging.getLogger(__name__)

REMEMBERED: Final = timedelta(seconds=60)
PATIENCE_SECONDS: Final = 2.0
PAUSE: Final = timedelta(seconds=60)
MOST_KNOWN: Final = 10_000
MOST_NAMED: Final = 1_000
PAGE: Final = 200
ATTEMPTS: Final = 5

_Facts = tuple[str | None, tuple[str, ...], str, str | None]


class Recipient(NamedTuple):
    """Somebody notices can be for: their roles when last seen, where mail goes, and what they chose to be told."""

    user: str
    roles: frozenset[str]
    email: str | None
    chosen: Mapping[str, Any] | None


class People:
    def __init__(self, store: DocumentStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._seen: dict[tuple[str, str], _Facts] = {}
        self._paused_until: datetime | None = None
        self._names: dict[str, tuple[datetime, Mapping[str, str]]] = {}
        self._recipients: dict[str, tuple[datetime, Mapping[str, Recipient]]] = {}

    async def seen(self, caller: Caller) -> None:
        """Note who signs in. Never fails: with a store that is busy it is left for a minute later."""
        now = self._clock()
        key = (caller.organization_id, caller.user)
        facts = (caller.name, _roles(caller.roles), today(now).isoformat(), caller.email)
        if self._seen.get(key) == facts or (self._paused_until is not None and now < self._paused_until):
            return
        if len(self._seen) >= MOST_KNOWN:
            self._seen.clear()
        self._seen[key] = facts  # before it is written: of many calls at once one writes
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._write(caller, now)
        except (AlreadyExists, ChangedMeanwhile):  # somebody else's process writes the same; the next call looks
            self._seen.pop(key, None)
        except (StoreUnavailable, TimeoutError) as error:
            self._seen.pop(key, None)
            self._paused_until = now + PAUSE
            log.info("who signed in was not noted: %r", error)

    async def _write(self, caller: Caller, now: datetime) -> None:
        id = person.id_of(caller.organization_id, caller.user)
        stored = await self._store.get(ORGANIZATIONS, caller.organization_id, id)
        if stored is None:
            await self._store.insert(ORGANIZATIONS, person.created(caller, _roles(caller.roles), now))
        else:
            after = person.seen_again(stored.document, caller, _roles(caller.roles), now)
            if after is stored.document:
                return
            await self._store.replace(stored, ORGANIZATIONS, after)
        self._forget(caller.organization_id)

    def _forget(self, organization_id: str) -> None:
        self._names.pop(organization_id, None)
        self._recipients.pop(organization_id, None)

    async def list(self, caller: Caller, limit: str | None = None, after: str | None = None) -> Listed:
        """One page of the organization's people by name. Raises Invalid, Unreadable."""
        key = read_cursor(after, "name", {}) if after else None
        page = await self._page(caller.organization_id, limit_of(limit), key)
        last = page.items[-1] if page.more else None
        return Listed(
            [person.view(item) for item in page.items],
            cursor("name", {}, last["sortName"], last["id"]) if last else None,
        )

    async def names(self, caller: Caller) -> Mapping[str, str]:
        """The names of the organization's people by user id, in order of name; of the first thousand, for a minute."""
        now, id = self._clock(), caller.organization_id
        known = self._names.get(id)
        if known is None or now - known[0] >= REMEMBERED:
            known = self._names[id] = (now, await self._all_names(id))
        return known[1]

    async def recipients(self, organization_id: str) -> Mapping[str, Recipient]:
        """The organization's people by user id, as notices need them; the first thousand by name, for a minute."""
        now = self._clock()
        known = self._recipients.get(organization_id)
        if known is None or now - known[0] >= REMEMBERED:
            found = [recipient_of(item) for item in await self._first_thousand(organization_id)]
            known = self._recipients[organization_id] = (now, {one.user: one for one in found})
        return known[1]

    async def recipient(self, organization_id: str, user: str) -> Recipient | None:
        """One of them as they are now; None for somebody who never signed in."""
        stored = await self._store.get(ORGANIZATIONS, organization_id, person.id_of(organization_id, user))
        return recipient_of(stored.document) if stored else None

    async def choose(self, caller: Caller, chosen: Mapping[str, Any]) -> None:
        """Keep what the caller wants to be told. Raises Unavailable where others write the same person all the time."""
        id = person.id_of(caller.organization_id, caller.user)
        for _ in range(ATTEMPTS):
            stored = await self._store.get(ORGANIZATIONS, caller.organization_id, id)
            known = stored.document if stored else person.created(caller, _roles(caller.roles), self._clock())
            try:
                if await written(self._store, ORGANIZATIONS, stored, person.with_choice(known, chosen)):
                    return
            finally:
                self._forget(caller.organization_id)
        raise Unavailable("Your preferences are being changed from elsewhere; try again.")

    async def _all_names(self, organization_id: str) -> Mapping[str, str]:
        return {item["user"]: item["name"] for item in await self._first_thousand(organization_id)}

    async def _first_thousand(self, organization_id: str) -> Sequence[Document]:
        found: Sequence[Document] = ()
        after: tuple[str, str] | None = None
        while len(found) < MOST_NAMED:
            page = await self._page(organization_id, PAGE, after)
            found = (*found, *page.items)
            if not page.more:
                break
            after = (page.items[-1]["sortName"], page.items[-1]["id"])
        return found

    async def _page(self, organization_id: str, limit: int, after: tuple[str, str] | None) -> Page:
        return await self._store.find(ORGANIZATIONS, organization_id, people_query(limit, after))


def recipient_of(stored: Mapping[str, Any]) -> Recipient:
    """From a person's document or its summary; versions before notices stored neither address nor choice."""
    return Recipient(stored["user"], frozenset(stored["roles"]), stored.get("email"), stored.get("notices"))


def people_query(limit: int, after: tuple[str, str] | None = None) -> Query:
    """An organization's people by name."""
    return Query((Where("kind", "eq", "person"),), "sortName", limit=limit, after=after)


def _roles(roles: Iterable[Role]) -> tuple[str, ...]:
    return tuple(sorted(roles))
