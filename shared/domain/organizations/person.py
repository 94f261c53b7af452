"""A person of an organization, as the sign-in tells: a name to show, the roles last seen, the day last seen, and an
address for mail where a claim is one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.domain.ids import derived_id
from shared.domain.instants import instant, today
from shared.domain.organizations.organization import Caller

LONGEST_NAME = 200
LONGEST_ADDRESS = 254
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@[^\s@<>()\[\],;:\\\"]{1,190}")


def id_of(organization_id: str, user: str) -> str:
    """The document's id; users' ids are a directory's and may be anything."""
    return derived_id("person", organization_id, user)


def readable_name(claimed: str | None) -> str | None:
    """A claimed name as one line of at most 200 characters; None where nothing readable is left."""
    if claimed is None:
        return None
    words = "".join(letter if letter.isprintable() else " " for letter in claimed).split()
    return " ".join(words)[:LONGEST_NAME].strip() or None


def mail_address(claimed: Iterable[str]) -> str | None:
    """The first claim that is an address one can mail to; guests' names such as `x#EXT#@...` are none."""
    for text in claimed:
        address = text.strip()
        fits = len(address) <= LONGEST_ADDRESS and address.isprintable() and "#" not in address
        if fits and _ADDRESS.fullmatch(address):
            return address
    return None


def created(caller: Caller, roles: Sequence[str], now: datetime) -> dict[str, Any]:
    """Somebody seen for the first time. Whom no claim names is called by the user id."""
    name = caller.name or caller.user
    return {
        "schema": 1,
        "id": id_of(caller.organization_id, caller.user),
        "organizationId": caller.organization_id,
        "kind": "person",
        "createdAt": instant(now),
        "user": caller.user,
        "name": name,
        "sortName": name.casefold(),
        "roles": list(roles),
        "lastSeenDate": today(now).isoformat(),
        "email": caller.email,
    }


def seen_again(stored: dict[str, Any], caller: Caller, roles: Sequence[str], now: datetime) -> dict[str, Any]:
    """The person as this sign-in tells; itself where it tells nothing new. A sign-in without a name or an
    address takes none away."""
    name = caller.name or stored["name"]
    told = {
        "name": name,
        "sortName": name.casefold(),
        "roles": list(roles),
        "lastSeenDate": max(stored["lastSeenDate"], today(now).isoformat()),
        "email": caller.email or stored.get("email"),
    }
    return stored if told.items() <= stored.items() else {**stored, **told}


def with_choice(stored: dict[str, Any], chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The person who chose what to be told (`preferences.stored_of`)."""
    return {**stored, "notices": dict(chosen)}


def view(stored: Mapping[str, Any]) -> dict[str, Any]:
    """What colleagues see; `id` is the user's, as in `teamMembers` and history."""
    return {
        "id": stored["user"],
        "name": stored["name"],
        "roles": stored["roles"],
        "firstSeenAt": stored["createdAt"],
        "lastSeenDate": stored["lastSeenDate"],
    }
