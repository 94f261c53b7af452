"""Who sends an inquiry, as far as anybody knows of an anonymous caller: from where, in which language."""

from __future__ import annotations

import ipaddress
from typing import Final, get_args

import azure.functions as func

from shared.domain.lists import Language

UNKNOWN: Final = "unknown"
_A_NETWORK: Final = 64  # bits: whoever has an IPv6 address has a whole network of them


def client_of(req: func.HttpRequest, header: str) -> str:
    """The address the platform's front saw the caller at, as it writes in `header`; an IPv6 network counts as one.

    Whatever comes before it in the header the caller may have written itself. Callers of unknown addresses count as one
    client.
    """
    last = req.headers.get(header, "").rpartition(",")[2].strip()
    host = last[1:].partition("]")[0] if last.startswith("[") else last
    host = host.partition(":")[0] if host.count(":") == 1 else host
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return UNKNOWN
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, _A_NETWORK), strict=False))


def language_of(req: func.HttpRequest) -> str | None:
    """The first of our languages that the caller's browser names; browsers name the preferred one first."""
    known: tuple[str, ...] = get_args(Language)
    for part in req.headers.get("accept-language", "")[:200].split(","):
        code: str = part.partition(";")[0].strip().partition("-")[0].lower()
        if code in known:
            return code
    return None
