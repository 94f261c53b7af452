"""Who has signed in: learned from the sign-in itself, so that pages can name people and forms offer them.

A person is a document of its organization. It is written when the name or the roles change, and once a day for the day
last seen; what was written is remembered, so that a call usually costs nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from shared.domain.instants import today
from shared.domain.organizations import person
from shared.domain.organizations.organization import Caller, Role
from shared.services.paging import Listed, cursor, limit_of, read_cursor
from shared.services.ports import (
    ORGANIZATIONS,
    AlreadyExists,
    ChangedMeanwhile,
    Clock,
    DocumentStore,
    Page,
    Query,
    StoreUnavailable,
    Where,
)

log = logging.getLogger(__name__)

REMEMBERED: Final = timedelta(seconds=60)
PATIENCE_SECONDS: Final = 2.0
PAUSE: Final = timedelta(seconds=60)
MOST_KNOWN: Final = 10_000
MOST_NAMED: Final = 1_000
PAGE: Final = 200

_Facts = tuple[str | None, tuple[str, ...], str]


class People:
    def __init__(self, store: DocumentStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._seen: dict[tuple[str, str], _Facts] = {}
        self._paused_until: datetime | None = None
        self._names: dict[str, tuple[datetime, Mapping[str, str]]] = {}

    async def seen(self, caller: Caller) -> None:
        """Note who signs in. Never fails: with a store that is busy it is left for a minute later."""
        now = self._clock()
        key = (caller.organization_id, caller.user)
        facts = (caller.name, _roles(caller.roles), today(now).isoformat())
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
        self._names.pop(caller.organization_id, None)

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

    async def _all_names(self, organization_id: str) -> Mapping[str, str]:
        names: dict[str, str] = {}
        after: tuple[str, str] | None = None
        while len(names) < MOST_NAMED:
            page = await self._page(organization_id, PAGE, after)
            names |= {item["user"]: item["name"] for item in page.items}
            if not page.more:
                break
            after = (page.items[-1]["sortName"], page.items[-1]["id"])
        return names

    async def _page(self, organization_id: str, limit: int, after: tuple[str, str] | None) -> Page:
        return await self._store.find(ORGANIZATIONS, organization_id, people_query(limit, after))


def people_query(limit: int, after: tuple[str, str] | None = None) -> Query:
    """An organization's people by name."""
    return Query((Where("kind", "eq", "person"),), "sortName", limit=limit, after=after)


def _roles(roles: Iterable[Role]) -> tuple[str, ...]:
    return tuple(sorted(roles))
