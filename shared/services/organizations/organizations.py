"""Who takes part: organizations by id, the organization a signed-in tenant belongs to, what it says of itself, and the
partners there are.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from shared.domain.errors import Changed, Invalid, NotFound, NotPossible, Unavailable
from shared.domain.organizations import network
from shared.domain.organizations.network import NETWORK, StoredOrganization
from shared.domain.organizations.organization import Caller, Organization
from shared.services.idempotency import Created, hash_of, keyed_id, require_same
from shared.services.paging import Listed, cursor, limit_of, read_cursor
from shared.services.ports import (
    ORGANIZATIONS,
    AlreadyExists,
    ChangedMeanwhile,
    Clock,
    Document,
    DocumentStore,
    Query,
    Stored,
    Where,
)

if TYPE_CHECKING:
    from shared.domain.organizations.commands import AddOrganization, SeedOrganization, UpdateOrganization

Follow: TypeAlias = Callable[[str, str], Awaitable[None]]
"""Id of an organization, and who changed it."""
REMEMBERED: Final = timedelta(seconds=60)
ATTEMPTS: Final = 3
SHORTEST_SEARCH: Final = 3  # what the store looks up; fewer letters are the beginning of a name
LONGEST_SEARCH: Final = 200
OPERATOR: Final = "operator"
_LAST: Final = "\uffff"  # sorts behind every letter


class Organizations:
    """Point reads are remembered for a minute: organizations change rarely and every call needs one. What this process
    changes itself it forgets at once."""

    def __init__(self, store: DocumentStore, clock: Clock, follow: Follow | None = None) -> None:
        """`follow` is told of an organization that says something else of itself."""
        self._store = store
        self._follow = follow
        self._clock = clock
        self._known: dict[str, tuple[datetime, Document]] = {}
        self._changes = 0

    async def of_tenant(self, tenant_id: str) -> Organization | None:
        """The organization whose people sign in through this directory, or None."""
        mapping = await self._read(network.tenant_key(tenant_id))
        return await self.get(mapping["mapsTo"]) if mapping else None

    async def get(self, id: str) -> Organization | None:
        document = await self._read(id)
        return None if document is None or document["kind"] == "tenant" else network.organization_of(document)

    async def read(self, caller: Caller) -> StoredOrganization:
        """The caller's own, as it is stored now."""
        return _organization(await self._own(caller))

    async def update(self, command: UpdateOrganization, caller: Caller, version: int | None) -> StoredOrganization:
        """What the caller's own says of itself from now on. Raises Invalid, Changed."""
        for _ in range(ATTEMPTS):
            stored = await self._own(caller)
            before = _organization(stored)
            if version is not None and before["version"] != version:
                raise Changed("It was changed since you read it; read it again and decide anew.")
            after = network.updated(before, command, caller.user, self._clock())
            if after is before:
                await self._followed(caller)
                return before
            try:
                await self._store.replace(stored, ORGANIZATIONS, cast(Document, after))
            except ChangedMeanwhile:
                continue
            finally:
                self._forget(before["id"])
            await self._followed(caller)
            return after
        raise Unavailable("It is being written by others right now; try again.")

    async def _followed(self, caller: Caller) -> None:
        """Also where nothing changed: what broke off is made good by sending it again."""
        if self._follow is not None:
            await self._follow(caller.organization_id, caller.user)

    async def add(
        self, command: AddOrganization, caller: Caller, key: str | None = None
    ) -> Created[StoredOrganization]:
        """Let a partner take part. Raises NotPossible where its directory is another organization's, KeyReused."""
        create_key = keyed_id(caller, "add_organization", key) if key else None
        new = network.created(
            command,
            network.organization_id_of(command.tenant_id),
            "partner",
            caller.user,
            self._clock(),
            create_key=create_key,
            command_hash=hash_of(command) if key else None,
        )
        if await self._put(new):
            return Created(new, replayed=False)
        stored = await self._store.get(ORGANIZATIONS, NETWORK, new["id"])
        if stored is None or create_key is None or stored.document["createKey"] != create_key:
            raise _taken()
        require_same(stored.document["commandHash"], new["commandHash"])
        return Created(_organization(stored), replayed=True)

    async def put(self, command: SeedOrganization) -> bool:
        """The operator's way in; False where it is there already. Raises NotPossible where the directory is another
        organization's, or the id is."""
        id = command.id or network.organization_id_of(command.tenant_id)
        known = await self._store.get(ORGANIZATIONS, NETWORK, id)
        if known is not None and known.document["tenantId"] != command.tenant_id:
            raise NotPossible("This id is an organization's that signs in through another directory.", code="id_taken")
        return await self._put(network.created(command, id, command.kind, OPERATOR, self._clock()))

    async def partners(self, q: str | None = None, limit: str | None = None, after: str | None = None) -> Listed:
        """One page of the partners by name, those whose name holds `q`. Raises Invalid, Unreadable."""
        filters = {"q": q}
        query = partners_query(q, limit_of(limit), read_cursor(after, "name", filters) if after else None)
        page = await self._store.find(ORGANIZATIONS, NETWORK, query)
        last = page.items[-1] if page.more else None
        return Listed(
            [network.summary(item) for item in page.items],
            cursor("name", filters, last["sortName"], last["id"]) if last else None,
        )

    async def _put(self, new: StoredOrganization) -> bool:
        """Whether it is new. The mapping is first: a crash in between is healed by sending it again, and of two who
        send it at once one makes it. Raises NotPossible."""
        mapping = network.mapping(new["tenantId"], new["id"], self._clock())
        try:
            await self._store.insert(ORGANIZATIONS, mapping)
        except AlreadyExists:
            known = await self._store.get(ORGANIZATIONS, NETWORK, mapping["id"])
            if known is None or known.document["mapsTo"] != new["id"]:
                raise _taken() from None
        try:
            await self._store.insert(ORGANIZATIONS, cast(Document, new))
        except AlreadyExists:
            return False
        finally:
            self._forget(new["id"])
        return True

    async def _own(self, caller: Caller) -> Stored:
        stored = await self._store.get(ORGANIZATIONS, NETWORK, caller.organization_id)
        if stored is None:
            raise NotFound("Your organization is not there any more.")
        return stored

    async def _read(self, id: str) -> Document | None:
        now = self._clock()
        known = self._known.get(id)
        if known is not None and now - known[0] < REMEMBERED:
            return known[1]
        changes = self._changes
        stored = await self._store.get(ORGANIZATIONS, NETWORK, id)
        if stored is None:
            return None
        if changes == self._changes:  # else it may be what was there before the change
            self._known[id] = (now, stored.document)
        return stored.document

    def _forget(self, id: str) -> None:
        self._changes += 1
        self._known.pop(id, None)


def _organization(stored: Stored) -> StoredOrganization:
    return cast(StoredOrganization, stored.document)


def _taken() -> NotPossible:
    return NotPossible("This directory is an organization's already.", code="tenant_taken")


def partners_query(q: str | None, limit: int, after: tuple[str, str] | None = None) -> Query:
    """The partners by name, those whose name holds `q`. Raises Invalid."""
    return Query((Where("kind", "eq", "partner"), *_named(q)), "sortName", limit=limit, after=after)


def _named(q: str | None) -> tuple[Where, ...]:
    """The conditions on a name. Raises Invalid."""
    if q is None:
        return ()
    text = q.casefold()
    if len(text) > LONGEST_SEARCH:
        raise Invalid.field("q", "too_long", f"Search for at most {LONGEST_SEARCH} letters.")
    if len(text) < SHORTEST_SEARCH:
        return (Where("sortName", "ge", text), Where("sortName", "lt", text + _LAST))
    return (Where("search", "contains", text),)
