"""Invitations: asking another organization to join a deal, and what comes back (DOMAIN: "Copies", "Invitation").

Asking the vendor for help and sending an opportunity to a partner are one mechanism: the sender's copy records an
invitation and posts `invitation.sent`; the receiver gets its own incoming copy with the only clock there is; its answer
flows back as `invitation.answered`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal, cast
from uuid import UUID, uuid5

from shared.domain.errors import TooFull
from shared.domain.instants import instant
from shared.domain.lists import MAX_INVITATIONS
from shared.domain.organization import Organization
from shared.domain.outbox import applying, posted, posted_all
from shared.domain.referral import SYSTEM, Invitation, InvitationStatus, NoteEntry, Referral, begun, changed

SENT: Final = "invitation.sent"
WITHDRAWN: Final = "invitation.withdrawn"
ANSWERED: Final = "invitation.answered"
NOTE_SHARED: Final = "note.shared"

TRAVELS: Final = ("engagementId", "kind", "name", "estimatedValue", "estimatedCloseDate", "solutions")
"""The fields a receiver's copy starts from, besides the customer and the request itself. CRM and campaign ids, notes
and note entries stay with the sender."""

UNANSWERED: Final = frozenset({"sending", "pending"})
LIVE: Final = UNANSWERED | {"accepted"}


def invited(
    referral: Referral,
    target: Organization,
    kind: Literal["help", "opportunity"],
    *,
    invitation_id: str,
    sender_name: str,
    at: datetime,
    code: int | None = None,
    notes: str | None = None,
) -> dict[str, Any]:
    """The values that add an invitation and its event. Raises TooFull past the limit of invitations."""
    if len(referral["invitations"]) >= MAX_INVITATIONS:
        raise TooFull(f"A deal holds at most {MAX_INVITATIONS} invitations.")
    invitation: Invitation = {
        "id": invitation_id,
        "target": target.id,
        "targetName": target.name,
        "kind": kind,
        "code": code,
        "notes": notes,
        "status": "sending",
        "sentAt": instant(at),
        "receivedAt": None,
        "expiresAt": None,
        "answeredAt": None,
        "copyId": None,
        "reason": None,
        "note": None,
        "team": [],
        "previousId": _last_to(referral, target.id),
    }
    payload = {
        "invitationId": invitation_id,
        "copyId": copy_id(invitation_id, target.id),
        "sender": {"organizationId": referral["organizationId"], "organizationName": sender_name},
        "help": {"code": code, "notes": notes} if code is not None else None,
        "notes": notes,
        "senderTeam": referral["employees"],
        "customer": _customer_that_travels(referral),
        "customerConsent": referral["customerConsent"],
        **{field: cast(dict[str, Any], referral)[field] for field in TRAVELS},
    }
    target_of = {"organizationId": target.id, "organizationKind": target.kind, "id": payload["copyId"]}
    return {
        "invitations": [*referral["invitations"], invitation],
        **posted(referral, SENT, target_of, payload, at),
    }


def copy_id(invitation_id: str, organization_id: str) -> str:
    """The id of the receiver's copy: the same for the same invitation, however often it is delivered."""
    return str(uuid5(UUID(invitation_id), organization_id))


def _last_to(referral: Referral, target: str) -> str | None:
    return next((i["id"] for i in reversed(referral["invitations"]) if i["target"] == target), None)


def _customer_that_travels(referral: Referral) -> dict[str, Any]:
    """The customer's contact comes along only where the customer agreed."""
    customer = referral["customer"]
    return customer if referral["customerConsent"] else {k: v for k, v in customer.items() if k != "contact"}


def received(
    target: Mapping[str, str], payload: Mapping[str, Any], source_id: str, seq: int, now: datetime, window: timedelta
) -> Referral:
    """The receiver's own incoming copy, with `window` to answer it. Its event is already marked as applied."""
    travelled = {field: payload[field] for field in (*TRAVELS, "customer", "customerConsent", "help", "senderTeam")}
    facts = {
        **travelled,
        "id": target["id"],
        "organizationId": target["organizationId"],
        "organizationKind": target["organizationKind"],
        "direction": "incoming",
        "dealType": "co_sell",
        "stage": "received",
        "receivedAt": instant(now),
        "expiresAt": instant(now + window),
        "visibleToVendor": True,
        "sender": {
            **payload["sender"],
            "notes": payload["notes"],
            "referralId": source_id,
            "invitationId": payload["invitationId"],
        },
        "senderName": payload["sender"]["organizationName"],
        "applied": {source_id: seq},
    }
    return begun(facts, "receive", SYSTEM, now)


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

    return cast(Referral, {**referral, "invitations": [noted(i) for i in referral["invitations"]]})


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
    optional = {key: payload[key] for key in ("reason", "note", "team") if payload[key]}

    def told(invitation: Invitation) -> Invitation:
        if invitation["id"] != payload["invitationId"]:
            return invitation
        return cast(Invitation, {**invitation, **answer, **optional})

    values = {"invitations": [told(i) for i in referral["invitations"]], **applying(referral, source_id, seq)}
    return changed(referral, f"invitation-{payload['status']}", SYSTEM, now, values)


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


def note_sharing(referral: Referral, entry: NoteEntry, organization_name: str, at: datetime) -> dict[str, Any]:
    """The values that send a shared note to every organization with a live copy (DOMAIN: "Notes")."""
    sender = referral["sender"]
    targets = [{"organizationId": sender["organizationId"], "id": sender["referralId"]}] if sender else []
    targets += [
        {"organizationId": i["target"], "id": copy_id(i["id"], i["target"])}
        for i in referral["invitations"]
        if i["status"] in LIVE
    ]
    payload = {"entry": {**entry, "organizationName": organization_name}}
    return posted_all(referral, [(NOTE_SHARED, target, payload) for target in targets], at)


def with_shared_note(
    referral: Referral, payload: Mapping[str, Any], source_id: str, seq: int, now: datetime
) -> Referral | None:
    """The copy with another organization's note. None where it is archived: only live copies get it."""
    if referral["stage"] == "archived":
        return None
    values = {"noteEntries": [*referral["noteEntries"], payload["entry"]], **applying(referral, source_id, seq)}
    return changed(referral, "note-received", SYSTEM, now, values)
