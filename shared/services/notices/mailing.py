"""Mail, as one way notifications go: to a person singly or in a digest, or to a lead's customer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final, cast

from shared.domain.notices import attempts, digest, documents, mails
from shared.domain.notices.documents import Keeping
from shared.domain.notices.mails import Letter, Mail
from shared.domain.notices.preferences import LANGUAGES, Language, NoticePreferences, preferences_of
from shared.domain.referrals.referral import is_overdue, upgraded
from shared.services.notices.ports import Mailer, NotDelivered
from shared.services.organizations.people import People
from shared.services.ports import (
    NOTIFICATIONS,
    REFERRALS,
    AlreadyExists,
    Clock,
    Document,
    DocumentStore,
    Query,
    Where,
)
from shared.services.writing import written

ATTEMPTS: Final = 10
REMIND: Final = frozenset({"reminder", "escalation"})
COUNTED: Final = 1_000  # notices of one digest; beyond that nobody counts


class Mailing:
    def __init__(
        self,
        store: DocumentStore,
        people: People,
        mailer: Mailer,
        clock: Clock,
        *,
        public_url: str,
        most_singly: int,
        digest_hour: int,
        kept_for: timedelta,
    ) -> None:
        self._store = store
        self._people = people
        self._mailer = mailer
        self._clock = clock
        self._public_url = public_url
        self._most_singly = most_singly
        self._digest_hour = digest_hour
        self._keeping = Keeping(kept_for)

    def lane_of(self, document: Document) -> str:
        """There is one mail server."""
        return "server"

    async def given_up(self, document: Document, why: str) -> None:
        """The notice itself stands in the app; there is nobody else to tell."""

    async def send(self, document: Document) -> Document:
        """Raises NotDelivered."""
        if "customer" in document:
            return await self._to_customer(document)
        if await self._is_answered(document):
            return attempts.skipped(document, "It was answered, or is over.")
        if "to" in document:
            letter = mails.notice_letter(document["event"], document["subject"], "en", self._public_url)
            return await self._sent(document, letter, document["to"], "en")
        user = document["user"]
        recipient = await self._people.recipient(document["organizationId"], user)
        if recipient is None or not recipient.email:
            return attempts.skipped(document, "No address is known.")
        wanted = preferences_of(recipient.chosen)
        if document["event"] == "digest":
            return await self._digest(document, recipient.email, wanted)
        if document["event"] not in wanted.mail:
            return attempts.skipped(document, "Not wanted any more.")
        if wanted.digest and not await self._goes_singly(document, user):
            return await self._put_aside(document, user)
        letter = mails.notice_letter(document["event"], document["subject"], wanted.language, self._public_url)
        return await self._sent(document, letter, recipient.email, wanted.language)

    async def _sent(self, document: Document, letter: Letter, to: str, language: Language) -> Document:
        now = self._clock()
        mail: Mail = mails.mail_of(letter, to, language, document["id"], self._public_url, now)
        await self._mailer.send(mail)
        return attempts.sent(document, now)

    async def _to_customer(self, document: Document) -> Document:
        told = document["customer"]
        if await self._is_withdrawn(document):
            return attempts.skipped(document, "The customer withdrew its consent.")
        language = cast(Language, told["language"] if told["language"] in LANGUAGES else "en")
        letter = mails.customer_letter(told["kind"], told["facts"], language)
        return await self._sent(document, letter, told["to"], language)

    async def _is_answered(self, document: Document) -> bool:
        """Whether a reminder that waited, for the mail server or in a digest, reminds of nothing any more."""
        if document["event"] not in REMIND:
            return False
        organization_id, referral_id = document["organizationId"], document["subject"]["referralId"]
        stored = await self._store.get(REFERRALS, organization_id, referral_id)
        if stored is None:
            return True
        referral = upgraded(stored.document)
        return referral["stage"] != "received" or is_overdue(referral, self._clock())

    async def _is_withdrawn(self, document: Document) -> bool:
        """Whether the customer's contact was taken back since the mail was written."""
        referral_id = document["subject"]["referralId"]
        stored = await self._store.get(REFERRALS, document["organizationId"], referral_id)
        if stored is None:
            return True
        since = document["createdAt"]
        return any(one["action"] == "withdraw-consent" and one["at"] >= since for one in stored.document["history"])

    async def _goes_singly(self, document: Document, user: str) -> bool:
        """Whether it is among the first of the day; the same answer if asked again."""
        organization_id, now = document["organizationId"], self._clock()
        for _ in range(ATTEMPTS):
            stored = await self._store.get(NOTIFICATIONS, organization_id, digest.day_id(organization_id, user, now))
            before = stored.document if stored else digest.new_day(organization_id, user, now)
            after = digest.with_mail(before, document["id"], self._most_singly)
            if after is None or after is before:
                return after is not None
            if await written(self._store, NOTIFICATIONS, stored, after):
                return True
        raise NotDelivered("Many mails to one person at once; it is counted again.")

    async def _put_aside(self, document: Document, user: str) -> Document:
        """Into the digest, which is there first."""
        organization_id, now = document["organizationId"], self._clock()
        at = digest.digest_time(now, self._digest_hour)
        id = digest.digest_id(organization_id, user, at)
        try:
            new = documents.digest_of(id, organization_id, user, at, now, self._keeping)
            await self._store.insert(NOTIFICATIONS, new)
        except AlreadyExists:
            pass
        return attempts.put_aside(document, id)

    async def _digest(self, document: Document, to: str, wanted: NoticePreferences) -> Document:
        gathered = await self._gathered(document)
        if not gathered:
            return attempts.skipped(document, "Nothing was put aside.")
        letter = mails.digest_letter(gathered, len(gathered), wanted.language, self._public_url)
        return await self._sent(document, letter, to, wanted.language)

    async def _gathered(self, document: Document) -> list[Document]:
        found: list[dict[str, Any]] = []
        box, after = Where("box", "eq", documents.digest_box(document["id"])), None
        while len(found) < COUNTED:
            page = await self._store.find(
                NOTIFICATIONS, document["organizationId"], Query((box,), "createdAt", limit=200, after=after)
            )
            found += [one for one in page.items if not await self._is_answered(one)]
            if not page.more:
                break
            after = (page.items[-1]["createdAt"], page.items[-1]["id"])
        return found
