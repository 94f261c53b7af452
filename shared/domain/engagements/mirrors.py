"""The vendor's mirror of a partner-led deal: a read-only copy with no clock and no actions that follows the partner's
stage until help is asked, when the vendor gets a copy of its own instead (DOMAIN: "Deal type").
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from shared.domain.engagements.travel import DEAL_FIELDS, OUTCOME_FIELDS, offered
from shared.domain.ids import derived_id
from shared.domain.instants import instant
from shared.domain.organizations.organization import Organization
from shared.domain.referrals.document import SYSTEM, Referral
from shared.domain.referrals.outbox import applying, posted
from shared.domain.referrals.referral import begun, changed

OPENED: Final = "mirror.opened"
RETIRED: Final = "mirror.retired"


def opening(referral: Referral, vendor: Organization, sender_name: str, at: datetime) -> dict[str, Any]:
    """The values that let the vendor see a deal from now on."""
    mirror = {"organizationId": vendor.id, "organizationName": vendor.name, "openedAt": instant(at), "retiredAt": None}
    target = {
        "organizationId": vendor.id,
        "organizationKind": vendor.kind,
        "id": derived_id("mirror", referral["id"], vendor.id),
    }
    payload = {
        **offered(referral, "share_with_vendor", sender_name),
        **{field: referral[field] for field in ("stage", "outcome", "finalValue", "closedDate", "acceptedAt")},
    }
    return {"vendorMirror": {**mirror, "id": target["id"]}, **posted(referral, OPENED, target, payload, at)}


def mirrored(
    target: Mapping[str, str], payload: Mapping[str, Any], source_id: str, seq: int, now: datetime
) -> Referral:
    """The vendor's copy of a partner-led deal. Its event is already marked as applied."""
    copied = ("engagementId", "kind", *DEAL_FIELDS, *OUTCOME_FIELDS, "customer", "consents", "acceptedAt")
    facts = {
        **{field: payload[field] for field in copied},
        "customerConsent": bool(payload["consents"]),
        "id": target["id"],
        "organizationId": target["organizationId"],
        "organizationKind": target["organizationKind"],
        "direction": "incoming",
        "dealType": "partner_led",
        "mirror": True,
        "receivedAt": instant(now),
        "visibleToVendor": True,
        "sender": {**payload["sender"], "notes": None, "referralId": source_id, "invitationId": None},
        "senderName": payload["sender"]["organizationName"],
        "applied": {source_id: seq},
    }
    return begun(facts, "mirror", SYSTEM, now)


def retiring(referral: Referral, copy_id: str, at: datetime) -> dict[str, Any]:
    """The values that end a mirror where there is one: the vendor has, or gets, a copy of its own."""
    mirror = referral["vendorMirror"]
    if mirror is None or mirror["retiredAt"] is not None:
        return {}
    target = {"organizationId": mirror["organizationId"], "id": mirror["id"]}
    event = posted(referral, RETIRED, target, {"copyId": copy_id}, at)
    return {"vendorMirror": {**mirror, "retiredAt": instant(at)}, **event}


def retired(referral: Referral, payload: Mapping[str, Any], source_id: str, seq: int, now: datetime) -> Referral | None:
    """The mirror archived, and pointing to the copy that took its place. None where the deal was closed before."""
    if referral["stage"] == "archived":
        return None
    values = {
        "stage": "archived",
        "outcome": "withdrawn",
        "archivedAt": instant(now),
        "linkedReferralId": payload["copyId"],
        **applying(referral, source_id, seq),
    }
    return changed(referral, "retire", SYSTEM, now, values)
