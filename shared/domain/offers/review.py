"""The vendor's review of a published offer. It is decided on the snapshot; the offer itself follows.

coSellStatus: none | in_review | sent_back | co_sell_ready | ip_co_sell_eligible, changed by a Reviewer only, but for
entering review. A status of an earlier publication holds until the new one is decided (DOMAIN, "Offer states").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, cast

from shared.domain.errors import ChecksFailed, Invalid, NotPossible
from shared.domain.instants import instant
from shared.domain.offers.commands import CertificateKind, DecideOffer, Decision, RecordCertificate
from shared.domain.offers.offer import CoSellStatus, Offer, changed
from shared.domain.offers.posting import OFFER_REVIEWED, posted
from shared.domain.offers.readiness import Part

Snapshot = dict[str, Any]

VENDOR: Final = "vendor"
HOLDING: Final[tuple[CoSellStatus, ...]] = ("co_sell_ready", "ip_co_sell_eligible")
"""What was reached, and holds while something newer is looked at."""
STATUS: Final[dict[Decision, CoSellStatus]] = {
    "co_sell_ready": "co_sell_ready",
    "ip_co_sell_eligible": "ip_co_sell_eligible",
    "send_back": "sent_back",
}
_PARTS: Final[dict[Decision, tuple[Literal["coSell", "ipCoSell"], ...]]] = {
    "co_sell_ready": ("coSell",),
    "ip_co_sell_eligible": ("coSell", "ipCoSell"),
    "send_back": (),
}
CERTIFICATES: Final[dict[CertificateKind, str]] = {
    "revenue": "revenue",
    "technical_validation": "technicalValidation",
}
MAX_HISTORY: Final = 200


def entered(document: Mapping[str, Any], number: int, at: str, by: str) -> dict[str, Any]:
    """The values of an offer, or a snapshot, whose publication of this number is in review."""
    return {
        "review": {
            "number": number,
            "status": "in_review",
            "requestedAt": at,
            "requestedBy": by,
            "decision": None,
            "reasons": [],
            "decidedAt": None,
            "decidedBy": None,
        },
        "reviewState": "in_review",
        "coSellStatus": _holding(document["coSellStatus"]),
    }


def _holding(status: CoSellStatus) -> CoSellStatus:
    return status if status in HOLDING else "in_review"


def decided(snapshot: Snapshot, command: DecideOffer, readiness: Mapping[str, Any], by: str, now: datetime) -> Snapshot:
    """The snapshot as the Reviewer decided. Raises NotPossible where nothing is to be decided, ChecksFailed where a
    check is not met that the status asks for."""
    _require_undecided(snapshot, command.decision)
    _require_passed(readiness, command.decision)
    review = {
        **snapshot["review"],
        "status": "decided",
        "decision": command.decision,
        "reasons": [reason.document() for reason in command.reasons] if command.decision == "send_back" else [],
        "decidedAt": instant(now),
        "decidedBy": by,
    }
    values = {"review": review, "reviewState": "decided", "coSellStatus": STATUS[command.decision]}
    return _reviewed(snapshot, command.decision, by, now, values)


def _require_undecided(snapshot: Snapshot, decision: Decision) -> None:
    """Something is in review; or what is co-sell ready has become eligible for more since."""
    upgrade = snapshot["coSellStatus"] == "co_sell_ready" and decision == "ip_co_sell_eligible"
    if snapshot["reviewState"] != "in_review" and not upgrade:
        raise NotPossible("This publication is decided; the partner publishes anew for another.", code="not_in_review")


def _require_passed(readiness: Mapping[str, Any], decision: Decision) -> None:
    parts = _PARTS[decision]
    checks = [check for part in parts for check in cast(Part, readiness[part])["checks"] if not check["passed"]]
    if checks:
        raise ChecksFailed(cast(Sequence[Mapping[str, Any]], checks))


def certified(snapshot: Snapshot, command: RecordCertificate, by: str, now: datetime) -> Snapshot:
    """The snapshot with a certificate of the vendor's, in the place of an earlier one. Raises Invalid."""
    if command.kind == "revenue" and command.amount is None:
        raise Invalid.field("amount", "missing", "Say how much it was, in twelve months.")
    given = command.document()
    certificate: dict[str, Any] = {field: given[field] for field in ("evidence", "amount") if field in given}
    record = {**certificate, "recordedAt": instant(now), "recordedBy": by}
    certificates: dict[str, Any] = {**snapshot["certificates"], CERTIFICATES[command.kind]: record}
    return _reviewed(snapshot, f"certify-{command.kind}", by, now, {"certificates": certificates})


def _reviewed(snapshot: Snapshot, action: str, by: str, now: datetime, values: Mapping[str, Any]) -> Snapshot:
    entry = {"at": instant(now), "by": by, "action": action, "fields": sorted(values)}
    return {
        **snapshot,
        **values,
        "reviewSeq": snapshot["reviewSeq"] + 1,
        "version": snapshot["version"] + 1,
        "updatedAt": instant(now),
        "history": [*snapshot["history"], entry][-MAX_HISTORY:],
        **posted(snapshot, OFFER_REVIEWED, now),
    }


def mirrored(offer: Offer, snapshot: Mapping[str, Any], now: datetime) -> Offer:
    """The offer with what the vendor decided and recorded; itself where it knows that already.

    What was published since is in review whatever was decided on the one before, whose status holds meanwhile.
    """
    if snapshot["reviewSeq"] <= offer["reviewSeq"]:
        return offer
    values: dict[str, Any] = {"certificates": snapshot["certificates"], "reviewSeq": snapshot["reviewSeq"]}
    known = offer["review"]
    if known is not None and known["number"] > snapshot["review"]["number"]:
        values["coSellStatus"] = _holding(snapshot["coSellStatus"])
    else:
        values |= {field: snapshot[field] for field in ("review", "reviewState", "coSellStatus")}
    stored = cast(dict[str, Any], offer)
    told = [field for field, value in values.items() if field != "reviewSeq" and stored[field] != value]
    return changed(offer, "review", VENDOR, now, values, told)
