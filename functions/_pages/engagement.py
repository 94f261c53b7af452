"""The page of one piece of business: the organization's own copies, who takes part, and what happened when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import azure.functions as func

from functions._html import page
from functions._pages import network_words as net
from shared.bootstrap import services
from shared.domain.engagements.engagement import participants, timeline
from shared.domain.lists import CLOSE_REASONS, ERROR_REASONS
from shared.domain.organizations.organization import Caller
from shared.domain.referrals.view import view

Entry = Mapping[str, Any]


async def page_of(engagement_id: str, caller: Caller) -> func.HttpResponse:
    """Raises NotFound where the caller's organization has no copy."""
    with_ = await services()
    now = with_.clock()
    copies = await with_.referrals.engagement(engagement_id, caller)
    standing = with_.solutions.standing
    seen = [view(copy, caller, now, favourite=False, standing=await standing(copy)) for copy in copies]
    sender = next((copy["sender"]["organizationName"] for copy in seen if copy["sender"]), None)
    pending = [one for copy in seen for one in copy["invitations"] if one["status"] == "pending"]
    return page(
        "engagement.html",
        caller,
        name=seen[-1]["name"],
        customer=seen[-1]["customer"],
        copies=seen,
        participants=participants(copies, caller),
        clocks={one["target"]: one["expiresAt"] for one in pending},
        entries=[_told(entry, caller, sender) for entry in timeline(copies, caller)],
        now=now,
    )


def _told(entry: Entry, caller: Caller, sender: str | None) -> dict[str, Any]:
    """A timeline entry as a sentence, on the side of whoever did it. `sender` is who sent us what we received."""
    is_ours = entry["organizationId"] == caller.organization_id
    text = _sentence(entry)
    if is_ours and entry["what"] == "received":
        text = f"{text} from {sender or 'the customer'}"
    told = {"at": entry["at"], "what": entry["what"], "side": "ours" if is_ours else "theirs", "text": text}
    return {**told, "note": entry.get("note"), "until": entry.get("expiresAt"), "reason": _reason(entry)}


def _sentence(entry: Entry) -> str:
    who, invited = entry["organizationName"], entry.get("invited")
    match entry["what"]:
        case "invited":
            return f"{who} {net.ASKED[entry['kind']].format(invited)}"
        case "withdrawn" if invited:
            return f"{who} took back what {invited} had not answered"
        case "withdrawn":
            return "It was taken back before it was answered"
        case what:
            return f"{who} {net.HAPPENED[what]}"


def _reason(entry: Entry) -> str | None:
    if not entry.get("reason"):
        return None
    return (ERROR_REASONS if entry["what"] == "error" else CLOSE_REASONS)[entry["reason"]]
