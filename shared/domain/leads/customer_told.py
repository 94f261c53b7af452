"""Whether the customer of a lead may be written to (issue 5: no open relay, and the partner sees what was not told).

Anybody can fill in a form with somebody else's address, so nothing but one confirmation goes to an address that did not
confirm. A seller vouches for its customer with the consent it recorded.
"""

from __future__ import annotations

from shared.domain.engagements import consent
from shared.domain.referrals.document import Referral
from shared.domain.referrals.referral import is_lead


def customer_may_be_mailed(referral: Referral) -> tuple[bool, str]:
    """Whether, and why or why not, in words a partner reads."""
    contact = referral["customer"].get("contact")
    if not is_lead(referral):
        return False, "Customers of deals are not written to; their partner speaks with them."
    if contact is None:
        withdrawn = consent.was_withdrawn(referral["consents"])
        return False, "The customer withdrew its consent." if withdrawn else "No contact of the customer is known."
    if referral["qualification"] == "direct":
        return _direct(referral)
    if consent.covers(referral["consents"], contact, "share_with_partners"):
        return True, "The sender recorded the customer's consent."
    return False, "No consent of the customer is recorded."


def _direct(referral: Referral) -> tuple[bool, str]:
    confirmed_at = referral["customerConfirmedAt"]
    if confirmed_at is not None:
        return True, f"The customer confirmed its e-mail address on {confirmed_at}."
    if not referral["confirmationMail"]:
        return False, "The customer was not asked to confirm its e-mail address; another inquiry of the day asked it."
    return False, "The customer has not confirmed its e-mail address."
