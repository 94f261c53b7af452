"""The words pages use for what organizations do with each other: asking, answering, consent, warnings."""

from __future__ import annotations

from typing import Final

from functions._pages import words

INVITATION_STATES: Final = {"sending": "On its way", "pending": "Pending", "accepted": "Accepted", **words.OUTCOMES}
ASKED: Final = {
    "help": "asked {} for help",
    "opportunity": "sent {} the opportunity",
    "partner": "invited {}",
    "lead": "recommended the lead to {}",
}
HAPPENED: Final = {
    "created": "created the deal",
    "shared": "showed the deal to the vendor",
    "received": "received it",
    "accepted": "accepted",
    "declined": "declined",
    "expired": "did not answer in time",
    "won": "won",
    "lost": "lost",
    "error": "closed as an error",
}
PARTS: Final = {"us": "You", "sender": "Sent it", "invited": "Asked by you", "vendor_mirror": "Sees it, is not asked"}
TAKES_PART: Final = {**words.STAGES, **INVITATION_STATES, "sees it": "Sees it"}
PURPOSES: Final = {
    "share_with_vendor": "To be passed to the vendor, who may call",
    "share_with_partners": "To be passed to invited partners, who may call",
}
OWN_WORDINGS: Final = {
    "inquiry-2026-11": "To be contacted about the inquiry",
    "marketplace-2026-11": "To be contacted about the offer it asked for",
}
"""What a customer agreed to that turned to a partner itself, by the wording's version."""

RECORDED_BY: Final = {"customer": "the customer", "marketplace": "the marketplace"}
MENDED_AT: Final = {
    "clock_running_out": (("accept", "accept-name", "Answer"),),
    "close_date_passed": (("edit", "edit-estimatedCloseDate", "Edit the date"),),
    "notes_missing": (("edit", "edit-notes", "Add notes"),),
    "registration_trap": (("request-help", "request-help-code", "Ask for help again"),),
    "consent_missing": (
        ("request-help", "request-help-customerConsent", "Record it with a help request"),
        ("invite-partner", "invite-partner-customerConsent", "Record it with an invitation"),
    ),
    "invitation_clock_running_out": (("", "invitations", "See the invitation"),),
}
"""By a warning's code: each form that mends it ("" where none is needed), the place on the page, what a link says."""
