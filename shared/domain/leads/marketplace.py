"""What the marketplace's lead feed says, in our words. A lead is worth more than its form: what cannot be a field of
ours stands in the need, and nothing is lost.
"""

from __future__ import annotations

from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from shared.domain.engagements.consent import MARKETPLACE
from shared.domain.leads.commands import MarketplaceLead, UserDetails
from shared.domain.leads.lead import Asking
from shared.domain.lists import MAX_NOTES
from shared.domain.values import Line, Notes, Phone, ShortLine

_PHONE: Final = TypeAdapter[str](Phone)
_LINE: Final = TypeAdapter[str](Line)
_SHORT: Final = TypeAdapter[str](ShortLine)
_NOTES: Final = TypeAdapter[str](Notes)


def asking_of(lead: MarketplaceLead) -> Asking:
    """The customer and its need."""
    user = lead.user_details
    company = _as(_LINE, user.company) or user.email.rpartition("@")[2]
    customer = {"name": company, "country": user.country, "contact": _contact(user)}
    offer = _as(_SHORT, lead.offer_title)
    solutions = [{"kind": "own", "name": offer}] if offer else []
    source = {name: text for name, text in lead.source().items() if text}
    return Asking(customer, _need(lead), solutions, wants_contact=False, source=source, recorded_by=MARKETPLACE)


def _contact(user: UserDetails) -> dict[str, Any]:
    names = {"firstName": _as(_SHORT, user.first_name) or "", "lastName": _as(_SHORT, user.last_name) or ""}
    phone = _as(_PHONE, user.phone)
    return {**names, **({"phoneNumber": phone} if phone else {}), "email": user.email}


def _need(lead: MarketplaceLead) -> str:
    user = lead.user_details
    said = [
        _as(_NOTES, lead.description and lead.description.strip()[: MAX_NOTES - 500]),
        f"Offer: {lead.offer_title}" if lead.offer_title else None,
        f"What the customer did there: {lead.action_code}" if lead.action_code else None,
        f"Phone: {user.phone}" if user.phone and not _as(_PHONE, user.phone) else None,
    ]
    return "\n".join(line for line in said if line)[:MAX_NOTES] or "The marketplace says nothing of the need."


def _as(kind: TypeAdapter[str], text: str | None) -> str | None:
    """The text where it is one, None where it is empty or cannot be."""
    try:
        return kind.validate_python(text.strip()) if text and text.strip() else None
    except ValidationError:
        return None
