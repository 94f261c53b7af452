"""A person's calendar link: an address nobody can guess, made, renewed and revoked by the person.

One document a person, in `work`. The address carries where that document is and a secret; only the secret's hash is
stored. A calendar program cannot sign in, so the link counts only as long as its person does: somebody whose last known
sign-in had a role here, and is not longer ago than the setting says (docs/decisions/0016).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal
from uuid import UUID

from shared.domain.errors import NotAllowed, NotFound, Unavailable
from shared.domain.ids import derived_id, is_legal_id
from shared.domain.instants import instant, today
from shared.domain.organizations import person
from shared.domain.organizations.organization import Caller, Role, effective_roles
from shared.services.organizations.organizations import Organizations
from shared.services.ports import (
    ORGANIZATIONS,
    WORK,
    ChangedMeanwhile,
    Clock,
    Document,
    DocumentStore,
    Stored,
)
from shared.services.writing import written

Scope = Literal["mine", "all"]

ATTEMPTS: Final = 3
SECRET_BYTES: Final = 32
_ID_BYTES: Final = 16
_LONGEST: Final = 300  # characters of a token; an organization's id has at most 64


@dataclass(frozen=True, slots=True)
class CalendarLink:
    """A link as its person sees it; the token only when it is made."""

    scope: Scope
    created_at: str
    token: str | None = None


class CalendarLinks:
    def __init__(self, store: DocumentStore, organizations: Organizations, clock: Clock, idle: timedelta) -> None:
        self._store = store
        self._organizations = organizations
        self._clock = clock
        self._idle = idle

    async def of(self, caller: Caller) -> CalendarLink | None:
        """The caller's own, if there is one."""
        stored = await self._stored(caller.organization_id, caller.user)
        return CalendarLink(stored.document["scope"], stored.document["createdAt"]) if stored else None

    async def make(self, caller: Caller, scope: Scope) -> CalendarLink:
        """A new link; the one before stops working. Raises NotAllowed for a program, which has its own sign-in."""
        if caller.user.startswith("app:"):
            raise NotAllowed("A calendar link is a person's; a program reads /api/deadlines.ics.")
        secret = secrets.token_bytes(SECRET_BYTES)
        new = _document(caller, scope, secret, instant(self._clock()))
        for _ in range(ATTEMPTS):
            stored = await self._stored(caller.organization_id, caller.user)
            if await written(self._store, WORK, stored, new):
                return CalendarLink(scope, new["createdAt"], _token(caller.organization_id, new["id"], secret))
        raise Unavailable("Your link is being changed from elsewhere; try again.")

    async def revoke(self, caller: Caller, user: str | None = None) -> None:
        """The caller's own link stops working; an AccountAdmin may revoke a colleague's. Revoking none is no error.

        Raises NotAllowed.
        """
        of = user or caller.user
        if of != caller.user and not caller.has_any(Role.ACCOUNT_ADMIN):
            raise NotAllowed("Another person's link is revoked by an AccountAdmin.")
        for _ in range(ATTEMPTS):
            stored = await self._stored(caller.organization_id, of)
            if stored is None:
                return
            try:
                await self._store.delete(stored, WORK)
            except ChangedMeanwhile:
                continue
            return
        raise Unavailable("The link is being changed from elsewhere; try again.")

    async def reader(self, token: str) -> tuple[Caller, Scope]:
        """Whose deadlines the link shows. Raises NotFound for every link that does not count, whatever the reason."""
        place = _place(token)
        stored = await self._store.get(WORK, *place[:2]) if place else None
        if place is None or stored is None or stored.document.get("type") != "calendarLink":
            raise _gone()
        if not hmac.compare_digest(stored.document["secretHash"], _hash(place[2])):
            raise _gone()
        return await self._person(stored.document), stored.document["scope"]

    async def _person(self, link: Document) -> Caller:
        organization = await self._organizations.get(link["organizationId"])
        id = person.id_of(link["organizationId"], link["user"])
        known = await self._store.get(ORGANIZATIONS, link["organizationId"], id)
        if organization is None or known is None:
            raise _gone()
        roles = effective_roles(known.document["roles"], organization.kind)
        since = today(self._clock() - self._idle).isoformat()
        if not roles or known.document["lastSeenDate"] < since:
            raise _gone()
        return Caller(organization, link["user"], roles)

    async def _stored(self, organization_id: str, user: str) -> Stored | None:
        return await self._store.get(WORK, organization_id, _id(organization_id, user))


def _gone() -> NotFound:
    return NotFound("There is no such calendar. Its person may have revoked it, or has not signed in for long.")


def _id(organization_id: str, user: str) -> str:
    return derived_id("calendarLink", organization_id, user)


def _document(caller: Caller, scope: Scope, secret: bytes, at: str) -> Document:
    return {
        "schema": 1,
        "id": _id(caller.organization_id, caller.user),
        "organizationId": caller.organization_id,
        "type": "calendarLink",
        "createdAt": at,
        "user": caller.user,
        "scope": scope,
        "secretHash": _hash(secret),
    }


def _hash(secret: bytes) -> str:
    return hashlib.sha256(secret).hexdigest()


def _token(organization_id: str, id: str, secret: bytes) -> str:
    raw = UUID(id).bytes + secret + organization_id.encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _place(token: str) -> tuple[str, str, bytes] | None:
    """(organization, document, secret) of a token; None for text that is none."""
    if not token.isascii() or len(token) > _LONGEST:
        return None
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        id, secret = str(UUID(bytes=raw[:_ID_BYTES])), raw[_ID_BYTES : _ID_BYTES + SECRET_BYTES]
        organization_id = raw[_ID_BYTES + SECRET_BYTES :].decode("ascii")
    except (binascii.Error, ValueError):
        return None
    is_ours = is_legal_id(organization_id) and _token(organization_id, id, secret) == token
    return (organization_id, id, secret) if is_ours else None
