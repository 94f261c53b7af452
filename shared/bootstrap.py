"""The composition root: the only module that picks adapters. Built at first use, so that importing the app needs no
setting, no store and no network.
"""

from __future__ import annotations

import asyncio
import logging
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared.domain.errors import NotPossible, Unreadable
from shared.domain.instants import instant
from shared.services.ports import BlobStore, Clock, DocumentStore, FileParser
from shared.settings import Settings, SettingsError, read_settings

if TYPE_CHECKING:
    from shared.domain.offers.upload import Kind
    from shared.services.announcements import Announcements
    from shared.services.collisions import Collisions
    from shared.services.companies import Companies
    from shared.services.deadlines.calendar_links import CalendarLinks
    from shared.services.deadlines.desk import DeadlineDesk
    from shared.services.deadlines.reminders import Reminders
    from shared.services.deal_export import DealExport
    from shared.services.delivery import Delivery
    from shared.services.directory import Directory
    from shared.services.expiry import Expiry
    from shared.services.favourites import Favourites
    from shared.services.insights.records import Records
    from shared.services.insights.similar import Similar
    from shared.services.leads.confirmations import Confirmations
    from shared.services.leads.counters import InquiryLimits
    from shared.services.leads.inquiries import Inquiries
    from shared.services.leads.recommendations import Recommendations
    from shared.services.notices.customers import CustomersMailed
    from shared.services.notices.inbox import Inbox
    from shared.services.notices.mailing import Mailing
    from shared.services.notices.ports import WebhookCaller
    from shared.services.notices.sending import Sending
    from shared.services.notices.subscriptions import Subscriptions
    from shared.services.notices.telling import Notices
    from shared.services.offers import Offers
    from shared.services.organizations import Organizations
    from shared.services.people import People
    from shared.services.profiles import Profiles
    from shared.services.referral_lists import ReferralLists
    from shared.services.referrals import Referrals
    from shared.services.routing import Routing
    from shared.services.suggestions import Suggestions
    from shared.services.uploads.contact_lists import ContactLists
    from shared.services.uploads.intake import Uploads
    from shared.services.uploads.reconciliation import UploadReconciliation

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Services:
    """Every use case, over one store, one blob store and one clock. `stopping` tells timers to end between items.

    Each is imported and built when it is first asked for, so that a cold start pays only for what it answers.
    """

    settings: Settings
    store: DocumentStore
    blobs: BlobStore
    clock: Clock
    stopping: asyncio.Event

    @cached_property
    def organizations(self) -> Organizations:
        from shared.services.organizations import Organizations

        return Organizations(self.store, self.clock)

    @cached_property
    def people(self) -> People:
        from shared.services.people import People

        return People(self.store, self.clock)

    @cached_property
    def routing(self) -> Routing:
        from shared.services.routing import Routing

        return Routing(self.store, self.organizations, self.clock)

    @cached_property
    def directory(self) -> Directory:
        from shared.services.directory import Directory

        return Directory(self.store, self.clock)

    @cached_property
    def profiles(self) -> Profiles:
        from shared.services.profiles import Profiles

        return Profiles(self.store, self.organizations, self.directory, self.records, self.clock)

    @cached_property
    def favourites(self) -> Favourites:
        from shared.services.favourites import Favourites

        return Favourites(self.store, self.clock)

    @cached_property
    def referrals(self) -> Referrals:
        from shared.services.referrals import Referrals

        return Referrals(self.store, self.organizations, self.clock, self.settings.vendor_organization_id)

    @cached_property
    def collisions(self) -> Collisions:
        from shared.services.collisions import Collisions

        return Collisions(self.store, self.clock)

    @cached_property
    def suggestions(self) -> Suggestions:
        from shared.services.suggestions import Suggestions

        return Suggestions(self.store, self.clock)

    @cached_property
    def companies(self) -> Companies:
        from shared.services.companies import Companies

        return Companies(self.store, self.parser, self.clock)

    @cached_property
    def referral_lists(self) -> ReferralLists:
        from shared.services.referral_lists import ReferralLists

        return ReferralLists(self.store, self.favourites, self.clock)

    @cached_property
    def inquiry_limits(self) -> InquiryLimits:
        from shared.services.leads.counters import InquiryLimits

        return InquiryLimits(self.store, self.clock, self.settings.inquiries_per_client)

    @cached_property
    def inquiries(self) -> Inquiries:
        from shared.services.leads.inquiries import Inquiries, Rules

        settings = self.settings
        rules = Rules(settings.response_window, settings.hide_customer_until_accepted, settings.inquiries_per_address)
        directory, routing = self.directory, self.routing
        limits = self.inquiry_limits
        return Inquiries(self.store, self.organizations, directory, routing, limits, self.clock, rules)

    @cached_property
    def recommendations(self) -> Recommendations:
        from shared.services.leads.recommendations import Recommendations

        return Recommendations(self.referrals, self.directory)

    @cached_property
    def confirmations(self) -> Confirmations:
        from shared.services.leads.confirmations import Confirmations

        return Confirmations(self.store, self.organizations, self.clock)

    @cached_property
    def deal_export(self) -> DealExport:
        from shared.services.deal_export import DealExport

        return DealExport(self.store, self.favourites, self.clock, self.settings.export_row_limit)

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

    @cached_property
    def offers(self) -> Offers:
        from shared.services.offers import Offers

        return Offers(self.store, self.clock)

    @cached_property
    def parser(self) -> FileParser:
        from shared.adapters.guarded_parser import GuardedParser  # only uploads need it

        return GuardedParser(self.settings.parser_wall_limit)

    @cached_property
    def uploads(self) -> Uploads:
        from shared.services.uploads.intake import Uploads

        limits: dict[Kind, int] = {
            "contacts": self.settings.contacts_file_limit,
            "document": self.settings.document_file_limit,
        }
        return Uploads(self.store, self.blobs, self.parser, self.organizations, self.clock, limits)

    @cached_property
    def contact_lists(self) -> ContactLists:
        from shared.services.uploads.contact_lists import ContactLists

        return ContactLists(self.store, self.clock, self.settings.timer_budget, self.stopping)

    @cached_property
    def reconciliation(self) -> UploadReconciliation:
        from shared.services.uploads.reconciliation import UploadReconciliation

        budget = self.settings.timer_budget
        return UploadReconciliation(self.store, self.blobs, self.uploads, self.clock, budget, self.stopping)

    @cached_property
    def expiry(self) -> Expiry:
        from shared.services.expiry import Expiry

        return Expiry(self.store, self.clock, self.settings.timer_budget, self.stopping)

    @cached_property
    def delivery(self) -> Delivery:
        from shared.services.delivery import Delivery

        window, budget = self.settings.response_window, self.settings.timer_budget
        hide = self.settings.hide_customer_until_accepted
        receivers = (self.organizations, self.routing)
        return Delivery(self.store, *receivers, self.clock, window, budget, self.stopping, hide_customer=hide)

    @cached_property
    def records(self) -> Records:
        from shared.services.insights.records import Records

        return Records(self.store, self.directory, self.clock, self.settings.timer_budget, self.stopping)

    @cached_property
    def similar(self) -> Similar:
        from shared.services.insights.similar import Similar

        return Similar(self.store)

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
    def announcements(self) -> Announcements:
        from shared.services.announcements import Announcements

        followers = (self.records, self.notices)
        return Announcements(self.store, followers, self.clock, self.settings.timer_budget, self.stopping)

    def facts(self) -> dict[str, Any]:
        """What the operator should know about this composition; health shows it."""
        return {
            "store": type(self.store).__name__,
            "blobs": type(self.blobs).__name__,
            "embedded": not self.settings.on_cosmos or not self.settings.on_blob_storage,
            "now": instant(self.clock()),
            "clockOffsetSeconds": self.settings.clock_offset.total_seconds(),
            "responseWindowSeconds": self.settings.response_window.total_seconds(),
            "mail": "set up" if self.settings.smtp_host else "not set up: notices stay in the app",
            "webhooks": "local addresses too" if self.settings.webhook_allow_local else "public addresses only",
        }

    async def close(self) -> None:
        """Tell timers to stop, finish waiting writes, let go of the store."""
        self.stopping.set()
        if "webhooks" in self.__dict__:  # else nobody was called
            await self.webhooks.close()
        await self.store.close()
        await self.blobs.close()


def build(settings: Settings, clock: Clock | None = None) -> Services:
    """Services on the adapters the settings name. Raises SettingsError where embedded ones would run in Azure."""
    return Services(
        settings=settings,
        store=_cosmos_store(settings) if settings.on_cosmos else _embedded_store(settings),
        blobs=_azure_blobs(settings) if settings.on_blob_storage else _embedded_blobs(settings),
        clock=clock or shifted_clock(settings),
        stopping=asyncio.Event(),
    )


def _cosmos_store(settings: Settings) -> DocumentStore:
    from shared.adapters.cosmos import CosmosStore  # adapters are heavy, and only one pair is used
    from shared.adapters.cosmos_client import CosmosAccount

    _quiet_the_sdk()
    database = settings.cosmos_database
    if settings.cosmos_connection is None:
        account = CosmosAccount(str(settings.cosmos_endpoint), database, settings.cosmos_key)
    else:
        try:
            account = CosmosAccount.of_connection_string(settings.cosmos_connection, database)
        except ValueError as error:
            raise SettingsError(f"COSMOS_CONNECTION: {error}") from None
    return CosmosStore(account, settings.azure_create)


def _azure_blobs(settings: Settings) -> BlobStore:
    from shared.adapters.azure_blobs import AzureBlobs
    from shared.adapters.azure_links import BlobAccount

    _quiet_the_sdk()
    try:
        return AzureBlobs(BlobAccount(settings.blob_connection, settings.blob_endpoint), settings.azure_create)
    except ValueError as error:
        wrong = "BLOB_ENDPOINT" if settings.blob_connection is None else "BLOB_CONNECTION"
        raise SettingsError(f"{wrong}: {error}") from None


def _quiet_the_sdk() -> None:
    """It logs every request's headers; what an operation took and cost is a line of our own."""
    logging.getLogger("azure").setLevel(logging.WARNING)


def _embedded_store(settings: Settings) -> DocumentStore:
    from shared.adapters.sqlite import SqliteStore
    from shared.adapters.sqlite_schema import StoreTooNew

    folder = _embedded_folder(settings, "store")
    try:
        return SqliteStore(folder / "cosell.sqlite3")
    except StoreTooNew as error:
        raise SettingsError(str(error)) from error


def _embedded_blobs(settings: Settings) -> BlobStore:
    from shared.adapters.folder_blobs import FolderBlobs

    folder = _embedded_folder(settings, "files")
    return FolderBlobs(folder, settings.upload_link_url, settings.upload_link_key)


def _embedded_folder(settings: Settings, what: str) -> Path:
    if settings.in_azure:
        raise SettingsError(f"Embedded {what} are refused in Azure: set COSMOS_ENDPOINT and BLOB_ENDPOINT.")
    settings.local_data.mkdir(parents=True, exist_ok=True)
    log.warning("embedded %s in %s: for one machine only", what, settings.local_data)
    return settings.local_data


def shifted_clock(settings: Settings) -> Clock:
    """The real time, UTC, moved by CLOCK_OFFSET."""
    offset = settings.clock_offset
    return lambda: datetime.now(UTC) + offset


async def seed_local_organizations(services: Services) -> None:
    """Put the organizations of LOCAL_ORGANIZATIONS into an embedded store, where they are not there yet."""
    path = services.settings.local_organizations
    if path is None:
        return
    from shared.services.organization_files import read_organizations  # only where a file is named

    try:
        commands = read_organizations(path.read_bytes())
    except Unreadable as error:
        raise SettingsError(f"LOCAL_ORGANIZATIONS: {error.detail}") from None
    for command in commands:
        try:
            await services.organizations.put(command)
        except NotPossible as reason:  # somebody added it by hand, under another id
            log.warning("%s of LOCAL_ORGANIZATIONS was left out: %s", command.name, reason.detail)


class _Process:
    """This process's services: built at first use, replaced by tests. `start` is the building under way."""

    services: Services | None = None
    start: asyncio.Task[Services] | None = None


async def services() -> Services:
    """The services of this process, ready: whoever asks while they are being built waits. Raises SettingsError."""
    if _Process.services is not None:
        return _Process.services
    if _Process.start is None or _Process.start.done():
        _Process.start = asyncio.create_task(_start())
    return await asyncio.shield(_Process.start)


async def _start() -> Services:
    built = build(read_settings(os.environ))
    try:
        await seed_local_organizations(built)
    except BaseException:
        await built.close()
        raise
    _Process.services = built
    return built


def use(services: Services | None) -> None:
    """Give this process its services, or None to build them anew; for tests and scripts."""
    _Process.services = services


def stopping() -> None:
    """Tell this process's timers to end between items."""
    if _Process.services is not None:
        _Process.services.stopping.set()


async def close() -> None:
    """Close this process's services, if any were built."""
    built, _Process.services = _Process.services, None
    if built is not None:
        await built.close()
