"""The published snapshot of an offer: the one document of another organization that others read (DOMAIN, "Who sees an
offer"). All of them share one partition, so that the vendor lists them in one query.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from shared.domain.organizations.organization import Caller, Role

PUBLISHED: Final = "published"
"""The partition of everything published; no organization may have this id."""
SNAPSHOT: Final = "snapshot"

View = Literal["own", "vendor", "csp"]
"""What somebody sees of an offer: all of their own; as the vendor everything published; as another partner of one
available in CSP its listing, contacts and channel deck."""

READERS: Final = (Role.SELLER, Role.REVIEWER, Role.ACCOUNT_ADMIN, Role.AUDITOR)
"""Who at the vendor reads what is published."""
CSP_DOCUMENTS: Final = ("channel_pitch_deck",)


def view_of(snapshot: Mapping[str, Any], caller: Caller) -> View | None:
    """How somebody who is not of the publisher sees a snapshot; None where they do not."""
    if caller.organization.kind == "vendor":
        return "vendor" if caller.has_any(*READERS) else None
    return "csp" if snapshot["csp"] == "yes" else None


def shown_documents(documents: Mapping[str, Any], view: View) -> dict[str, Any]:
    """Which of an offer's documents a view holds."""
    return {kind: held for kind, held in documents.items() if view != "csp" or kind in CSP_DOCUMENTS}
