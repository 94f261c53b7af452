"""The stored document of a referral: its fields, and one in which they are all empty.

Every field is always present; what is personal, what travels and what is shown is decided elsewhere.
"""

from __future__ import annotations

from typing import Any, Final, Literal, NotRequired, TypedDict

from shared.domain.deadlines.clocks import Deadline
from shared.domain.engagements.consent import Ledger
from shared.domain.instants import NEVER
from shared.domain.lists import Qualification

SCHEMA: Final = 3

Kind = Literal["deal", "lead"]
Direction = Literal["incoming", "outgoing"]
DealType = Literal["private", "partner_led", "co_sell"]
Stage = Literal["received", "accepted", "archived"]
Outcome = Literal["won", "lost", "declined", "expired", "withdrawn", "error"]
InvitationStatus = Literal["sending", "pending", "accepted", "declined", "expired", "withdrawn", "won", "lost"]
InvitationKind = Literal["help", "opportunity", "partner", "lead"]
Action = Literal[
    "accept", "decline", "win", "lose", "close-as-error", "share", "request-help", "invite-partner", "notes", "edit",
    "withdraw-consent", "expire", "withdraw"
]  # fmt: skip


class HistoryEntry(TypedDict):
    """Who did what when; `changes` holds from/to of short non-personal values only."""

    at: str
    by: str
    action: str
    fields: list[str]
    changes: NotRequired[dict[str, dict[str, Any]]]


class Event(TypedDict):
    """Something that must happen at `target` because of this document; delivered in `seq` order per target."""

    id: str
    seq: int
    type: str
    target: dict[str, str]
    payload: dict[str, Any]
    attempts: int
    notBefore: str
    failed: NotRequired[str]


class Invitation(TypedDict):
    """A request to another organization to join the deal, on the sender's copy."""

    id: str
    target: str
    targetName: str
    kind: InvitationKind
    code: int | None
    notes: str | None
    status: InvitationStatus
    sentAt: str
    receivedAt: str | None
    expiresAt: str | None
    acceptedAt: str | None
    answeredAt: str | None
    copyId: str | None
    reason: int | None
    note: str | None
    team: list[dict[str, Any]]
    previousId: str | None


class NoteEntry(TypedDict):
    """An append-only note; internal ones never leave the organization, others' shared ones say whose they are."""

    id: str
    author: str
    at: str
    text: str
    audience: Literal["internal", "shared"]
    organizationName: NotRequired[str]


class Referral(TypedDict):
    """The stored document. Every field is always present; fields unknown to this version survive a rewrite."""

    schema: int
    id: str
    organizationId: str
    organizationKind: Literal["partner", "vendor"]
    engagementId: str
    version: int
    kind: Kind
    direction: Direction
    dealType: DealType | None
    qualification: Qualification | None
    stage: Stage
    outcome: Outcome | None
    createdAt: str
    updatedAt: str
    receivedAt: str | None
    expiresAt: str | None
    acceptedAt: str | None
    archivedAt: str | None
    name: str
    customer: dict[str, Any]
    customerName: str
    customerCountry: str
    customerConsent: bool
    consents: Ledger
    estimatedValue: dict[str, str] | None
    estimatedCloseDate: str | None
    finalValue: dict[str, str] | None
    closedDate: str | None
    crmId: str | None
    campaignId: str | None
    notes: str | None
    employees: list[dict[str, Any]]
    solutions: list[dict[str, Any]]
    salesStage: str | None
    teamMembers: list[str]
    visibleToVendor: bool
    help: dict[str, Any] | None
    reason: int | None
    reasonNotes: str | None
    sender: dict[str, Any] | None
    senderName: str | None
    senderTeam: list[dict[str, Any]]
    senderView: dict[str, Any] | None
    vendorMirror: dict[str, Any] | None
    mirror: bool
    withheld: bool
    linkedReferralId: str | None
    locationId: str | None
    registration: dict[str, Any] | None
    customerRequestedContact: bool
    hotUntil: str | None
    need: str | None
    customerLanguage: str | None
    confirmationMail: bool
    customerConfirmedAt: str | None
    leadSource: dict[str, str] | None
    invitations: list[Invitation]
    noteEntries: list[NoteEntry]
    history: list[HistoryEntry]
    outbox: list[Event]
    outboxSeq: int
    applied: dict[str, int]
    commandHash: str | None
    dueAt: str | None
    pendingAt: str | None
    deadlines: list[Deadline]
    deadlineAt: str
    announced: int
    noticeAt: str | None
    counted: dict[str, Any] | None
    traits: dict[str, list[str]]
    sortName: str
    sortCustomer: str
    sortExpiry: str
    invited: list[dict[str, str]]
    customerKey: str
    customerCity: str | None
    dunsNumber: str | None
    valueNumber: float
    search: str


SYSTEM: Final = "system"

BLANK: Final[dict[str, Any]] = {
    "schema": SCHEMA,
    "version": 1,
    "kind": "deal",
    "outboxSeq": 0,
    "announced": 0,
    "visibleToVendor": False,
    "customerConsent": False,
    "mirror": False,
    "withheld": False,
    "customerRequestedContact": False,
    "confirmationMail": False,
    "valueNumber": 0.0,
    "deadlineAt": NEVER,
    **dict.fromkeys(("sortName", "sortCustomer", "sortExpiry", "search"), ""),
    **dict.fromkeys(
        ("qualification", "outcome", "receivedAt", "expiresAt", "acceptedAt", "archivedAt", "finalValue", "closedDate",
         "crmId", "campaignId", "notes", "salesStage", "help", "reason", "reasonNotes", "sender", "senderName",
         "senderView", "vendorMirror", "linkedReferralId", "locationId", "registration", "hotUntil", "commandHash",
         "dueAt", "pendingAt", "noticeAt", "need", "customerLanguage", "customerConfirmedAt", "leadSource", "dealType",
         "estimatedValue", "estimatedCloseDate", "counted")
    ),
}  # fmt: skip
LISTS: Final = (
    "consents", "employees", "solutions", "teamMembers", "senderTeam", "invitations", "invited", "noteEntries",
    "history", "outbox", "deadlines",
)  # fmt: skip
