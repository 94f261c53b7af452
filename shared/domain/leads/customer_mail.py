"""What the customer of a lead is written: to confirm its address, and that it should choose another partner.

The first goes to an address nobody has confirmed, so nothing is in it that somebody else could have written: no name,
no company, no need. The others go only where `customer_may_be_mailed` says so, and give no reason of the partner's
(DOMAIN: life cycle, "decline").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from shared.domain.leads.customer_told import customer_may_be_mailed
from shared.domain.referrals.announcing import Numbered
from shared.domain.referrals.document import Referral
from shared.domain.referrals.referral import is_lead

MailKind = Literal["confirmation", "declined", "expired"]

DEFAULT_LANGUAGE: Final = "en"
MOST_ALTERNATIVES: Final = 3
_ENDED: Final[dict[str, MailKind]] = {"decline": "declined", "expire": "expired"}


@dataclass(frozen=True)
class CustomerMail:
    """A mail before it is put into words. `facts` of a confirmation: `partnerId`, `sentAt`, `confirm` (a link) and
    `expiresAt`; of the others: `partnerId`, `sentAt`, `firstName`, `directory` (a link) and `alternatives`, each
    `{name, url, reason}`."""

    kind: MailKind
    to: str
    language: str
    facts: Mapping[str, Any]


def customer_mails(
    referral: Referral,
    numbered_entry: Numbered,
    alternatives: Sequence[Mapping[str, str]],
    links: Mapping[str, str],
) -> list[CustomerMail]:
    """What this entry of the referral's history has the customer told; mostly nothing. `alternatives` are partners that
    fit, the best first; `links` has `confirm` and `directory`."""
    contact = referral["customer"].get("contact")
    if contact is None or referral["direction"] != "incoming" or not is_lead(referral):
        return []
    kind = _kind(referral, numbered_entry.entry["action"])
    if kind is None:
        return []
    about: dict[str, Any] = {"partnerId": referral["organizationId"], "sentAt": referral["receivedAt"]}
    if kind == "confirmation":
        facts = {**about, "confirm": links["confirm"], "expiresAt": referral["expiresAt"]}
    else:
        offered = [dict(one) for one in alternatives[:MOST_ALTERNATIVES]]
        named = {"firstName": contact["firstName"], "directory": links["directory"]}
        facts = {**about, **named, "alternatives": offered}
    return [CustomerMail(kind, contact["email"], referral["customerLanguage"] or DEFAULT_LANGUAGE, facts)]


def _kind(referral: Referral, action: str) -> MailKind | None:
    if action == "receive":
        asked = referral["qualification"] == "direct" and referral["confirmationMail"]
        return "confirmation" if asked and referral["customerConfirmedAt"] is None else None
    ended = _ENDED.get(action)
    return ended if ended and customer_may_be_mailed(referral)[0] else None
