"""What the page of one referral says of the other organizations on it: who was asked, what the sender's deal says now,
who may be told about the customer's contact. Everything here comes from the organization's own copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from functions._pages import network_words as net
from functions._pages import words
from shared.domain.engagements import consent
from shared.domain.engagements.following import copies_elsewhere
from shared.domain.referrals.document import Referral
from shared.domain.referrals.life_cycle import TAKEN_PART
from shared.domain.referrals.referral import is_withheld

Seen = Mapping[str, Any]


def about_the_network(referral: Referral, seen: Seen) -> dict[str, Any]:
    """What the templates of the network need besides the referral itself."""
    warned: dict[str, list[str]] = {}
    for warning in seen["warnings"]:
        warned.setdefault(warning["code"], []).append(warning["message"])
    return {
        "warned": warned,
        "hidden": _hidden(referral),
        "compared": compared(seen),
        "asked": asked(seen),
        "may_ask_again": may_ask_again(seen),
        "taking_part": {one["target"] for one in seen["invitations"] if one["status"] in TAKEN_PART},
        "ledger": [_ledger_line(one, seen) for one in seen["consents"]],
        "agreed": _agreed(referral),
        "holders": list(dict.fromkeys(name for _, name in copies_elsewhere(referral, live=False))),
    }


def _hidden(referral: Referral) -> str | None:
    """Until when the customer's street, contact and everybody's notes are withheld; None where they are not."""
    if not is_withheld(referral):
        return None
    return "until you accept" if referral["stage"] == "received" else "because it was not accepted"


COMPARED: Final = {
    "name": "Name",
    "estimatedValue": "Estimated value",
    "estimatedCloseDate": "Closes",
    "solutions": "Solutions",
}


def compared(seen: Seen) -> list[dict[str, Any]]:
    """Each field of the sender's deal beside our own; nothing where the sender changed nothing, or on a mirror."""
    theirs = seen["senderView"]
    if theirs is None:
        return []
    rows = [
        (label, _readable(field, seen[field]), _readable(field, theirs[field])) for field, label in COMPARED.items()
    ]
    return [
        {"label": label, "ours": ours, "theirs": theirs_, "differs": ours != theirs_} for label, ours, theirs_ in rows
    ]


def _readable(field: str, value: Any) -> str:
    match field:
        case "estimatedValue":
            return words.money(value)
        case "estimatedCloseDate":
            return words.day(value)
        case "solutions":
            return ", ".join(one["name"] for one in value)
        case _:
            return str(value)


def asked(seen: Seen) -> list[dict[str, Any]]:
    """Each invitation, the newest first, with the one it continues."""
    by_id = {one["id"]: one for one in seen["invitations"]}
    return [{**one, "continues": by_id.get(one["previousId"])} for one in reversed(seen["invitations"])]


def may_ask_again(seen: Seen) -> dict[str, dict[str, Any]]:
    """By organization, the latest invitation of each partner that was asked and takes no part."""
    latest = {one["target"]: one for one in seen["invitations"] if one["kind"] != "help"}
    return {target: one for target, one in latest.items() if one["status"] not in TAKEN_PART}


def _ledger_line(one: Seen, seen: Seen) -> dict[str, Any]:
    """A consent with who recorded and who withdrew it, as far as this organization knows."""
    sender = seen["sender"]
    of_sender = sender is not None and one["recordedBy"] == sender["organizationId"]
    return {
        **one,
        "title": net.OWN_WORDINGS.get(one["wording"]) or net.PURPOSES[one["purpose"]],
        "text": consent.WORDINGS.get(one["wording"]),
        "by": sender["organizationName"] if of_sender else net.RECORDED_BY.get(one["recordedBy"], one["recordedBy"]),
    }


def _agreed(referral: Referral) -> dict[str, bool]:
    """By purpose, whether a form must not ask for the consent again: it is recorded, for the present contact."""
    contact = referral["customer"].get("contact")
    return {purpose: consent.covers(referral["consents"], contact, purpose) for purpose in consent.PURPOSES}
