"""The words of the offers' pages: states, checks, kinds of field, and how what is in force is named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from functions._pages.words import DOCUMENTS, LANGUAGES, OFFER_TYPES, countries, readable

STATES: Final = {
    "draft": "Draft",
    "validating": "Being validated",
    "validated": "Validated",
    "live": "Live",
}
STATUSES: Final = {
    "none": "Not asked for co-sell",
    "in_review": "In review",
    "sent_back": "Sent back",
    "co_sell_ready": "Co-sell ready",
    "ip_co_sell_eligible": "IP co-sell eligible",
}
READY: Final = ("co_sell_ready", "ip_co_sell_eligible")
CHECKS: Final = {
    "profile_complete": "Business profile complete",
    "offer_live": "Offer live",
    "listing_complete": "Co-sell details complete",
    "one_pager": "Solution one-pager",
    "pitch_deck": "Solution pitch deck",
    "sales_contacts": "A sales contact for every country",
    "co_sell_ready": "Co-sell ready",
    "eligible_type": "Eligible offer type",
    "ip_solution": "An IP solution",
    "reference_architecture": "Reference architecture diagram",
    "revenue": "Revenue threshold",
    "technical_validation": "Technical validation",
}
BELONGS_TO_IP: Final = ("eligible_type", "ip_solution", "reference_architecture", "revenue", "technical_validation")
GRID_ROLES: Final = {
    "partner_sales": "Sales",
    "partner_technical_sales": "Technical",
    "partner_marketing": "Marketing",
    "partner_customer_success_manager": "Success",
}
FIXES: Final = {
    "offer_live": ("Review and publish", "/offers/{id}/compare"),
    "listing_complete": ("Fill in the co-sell details", "/offers/{id}/edit"),
    "eligible_type": ("Change the offer's type", "/offers/{id}/edit"),
    "ip_solution": ("Change the solution type", "/offers/{id}/edit"),
    "one_pager": ("Upload it", "#d-solution_one_pager"),
    "pitch_deck": ("Upload it", "#d-solution_pitch_deck"),
    "reference_architecture": ("Upload it", "#d-reference_architecture_diagram"),
    "sales_contacts": ("See the contacts", "#contacts"),
    "co_sell_ready": ("See what is missing", "#co-sell-checks"),
}
"""Where on the pages a check is mended."""
SAID_ELSEWHERE: Final = ("listing_complete", "co_sell_ready", "ip_solution")
"""Checks whose evidence the page shows as facts beside them."""
SCOPES: Final = {"co_sell": "Co-sell details, documents and contacts", "all": "Everything, the listing too"}
DECISIONS: Final = {
    "co_sell_ready": "Approve as co-sell ready",
    "ip_co_sell_eligible": "Approve as IP co-sell eligible",
    "send_back": "Send back",
}
CERTIFICATES: Final = {"revenue": "Revenue", "technical_validation": "Technical validation"}
LABELS: Final = {
    "name": "Offer name",
    "offerType": "Offer type",
    "availableCountries": "Available in",
    "availableInCsp": "Available in CSP",
    "transactable": "Sold through the marketplace",
    "solutionType": "Solution type",
    "platforms": "Platforms",
    "segments": "Customer segments",
    "solutionAreas": "Solution areas",
    "landingPageUrl": "Product landing page",
    "activeImport": "Contacts",
    "contacts": "Contacts",
    "documents": "Documents",
    "area": "Area",
    "subAreas": "Sub-areas",
    "scope": "What to publish",
    "decision": "Decision",
    "reasons": "Reasons",
    "evidence": "Evidence",
    "amount": "Amount",
    "amount.amount": "Amount",
    "kind": "What is recorded",
    "q": "Search",
}
PARTS: Final = {"page": "page", "slide": "slide", "sheet": "sheet", "text": ""}
DONE: Final = {
    "create": "Created",
    "edit": "Draft saved",
    "publish": "Published",
    "validate": "Validated",
    "refuse": "Refused by the validation",
    "review": "Reviewed by the vendor",
    "go_live": "Gone live",
    "import_contacts": "Contacts imported",
    "stage_contacts": "Contacts waiting for confirmation",
    "confirm_contacts": "Contacts confirmed",
    "discard_contacts": "Contacts discarded",
    "undo_contacts_import": "Contacts import undone",
    "upload_document": "Document uploaded",
    "profile": "Business profile changed",
    "remove_document": "Document removed",
}


def done_to_an_offer(action: str) -> str:
    """An action of history, or the cause of a change, as people say it."""
    plain = action.replace("-", "_")
    return DONE.get(plain) or plain.replace("_", " ").replace(".", " ").capitalize()


def offer_label(field: str) -> str:
    """A field of an offer, as its form calls it."""
    kind, _, file = field.removeprefix("documents.").partition(".")
    if field.startswith("documents.") and kind in DOCUMENTS:
        return file or DOCUMENTS[kind][0]
    return LABELS.get(field) or LABELS.get(field.rpartition(".")[2]) or field


def fields_in_words(text: str) -> str:
    """What the domain says, with its fields as people call them: The listing changed too: Offer name."""
    start, colon, names = text.rstrip(".").partition(": ")
    fields = names.split(", ")
    if not colon or not all(field in LABELS for field in fields):
        return text
    return f"{start}: {', '.join(LABELS[field] for field in fields)}."


def places(codes: list[str], most: int = 0) -> str:
    """Country names; beyond `most`, how many more."""
    known = countries()
    names = ["everywhere" if code == "OOO" else known.get(code, code) for code in codes]
    if most and len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return ", ".join(names)


def part_of(part: Mapping[str, Any] | None) -> str:
    """Where in a document: slide 3, page 12; nothing for a text without parts."""
    if not part or not PARTS.get(part["kind"]):
        return ""
    return f"{PARTS[part['kind']]} {part['number']}"


def contact_value(row: Mapping[str, Any], field: str, roles: Mapping[str, str]) -> str:
    """One field of a contact as it reads."""
    value = row[field]
    if field == "countries":
        return places(value, 8)
    if isinstance(value, list):
        return ", ".join(value) or "no states"
    return roles.get(value, value) or "nothing" if field == "role" else value or "nothing"


FACTS: Final = (
    ("pages", "page"),
    ("slides", "slide"),
    ("sheets", "sheet"),
    ("pictures", "picture"),
    ("links", "link"),
)


def document_facts(document: Mapping[str, Any]) -> list[str]:
    """What was read of a document, a few words each."""
    facts = {**document, **(document.get("facts") or {})}
    found = []
    for name, what in FACTS:
        number = facts.get(name)
        count = len(number) if isinstance(number, list) else number
        if count:
            found.append(f"{count} {what}{'s' if count != 1 else ''}")
    if facts.get("width") and facts.get("height"):
        found.append(f"{facts['width']} × {facts['height']}")
    if facts.get("language"):
        found.append(LANGUAGES.get(facts["language"], facts["language"]))
    if facts.get("title"):
        found.append(f"“{facts['title']}”")
    if facts.get("author"):
        found.append(f"by {facts['author']}")
    return found


def evidence_of(found: object) -> str:
    """One reason why a deck is thought to hold a diagram."""
    if not isinstance(found, Mapping):
        return str(found)
    where = part_of(found.get("part"))
    return f"“{found['text']}”" + (f" ({where})" if where else "")


_CODE: Final = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")


def codes_in_words(text: str) -> str:
    """What the domain says, with its codes as people call them."""
    known = {**{kind: name for kind, (name, _) in DOCUMENTS.items()}, **OFFER_TYPES, **CHECKS}
    return readable(_CODE.sub(lambda code: known.get(code[0], code[0]), text))
