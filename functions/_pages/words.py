"""The words pages use for the domain's values, and how instants, days and money read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, get_args

from shared.domain.engagements.consent import WORDINGS
from shared.domain.instants import from_instant
from shared.domain.lists import SALES_STAGE_PERCENT, SIZE_WORDS, OfferType
from shared.domain.referrals.warnings import CLOCK_WARNING

DEAL_TYPES: Final = {"private": "Private", "partner_led": "Partner-led", "co_sell": "Co-sell"}
STAGES: Final = {"received": "Received", "accepted": "Accepted", "archived": "Archived"}
OUTCOMES: Final = {
    "won": "Won",
    "lost": "Lost",
    "declined": "Declined",
    "expired": "Expired",
    "withdrawn": "Withdrawn",
    "error": "Closed as error",
}
INVITATION_KINDS: Final = {
    "help": "Help request",
    "opportunity": "Opportunity",
    "partner": "Invitation",
    "lead": "Recommended lead",
}
QUALIFICATIONS: Final = {
    "direct": "Inquiry",
    "marketing_qualified": "Marketing qualified",
    "sales_qualified": "Sales qualified",
}
RECOMMENDED: Final = {key: text for key, text in QUALIFICATIONS.items() if key != "direct"}
INQUIRY_CONSENT: Final = WORDINGS["inquiry-2026-11"]
SOLUTION_KINDS: Final = {"own": "Our own", "third_party": "Another company's", "vendor": "The vendor's product"}
SALES_STAGES: Final = {stage: f"{stage.capitalize()} ({share} %)" for stage, share in SALES_STAGE_PERCENT.items()}
HISTORY: Final = {
    "mirror": "Shown to us",
    "retire": "Replaced by a copy of our own",
    "receive": "Received",
    "sender-changed": "The sender changed or closed theirs",
    "note-received": "A shared note arrived",
    "receiver-note": "The other side added a note",
    "withdraw-consent": "The customer's consent withdrawn",
}
SORTS: Final = {
    "-created": "Newest first",
    "created": "Oldest first",
    "-updated": "Last changed first",
    "expiry": "Soonest to expire first",
    "name": "Name",
    "customer": "Customer",
    "stage": "Stage",
}
SIZES: Final = SIZE_WORDS
_SPELLED: Final = {"saas": "SaaS", "iot_edge_module": "IoT Edge module", "power_bi_app": "Power BI app"}
OFFER_TYPES: Final[dict[str, str]] = {
    kind: _SPELLED.get(kind, kind.replace("_", " ").capitalize().replace("Dynamics 365 ", "Dynamics 365 "))
    for kind in get_args(OfferType)
}
DOCUMENTS: Final = {
    "solution_one_pager": ("Solution one-pager", "Required. What it does, for whom, and whom to call, on one page."),
    "solution_pitch_deck": ("Solution pitch deck", "Required. Should contain or reference the architecture diagram."),
    "customer_case_study": ("Customer case study", ""),
    "customer_wins": ("Customer wins", ""),
    "channel_pitch_deck": ("Channel pitch deck", ""),
    "reference_architecture_diagram": ("Reference architecture diagram", "Required for IP co-sell."),
    "other": ("Other documents", "Up to five, by file name."),
}
DOCUMENT_FILES: Final = ".pdf,.ppt,.pptx,.doc,.docx,.xls,.xlsx,.jpg,.png,.mp4"
LANGUAGES: Final = {
    "en": "English",
    "fr": "Français",
    "de": "Deutsch",
    "es": "Español",
    "pt": "Português",
    "ru": "Русский",
}
UPLOAD_STATES: Final = {
    "received": "Waiting to be read",
    "parsing": "Being read",
    "done": "Done",
    "unchanged": "Nothing new in it",
    "superseded": "A newer file is in force",
    "rejected": "Refused",
    "failed": "Failed; it is tried again",
}
DEADLINES: Final = {
    "answer": "Answer",
    "their_answer": "Their answer",
    "flame": "Hot lead",
    "registration": "Register",
    "close_date": "Close date",
}
DONE: Final = {
    "accept": "Accepted. The sender is told.",
    "decline": "Declined. The sender is told.",
    "win": "Won. Congratulations!",
    "lose": "Closed as lost.",
    "close-as-error": "Closed as an error; it stays out of your figures.",
    "share": "The vendor can see this deal from now on. Nothing is asked of them.",
    "request-help": "Help is asked for. The vendor's sellers are told; it is no guarantee that one takes part.",
    "invite-partner": "Invited. The partner is told; its time to answer starts when the invitation arrives.",
    "withdraw-consent": "The contact is removed here. Every organization that holds it is told.",
    "edit": "Saved.",
    "notes": "Note added.",
    "send-again": "It is being sent again.",
    "profile": "Draft saved. Nobody else sees it until you publish.",
    "publish": "Published. Everybody sees it in the directory, and you receive leads.",
    "unpublish": "Taken out of the directory. You receive no leads until you publish again.",
    "added": "Added. Its people are let in from now on.",
    "revoke-link": "Revoked: calendars that had the link get nothing more from it.",
    "undo": "Undone: the contacts of the import before are in force again.",
    "draft": "Draft saved. Others see nothing of it until you publish.",
    "published": "Published. It is validated now, and enters review by itself.",
    "go-live": "Live. A reviewer can approve it for co-selling now.",
    "confirmed": "Confirmed: the new list is in force.",
    "discarded": "Discarded: the list in force stays.",
    "removed-document": "Removed. Others keep seeing it until you publish again.",
    "decided": "Decided. The partner sees it within seconds.",
    "certificate": "Recorded.",
}
DONE_ALONE: Final = {"accept": "Accepted. Now contact the customer.", "decline": "Declined."}
"""What differs where nobody sent it."""

_LABELS: Final = {
    "name": "Deal name",
    "partnerId": "Partner",
    "customer.name": "Customer name",
    "addressLine1": "Address line 1",
    "addressLine2": "Address line 2",
    "dunsNumber": "D-U-N-S number",
    "size": "Size of the customer",
    "need": "What the customer needs",
    "linkedReferralId": "Deal it becomes part of",
    "leadSource": "Source",
    "estimatedValue": "Estimated value",
    "estimatedValue.amount": "Estimated value",
    "finalValue": "Final value",
    "finalValue.amount": "Final value",
    "crmId": "CRM ID",
    "campaignId": "Campaign ID",
    "help.code": "Help wanted",
    "code": "Help wanted",
    "help.notes": "What help do you want?",
    "state": "State or province",
    "solutions.name": "Solution name",
    "locations.name": "Name",
    "rules.solution": "Solution",
    "rules.market": "Customer's country",
    "rules.locationId": "Goes to",
    "last": "Try these rules on",
    "offerId": "Offer or product",
    "phoneNumber": "Phone",
    "email": "E-mail",
    "customerConsent": "The customer's consent",
    "customerContact": "The customer's contact",
    "customer.contact": "The customer's contact",
    "isDefault": "Default location",
    "tenantId": "Tenant id",
    "visibleToVendor": "Visible to the vendor",
    "proceed": "Create it anyway",
    "q": "Search",
    "kind": "What runs out",
    "scope": "What it shows",
}


def label_of(name: str) -> str:
    """A field's label: `employees.0.firstName` -> First name."""
    plain = re.sub(r"\.\d+", "", name)
    last = plain.rpartition(".")[2]
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", last).lower().capitalize()
    return _LABELS.get(plain) or _LABELS.get(last if "." in plain or last != "name" else plain) or spaced


def named(user: str, names: Mapping[str, str]) -> str:
    """The name of somebody known by it, else the id."""
    return names.get(user, user)


def state_of(row: Mapping[str, Any]) -> str:
    """The outcome of what is closed, else the stage, as a word. A mirror that ends unclosed was replaced by a copy."""
    if row.get("mirror") and row["outcome"] == "withdrawn":
        return "Replaced"
    return OUTCOMES[row["outcome"]] if row["outcome"] else STAGES[row["stage"]]


def day(text: str | None) -> str:
    """`2026-12-05`, or an instant, as 5 Dec 2026."""
    if not text:
        return ""
    at = date.fromisoformat(text[:10])
    return f"{at.day} {at:%b %Y}"


def moment(text: str | None) -> str:
    """An instant as 5 Dec 2026, 05:24 UTC."""
    return f"{day(text)}, {text[11:16]} UTC" if text else ""


_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def readable(text: str) -> str:
    """The domain's message with its instants as people write them."""
    return _INSTANT.sub(lambda found: moment(found[0]), text)


def done_by(action: str) -> str:
    """An action of history, as people say it."""
    return HISTORY.get(action) or action.replace("-", " ").capitalize()


def money(value: Mapping[str, str] | None) -> str:
    """`{"amount": "125000.00", "currency": "EUR"}` as 125,000 EUR."""
    if not value:
        return ""
    whole, _, fraction = value["amount"].partition(".")
    return f"{int(whole):,}{'.' + fraction if fraction.strip('0') else ''} {value['currency']}"


def shown(value: object) -> str:
    """A value of history: money, a yes or no, a code, a text; nothing is a dash."""
    if isinstance(value, Mapping):
        return money(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "" if value is None else str(value)
    return {**STAGES, **OUTCOMES, **DEAL_TYPES}.get(text, text) or "–"


def size_of(count: int) -> str:
    """A file's size: 830 bytes, 12 KB, 3.4 MB."""
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1000:.0f} KB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def span(length: timedelta) -> str:
    """A length of time in its largest unit: 14 days, 3 hours, 2 minutes, 5 seconds."""
    seconds = int(length.total_seconds())
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * size or (seconds >= size and unit != "day"):
            return f"{seconds // size} {unit}{'s' if seconds >= 2 * size else ''}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"


def time_left(expires_at: str, now: datetime) -> str:
    """How long there is to answer."""
    left = from_instant(expires_at) - now
    return f"{span(left)} left" if left > timedelta(0) else "time is up"


def is_urgent(expires_at: str, now: datetime) -> bool:
    return from_instant(expires_at) - now < CLOCK_WARNING


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """Country names by code, in order of name."""
    import pycountry  # only forms need the names

    named = {country.alpha_2: getattr(country, "common_name", country.name) for country in pycountry.countries}
    return dict(sorted(named.items(), key=lambda entry: entry[1].casefold()))


@lru_cache(maxsize=1)
def currencies() -> tuple[str, ...]:
    """The currencies most deals are in, then all others by code."""
    from shared.domain.places import currencies as known

    common = ("EUR", "USD", "GBP", "CHF", "JPY", "CAD", "AUD")
    return (*common, *sorted(known() - set(common)))


_CURRENCY_OF: Final = {"US": "USD", "GB": "GBP", "CH": "CHF", "JP": "JPY", "CA": "CAD", "AU": "AUD"}


def currency_of(country: str) -> str:
    """The currency a form starts with."""
    return _CURRENCY_OF.get(country, "EUR")
