"""Telling: who hears of something, and by which way. What is told becomes documents; `sending` sends them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import islice
from typing import Any, Final, Protocol

from shared.domain.notices import documents, hearing
from shared.domain.notices.documents import Keeping
from shared.domain.notices.notice import MOST_TOLD, Notice
from shared.domain.notices.preferences import preferences_of
from shared.domain.organizations.organization import Role
from shared.domain.referrals.announcing import Numbered
from shared.domain.referrals.document import Referral
from shared.services.organizations.people import People, Recipient
from shared.services.ports import NOTIFICATIONS, AlreadyExists, Clock, Document, DocumentStore

WORK_ON_REFERRALS: Final = frozenset({Role.REFERRALS_ADMIN, Role.REFERRALS_USER, Role.SELLER})

AT_ONCE: Final = 20  # writes


class Subscribers(Protocol):
    """The programs that want to be called."""

    async def of(self, organization_id: str, type: str) -> Sequence[str]:
        """The ids of the organization's subscriptions that want this type."""
        ...


class CustomerMails(Protocol):
    """What a lead's customer is mailed because of a history entry."""

    async def of(self, referral: Referral, numbered: Numbered) -> Sequence[Mapping[str, Any]]:
        """Each with kind, to, language, referralId and facts (`documents.customer_mail_of`)."""
        ...


class Nobody:
    """Customers are mailed nothing."""

    async def of(self, referral: Referral, numbered: Numbered) -> Sequence[Mapping[str, Any]]:
        return ()


class Notices:
    """A follower of every referral's history (`announcements`), and the way in for everybody else who has news."""

    def __init__(
        self,
        store: DocumentStore,
        people: People,
        subscribers: Subscribers,
        clock: Clock,
        *,
        kept_for: timedelta,
        mails: bool,
        public_url: str,
        customer_mails: CustomerMails | None = None,
    ) -> None:
        self._store = store
        self._people = people
        self._subscribers = subscribers
        self._clock = clock
        self._keeping = Keeping(kept_for)
        self._mails = mails
        self._public_url = public_url
        self._customer_mails = customer_mails or Nobody()

    async def tell(self, notice: Notice) -> None:
        """Tell whom it is for, in the app and by mail as each has chosen. Told again, it changes nothing more.

        Raises StoreUnavailable.
        """
        await self.put(await self._to_people(notice))

    async def put(self, notifications: Iterable[Document]) -> None:
        """Store each; one that is there already was told before. Raises StoreUnavailable."""
        waiting = iter(notifications)
        while some := tuple(islice(waiting, AT_ONCE)):
            await asyncio.gather(*map(self._inserted, some))

    async def _inserted(self, document: Document) -> None:
        with suppress(AlreadyExists):
            await self._store.insert(NOTIFICATIONS, document)

    async def follow(self, referral: Referral, entries: Sequence[Numbered]) -> Mapping[str, Any]:
        """Tell people, subscribed programs and a lead's customer of new history entries. Raises StoreUnavailable."""
        for numbered in entries:
            notice = hearing.notice_of(referral, *numbered)
            if notice is not None:
                await self.tell(notice)
            await self.put(await self._to_programs(referral, numbered))
            await self.put(await self._to_customer(referral, numbered))
        return {}

    async def _to_people(self, notice: Notice) -> list[Document]:
        now = self._clock()
        told: list[Document] = []
        for recipient in await self._recipients(notice):
            wanted = preferences_of(recipient.chosen)
            if notice.event in wanted.inapp:
                told.append(documents.inapp_of(notice, recipient.user, now, self._keeping))
            if self._mails and recipient.email and notice.event in wanted.mail:
                told.append(documents.mail_of(notice, recipient.user, now, self._keeping))
        if self._mails:
            told += [documents.address_mail_of(notice, one, now, self._keeping) for one in notice.addresses]
        return told

    async def _recipients(self, notice: Notice) -> list[Recipient]:
        """A team that is named, also those of it who never signed in; else everybody who works on referrals. Never the
        one who did it."""
        known = await self._people.recipients(notice.organization_id)
        if notice.recipients is None:
            asked = [one for one in known.values() if one.roles & WORK_ON_REFERRALS][:MOST_TOLD]
        else:
            asked = [await self._named(user, known, notice.organization_id) for user in notice.recipients]
        return [one for one in asked if one.user != notice.by]

    async def _named(self, user: str, known: Mapping[str, Recipient], organization_id: str) -> Recipient:
        found = known.get(user) or await self._people.recipient(organization_id, user)
        return found or Recipient(user, frozenset(), None, None)

    async def _to_programs(self, referral: Referral, numbered: Numbered) -> list[Document]:
        organization_id = referral["organizationId"]
        type_ = hearing.webhook_type_of(referral, numbered.entry)
        subscriptions = await self._subscribers.of(organization_id, type_)
        if not subscriptions:
            return []
        payload = {
            "type": type_,
            "timestamp": numbered.entry["at"],
            "data": hearing.webhook_data(referral, *numbered, self._public_url),
        }
        key, now = hearing.key_of(referral, numbered.number), self._clock()
        return [documents.webhook_of(key, organization_id, id, payload, now, self._keeping) for id in subscriptions]

    async def _to_customer(self, referral: Referral, numbered: Numbered) -> list[Document]:
        if not self._mails or referral["kind"] != "lead":
            return []
        key, now, organization_id = hearing.key_of(referral, numbered.number), self._clock(), referral["organizationId"]
        return [
            documents.customer_mail_of(key, organization_id, mail, now, self._keeping)
            for mail in await self._customer_mails.of(referral, numbered)
        ]
