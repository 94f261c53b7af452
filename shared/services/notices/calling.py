"""Webhooks, as one way notifications go: signed calls of an organization's subscribers."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import orjson

from shared.domain.instants import today
from shared.domain.notices import attempts, signing
from shared.domain.notices.notice import Notice
from shared.domain.notices.subscription import Subscription, keys_of
from shared.domain.organizations.organization import Role
from shared.services.notices.ports import WebhookCaller
from shared.services.notices.subscriptions import Subscriptions
from shared.services.notices.telling import Notices
from shared.services.organizations.people import People
from shared.services.ports import Clock, Document

KEEPERS: Final = frozenset({Role.REFERRALS_ADMIN, Role.ACCOUNT_ADMIN})
"""Who may do something about a webhook that cannot be reached."""


class Calling:
    def __init__(
        self, subscriptions: Subscriptions, caller: WebhookCaller, notices: Notices, people: People, clock: Clock
    ) -> None:
        self._subscriptions = subscriptions
        self._caller = caller
        self._notices = notices
        self._people = people
        self._clock = clock

    def lane_of(self, document: Document) -> str:
        return f"{document['organizationId']}:{document.get('subscriptionId')}"

    async def send(self, document: Document) -> Document:
        """Raises NotDelivered."""
        subscription = await self._of(document)
        if subscription is None:
            return attempts.skipped(document, "The webhook was deleted.")
        body, now = orjson.dumps(document["payload"]), self._clock()
        signed = signing.headers(document["id"], int(now.timestamp()), body, keys_of(subscription, now))
        status = await self._caller.call(subscription["url"], signed, body)
        return attempts.sent(document, now, answered=status)

    async def given_up(self, document: Document, why: str) -> None:
        """The organization's administrators learn that a subscriber cannot be reached, once a day."""
        subscription = await self._of(document)
        if subscription is None:
            return
        now, organization_id = self._clock(), document["organizationId"]
        known = await self._people.recipients(organization_id)
        host = urlsplit(subscription["url"]).hostname
        subject = {"name": host, "webhookId": subscription["id"], "reason": why}
        key = f"{subscription['id']}:failed:{today(now).isoformat()}"
        recipients = tuple(one.user for one in known.values() if one.roles & KEEPERS)
        await self._notices.tell(Notice(key, organization_id, "delivery.failed", now, subject, recipients))

    async def _of(self, document: Document) -> Subscription | None:
        return await self._subscriptions.get(document["organizationId"], document["subscriptionId"])
