"""What people do with referrals, one method an intent: read it, let the domain decide, write one document."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final, Protocol, cast

from shared.domain.engagements import following, sharing
from shared.domain.errors import Changed, Invalid, NotFound, PossibleDuplicate, Unavailable
from shared.domain.ids import is_legal_id, new_id
from shared.domain.instants import instant
from shared.domain.leads.commands import SendQualifiedLead
from shared.domain.leads.lead import sent_lead
from shared.domain.organizations.organization import Caller, Organization
from shared.domain.referrals import deal, outbox, stage_changes
from shared.domain.referrals.commands import (
    Accept,
    AddNote,
    CloseAsError,
    CreateDeal,
    Decline,
    InvitePartner,
    Lose,
    NewDeal,
    Nothing,
    RequestHelp,
    SendOpportunity,
    Win,
)
from shared.domain.referrals.document import NoteEntry, Referral
from shared.domain.referrals.referral import is_lead, is_own, require_room, upgraded
from shared.services.idempotency import Created, hash_of, keyed_id, require_same
from shared.services.organizations.organizations import Organizations
from shared.services.ports import (
    REFERRALS,
    AlreadyExists,
    ChangedMeanwhile,
    Clock,
    DocumentStore,
    Query,
    Stored,
    Where,
)
from shared.services.referrals.collisions import Collisions
from shared.services.referrals.solutions import Solutions

MAX_COPIES: Final = 100  # of one engagement in one organization: invitations are bounded, and so are these
ATTEMPTS: Final = 3  # decisions on what the store holds, when others write at the same time (DESIGN section 3)


class Decide(Protocol):
    """A domain function with everything but the referral and the time filled in."""

    def __call__(self, referral: Referral, /, *, now: datetime) -> Referral: ...


New = Callable[[str, datetime, str | None], Referral]
"""Makes a new referral of an id, a time and the hash of its command."""

Check = Callable[[Referral, Referral], Awaitable[None]]
"""Looks, between deciding and writing, at what was stored and what would be. Raises what refuses it."""


class Referrals:
    """The use cases of one referral. `vendor_id` is the organization that is asked for help.

    Every change may raise NotFound (also for another organization's referral), NotAllowed, NotPossible, and Changed
    when `version` (the one the caller read, None for any) is no longer the stored one.
    """

    def __init__(
        self, store: DocumentStore, organizations: Organizations, solutions: Solutions, clock: Clock, vendor_id: str
    ) -> None:
        self._store = store
        self._organizations = organizations
        self._solutions = solutions
        self._clock = clock
        self._vendor_id = vendor_id
        self._collisions = Collisions(store, clock)

    async def create(self, command: CreateDeal, caller: Caller, key: str | None = None) -> Created[Referral]:
        """A partner's own deal, with help asked in the same write where the command asks.

        Raises Invalid, KeyReused, PossibleDuplicate.
        """
        vendor = await self._vendor() if command.help or command.visible_to_vendor else caller.organization

        def new(id: str, now: datetime, command_hash: str | None) -> Referral:
            plain = deal.created(command, id, caller, now, command_hash=command_hash)
            return sharing.created_with_answers(plain, command, caller, vendor, now)

        return await self._create(new, "create_deal", command, caller, key)

    async def send_opportunity(
        self, command: SendOpportunity, caller: Caller, key: str | None = None
    ) -> Created[Referral]:
        """A seller's own deal, and the invitation to a partner in the same write.

        Raises Invalid, KeyReused, PossibleDuplicate.
        """
        partner = await self._organizations.get(command.partner_id)

        def new(id: str, now: datetime, command_hash: str | None) -> Referral:
            if partner is None or partner.kind != "partner":
                raise Invalid.field("partnerId", "unknown_partner", "There is no such partner.")
            plain = deal.created(command, id, caller, now, command_hash=command_hash)
            return sharing.created_for_partner(plain, command, caller, partner, now)

        return await self._create(new, "send_opportunity", command, caller, key)

    async def send_lead(
        self, command: SendQualifiedLead, caller: Caller, key: str | None = None, *, receives: bool
    ) -> Created[Referral]:
        """A seller's recommendation of a customer, and the invitation to a partner that `receives` leads, in the same
        write. Raises Invalid, KeyReused, PossibleDuplicate."""
        partner = await self._organizations.get(command.partner_id)

        def new(id: str, now: datetime, command_hash: str | None) -> Referral:
            if partner is None or partner.kind != "partner":
                raise Invalid.field("partnerId", "unknown_partner", "There is no such partner.")
            if not receives:
                message = f"{partner.name} has no published profile, and receives no leads until it has."
                raise Invalid.field("partnerId", "not_receiving", message)
            return sent_lead(command, id, caller, partner, now, command_hash=command_hash)

        return await self._create(new, "send_qualified_lead", command, caller, key)

    async def read(self, id: str, caller: Caller) -> Referral:
        """Raises NotFound, also for another organization's."""
        return _referral(await self._stored(id, caller))

    async def edit(self, id: str, patch: Mapping[str, Any], caller: Caller, version: int | None) -> Referral:
        """Apply a JSON merge patch. Raises Invalid, TooFull."""

        async def check(before: Referral, after: Referral) -> None:
            is_chosen = is_own(after) and not is_lead(after) and after["solutions"] != before["solutions"]
            if is_chosen:
                await self._solutions.check(after["solutions"], caller, kept=before["solutions"])

        return await self._change(id, caller, version, partial(deal.edited, patch=patch, caller=caller), check)

    async def accept(self, id: str, command: Accept, caller: Caller, version: int | None = None) -> Referral:
        """Take a received referral on. Raises Invalid."""
        linked = await self._linked(command.linked_referral_id, caller) if command.linked_referral_id else None
        decide = partial(stage_changes.accepted, command=command, caller=caller, linked=linked)
        return await self._change(id, caller, version, decide)

    async def decline(self, id: str, command: Decline, caller: Caller, version: int | None = None) -> Referral:
        """Refuse a received referral; the sender is told why."""
        decide = partial(stage_changes.declined, command=command, caller=caller)
        return await self._change(id, caller, version, decide)

    async def win(self, id: str, command: Win, caller: Caller, version: int | None = None) -> Referral:
        """Close as won. Raises Invalid."""
        return await self._change(id, caller, version, partial(stage_changes.won, command=command, caller=caller))

    async def lose(self, id: str, command: Lose, caller: Caller, version: int | None = None) -> Referral:
        """Close as lost. Raises Invalid."""
        return await self._change(id, caller, version, partial(stage_changes.lost, command=command, caller=caller))

    async def close_as_error(
        self, id: str, command: CloseAsError, caller: Caller, version: int | None = None
    ) -> Referral:
        """Close what should not have been."""
        decide = partial(stage_changes.closed_as_error, command=command, caller=caller)
        return await self._change(id, caller, version, decide)

    async def share(self, id: str, _: Nothing, caller: Caller, version: int | None = None) -> Referral:
        """Let the vendor see a private deal."""
        vendor = await self._vendor()
        return await self._change(id, caller, version, partial(sharing.shared, caller=caller, vendor=vendor))

    async def request_help(self, id: str, command: RequestHelp, caller: Caller, version: int | None = None) -> Referral:
        """Ask the vendor's sellers for help. Raises Invalid, TooFull."""
        vendor = await self._vendor()
        decide = partial(sharing.help_requested, command=command, caller=caller, vendor=vendor)

        async def check(_: Referral, after: Referral) -> None:
            await self._solutions.require_ready_for_help(after)

        return await self._change(id, caller, version, decide, check)

    async def invite_partner(
        self, id: str, command: InvitePartner, caller: Caller, version: int | None = None
    ) -> Referral:
        """Ask another partner to join. Raises Invalid, TooFull."""
        partner = await self._organizations.get(command.partner_id)
        decide = partial(sharing.partner_invited, command=command, caller=caller, partner=partner)

        async def check(before: Referral, _: Referral) -> None:
            solutions = command.document()["solutions"]
            await self._solutions.check(solutions, caller, kept=before["solutions"])

        return await self._change(id, caller, version, decide, check)

    async def withdraw_consent(self, id: str, _: Nothing, caller: Caller, version: int | None = None) -> Referral:
        """The customer takes its consent back: its contact goes, here and at every organization that holds it."""
        return await self._change(id, caller, version, partial(following.consent_withdrawn, caller=caller))

    async def engagement(self, engagement_id: str, caller: Caller) -> list[Referral]:
        """The caller's organization's copies of one piece of business, oldest first. Raises NotFound without any."""
        query = Query((Where("engagementId", "eq", engagement_id),), limit=MAX_COPIES)
        page = await self._store.find(REFERRALS, caller.organization_id, query)
        if not page.items:
            raise NotFound("There is no such engagement.")
        return [await self.read(item["id"], caller) for item in page.items]

    async def add_note(
        self, id: str, command: AddNote, caller: Caller, version: int | None = None, key: str | None = None
    ) -> Referral:
        """Append a note entry; the same key twice appends it once. Raises KeyReused, TooFull."""
        now = self._clock()
        entry: NoteEntry = {
            "id": keyed_id(caller, f"add_note/{id}", key) if key else new_id(now),
            "author": caller.user,
            "at": instant(now),
            "text": command.text,
            "audience": command.audience,
        }
        return await self._change(id, caller, version, partial(deal.noted, entry=entry, caller=caller))

    async def send_again(self, id: str, _: Nothing, caller: Caller, version: int | None = None) -> Referral:
        """Start every delivery anew that was given up."""
        return await self._change(id, caller, version, partial(outbox.sent_again, caller=caller))

    async def _linked(self, id: str, caller: Caller) -> Referral | None:
        stored = await self._store.get(REFERRALS, caller.organization_id, id)
        return _referral(stored) if stored else None

    async def _create(
        self, new: New, function: str, command: NewDeal | SendQualifiedLead, caller: Caller, key: str | None
    ) -> Created[Referral]:
        """Insert what `new` makes. A key that made one before answers that one, by whatever rules it was made."""
        now = self._clock()
        id = keyed_id(caller, function, key) if key else new_id(now)
        command_hash = hash_of(command) if key else None
        try:
            made = new(id, now, command_hash)
            if isinstance(command, NewDeal):
                await self._solutions.check(made["solutions"], caller)
                await self._solutions.require_ready_for_help(made)
            referral = await self._collisions.checked(made, proceed=command.proceed)
            stored = await self._store.insert(REFERRALS, cast(dict[str, Any], referral))
        except (AlreadyExists, Invalid, PossibleDuplicate):
            known = await self._store.get(REFERRALS, caller.organization_id, id) if key else None
            if known is None:
                raise
            require_same(_referral(known)["commandHash"], command_hash)
            return Created(_referral(known), replayed=True)
        return Created(_referral(stored), replayed=False)

    async def _change(
        self, id: str, caller: Caller, version: int | None, decide: Decide, check: Check | None = None
    ) -> Referral:
        for _ in range(ATTEMPTS):
            stored = await self._stored(id, caller)
            before = _referral(stored)
            if version is not None and before["version"] != version:
                raise Changed("It was changed since you read it; read it again and decide anew.")
            after = decide(before, now=self._clock())
            if after is before:
                return before
            require_room(after)
            if check is not None:
                await check(before, after)
            try:
                await self._store.replace(stored, REFERRALS, cast(dict[str, Any], after))
            except ChangedMeanwhile:
                continue
            return after
        if version is not None and _referral(await self._stored(id, caller))["version"] != version:
            raise Changed("It was changed since you read it; read it again and decide anew.")
        raise Unavailable("It is being written by others right now; try again.")

    async def _stored(self, id: str, caller: Caller) -> Stored:
        stored = await self._store.get(REFERRALS, caller.organization_id, id) if is_legal_id(id) else None
        if stored is None:
            raise NotFound("There is no such referral.")
        return stored

    async def _vendor(self) -> Organization:
        vendor = await self._organizations.get(self._vendor_id)
        if vendor is None:
            raise Unavailable(f"The vendor's organization {self._vendor_id!r} does not exist yet.")
        return vendor


def _referral(stored: Stored) -> Referral:
    return upgraded(stored.document)
