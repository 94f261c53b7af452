"""Confirming a customer's address: the link that goes to it, and what it opens.

A link holds the lead it is about and a signature of this desk's own; the key is made at first use and kept in the
store, so that every instance knows it and nobody has to set it.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, cast

from shared.domain.errors import NotFound, NotPossible, Unavailable
from shared.domain.ids import is_legal_id
from shared.domain.instants import from_instant, instant
from shared.domain.leads.inquirer import PARTITION, SAME_WITHIN, Sent, inquirer_id
from shared.domain.referrals.document import Referral
from shared.domain.referrals.referral import is_contact_hidden, is_lead, upgraded
from shared.services.organizations.organizations import Organizations
from shared.services.ports import (
    REFERRALS,
    WORK,
    AlreadyExists,
    ChangedMeanwhile,
    Clock,
    DocumentStore,
    Stored,
)

KEY_ID: Final = "confirmation-key"
ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class Inquired:
    """An inquiry as whoever sent it may see it: to whom, when, and whether it is confirmed."""

    partner: str
    sent_at: str
    confirmed: bool


class Confirmations:
    def __init__(self, store: DocumentStore, organizations: Organizations, clock: Clock) -> None:
        self._store = store
        self._organizations = organizations
        self._clock = clock
        self._key: bytes | None = None

    async def token_for(self, referral: Referral) -> str:
        """What opens the confirmation of this lead, for its customer alone."""
        return f"{referral['organizationId']}.{referral['id']}.{await self._signature(referral)}"

    async def look(self, token: str) -> list[Inquired]:
        """What confirming would confirm, this inquiry first. Raises NotFound, NotPossible."""
        return [await self._shown(lead) for lead in await self._leads(token)]

    async def confirm(self, token: str) -> list[Inquired]:
        """The address is the customer's own: every inquiry of it that waits is confirmed. A second time changes
        nothing. Raises NotFound, NotPossible."""
        leads = await self._leads(token)
        confirmed = await asyncio.gather(*(self._confirmed(lead) for lead in leads))
        return [await self._shown(lead) for lead in confirmed]

    async def _leads(self, token: str) -> list[Referral]:
        """The lead the token names, then the address's others of the day before and after that can be confirmed."""
        lead = await self._opened(token)
        if is_contact_hidden(lead, self._clock()):
            raise NotPossible("This link has expired: the partner did not answer in time.", code="link_expired")
        contact = lead["customer"].get("contact")
        if contact is None:
            raise NotPossible("There is nothing to confirm any more: the contact was removed.", code="link_expired")
        stored = await self._store.get(WORK, PARTITION, inquirer_id(contact["email"]))
        found = await asyncio.gather(*(self._lead(sent) for sent in _others(stored, lead)))
        now = self._clock()
        return [lead, *(one for one in found if one is not None and not is_contact_hidden(one, now))]

    async def _opened(self, token: str) -> Referral:
        parts = token.split(".")
        if len(parts) == 3 and all(map(is_legal_id, parts)):
            lead = await self._read(parts[0], parts[1])
            if lead is not None and hmac.compare_digest(parts[2], await self._signature(lead)):
                return lead
        raise NotFound("This link is not one of ours; use the one in the e-mail, whole.")

    async def _lead(self, sent: Sent) -> Referral | None:
        return await self._read(sent["organizationId"], sent["id"])

    async def _read(self, organization_id: str, id: str) -> Referral | None:
        stored = await self._store.get(REFERRALS, organization_id, id)
        referral = upgraded(stored.document) if stored else None
        return referral if referral and is_lead(referral) and referral["qualification"] == "direct" else None

    async def _confirmed(self, lead: Referral) -> Referral:
        """Bookkeeping, no domain change: neither version nor history."""
        for _ in range(ATTEMPTS):
            stored = await self._store.get(REFERRALS, lead["organizationId"], lead["id"])
            if stored is None:
                return lead
            before = upgraded(stored.document)
            if before["customerConfirmedAt"] is not None:
                return before
            after = cast(Referral, {**before, "customerConfirmedAt": instant(self._clock())})
            try:
                await self._store.replace(stored, REFERRALS, cast(dict[str, Any], after))
            except ChangedMeanwhile:
                continue
            return after
        raise Unavailable("The partner is working on it right now; try again.")

    async def _shown(self, lead: Referral) -> Inquired:
        partner = await self._organizations.get(lead["organizationId"])
        name = partner.name if partner else lead["organizationId"]
        return Inquired(name, lead["receivedAt"] or lead["createdAt"], lead["customerConfirmedAt"] is not None)

    async def _signature(self, referral: Referral) -> str:
        signed = f"{referral['organizationId']}/{referral['id']}".encode()
        digest = hmac.new(await self._signing_key(), signed, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    async def _signing_key(self) -> bytes:
        if self._key is None:
            self._key = bytes.fromhex((await self._stored_key()).document["key"])
        return self._key

    async def _stored_key(self) -> Stored:
        known = await self._store.get(WORK, PARTITION, KEY_ID)
        if known is not None:
            return known
        new = {
            "schema": 1,
            "id": KEY_ID,
            "organizationId": PARTITION,
            "type": "key",
            "createdAt": instant(self._clock()),
            "key": secrets.token_hex(32),
        }
        try:
            return await self._store.insert(WORK, new)
        except AlreadyExists:
            return await self._stored_key()


def _others(stored: Stored | None, lead: Referral) -> Iterable[Sent]:
    """The inquiries the one mail to this address stands for: those sent within a day of this one."""
    known: list[Sent] = stored.document["sent"] if stored else []
    at = from_instant(lead["receivedAt"] or lead["createdAt"])
    return [one for one in known if one["id"] != lead["id"] and abs(from_instant(one["at"]) - at) < SAME_WITHIN]
