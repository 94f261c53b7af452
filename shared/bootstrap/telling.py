"""What people and programs are told of it, and what they are reminded of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from shared.bootstrap.referring import Referring

if TYPE_CHECKING:
    from shared.services.deadlines.calendar_links import CalendarLinks
    from shared.services.deadlines.desk import DeadlineDesk
    from shared.services.deadlines.reminders import Reminders
    from shared.services.notices.customers import CustomersMailed
    from shared.services.notices.inbox import Inbox
    from shared.services.notices.mailing import Mailing
    from shared.services.notices.ports import WebhookCaller
    from shared.services.notices.sending import Sending
    from shared.services.notices.subscriptions import Subscriptions
    from shared.services.notices.telling import Notices
    from shared.services.referrals.announcements import Announcements


@dataclass(frozen=True)
class Telling(Referring):
    """The services of notices and deadlines."""

    @cached_property
    def announcements(self) -> Announcements:
        from shared.services.referrals.announcements import Announcements

        followers = (self.records, self.notices)
        return Announcements(self.store, followers, self.clock, self.settings.timer_budget, self.stopping)

    @cached_property
    def notices(self) -> Notices:
        from shared.services.notices.telling import Notices

        return Notices(
            self.store,
            self.people,
            self.subscriptions,
            self.clock,
            kept_for=self.settings.notice_retention,
            mails=self.settings.smtp_host is not None,
            public_url=self.settings.public_url,
            customer_mails=self.customers_mailed,
        )

    @cached_property
    def customers_mailed(self) -> CustomersMailed:
        from shared.services.notices.customers import CustomersMailed

        public_url = self.settings.public_url
        return CustomersMailed(self.organizations, self.directory, self.confirmations, public_url)

    @cached_property
    def inbox(self) -> Inbox:
        from shared.services.notices.inbox import Inbox

        return Inbox(self.store, self.people, self.clock, self.settings.notice_retention)

    @cached_property
    def subscriptions(self) -> Subscriptions:
        from shared.services.notices.subscriptions import Subscriptions

        kept, local = self.settings.notice_retention, self.settings.webhook_allow_local
        return Subscriptions(self.store, self.clock, kept, allow_local=local)

    @cached_property
    def webhooks(self) -> WebhookCaller:
        from shared.adapters.webhooks import HttpWebhooks  # only the timer that sends needs it

        return HttpWebhooks(self.settings.webhook_timeout, allow_local=self.settings.webhook_allow_local)

    @cached_property
    def sending(self) -> Sending:
        from shared.services.notices.calling import Calling
        from shared.services.notices.sending import Sending, Way

        ways: dict[str, Way] = {
            "webhook": Calling(self.subscriptions, self.webhooks, self.notices, self.people, self.clock)
        }
        if self.settings.smtp_host is not None:
            ways["mail"] = self._mailing(self.settings.smtp_host)
        return Sending(self.store, ways, self.clock, self.settings.timer_budget, self.stopping)

    def _mailing(self, host: str) -> Mailing:
        from shared.adapters.smtp import MailServer, SmtpMailer
        from shared.services.notices.mailing import Mailing

        settings = self.settings
        port = settings.smtp_port or {"starttls": 587, "tls": 465, "none": 25}[settings.smtp_security]
        server = MailServer(
            host,
            port,
            settings.mail_from or "",
            settings.smtp_security,
            settings.smtp_user,
            settings.smtp_password,
        )
        return Mailing(
            self.store,
            self.people,
            SmtpMailer(server),
            self.clock,
            public_url=settings.public_url,
            most_singly=settings.mails_a_day,
            digest_hour=settings.digest_hour,
            kept_for=settings.notice_retention,
        )

    @cached_property
    def deadline_desk(self) -> DeadlineDesk:
        from shared.services.deadlines.desk import DeadlineDesk

        return DeadlineDesk(self.store, self.clock, self.settings.vendor_organization_id)

    @cached_property
    def calendar_links(self) -> CalendarLinks:
        from shared.services.deadlines.calendar_links import CalendarLinks

        return CalendarLinks(self.store, self.organizations, self.clock, self.settings.calendar_link_idle)

    @cached_property
    def reminders(self) -> Reminders:
        from shared.services.deadlines.reminders import Reminders

        return Reminders(
            self.store,
            self.notices,
            self.people,
            self.profiles,
            self.clock,
            self.settings.reminders,
            self.settings.timer_budget,
            self.stopping,
        )
