"""Invitations: asking another organization to join a deal, and what comes back (DOMAIN: "Copies", "Invitation").

Asking the vendor for help, inviting a partner and sending an opportunity are one mechanism: the sender's copy records
an invitation and posts `invitation.sent`; the receiver gets its own incoming copy with the only clock there is; its
answer flows back as `invitation.answered`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID, uuid5

from shared.domain.engagements.consent import Purpose, recorded
from shared.domain.engagements.travel import DEAL_FIELDS, LEAD_FIELDS, offered
from shared.domain.errors import TooFull
from shared.domain.ids import new_id
from shared.domain.instants import instant
from shared.domain.lists import MAX_INVITATIONS
from shared.domain.organizations.organization import Organization
from shared.domain.referrals.document import SYSTEM, Invitation, InvitationKind, InvitationStatus, Referral
from shared.domain.referrals.outbox import applying, posted, posted_all
from shared.domain.referrals.referral import begun, changed, indexed

SENT: Final = "invitation.sent"
WITHDRAWN: Final = "invitation.withdrawn"
ANSWERED: Final = "invitation.answered"

UNANSWERED: Final = frozenset({"sending", "pending"})
LIVE: Final = UNANSWERED | {"accepted"}

PURPOSE_OF: Final[dict[InvitationKind, Purpose]] = {
    "help": "share_with_vendor",
    "opportunity": "share_with_partners",
    "partner": "share_with_partners",
    "lead": "share_with_partners",
}


@dataclass(frozen=True)
class Asked:
    """What the invitation says. `offer` replaces fields of the deal in what the receiver starts from; `team` are the
    sender's people it may call once it accepts."""

    kind: InvitationKind
    sender_name: str
    team: list[dict[str, Any]]
    code: int | None = None
    notes: str | None = None
    offer: Mapping[str, Any] | None = None


def invited(referral: Referral, target: Organization, asked: Asked, at: datetime) -> dict[str, Any]:
    """The values that add an invitation and its event. Raises TooFull past the limit of invitations."""
    if len(referral["invitations"]) >= MAX_INVITATIONS:
        raise TooFull(f"A deal holds at most {MAX_INVITATIONS} invitations.")
    invitation = _invitation(referral, target, asked, at)
    target_of = {
        "organizationId": target.id,
        "organizationKind": target.kind,
        "id": copy_id(invitation["id"], target.id),
    }
    event = posted(referral, SENT, target_of, _payload(referral, invitation, asked), at)
    return {"invitations": [*referral["invitations"], invitation], **event}


def _invitation(referral: Referral, target: Organization, asked: Asked, at: datetime) -> Invitation:
    return {
        "id": new_id(at),
        "target": target.id,
        "targetName": target.name,
        "kind": asked.kind,
        "code": asked.code,
        "notes": asked.notes,
        "status": "sending",
        "sentAt": instant(at),
        "receivedAt": None,
        "expiresAt": None,
        "acceptedAt": None,
        "answeredAt": None,
        "copyId": None,
        "reason": None,
        "note": None,
        "team": [],
        "previousId": last_to(referral, target.id),
    }


def _payload(referral: Referral, invitation: Invitation, asked: Asked) -> dict[str, Any]:
    shared_deal = asked.kind in ("partner", "lead")
    return {
        **offered(referral, PURPOSE_OF[asked.kind], asked.sender_name),
        **(asked.offer or {}),
        "invitationId": invitation["id"],
        "copyId": copy_id(invitation["id"], invitation["target"]),
        "help": {"code": asked.code, "notes": asked.notes} if asked.code is not None else None,
        "notes": asked.notes,
        "senderTeam": asked.team,
        **{field: cast(dict[str, Any], referral)[field] for field in LEAD_FIELDS if asked.kind == "lead"},
        "dealType": referral["dealType"] if shared_deal else "co_sell",
        "visibleToVendor": referral["visibleToVendor"] if shared_deal else True,
    }


def copy_id(invitation_id: str, organization_id: str) -> str:
    """The id of the receiver's copy: the same for the same invitation, however often it is delivered."""
    return str(uuid5(UUID(invitation_id), organization_id))


def last_to(referral: Referral, target: str) -> str | None:
    """The latest invitation of this organization, which a new one continues."""
    return next((i["id"] for i in reversed(referral["invitations"]) if i["target"] == target), None)


@dataclass(frozen=True)
class Reception:
    """How an organization receives: its window to answer, the location it routes to, whether the customer is withheld
    until it accepts (HIDE_CUSTOMER_UNTIL_ACCEPTED)."""

    window: timedelta
    location_id: str | None = None
    withhold: bool = False


_COPIED: Final = (
    "engagementId", "kind", *DEAL_FIELDS, "customer", "consents", "help", "senderTeam", "dealType", "visibleToVendor"
)  # fmt: skip


def received(
    target: Mapping[str, str], payload: Mapping[str, Any], source_id: str, seq: int, now: datetime, how: Reception
) -> Referral:
    """The receiver's own incoming copy, with its time to answer. Its event is already marked as applied."""
    payload = {**_of_schema_1(target, payload, now), **payload}
    facts = {
        **{field: payload[field] for field in _COPIED},
        **{field: payload[field] for field in LEAD_FIELDS if payload["kind"] == "lead"},
        "customerConsent": bool(payload["consents"]),
        "id": target["id"],
        "organizationId": target["organizationId"],
        "organizationKind": target["organizationKind"],
        "direction": "incoming",
        "stage": "received",
        "receivedAt": instant(now),
        "expiresAt": instant(now + how.window),
        "locationId": how.location_id,
        "withheld": how.withhold,
        "sender": {
            **payload["sender"],
            "notes": None if payload["kind"] == "lead" else payload["notes"],
            "referralId": source_id,
            "invitationId": payload["invitationId"],
        },
        "senderName": payload["sender"]["organizationName"],
        "applied": {source_id: seq},
    }
    return begun(facts, "receive", SYSTEM, now)


def _of_schema_1(target: Mapping[str, str], payload: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What an invitation lacks that was sent before there was a consent ledger: it says that the customer agreed, and
    every one was for a co-sell deal. What was agreed to is recorded as it arrives, on the sender's word."""
    contact = payload["customer"].get("contact")
    agreed = contact is not None and payload.get("customerConsent", False)
    known = recorded([], contact, payload["sender"]["organizationId"], now) if agreed else []
    purpose = "share_with_vendor" if target["organizationKind"] == "vendor" else "share_with_partners"
    consents = [one for one in known if one["purpose"] == purpose]
    return {"consents": consents, "dealType": "co_sell", "visibleToVendor": True}


def with_receipt(referral: Referral, copy: Mapping[str, Any]) -> Referral:
    """The sender's copy once the receiver has its own: the invitation is pending and has its clock. A receipt is
    bookkeeping, no domain change; an answer that came first stands."""
    sender = copy["sender"]

    def noted(invitation: Invitation) -> Invitation:
        if invitation["id"] != sender["invitationId"]:
            return invitation
        receipt = {"copyId": copy["id"], "receivedAt": copy["receivedAt"], "expiresAt": copy["expiresAt"]}
        status = "pending" if invitation["status"] == "sending" else invitation["status"]
        return cast(Invitation, {**invitation, **receipt, "status": status})

    return indexed(cast(Referral, {**referral, "invitations": [noted(i) for i in referral["invitations"]]}))


def answering(
    referral: Referral,
    status: InvitationStatus,
    at: datetime,
    *,
    reason: int | None = None,
    note: str | None = None,
    team: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """The values that tell the sender of a received copy what became of it; nothing for an own deal."""
    sender = referral["sender"]
    if sender is None:
        return {}
    payload = {
        "invitationId": sender["invitationId"],
        "status": status,
        "answeredAt": instant(at),
        "reason": reason,
        "note": note,
        "team": team or [],
    }
    target = {"organizationId": sender["organizationId"], "id": sender["referralId"]}
    return posted(referral, ANSWERED, target, payload, at)


def answered(referral: Referral, payload: Mapping[str, Any], source_id: str, seq: int, now: datetime) -> Referral:
    """The sender's copy with the answer in its invitation, whatever stage it is in. An answer replaces `withdrawn`."""
    answer = {"status": payload["status"], "answeredAt": payload["answeredAt"]}
    accepted_at = payload["answeredAt"] if payload["status"] == "accepted" else None
    optional = {key: payload[key] for key in ("reason", "note", "team") if payload[key]}

    def told(invitation: Invitation) -> Invitation:
        if invitation["id"] != payload["invitationId"]:
            return invitation
        return cast(
            Invitation, {**invitation, **answer, **optional, "acceptedAt": invitation["acceptedAt"] or accepted_at}
        )

    values = {"invitations": [told(i) for i in referral["invitations"]], **applying(referral, source_id, seq)}
    news = any(i["id"] == payload["invitationId"] and i["status"] != payload["status"] for i in referral["invitations"])
    return changed(referral, f"invitation-{payload['status']}" if news else "receiver-note", SYSTEM, now, values)


def withdrawing(referral: Referral, at: datetime) -> dict[str, Any]:
    """The values that take back every invitation nobody has answered, when the sender's deal is archived."""
    open_ones = [i for i in referral["invitations"] if i["status"] in UNANSWERED]
    if not open_ones:
        return {}
    events: list[tuple[str, Mapping[str, str], Mapping[str, Any]]] = [
        (WITHDRAWN, {"organizationId": i["target"], "id": copy_id(i["id"], i["target"])}, {"invitationId": i["id"]})
        for i in open_ones
    ]
    invitations = [
        cast(Invitation, {**i, "status": "withdrawn"}) if i in open_ones else i for i in referral["invitations"]
    ]
    return {"invitations": invitations, **posted_all(referral, events, at)}
