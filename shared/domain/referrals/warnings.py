"""What deserves a look although it is allowed: clocks, dates, consent, the registration trap."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from shared.domain.engagements import consent
from shared.domain.instants import from_instant, today
from shared.domain.referrals.document import Referral
from shared.domain.referrals.life_cycle import possible_actions
from shared.domain.referrals.referral import is_overdue, is_own
from shared.domain.referrals.solutions import Standing

CLOCK_WARNING: Final = timedelta(days=3)
SHARES: Final = frozenset({"request-help", "invite-partner"})

Warning_ = dict[str, Any]


def warnings(referral: Referral, now: datetime, standing: Standing) -> list[Warning_]:
    """Each with a stable code and a message that says what to do. `standing` is how its solutions stand now."""
    found: list[Warning_] = []
    if referral["stage"] == "received":
        found.extend(_clock(referral, now))
    if referral["stage"] == "accepted":
        found.extend(_at_work(referral, now, standing))
    if is_own(referral):
        found.extend(_registration_trap(referral))
    return found + list(_deliveries(referral))


def _clock(referral: Referral, now: datetime) -> Iterator[Warning_]:
    expires_at = referral["expiresAt"]
    if is_overdue(referral, now):
        yield _warning("overdue", f"Not answered by {expires_at}: it has expired.")
    elif expires_at and from_instant(expires_at) - now < CLOCK_WARNING:
        yield _warning("clock_running_out", f"Answer by {expires_at}, or it expires.")


def _at_work(referral: Referral, now: datetime, standing: Standing) -> Iterator[Warning_]:
    if referral["mirror"]:
        return
    if referral["direction"] == "incoming" and not referral["notes"]:
        yield _warning("notes_missing", "Accepted without notes: say what you will do for the customer.")
    closes = referral["estimatedCloseDate"]
    if closes is not None and closes < today(now).isoformat():
        message = "The estimated close date has passed: edit it, or win or lose the deal."
        yield _warning("close_date_passed", message)
    yield from _solutions(referral, standing)
    yield from _consent(referral, now)
    yield from _others_clocks(referral, now)


def _solutions(referral: Referral, standing: Standing) -> Iterator[Warning_]:
    asks_the_vendor = is_own(referral) or referral["organizationKind"] == "vendor"
    if asks_the_vendor and referral["help"] and not standing.is_ready:
        message = "No solution of this deal is a co-sell ready offer: sellers prefer deals that have one."
        yield _warning("no_ready_solution", message)
    if standing.without_offer:
        names = ", ".join(f"“{name}”" for name in standing.without_offer)
        message = f"{names}: no offer is named; edit the solutions and choose the co-sell ready offer it is."
        yield _warning("solution_without_offer", message)


def _consent(referral: Referral, now: datetime) -> Iterator[Warning_]:
    """Said where the next step would be refused for want of it: the vendor sees the deal, or a contact is named."""
    contact = referral["customer"].get("contact")
    if referral["organizationKind"] != "partner" or (referral["dealType"] == "private" and contact is None):
        return
    if SHARES & possible_actions(referral, now).keys() and consent.missing(referral["consents"], contact):
        message = "The customer's consent is not recorded: it is needed before you ask for help or invite a partner."
        yield _warning("consent_missing", message)


def _others_clocks(referral: Referral, now: datetime) -> Iterator[Warning_]:
    for one in referral["invitations"]:
        if one["status"] != "pending" or one["expiresAt"] is None:
            continue
        left = from_instant(one["expiresAt"]) - now
        if timedelta(0) < left < CLOCK_WARNING:
            message = f"{one['targetName']} has until {one['expiresAt']} to answer: remind them."
            yield _warning("invitation_clock_running_out", message)


def _registration_trap(referral: Referral) -> Iterator[Warning_]:
    """A co-sell deal can be registered only if the vendor accepted or won its copy (DOMAIN: "The trap")."""
    if referral["dealType"] != "co_sell" or referral["organizationKind"] != "partner":
        return
    if referral["outcome"] not in (None, "won"):
        return
    help_asked = [one["status"] for one in referral["invitations"] if one["kind"] == "help"]
    if any(status in ("accepted", "won", "lost", "sending", "pending") for status in help_asked):
        return
    message = "The vendor did not take the help request on, so this co-sell deal cannot be registered once it is won"
    instead = "; ask for help again while it is open." if referral["stage"] == "accepted" else "."
    yield _warning("registration_trap", message + instead)


def _deliveries(referral: Referral) -> Iterator[Warning_]:
    for event in referral["outbox"]:
        if "failed" in event:
            message = f"{event['target']['organizationId']} could not be told: {event['failed']}"
            yield _warning("delivery_failed", message)


def _warning(code: str, message: str) -> Warning_:
    return {"code": code, "message": message}
