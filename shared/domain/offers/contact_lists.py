"""Which contacts list of an offer is in force, which is kept for undo, which waits to be confirmed: the changes of it.

Each is one change of the offer. What it leaves aside is looked at in a day, and removed if nobody needs it then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from shared.domain.errors import NotPossible
from shared.domain.instants import instant
from shared.domain.offers import offer as offers
from shared.domain.offers import upload as uploads
from shared.domain.offers.offer import ActiveImport, Offer


def imported(offer: Offer, new: ActiveImport, by: str, now: datetime) -> Offer:
    """`new` is in force; one that waited goes, since `new` is newer."""
    return _changed(offer, "import_contacts", by, now, _in_force(offer, new) | _nothing_pending(offer))


def staged(offer: Offer, new: ActiveImport, by: str, now: datetime) -> Offer:
    """`new` waits to be confirmed, in place of what waited."""
    return _changed(offer, "stage_contacts", by, now, {"pendingImport": new})


def confirmed(offer: Offer, by: str, now: datetime) -> Offer:
    """What waited is in force. Raises NotPossible."""
    new = cast(ActiveImport, {**_pending(offer), "activatedAt": instant(now)})
    return _changed(offer, "confirm_contacts", by, now, _in_force(offer, new) | _nothing_pending(offer))


def discarded(offer: Offer, by: str, now: datetime) -> Offer:
    """What waited goes. Raises NotPossible."""
    _pending(offer)
    return _changed(offer, "discard_contacts", by, now, _nothing_pending(offer))


def undone(offer: Offer, by: str, now: datetime) -> Offer:
    """The list before the last import is in force again; what waits goes on waiting. Raises NotPossible."""
    previous = offer["previousImport"]
    if offer["activeImport"] is None or previous is None:
        raise NotPossible("There is no earlier contacts list to go back to.", code="nothing_to_undo")
    values = {"activeImport": previous, "previousImport": None, "contactCount": previous["contacts"]}
    return _changed(offer, "undo_contacts_import", by, now, values)


def _pending(offer: Offer) -> ActiveImport:
    if offer["pendingImport"] is None:
        raise NotPossible("No contacts list waits to be confirmed.", code="nothing_to_confirm")
    return offer["pendingImport"]


def _in_force(offer: Offer, new: ActiveImport) -> dict[str, Any]:
    return {"activeImport": new, "previousImport": offer["activeImport"], "contactCount": new["contacts"]}


def _nothing_pending(offer: Offer) -> dict[str, Any]:
    return {"pendingImport": None} if offer["pendingImport"] else {}


def _changed(offer: Offer, action: str, by: str, now: datetime, values: Mapping[str, Any]) -> Offer:
    after = offers.changed(offer, action, by, now, values)
    dropped = uploads.draft_imports(offer) - uploads.draft_imports(after)
    return cast(Offer, {**after, **uploads.retiring(after, dropped, now)})
