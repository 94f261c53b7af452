"""What a history entry of a referral means to people and to subscribed programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias, cast, get_args

from shared.domain.instants import from_instant
from shared.domain.notices.notice import Event, Notice, facts_of, team_of
from shared.domain.referrals.document import SYSTEM, HistoryEntry, Referral

_PLAIN: Final[Mapping[str, Event]] = {
    "accept": "referral.accepted",
    "decline": "referral.declined",
    "expire": "referral.expired",
    "withdraw": "referral.withdrawn",
    "win": "referral.won",
    "lose": "referral.lost",
    "close-as-error": "referral.error",
    "invitation-accepted": "invitation.accepted",
    "invitation-declined": "invitation.declined",
    "invitation-expired": "invitation.expired",
    "invitation-won": "invitation.won",
    "invitation-lost": "invitation.lost",
    "receiver-note": "note.received",
    "note-received": "note.received",
    "sender-changed": "sender.changed",
}

WebhookType: TypeAlias = Literal[
    "referral.created", "referral.updated", "lead.received", "referral.received", "referral.accepted",
    "referral.declined", "referral.expired", "referral.withdrawn", "referral.won", "referral.lost", "referral.error",
    "invitation.accepted", "invitation.declined", "invitation.expired", "invitation.won", "invitation.lost",
    "note.received", "sender.changed", "consent.withdrawn",
]  # fmt: skip
"""What programs are told: every change of a referral is one of these."""

WEBHOOK_TYPES: Final[tuple[WebhookType, ...]] = get_args(WebhookType)

_CREATED: Final = frozenset({"create", "mirror"})


def event_of(referral: Referral, entry: HistoryEntry) -> Event | None:
    """What people are told of this entry; None where nobody needs to be. A mirror asks nothing of anybody."""
    if referral["mirror"]:
        return None
    if entry["action"] == "receive":
        if referral["kind"] == "lead":
            return "lead.hot" if referral["customerRequestedContact"] else "lead.received"
        return "referral.received"
    if entry["action"] == "withdraw-consent":
        return "consent.withdrawn" if entry["by"] == SYSTEM else None  # else they did it themselves
    return _PLAIN.get(entry["action"])


def webhook_type_of(referral: Referral, entry: HistoryEntry) -> WebhookType:
    """What programs are told of this entry."""
    action = entry["action"]
    if action in _CREATED:
        return "referral.created"
    if action == "receive":
        return "lead.received" if referral["kind"] == "lead" else "referral.received"
    if action == "withdraw-consent":
        return "consent.withdrawn"
    return cast(WebhookType, _PLAIN.get(action, "referral.updated"))


def notice_of(referral: Referral, number: int, entry: HistoryEntry) -> Notice | None:
    """The notice of a history entry, for its team; None where nobody needs to be told."""
    event = event_of(referral, entry)
    if event is None:
        return None
    return Notice(
        key=key_of(referral, number),
        organization_id=referral["organizationId"],
        event=event,
        at=from_instant(entry["at"]),
        subject={**facts_of(referral), **_of_the_other_side(referral, event)},
        recipients=team_of(referral),
        by=None if entry["by"] == SYSTEM else entry["by"],
    )


def key_of(referral: Mapping[str, Any], number: int) -> str:
    """What identifies one history entry for ever."""
    return f"{referral['id']}:{number}"


def _of_the_other_side(referral: Referral, event: Event) -> dict[str, Any]:
    """Who answered an invitation, or wrote a note. The entry does not name the invitation; of several in this state
    it is the one answered last."""
    if event == "note.received":
        named = [one["organizationName"] for one in referral["noteEntries"] if "organizationName" in one]
        return {"otherName": named[-1] if named else None}
    if not event.startswith("invitation."):
        return {}
    status = event.partition(".")[2]
    answered = [one for one in referral["invitations"] if one["status"] == status and one["answeredAt"]]
    latest = max(answered, key=lambda one: one["answeredAt"] or "", default=None)
    return {"otherName": latest["targetName"] if latest else None, "reason": latest["reason"] if latest else None}


def webhook_data(referral: Referral, number: int, entry: HistoryEntry, public_url: str) -> dict[str, Any]:
    """What a program is told: short values and where to read the rest; nothing personal, nothing withheld."""
    shown = ("engagementId", "kind", "direction", "dealType", "qualification", "stage", "outcome", "name",
             "customerName", "customerCountry", "estimatedValue", "expiresAt", "locationId", "version")  # fmt: skip
    stored = cast(dict[str, Any], referral)
    return {
        "referralId": referral["id"],
        "organizationId": referral["organizationId"],
        **{field: stored[field] for field in shown},
        "hot": (referral["hotUntil"] or "") > entry["at"],
        "hotUntil": referral["hotUntil"],
        "change": {
            "number": number,
            "action": entry["action"],
            "fields": entry["fields"],
            "at": entry["at"],
            "bySystem": entry["by"] == SYSTEM,
        },
        "links": {
            "self": f"{public_url}/api/referrals/{referral['id']}",
            "page": f"{public_url}/referrals/{referral['id']}",
        },
    }
