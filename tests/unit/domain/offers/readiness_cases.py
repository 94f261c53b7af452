"""An offer that passes every check, and for each check every way it fails: DOMAIN.md, "Offers and readiness"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from shared.domain.errors import FieldError

Offer = dict[str, Any]
Spoil = Callable[[Offer], Any]

INCOMPLETE: Final = [
    FieldError("description", "missing", "Say what you do, and for whom."),
    FieldError("industries", "missing", "Name at least one industry."),
]
READY: Final[Offer] = {
    "id": "o1",
    "name": "Migrator",
    "offerType": "saas",
    "availableCountries": ["FR", "US"],
    "solutionType": "ip",
    "platforms": ["azure"],
    "segments": ["enterprise"],
    "solutionAreas": [{"area": "data_ai", "subAreas": ["analytics"]}],
    "state": "live",
    "validation": [],
    "activeImport": {
        "contacts": 3,
        "coverage": {"FR": {"partner_sales": 1, "partner_marketing": 1}, "US": {"partner_sales": 1}},
        "salesStates": {"US": ["US-TX"]},
    },
    "documents": {
        "solution_one_pager": {"fileName": "one.pdf", "pages": 1, "slides": None, "sheets": None, "language": "fr"},
        "solution_pitch_deck": {
            "fileName": "deck.pptx", "pages": None, "slides": 12, "sheets": None, "language": "en",
            "diagram": {
                "found": True,
                "score": 0.8,
                "evidence": [
                    {
                        "part": {"kind": "slide", "number": 7},
                        "text": "Reference architecture",
                        "why": "named_in_title",
                    }
                ],
            },
        },
        "reference_architecture_diagram": {"fileName": "arch.png", "pages": None, "slides": None, "sheets": None},
    },
    "certificates": {
        "revenue": {"evidence": "Report 7", "amount": {"amount": "100000.00", "currency": "USD"}},
        "technicalValidation": {"evidence": "Report 8"},
    },
}  # fmt: skip


def ready() -> Offer:
    return deepcopy(READY)


def put(*path: str | int, value: Any) -> Spoil:
    """Sets one field, however deep."""

    def spoil(offer: Offer) -> None:
        *outer, last = path
        within: Any = offer
        for part in outer:
            within = within[part]
        within[last] = value

    return spoil


def without(*path: str) -> Spoil:
    def spoil(offer: Offer) -> None:
        within: Any = offer
        for part in path[:-1]:
            within = within[part]
        del within[path[-1]]

    return spoil


def sales(**coverage: dict[str, int]) -> Spoil:
    """A list whose contacts are these, by country and role."""
    return put("activeImport", value={"contacts": 2, "coverage": coverage, "salesStates": {}})


@dataclass(frozen=True)
class Failing:
    """One way a check fails: what is wrong, what the evidence names of it, what the to-do and the fix say."""

    check: str
    spoil: Spoil
    evidence: str
    todo: str
    fix: str
    call: str | None = None
    profile_missing: Sequence[FieldError] = ()


def nothing(offer: Offer) -> None:
    pass


EDIT: Final = "PATCH /api/offers/o1"
CONTACTS: Final = "POST /api/offers/o1/contacts"
CERTIFICATES: Final = "POST /api/offers/o1/certificates"

FAILING: Final = [
    Failing("profile_complete", nothing, "lacks description, industries", "Say what you do, and for whom. Name at",
            "Fill in description, industries", profile_missing=INCOMPLETE),
    Failing("offer_live", put("state", value="draft"), "is a draft", "Publish the offer",
            "Publish everything", "POST /api/offers/o1/publish"),
    Failing("offer_live", put("state", value="validating"), "being validated", "Wait", "Go live",
            "POST /api/offers/o1/go-live"),
    Failing("offer_live", put("state", value="validated"), "validated, but not live", "Take the offer live",
            "Go live", "POST /api/offers/o1/go-live"),
    Failing("offer_live", lambda offer: offer.update(state="draft", validation=[{"message": "The name is taken."}]),
            "Validation sent the offer back to draft: The name is taken.", "Publish the offer", "Publish everything",
            "POST /api/offers/o1/publish"),
    Failing("listing_complete", put("solutionType", value=None), "a solution type", "Choose a solution type",
            "Complete", EDIT),
    Failing("listing_complete", put("platforms", value=[]), "a platform", "Choose a platform", "Complete", EDIT),
    Failing("listing_complete", put("segments", value=[]), "a customer segment", "Choose a customer segment",
            "Complete", EDIT),
    Failing("listing_complete", put("solutionAreas", value=[]), "a solution area with a sub-area",
            "Choose a solution area", "Complete", EDIT),
    Failing("listing_complete", put("solutionAreas", 0, "subAreas", value=[]), "data_ai",
            "Choose one to 2 sub-areas of data_ai", "Complete", EDIT),
    Failing("listing_complete", put("solutionAreas", 0, "subAreas", value=["a", "b", "c"]), "data_ai (a, b, c)",
            "Choose one to 2 sub-areas of data_ai", "Complete", EDIT),
    Failing("listing_complete", put("solutionAreas", value=[{"area": a, "subAreas": ["x"]} for a in "abcd"]),
            "a (x); b (x); c (x); d (x)", "Name at most 3 solution areas", "Complete", EDIT),
    Failing("one_pager", without("documents", "solution_one_pager"), "no solution one-pager", "Upload a solution",
            "Upload the solution one-pager", "POST /api/offers/o1/documents/solution_one_pager"),
    Failing("pitch_deck", without("documents", "solution_pitch_deck"), "no solution pitch deck", "Upload a solution",
            "Upload the solution pitch deck", "POST /api/offers/o1/documents/solution_pitch_deck"),
    Failing("sales_contacts", put("activeImport", value=None), "no contacts list", "for FR, US", "FR,US”, in quotation",
            CONTACTS),
    Failing("sales_contacts", sales(FR={"partner_sales": 1}), "among 2 contacts is for US", "contact for US",
            "Countries/Regions is US.", CONTACTS),
    Failing("sales_contacts", sales(FR={"partner_marketing": 1}, US={"partner_sales": 1}), "is for FR",
            "contact for FR", "Countries/Regions is FR.", CONTACTS),
    Failing("sales_contacts", sales(OOO={"partner_marketing": 1}), "is for FR, US", "contact for FR, US",
            "“FR,US”", CONTACTS),
    Failing("sales_contacts", sales(FR={"partner_sales": 0}, US={"partner_sales": 1}), "is for FR", "contact for FR",
            "Countries/Regions is FR.", CONTACTS),
    Failing("sales_contacts", put("availableCountries", value=["FR", "AI"]), "is for AI", "contact for AI",
            "OOO, for everywhere (AI cannot be named in it)", CONTACTS),
    Failing("sales_contacts", put("availableCountries", value=[]), "in no country", "Choose its countries",
            "Choose where", EDIT),
    Failing("sales_contacts", put("activeImport", value={"contacts": 3}), "earlier version", "for FR, US",
            "Download the list, and upload it again", CONTACTS),
    Failing("co_sell_ready", put("state", value="draft"), "Not passed yet: offer_live", "co-sell ready first",
            "Publish everything", "POST /api/offers/o1/publish"),
    Failing("eligible_type", put("offerType", value="consulting_service"), "consulting_service, which is not",
            "azure_application, azure_container", "Change the offer's type", EDIT),
    Failing("ip_solution", put("solutionType", value="service"), "type is service", "intellectual property",
            "Change the solution type", EDIT),
    Failing("ip_solution", put("solutionType", value=None), "No solution type", "intellectual property",
            "Change the solution type", EDIT),
    Failing("reference_architecture", without("documents", "reference_architecture_diagram"),
            "no reference architecture diagram", "Upload a reference", "Upload the reference architecture diagram",
            "POST /api/offers/o1/documents/reference_architecture_diagram"),
    Failing("revenue", without("certificates", "revenue"), "No revenue is recorded; USD 100,000 in 12 months",
            "Ask the vendor's reviewer", "Have the revenue recorded", CERTIFICATES),
    Failing("revenue", put("certificates", "revenue", "amount", "amount", value="99999.99"),
            "Recorded: USD 99,999.99 (Report 7)", "once it has reached USD 100,000", "Have the revenue", CERTIFICATES),
    Failing("revenue", put("certificates", "revenue", "amount", "currency", value="JPY"),
            "about USD 694 at the rates of 2023-06-30", "once it has reached", "Have the revenue", CERTIFICATES),
    Failing("revenue", put("certificates", "revenue", "amount", "currency", value="XAU"),
            "whose rate is not known", "once it has reached", "Have the revenue", CERTIFICATES),
    Failing("revenue", without("certificates", "revenue", "amount"), "no amount", "once it has reached",
            "Have the revenue", CERTIFICATES),
    Failing("technical_validation", without("certificates", "technicalValidation"), "No technical validation",
            "Ask the vendor's reviewer", "Have the technical validation", CERTIFICATES),
]  # fmt: skip
