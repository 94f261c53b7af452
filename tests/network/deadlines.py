"""The clocks of a copy as DOMAIN.md tells them, written a second time from what an organization reads of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.functions.expected import instant_after
from tests.network.model import Copy

Clock = tuple[str, str, str]
"""(referral, kind, the first instant that is too late)."""


def running(copy: Copy, now: datetime) -> Iterator[Clock]:
    """Every clock of the copy that runs now, and a close date also when it has passed."""
    if copy.get("mirror"):
        return
    id, at = copy["id"], instant_after(now.isoformat(), timedelta(0))
    if copy["stage"] == "received" and copy["expiresAt"] > at:
        yield id, "answer", copy["expiresAt"]
    if copy["stage"] == "accepted":
        yield id, "close_date", instant_after(f"{copy['estimatedCloseDate']}T00:00:00+00:00", timedelta(days=1))
        for one in copy["invitations"]:
            if one["status"] == "pending" and one["expiresAt"] > at:
                yield id, "their_answer", one["expiresAt"]
    if is_to_be_registered(copy):
        until = instant_after(copy["archivedAt"], timedelta(days=60))
        if until > at:
            yield id, "registration", until


def is_to_be_registered(copy: Copy) -> bool:
    """DOMAIN, "The trap": co-sell needs the vendor's yes. A partner that was sent a partner's deal registers none."""
    if copy["organizationId"] == "vendor" or copy["outcome"] != "won" or copy["dealType"] == "private":
        return False
    if copy["sender"]:
        return bool(copy["sender"]["organizationId"] == "vendor")
    help_given = {one["status"] for one in copy["invitations"] if one["kind"] == "help"} & {"accepted", "won", "lost"}
    return copy["dealType"] == "partner_led" or bool(help_given)
