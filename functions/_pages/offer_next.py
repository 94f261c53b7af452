"""What to do next with an offer: one step, the most useful one, from where the offer stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from functions._pages.offer_words import CHECKS, READY, offer_label


@dataclass(frozen=True)
class Step:
    """A title, what it means, a link or a button that does it, and messages of whoever found something."""

    title: str
    text: str
    tone: str = ""
    link: tuple[str, str] | None = None
    button: tuple[str, str] | None = None
    reasons: list[dict[str, Any]] = field(default_factory=list)


def next_step(offer: Mapping[str, Any], readiness: Mapping[str, Any], *, unpublished: bool) -> Step:
    """`unpublished` is whether the draft says something that is not in force."""
    at = f"/offers/{offer['id']}"
    if offer["pendingPublication"]:
        return Step("Being validated", "It takes a few seconds; this page comes again by itself.")
    if offer["state"] == "validated" and not offer["validation"]:
        text = "The published offer passed the validation. Take it live, so that it can be approved for co-selling."
        return Step("Go live", text, button=("Go live", f"/api/offers/{offer['id']}/go-live"))
    if offer["validation"]:
        found = [{"check": offer_label(one["field"]), "message": one["message"]} for one in offer["validation"]]
        text = "The validation found something. Correct it, then publish again."
        return Step("Correct the offer", text, "lost", ("Edit the draft", f"{at}/edit"), reasons=found)
    if offer["state"] == "draft":
        return _before_publication(at, readiness)
    return _once_live(offer, at, readiness, unpublished=unpublished)


def _before_publication(at: str, readiness: Mapping[str, Any]) -> Step:
    missing = _open(readiness["coSell"], but=("offer_live",))
    if missing:
        text = f"A reviewer cannot approve it without them: {', '.join(CHECKS.get(i, i).lower() for i in missing)}."
        title = f"{len(missing)} {'thing is' if len(missing) == 1 else 'things are'} missing"
        return Step(title, text, link=("See how to get there", "#readiness"))
    text = "Everything is there. Look at it once more and publish it; it enters review by itself."
    return Step("Publish it", text, link=("Review and publish", f"{at}/compare"))


def _once_live(offer: Mapping[str, Any], at: str, readiness: Mapping[str, Any], *, unpublished: bool) -> Step:
    review = offer["review"] or {}
    publish = ("Review and publish", f"{at}/compare")
    if offer["reviewState"] == "in_review":
        text = "What you published is with the vendor's reviewers. This page will say what they decide."
        if offer["coSellStatus"] in READY:
            text += " Until then it keeps its status."
        return Step("In review", text, link=publish if unpublished else None)
    if review.get("decision") == "send_back":
        text = "A reviewer sent it back. Do what the reasons say, then publish it again."
        return Step("Sent back", text, "lost", publish, reasons=review.get("reasons") or [])
    if unpublished:
        text = "Your draft says more than what others see. Publish it when it is ready."
        return Step("Publish your changes", text, link=publish)
    if offer["coSellStatus"] == "co_sell_ready":
        missing = _open(readiness["ipCoSell"])
        more = ", ".join(CHECKS.get(i, i).lower() for i in missing)
        text = "Sellers of the vendor see it and may sell with you." + (f" For IP co-sell: {more}." if more else "")
        return Step("Co-sell ready", text, "won")
    if offer["coSellStatus"] == "ip_co_sell_eligible":
        return Step("IP co-sell eligible", "Nothing is left to do. Keep its contacts and documents current.", "won")
    return Step("Publish it for co-selling", "It is live, and nobody was asked to review it.", link=publish)


def _open(part: Mapping[str, Any], but: tuple[str, ...] = ()) -> list[str]:
    return [one["id"] for one in part["checks"] if not one["passed"] and one["id"] not in but]
