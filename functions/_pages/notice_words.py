"""The words of the pages about notices and webhooks."""

from __future__ import annotations

from typing import Final

EVENTS: Final = {
    "lead.received": "A lead comes in",
    "lead.hot": "A lead comes in whose customer asks to be contacted",
    "referral.received": "A referral comes in",
    "referral.accepted": "A colleague accepts",
    "referral.declined": "A colleague declines",
    "referral.expired": "Nobody answered in time",
    "referral.withdrawn": "The sender takes it back",
    "referral.won": "A colleague closes as won",
    "referral.lost": "A colleague closes as lost",
    "referral.error": "A colleague closes as an error",
    "invitation.accepted": "Somebody we asked accepts",
    "invitation.declined": "Somebody we asked declines",
    "invitation.expired": "Somebody we asked does not answer",
    "invitation.won": "Somebody we asked wins",
    "invitation.lost": "Somebody we asked loses",
    "note.received": "A shared note arrives",
    "sender.changed": "The sender changes its side",
    "consent.withdrawn": "A customer's contact is removed",
    "reminder": "An answer is due soon",
    "escalation": "Last reminder, to administrators",
    "delivery.failed": "A webhook cannot be reached",
}
DELIVERY_STATES: Final = {
    "waiting": "On its way",
    "sent": "Delivered",
    "failed": "Given up",
    "skipped": "Not sent",
}
