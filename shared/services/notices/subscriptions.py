"""Webhook subscriptions: added, shown, replaced and taken away by an organization's administrators; and deliveries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from shared.domain.errors import NotFound, NotPossible, Unavailable
from shared.domain.ids import derived_id, is_legal_id, new_id
from shared.domain.instants import instant
from shared.domain.notices import attempts, documents
from shared.domain.notices.documents import Keeping
from shared.services.idempotency import Created, hash_of, keyed_id, require_same
from shared.services.paging import Listed, cursor, limit_of, read_cursor
from shared.services.ports import (
    NOTIFICATIONS,
    WORK,
    AlreadyExists,
    ChangedMeanwhile,
    Clock,
    Document,
    DocumentStore,
    Query,
    Stored,
    Where,
)
from shared.services.writing import written

if TYPE_CHECKING:
    from shared.domain.notices.subscription import AddWebhook, Subscription
    from shared.domain.organizations.organization import Caller

ATTEMPTS: Final = 5
REMEMBERED: Final = timedelta(seconds=30)
TEST_TYPE: Final = "test.created"
SHOWN: Final = (
    "id", "createdAt", "status", "attempts", "sentAt", "reason", "answered",
)  # fmt: skip
"""What a list of deliveries says of each."""

_Change = Callable[[Sequence["Subscription"]], Sequence["Subscription"]]


class Subscriptions:
    """What is read for each event is remembered for half a minute; what this process changes it forgets at once."""

    def __init__(self, store: DocumentStore, clock: Clock, kept_for: timedelta, *, allow_local: bool = False) -> None:
        self._store = store
        self._clock = clock
        self._keeping = Keeping(kept_for)
        self._allow_local = allow_local
        self._known: dict[str, tuple[datetime, Sequence[Subscription]]] = {}

    async def of(self, organization_id: str, type: str) -> Sequence[str]:
        """The ids of the organization's subscriptions that want this type. Raises StoreUnavailable."""
        from shared.domain.notices.subscription import wants

        return [one["id"] for one in await self._remembered(organization_id) if wants(one, type)]

    async def get(self, organization_id: str, id: str) -> Subscription | None:
        """One of them, half a minute old at most."""
        return next((one for one in await self._remembered(organization_id) if one["id"] == id), None)

    async def all(self, caller: Caller) -> Sequence[Subscription]:
        """The caller's organization's, the oldest first."""
        return _of(await self._stored(caller.organization_id))

    async def read(self, id: str, caller: Caller) -> Subscription:
        """Raises NotFound."""
        return _found(await self.all(caller), id)

    async def add(self, command: AddWebhook, caller: Caller, key: str | None = None) -> Created[Subscription]:
        """Raises Invalid for an address nobody outside could call, TooFull, KeyReused."""
        from shared.domain.notices import subscription

        if not self._allow_local:
            subscription.require_public(command.url)
        now = self._clock()
        id = keyed_id(caller, "add_webhook", key) if key else new_id(now)
        new = subscription.created(command, id, caller.user, now, hash_of(command) if key else None)

        def with_it(known: Sequence[Subscription]) -> Sequence[Subscription]:
            if any(one["id"] == id for one in known):
                return known
            return subscription.with_one_more(known, new)

        stored = _found(await self._change(caller.organization_id, with_it), id)
        if stored["secret"] == new["secret"]:
            return Created(stored, replayed=False)
        require_same(stored.get("commandHash"), new.get("commandHash"))
        return Created(stored, replayed=True)

    async def rotate(self, id: str, caller: Caller) -> Subscription:
        """A new secret; the old one signs too for a day. Raises NotFound."""
        from shared.domain.notices.subscription import rotated

        now = self._clock()

        def with_another(known: Sequence[Subscription]) -> Sequence[Subscription]:
            before = _found(known, id)
            return [rotated(one, now) if one is before else one for one in known]

        return _found(await self._change(caller.organization_id, with_another), id)

    async def delete(self, id: str, caller: Caller) -> None:
        """Nothing more is sent there. Raises NotFound."""

        def without(known: Sequence[Subscription]) -> Sequence[Subscription]:
            gone = _found(known, id)
            return [one for one in known if one is not gone]

        await self._change(caller.organization_id, without)

    async def test(self, id: str, caller: Caller, key: str | None = None) -> Document:
        """Send the subscriber something to try; the delivery. Raises NotFound."""
        await self.read(id, caller)
        now = self._clock()
        mark = keyed_id(caller, "test_webhook", key) if key else new_id(now)
        data = {"organizationId": caller.organization_id, "webhookId": id, "message": "This is a test."}
        payload = {"type": TEST_TYPE, "timestamp": instant(now), "data": data}
        made = documents.webhook_of(f"test:{mark}", caller.organization_id, id, payload, now, self._keeping)
        document = attempts.anew(made, now)
        try:
            await self._store.insert(NOTIFICATIONS, document)
        except AlreadyExists:
            return (await self._delivery(document["id"], id, caller)).document
        return document

    async def deliveries(self, id: str, caller: Caller, limit: str | None = None, after: str | None = None) -> Listed:
        """One page of the calls of a subscriber, the newest first. Raises NotFound, Invalid, Unreadable."""
        await self.read(id, caller)
        filters: dict[str, str | None] = {"webhook": id}
        key = read_cursor(after, "-created", filters) if after else None
        box = Where("box", "eq", documents.webhook_box(id))
        query = Query((box,), "createdAt", descending=True, limit=limit_of(limit), after=key)
        page = await self._store.find(NOTIFICATIONS, caller.organization_id, query)
        last = page.items[-1] if page.more else None
        next_ = cursor("-created", filters, last["createdAt"], last["id"]) if last else None
        return Listed([delivery_view(item) for item in page.items], next_)

    async def redeliver(self, id: str, delivery_id: str, caller: Caller) -> Document:
        """Send it again from the beginning, under the same webhook-id. Raises NotFound, NotPossible while it is being
        sent this very moment."""
        for _ in range(ATTEMPTS):
            stored = await self._delivery(delivery_id, id, caller)
            now = self._clock()
            if (stored.document["claimedUntil"] or "") > instant(now):
                raise NotPossible("It is being sent at this moment.", code="being_sent")
            try:
                return (await self._store.replace(stored, NOTIFICATIONS, attempts.anew(stored.document, now))).document
            except ChangedMeanwhile:
                continue
        raise Unavailable("It is being sent right now; try again.")

    async def _delivery(self, delivery_id: str, id: str, caller: Caller) -> Stored:
        await self.read(id, caller)
        stored = None
        if is_legal_id(delivery_id):
            stored = await self._store.get(NOTIFICATIONS, caller.organization_id, delivery_id)
        if stored is None or stored.document["box"] != documents.webhook_box(id):
            raise NotFound("There is no such delivery.")
        return stored

    async def _change(self, organization_id: str, change: _Change) -> Sequence[Subscription]:
        for _ in range(ATTEMPTS):
            stored = await self._stored(organization_id)
            before = _of(stored)
            after = change(before)
            if after is before:
                return before
            kept = stored.document if stored else self._new(organization_id, after)
            try:
                if await written(self._store, WORK, stored, {**kept, "subscriptions": list(after)}):
                    return after
            finally:
                self._known.pop(organization_id, None)
        raise Unavailable("The webhooks are being changed from elsewhere; try again.")

    async def _remembered(self, organization_id: str) -> Sequence[Subscription]:
        now = self._clock()
        known = self._known.get(organization_id)
        if known is None or now - known[0] >= REMEMBERED:
            known = self._known[organization_id] = (now, _of(await self._stored(organization_id)))
        return known[1]

    async def _stored(self, organization_id: str) -> Stored | None:
        return await self._store.get(WORK, organization_id, _id(organization_id))

    def _new(self, organization_id: str, subscriptions: Sequence[Subscription]) -> Document:
        return {
            "schema": 1,
            "id": _id(organization_id),
            "organizationId": organization_id,
            "type": "webhooks",
            "createdAt": instant(self._clock()),
            "subscriptions": list(subscriptions),
        }


def delivery_view(stored: Document) -> dict[str, Any]:
    """One call of a subscriber as its organization sees it; `id` is its `webhook-id` header."""
    seen = {field: stored.get(field) for field in SHOWN}
    return {**seen, "type": stored["event"], "nextAttemptAt": stored["pendingAt"]}


def _of(stored: Stored | None) -> Sequence[Subscription]:
    return stored.document["subscriptions"] if stored else []


def _found(known: Sequence[Subscription], id: str) -> Subscription:
    found = next((one for one in known if one["id"] == id), None)
    if found is None:
        raise NotFound("There is no such webhook.")
    return found


def _id(organization_id: str) -> str:
    return derived_id("webhooks", organization_id)
