"""What people and programs see of a referral: the stored fields that are theirs, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, cast

from shared.domain.collisions import Collision, duplicate_warnings
from shared.domain.instants import from_instant, today
from shared.domain.life_cycle import allowed_actions
from shared.domain.organization import Caller
from shared.domain.referral import Referral, is_overdue, status_of

ANSWERED_FIELDS: Final = (
    "id", "engagementId", "organizationId", "kind", "direction", "dealType", "qualification", "stage",
    "outcome", "createdAt", "receivedAt", "expiresAt", "acceptedAt", "archivedAt", "updatedAt", "name",
    "customer", "customerConsent", "estimatedValue", "estimatedCloseDate", "finalValue", "closedDate", "crmId",
    "campaignId", "notes", "employees", "solutions", "salesStage", "teamMembers", "visibleToVendor", "help",
    "reason", "reasonNotes", "sender", "senderView", "linkedReferralId", "locationId", "registration",
    "customerRequestedContact", "hotUntil", "noteEntries", "history",
)  # fmt: skip

CLOCK_WARNING: Final = timedelta(days=3)


def view(
    referral: Referral, caller: Caller, now: datetime, *, favourite: bool, collisions: Sequence[Collision] = ()
) -> dict[str, Any]:
    """The whole answer for one referral (DESIGN section 8). `collisions` are what a received one looks like."""
    stored = cast(dict[str, Any], referral)
    status, substatus = status_of(stored)
    return {
        **{field: stored[field] for field in ANSWERED_FIELDS},
        "status": status,
        "substatus": substatus,
        "sender": _sender(referral),
        "invitations": referral["invitations"],
        "allowedActions": allowed_actions(referral, caller, now),
        "warnings": [*warnings(referral, now), *duplicate_warnings(collisions)],
        "favourite": favourite,
    }


def _sender(referral: Referral) -> dict[str, Any] | None:
    """Who sent it; their team is seen once the referral is accepted (DOMAIN: "Invitation")."""
    sender = referral["sender"]
    if sender is None:
        return None
    shown = {field: sender[field] for field in ("organizationId", "organizationName", "notes")}
    return shown | {"employees": referral["senderTeam"] if referral["acceptedAt"] else []}


def warnings(referral: Referral, now: datetime) -> list[dict[str, str]]:
    """What deserves a look although it is allowed."""
    if referral["stage"] == "archived":
        return _delivery_warnings(referral)
    found = []
    if is_overdue(referral, now):
        found.append(_warning("overdue", f"Not answered by {referral['expiresAt']}: it has expired."))
    elif referral["stage"] == "received" and referral["expiresAt"]:
        left = from_instant(referral["expiresAt"]) - now
        if left < CLOCK_WARNING:
            found.append(_warning("clock_running_out", f"Answer by {referral['expiresAt']}, or it expires."))
    if referral["stage"] == "accepted":
        found.extend(_working_warnings(referral, now))
    return found + _delivery_warnings(referral)


def _working_warnings(referral: Referral, now: datetime) -> list[dict[str, str]]:
    found = []
    if referral["direction"] == "incoming" and not referral["notes"]:
        found.append(_warning("notes_missing", "Accepted without notes: say what you will do for the customer."))
    if referral["estimatedCloseDate"] < today(now).isoformat():
        found.append(
            _warning("close_date_passed", "The estimated close date has passed: edit it, or win or lose the deal.")
        )
    if referral["help"] and not any(solution.get("offerId") for solution in referral["solutions"]):
        message = "No solution of this deal is a co-sell ready offer: sellers prefer deals that have one."
        found.append(_warning("no_ready_solution", message))
    return found


def _delivery_warnings(referral: Referral) -> list[dict[str, str]]:
    return [
        _warning("delivery_failed", f"{event['target']['organizationId']} could not be told: {event['failed']}")
        for event in referral["outbox"]
        if "failed" in event
    ]


def _warning(code: str, message: str) -> dict[str, str]:
    return {"code": code, "message": message}


SUMMARY_FIELDS: Final = (
    "id", "engagementId", "organizationId", "kind", "direction", "dealType", "qualification", "stage",
    "outcome", "name", "customerName", "customerCountry", "estimatedValue", "estimatedCloseDate", "crmId",
    "salesStage", "createdAt", "receivedAt", "expiresAt", "acceptedAt", "archivedAt", "updatedAt", "senderName",
)  # fmt: skip


def summary(stored: Mapping[str, Any], *, favourite: bool) -> dict[str, Any]:
    """One row of a list, from the summary the store keeps."""
    status, substatus = status_of(stored)
    fields = {field: stored[field] for field in SUMMARY_FIELDS}
    customer = {"name": fields.pop("customerName"), "country": fields.pop("customerCountry")}
    return {**fields, "customer": customer, "status": status, "substatus": substatus, "favourite": favourite}
