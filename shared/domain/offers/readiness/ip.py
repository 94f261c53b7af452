"""The six checks of an IP co-sell eligible offer (2021: Azure IP co-sell incentivized; DOMAIN)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from shared.domain.exchange import PER_DOLLAR, RATES_OF
from shared.domain.offers.readiness.check import Check, failed, fix, named, passed
from shared.domain.offers.readiness.co_sell import Offer, document, edit_call
from shared.domain.offers.readiness.limits import Limits

ELIGIBLE_TYPES: Final = (
    "azure_application", "azure_container", "azure_virtual_machine", "iot_edge_module", "saas",
)  # fmt: skip
IP: Final = "ip"


def checks(offer: Offer, co_sell: list[Check], limits: Limits) -> list[Check]:
    kind = ("reference_architecture_diagram", "reference architecture diagram")
    return [
        co_sell_ready(offer, co_sell),
        eligible_type(offer),
        ip_solution(offer),
        document(offer, "reference_architecture", *kind),
        revenue(offer, limits),
        technical_validation(offer),
    ]


def co_sell_ready(offer: Offer, co_sell: list[Check]) -> Check:
    open_ = [check for check in co_sell if not check["passed"]]
    if not open_:
        return passed("co_sell_ready", "Every check of a co-sell ready offer passed.")
    evidence = f"Not passed yet: {named(check['id'] for check in open_)}."
    first = open_[0]["fix"] or fix("See the checks.", f"/offers/{offer['id']}")
    return failed("co_sell_ready", evidence, "Make the offer co-sell ready first.", first)


def eligible_type(offer: Offer) -> Check:
    kind = offer["offerType"]
    if kind in ELIGIBLE_TYPES:
        return passed("eligible_type", f"The offer's type is {kind}.")
    evidence = f"The offer's type is {kind}, which is not eligible."
    todo = f"Only these types are: {', '.join(ELIGIBLE_TYPES)}. Choose the one it is, if it is one of them."
    edit = fix("Change the offer's type.", f"/offers/{offer['id']}/edit", edit_call(offer))
    return failed("eligible_type", evidence, todo, edit)


def ip_solution(offer: Offer) -> Check:
    kind = offer["solutionType"]
    if kind == IP:
        return passed("ip_solution", "The solution type is ip.")
    evidence = f"The solution type is {kind}." if kind else "No solution type is chosen."
    todo = "Choose solution type ip, if what you sell is your own intellectual property."
    edit = fix("Change the solution type.", f"/offers/{offer['id']}/edit", edit_call(offer, solutionType=IP))
    return failed("ip_solution", evidence, todo, edit)


def revenue(offer: Offer, limits: Limits) -> Check:
    needed = f"USD {limits.revenue:,} in {limits.revenue_months} months"
    recorded = offer["certificates"].get("revenue")
    if recorded is None:
        evidence, reached = f"No revenue is recorded; {needed} is needed.", False
    else:
        dollars, told = _in_dollars(recorded.get("amount"))
        reached = dollars is not None and dollars >= limits.revenue
        evidence = f"Recorded: {told} ({recorded['evidence']}); {needed} is needed."
    if reached:
        return passed("revenue", evidence)
    todo = f"Ask the vendor's reviewer to record the revenue of the offer once it has reached {needed}."
    return failed("revenue", evidence, todo, _recording(offer, "revenue", "Have the revenue recorded."))


def technical_validation(offer: Offer) -> Check:
    recorded = offer["certificates"].get("technicalValidation")
    if recorded is not None:
        return passed("technical_validation", f"Recorded: {recorded['evidence']}.")
    evidence = "No technical validation is recorded."
    todo = "Ask the vendor's reviewer for the technical validation, and to record it."
    have_it = _recording(offer, "technical_validation", "Have the technical validation recorded.")
    return failed("technical_validation", evidence, todo, have_it)


def _recording(offer: Offer, kind: str, text: str) -> Any:
    path = f"/api/offers/{offer['id']}/certificates"
    return fix(text, f"/offers/{offer['id']}", {"method": "POST", "path": path, "body": {"kind": kind}}, by="vendor")


def _in_dollars(amount: Mapping[str, str] | str | None) -> tuple[Decimal | None, str]:
    """What an amount is worth, as far as that is known, and how to say it. Text alone is US dollars."""
    if amount is None:
        return None, "no amount"
    given, currency = (amount, "USD") if isinstance(amount, str) else (amount["amount"], amount["currency"])
    told = f"{currency} {Decimal(given):,}"
    if currency == "USD":
        return Decimal(given), told
    if currency not in PER_DOLLAR:
        return None, f"{told}, whose rate is not known"
    dollars = Decimal(given) / Decimal(str(PER_DOLLAR[currency]))
    return dollars, f"{told}, about USD {dollars:,.0f} at the rates of {RATES_OF}"
