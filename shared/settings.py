"""Every setting, in one frozen model. A name here is the environment variable's name in lower case.

Durations are ISO 8601 (`P14D`, `PT2S`). Defaults are the documented values; `docs/settings.md` lists them and a test
compares the two.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

AZURE_MARKS = ("WEBSITE_SITE_NAME", "WEBSITE_INSTANCE_ID", "CONTAINER_NAME")


class SettingsError(Exception):
    """A setting cannot be used; the text names it and says what is expected."""


def _durations(text: object) -> object:
    """`P7D,P3D,P1D` as its parts; `none` is no part at all."""
    if not isinstance(text, str):
        return text
    return () if text.strip().lower() == "none" else tuple(part.strip() for part in text.split(","))


def _longest_first(spans: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    if any(span <= timedelta(0) for span in spans):
        raise ValueError("each is longer than nothing, such as P3D")
    return tuple(sorted(set(spans), reverse=True))


Reminders = Annotated[
    tuple[timedelta, ...], BeforeValidator(_durations), Field(max_length=10), AfterValidator(_longest_first)
]


class Settings(BaseModel):
    """What the operator may choose. Read once at first use, never changed."""

    model_config = ConfigDict(frozen=True, extra="ignore", validate_default=False, defer_build=True)

    response_window: timedelta = Field(
        timedelta(days=14), gt=timedelta(0), description="How long a receiver has to accept or decline."
    )
    expiry_sweep_schedule: str = Field("0 */5 * * * *", description="When unanswered referrals are expired (NCRONTAB).")
    delivery_schedule: str = Field("*/2 * * * * *", description="When events are delivered (NCRONTAB).")
    reminder_schedule: str = Field("0 7 * * * *", description="When reminders are sent (NCRONTAB).")
    reminders: Reminders = Field(
        (timedelta(days=7), timedelta(days=3), timedelta(days=1)),
        description="How long before it expires a received referral is reminded of, with commas; `none` for never.",
    )
    calendar_link_idle: timedelta = Field(
        timedelta(days=90),
        gt=timedelta(0),
        description="How long a calendar link counts after its person last signed in.",
    )
    timer_budget: timedelta = Field(
        timedelta(minutes=4), gt=timedelta(0), description="How long one timer run works before it stops between items."
    )
    notification_schedule: str = Field("*/5 * * * * *", description="When mails and webhook calls are sent (NCRONTAB).")
    notice_retention: timedelta = Field(
        timedelta(days=90), gt=timedelta(days=1), description="How long notices, mails and webhook deliveries are kept."
    )
    public_url: str = Field(
        "http://localhost:7071",
        pattern=r"^https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-])?$",
        description="The app's address as people reach it, without a slash at its end: links in mails begin with it.",
    )
    smtp_host: str | None = Field(
        None, description="The mail server; without one notices stay in the app and nothing is mailed."
    )
    smtp_port: int | None = Field(
        None, gt=0, lt=65536, description="Its port; by default 587, 465 with SMTP_SECURITY=tls, 25 with none."
    )
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection is protected; `none` is refused in Azure."
    )
    smtp_user: str | None = Field(None, description="Name to sign in to the mail server with.")
    smtp_password: str | None = Field(None, description="Its password.")
    mail_from: str | None = Field(
        None, description="From whom mail comes: an address, or `Name <address>`; needed with SMTP_HOST."
    )
    mails_a_day: int = Field(
        10, ge=1, le=1000, description="Mails one person gets singly on one day (UTC); more go into a daily digest."
    )
    digest_hour: int = Field(6, ge=0, le=23, description="The hour (UTC) at which digests are mailed.")
    webhook_timeout: timedelta = Field(
        timedelta(seconds=10),
        gt=timedelta(0),
        le=timedelta(seconds=60),
        description="How long one call of a webhook may take.",
    )
    webhook_allow_local: bool = Field(
        False, description="Call webhooks over http and at private addresses too; refused in Azure."
    )
    hide_customer_until_accepted: bool = Field(
        False,
        description="Withhold street, contact and notes of what is received until it is accepted.",
    )
    solution_offers: Literal["when_ready", "always", "never"] = Field(
        "when_ready",
        description="Whether a deal's solutions must refer to offers: own ones once the organization has a co-sell "
        "ready offer (`when_ready`), all of them (`always`), or none (`never`).",
    )
    help_needs_ready_solution: bool = Field(
        False, description="Refuse help requests, instead of warning, where no solution is a co-sell ready offer."
    )
    inquiries_per_client: int = Field(20, gt=0, description="Most inquiries one client may send an hour.")
    inquiries_per_address: int = Field(10, gt=0, description="Most inquiries a day with one e-mail address.")
    client_header: str = Field(
        "x-forwarded-for",
        description="Header in which the platform's front says who calls; only its last entry counts.",
    )
    export_row_limit: int = Field(5_000, gt=0, description="Most deals in one CSV file.")
    clock_offset: timedelta = Field(
        timedelta(0), description="Shifts the app's clock, so that demo data has a past; refused in Azure."
    )
    vendor_organization_id: str = Field("vendor", description="The organization that runs the programme.")
    local_data: Path = Field(Path(".local"), description="Folder of the embedded store and files.")
    local_organizations: Path | None = Field(
        None, description="JSON file of organizations put into an embedded store at start; refused in Azure."
    )
    cosmos_endpoint: str | None = Field(
        None, description="Address of the Cosmos DB account; with COSMOS_CONNECTION unset it chooses Cosmos DB."
    )
    cosmos_key: str | None = Field(
        None, description="Its key, for local servers and tests; without one the app's identity is used."
    )
    cosmos_connection: str | None = Field(None, description="Connection string of a Cosmos DB account instead of both.")
    cosmos_database: str = Field("cosell", description="The Cosmos DB database.")
    blob_endpoint: str | None = Field(
        None, description="Address of the storage account, used with the app's identity; it chooses Blob Storage."
    )
    blob_connection: str | None = Field(None, description="Connection string of a storage account instead.")
    azure_create: bool = Field(
        False,
        description="Make the database, its containers and those of files where they are missing; refused in Azure.",
    )
    contacts_file_limit: int = Field(50_000_000, gt=0, description="Largest contacts file, in bytes.")
    contacts_confirm: bool = Field(
        False,
        description="A contacts file waits, once read, until somebody confirms what it changes.",
    )
    blob_trigger_source: Literal["", "EventGrid", "LogsAndContainerScan"] = Field(
        "", description="What tells the blob trigger of new files; `EventGrid` on Flex Consumption, else polling."
    )
    document_file_limit: int = Field(100_000_000, gt=0, description="Largest co-sell document, in bytes.")
    max_solution_areas: int = Field(3, ge=1, le=50, description="Most solution areas an offer may name.")
    max_sub_areas: int = Field(2, ge=1, le=50, description="Most sub-areas of one solution area.")
    ip_revenue_threshold: Decimal = Field(
        Decimal(100_000), ge=0, description="US dollars an offer has earned before it is IP co-sell eligible."
    )
    ip_revenue_months: int = Field(12, gt=0, le=120, description="In how many months it has earned them.")
    offer_reference: Path | None = Field(
        None, description="JSON file of the platforms, segments, areas and guidance to use instead of our own."
    )
    parser_wall_limit: timedelta = Field(
        timedelta(seconds=60),
        gt=timedelta(0),
        description="How long the parser of one uploaded file may take; a document at most 14 s.",
    )
    upload_link_url: str | None = Field(
        None, description="Where the local host takes signed uploads; it sets this itself."
    )
    upload_link_key: str | None = Field(None, description="The key of those signatures; the local host sets it itself.")
    login_path: str = Field("/.auth/login/dev", description="Where a page sends somebody who is not signed in.")
    deployment: str = Field("", description="`azure` refuses everything that is for one machine only.")
    in_azure: bool = Field(False, description="Derived, not set: DEPLOYMENT=azure, or the platform's own marks.")

    @model_validator(mode="after")
    def _nothing_local_in_azure(self) -> Self:
        if self.in_azure and self.clock_offset:
            raise ValueError("CLOCK_OFFSET is refused in Azure")
        if self.in_azure and self.local_organizations is not None:
            raise ValueError("LOCAL_ORGANIZATIONS is refused in Azure")
        if self.in_azure and self.azure_create:
            raise ValueError("AZURE_CREATE is refused in Azure; the infrastructure makes the containers")
        if self.in_azure and self.webhook_allow_local:
            raise ValueError("WEBHOOK_ALLOW_LOCAL is refused in Azure")
        return self

    @model_validator(mode="after")
    def _mail_is_set_up_whole(self) -> Self:
        if self.smtp_host is None:
            return self
        if "@" not in parseaddr(self.mail_from or "")[1]:
            raise ValueError("MAIL_FROM must be an address where SMTP_HOST is set")
        if (self.smtp_user is None) != (self.smtp_password is None):
            raise ValueError("SMTP_USER and SMTP_PASSWORD belong together; set both or neither")
        if self.smtp_security == "none" and (self.in_azure or self.smtp_password):
            raise ValueError("SMTP_SECURITY=none is refused in Azure, and with a password: it would travel unprotected")
        return self

    @model_validator(mode="after")
    def _one_way_to_each_service(self) -> Self:
        if self.cosmos_connection and self.cosmos_endpoint:
            raise ValueError("COSMOS_CONNECTION and COSMOS_ENDPOINT name the store twice; set one")
        if self.blob_connection and self.blob_endpoint:
            raise ValueError("BLOB_CONNECTION and BLOB_ENDPOINT name the files' account twice; set one")
        return self

    @property
    def on_cosmos(self) -> bool:
        """Whether the store is Cosmos DB, not the embedded one."""
        return bool(self.cosmos_endpoint or self.cosmos_connection)

    @property
    def on_blob_storage(self) -> bool:
        """Whether files are in a storage account, not in a folder."""
        return bool(self.blob_endpoint or self.blob_connection)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from environment variables; empty ones count as absent. Raises SettingsError."""
    values: dict[str, object] = {
        name: environment[name.upper()]
        for name in Settings.model_fields
        if name != "in_azure" and environment.get(name.upper(), "")
    }
    values["in_azure"] = _in_azure(environment)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}"
            for e in error.errors(include_input=False, include_url=False)
        )
        raise SettingsError(f"Settings cannot be used: {problems}") from None


def _in_azure(environment: Mapping[str, str]) -> bool:
    if environment.get("DEPLOYMENT") == "azure":
        return True
    on_platform = any(environment.get(mark) for mark in AZURE_MARKS)
    return on_platform and environment.get("AZURE_FUNCTIONS_ENVIRONMENT") != "Development"
