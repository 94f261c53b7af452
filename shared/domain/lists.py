"""The documents' closed lists, each in one place (Partner Center: referrals, co-sell opportunities, leads)."""

from __future__ import annotations

import re
from typing import Final, Literal, get_args

HELP_WANTED: Final = {
    1: "Workload-specific value proposition",
    2: "Customer technical architecture",
    3: "Proof of concept or demo",
    4: "Quotes and licensing",
    5: "Post-sales customer success",
    6: "General or other",
}

CLOSE_REASONS: Final = {
    1: "Budget not adequate",
    2: "Customer did not respond",
    3: "Customer chose another vendor",
    4: "Requirement not met",
    5: "Not a customer",
    6: "Timeline too short",
    7: "Abuse, spam or phishing",
    8: "Others",
}
CLOSE_REASONS_WITH_NOTE: Final = frozenset({8})

ERROR_REASONS: Final = {
    1: "Duplicate by bulk upload",
    2: "Duplicate created here",
    3: "Duplicate sent by the vendor",
    4: "Connector sync",
    5: "Customer matching",
    6: "Solution issue",
    7: "Test",
    8: "Data error",
    9: "Others",
}
ERROR_REASONS_WITH_NOTE: Final = frozenset({6, 9})

CustomerSize = Literal[
    "1to9employees",
    "10to50employees",
    "51to250employees",
    "251to1000employees",
    "1001to5000employees",
    "5001to10000employees",
    "10001to20000employees",
    "Morethan20000employees",
]

SIZE_WORDS: Final[dict[str, str]] = {
    size: re.sub(r"(?<=\d)(?=\D)|(?<=\D)(?=\d)", " ", size).replace("Morethan", "More than")
    for size in get_args(CustomerSize)
}
"""Customer sizes as people say them."""

INDUSTRIES: Final = (
    "Agriculture", "Automotive", "Banking and insurance", "Construction", "Consumer goods", "Defence", "Education",
    "Energy", "Government", "Healthcare", "Hospitality and travel", "Legal and accounting", "Logistics",
    "Manufacturing", "Media and entertainment", "Non-profit", "Pharmaceuticals", "Real estate", "Retail",
    "Telecommunications",
)  # fmt: skip
"""What forms suggest, so that partners and customers meet on the same words; any other is taken too [ours]."""

SalesStage = Literal["created", "accepted", "qualified", "developed", "proposed", "negotiated", "won"]

SALES_STAGE_PERCENT: Final[dict[SalesStage, int]] = {
    "created": 10,
    "accepted": 10,
    "qualified": 20,
    "developed": 40,
    "proposed": 60,
    "negotiated": 80,
    "won": 100,
}

Qualification = Literal["direct", "marketing_qualified", "sales_qualified"]
"""How a lead came about: a customer's own inquiry, or a marketer's or a seller's judgement."""

Language = Literal["en", "fr", "de", "es", "pt", "ru"]
"""What mails to customers are written in."""

SolutionKind = Literal["own", "third_party", "vendor"]

OfferType = Literal[
    "azure_application",
    "azure_container",
    "azure_virtual_machine",
    "consulting_service",
    "dynamics_365_customer_engagement",
    "dynamics_365_operations",
    "dynamics_365_business_central",
    "iot_edge_module",
    "managed_service",
    "power_bi_app",
    "saas",
]

MAX_NOTES: Final = 4000  # characters, the documents' own limit
MAX_NOTE_ENTRIES: Final = 200
MAX_INVITATIONS: Final = 50
MAX_EMPLOYEES: Final = 20
MAX_SOLUTIONS: Final = 50
MAX_DOCUMENT_BYTES: Final = 400_000
MAX_FAVOURITES: Final = 500
