"""How a draft comes in force for others: published, validated, gone live (DOMAIN, "Offer states").

draft -> validating -> validated -> live. A live offer stays live whatever is published; what is refused by validation
leaves in force what was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

from shared.domain.errors import NotPossible
from shared.domain.instants import instant
from shared.domain.offers import review, upload
from shared.domain.offers.commands import Scope
from shared.domain.offers.compare import changed_fields, require_publishable
from shared.domain.offers.offer import CO_SELL_FIELDS, LISTING_FIELDS, Offer, OfferState, changed
from shared.domain.offers.posting import OFFER_PUBLISHED, posted
from shared.domain.offers.readiness.limits import Limits

MAX_PUBLICATIONS: Final = 50
SYSTEM: Final = "system"
CO_SELL_CONTENT: Final = (*CO_SELL_FIELDS, "documents", "activeImport", "contactCount")
"""What either scope puts in force."""
CONTENT: Final = (*LISTING_FIELDS, *CO_SELL_CONTENT)


def published(offer: Offer, scope: Scope, by: str, now: datetime) -> Offer:
    """The draft on its way to be in force, as it is now: later edits are of the next draft. Raises NotPossible."""
    require_publishable(offer, scope)
    stored = cast(dict[str, Any], offer)
    listing = stored if scope == "all" else cast(dict[str, Any], offer["published"])
    names = changed_fields(offer, scope)
    pending = {
        "number": _last_number(offer) + 1,
        "scope": scope,
        "at": instant(now),
        "by": by,
        "changed": names,
        **{field: listing[field] for field in LISTING_FIELDS},
        **{field: stored[field] for field in CO_SELL_CONTENT},
    }
    values = {
        "pendingPublication": pending,
        "state": "live" if offer["state"] == "live" else "validating",
        "validation": [],
        **posted(offer, OFFER_PUBLISHED, now),
    }
    return changed(offer, "publish", by, now, values, fields=names)


def _last_number(offer: Offer) -> int:
    return int(offer["publications"][-1]["number"]) if offer["publications"] else 0


def problems(content: Mapping[str, Any], limits: Limits) -> list[dict[str, str]]:
    """What validation finds wrong with the content of a publication, as far as it can be told from what it says."""
    found = []
    if not content["availableCountries"]:
        found.append(problem("availableCountries", "missing", "Choose at least one country where it is available."))
    if len(content["solutionAreas"]) > limits.solution_areas:
        message = f"Choose at most {limits.solution_areas} solution areas."
        found.append(problem("solutionAreas", "too_many", message))
    return found


def problem(field: str, code: str, message: str) -> dict[str, str]:
    return {"field": field, "code": code, "message": message}


def accepted(offer: Offer, now: datetime) -> Offer:
    """What is pending is in force, and in review from now on."""
    pending = cast(dict[str, Any], offer["pendingPublication"])
    number, at, by = pending["number"], pending["at"], pending["by"]
    entry = {field: pending[field] for field in ("number", "scope", "at", "by", "changed")}
    state: OfferState = "live" if offer["state"] == "live" else "validated"
    values = {
        "published": {field: value for field, value in pending.items() if field != "changed"},
        "pendingPublication": None,
        "publications": [*offer["publications"], entry][-MAX_PUBLICATIONS:],
        "state": state,
        "validation": [],
        **review.entered(cast(dict[str, Any], offer), number, at, by),
    }
    return _kept(offer, changed(offer, "validate", SYSTEM, now, values, fields=("published", "state")), now)


def refused(offer: Offer, messages: Sequence[Mapping[str, str]], now: datetime) -> Offer:
    """What is pending does not come in force; what is, stays. The messages say what to mend in the draft."""
    state: OfferState = "draft" if offer["published"] is None else "validated"
    if offer["state"] == "live":
        state = "live"
    values = {"pendingPublication": None, "state": state, "validation": list(messages)}
    return _kept(offer, changed(offer, "refuse", SYSTEM, now, values, fields=("state", "validation")), now)


def _kept(before: Offer, after: Offer, now: datetime) -> Offer:
    """With the imports that nobody needs any more on their way out."""
    dropped = upload.needed_imports(before) - upload.needed_imports(after)
    return cast(Offer, {**after, **upload.retiring(after, dropped, now)}) if dropped else after


def gone_live(offer: Offer, by: str, now: datetime) -> Offer:
    """Live for good. Raises NotPossible unless it is validated and not live yet."""
    if offer["state"] != "validated":
        code, why = _NOT_YET[offer["state"]]
        raise NotPossible(why, code=code)
    return changed(offer, "go-live", by, now, {"state": "live", **posted(offer, OFFER_PUBLISHED, now)}, ("state",))


_NOT_YET: Final[dict[OfferState, tuple[str, str]]] = {
    "draft": ("not_validated", "Publish it first; once it is validated it can go live."),
    "validating": ("not_validated", "It is being validated; it can go live once it is."),
    "live": ("already_live", "It is live already."),
}
