"""Where an import's contacts work, as readiness needs it: told by the import's counts, without reading a contact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shared.domain.offers.contact_words import ContactRole

Counts = Iterable[Mapping[str, Any]]
"""As in an import's manifest: `{country, role, state, count}`; state None counts every contact of that country."""


def coverage(counts: Counts) -> dict[str, dict[str, int]]:
    """Contacts by country (`OOO` is everywhere) and role."""
    found: dict[str, dict[str, int]] = {}
    for each in counts:
        if each["state"] is None:
            found.setdefault(each["country"], {})[each["role"]] = each["count"]
    return found


def sales_states(counts: Counts) -> dict[str, list[str]]:
    """The states that Partner sales contacts name, by country."""
    found: dict[str, list[str]] = {}
    for each in counts:
        if each["state"] is not None and each["role"] == ContactRole.PARTNER_SALES:
            found.setdefault(each["country"], []).append(each["state"])
    return {country: sorted(states) for country, states in found.items()}
