"""A person's own notices: the list, what is unread of it, and what they want to be told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from shared.domain.errors import NotFound, NotPossible, Unavailable
from shared.domain.ids import is_legal_id
from shared.domain.instants import instant
from shared.domain.notices import documents
from shared.domain.notices.mails import page_of
from shared.domain.notices.notice import EVENTS
from shared.domain.notices.preferences import Language, NoticePreferences, preferences_of, stored_of
from shared.domain.notices.texts import text_of
from shared.domain.organizations.organization import Caller
from shared.services.organizations.people import People
from shared.services.paging import Listed, cursor, limit_of, read_cursor
from shared.services.ports import (
    NOTIFICATIONS,
    ChangedMeanwhile,
    Clock,
    Document,
    DocumentStore,
    Query,
    Stored,
    Where,
)

ATTEMPTS: Final = 5
MOST_COUNTED: Final = 99
READ_AT_ONCE: Final = 1_000  # notices one "read all" reads; the rest stay unread, and are said to
PAGE: Final = 200


class Inbox:
    def __init__(self, store: DocumentStore, people: People, clock: Clock, kept_for: timedelta) -> None:
        self._store = store
        self._people = people
        self._clock = clock
        self._kept_for = kept_for

    async def list(
        self, caller: Caller, *, unread: bool = False, limit: str | None = None, after: str | None = None
    ) -> Listed:
        """One page of the caller's notices, the newest first, in their language. Raises Invalid, Unreadable."""
        filters: dict[str, str | None] = {"unread": "yes" if unread else None}
        key = read_cursor(after, "-created", filters) if after else None
        where = self._of(caller, "unread" if unread else "box")
        query = Query(where, "createdAt", descending=True, limit=limit_of(limit), after=key)
        page = await self._store.find(NOTIFICATIONS, caller.organization_id, query)
        last = page.items[-1] if page.more else None
        language = (await self.preferences(caller)).language
        return Listed(
            [notice_view(item, language) for item in page.items],
            cursor("-created", filters, last["createdAt"], last["id"]) if last else None,
        )

    async def unread(self, caller: Caller) -> int:
        """How many nobody has opened; one more than `MOST_COUNTED` stands for more than that."""
        query = Query(self._of(caller, "unread"), "createdAt", descending=True, limit=MOST_COUNTED + 1)
        return len((await self._store.find(NOTIFICATIONS, caller.organization_id, query)).items)

    async def read(self, id: str, caller: Caller) -> dict[str, Any]:
        """Mark one as read; it stays read. Raises NotFound for another person's too."""
        stored = await self._store.get(NOTIFICATIONS, caller.organization_id, id) if is_legal_id(id) else None
        if stored is None or stored.document["box"] != documents.inapp_box(caller.user):
            raise NotFound("There is no such notice.")
        after = await self._marked(stored)
        return notice_view(after, (await self.preferences(caller)).language)

    async def read_all(self, caller: Caller) -> int:
        """Mark all as read that there are now, up to a thousand; how many were."""
        done, after = 0, None
        while done < READ_AT_ONCE:
            query = Query(self._of(caller, "unread"), "createdAt", limit=PAGE, after=after)
            page = await self._store.find(NOTIFICATIONS, caller.organization_id, query)
            for item in page.items:
                stored = await self._store.get(NOTIFICATIONS, caller.organization_id, item["id"])
                if stored is not None:
                    await self._marked(stored)
                    done += 1
            if not page.more:
                break
            after = (page.items[-1]["createdAt"], page.items[-1]["id"])
        return done

    async def preferences(self, caller: Caller) -> NoticePreferences:
        """What the caller wants to be told; the defaults for who chose nothing."""
        found = await self._people.recipient(caller.organization_id, caller.user)
        return preferences_of(found.chosen if found else None)

    async def choose(self, chosen: NoticePreferences, caller: Caller) -> NoticePreferences:
        """Keep it. Raises NotPossible for a program: it has no notices, and may have a webhook."""
        if caller.user.startswith("app:"):
            raise NotPossible("Notices are for people; a program is told by a webhook.", code="not_a_person")
        await self._people.choose(caller, stored_of(chosen))
        return preferences_of(stored_of(chosen))

    def _of(self, caller: Caller, field: str) -> tuple[Where, ...]:
        """The caller's, those that are not too old."""
        oldest = instant(self._clock() - self._kept_for)
        return (Where(field, "eq", documents.inapp_box(caller.user)), Where("createdAt", "ge", oldest))

    async def _marked(self, stored: Stored) -> Document:
        for _ in range(ATTEMPTS):
            if stored.document["unread"] is None:
                return stored.document
            after = {**stored.document, "unread": None, "readAt": instant(self._clock())}
            try:
                return (await self._store.replace(stored, NOTIFICATIONS, after)).document
            except ChangedMeanwhile:
                organization_id, id = stored.document["organizationId"], stored.document["id"]
                again = await self._store.get(NOTIFICATIONS, organization_id, id)
                if again is None:
                    return after
                stored = again
        raise Unavailable("It is being changed from elsewhere; try again.")


def notice_view(stored: Document, language: Language) -> dict[str, Any]:
    """A notice as its person sees it: what happened, in words, and where it leads."""
    said = text_of(stored["event"], stored["subject"], language)
    return {
        "id": stored["id"],
        "event": stored["event"],
        "at": stored["at"],
        "createdAt": stored["createdAt"],
        "read": stored["unread"] is None,
        "readAt": stored["readAt"],
        "title": said.title,
        "text": said.body,
        "language": language,
        "referralId": stored["subject"].get("referralId"),
        "href": page_of(stored["event"], stored["subject"]),
    }


def preferences_view(chosen: NoticePreferences, email: str | None) -> dict[str, Any]:
    """What a PUT takes, with the address mails go to and every event there is."""
    return {
        "language": chosen.language,
        "digest": chosen.digest,
        "inapp": list(chosen.inapp),
        "mail": list(chosen.mail),
        "address": email,
        "events": list(EVENTS),
    }
