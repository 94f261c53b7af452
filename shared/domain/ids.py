"""Ids: opaque, `[A-Za-z0-9_-]{1,64}`. Minted ones are UUIDv7 (they sort by time), derived ones are uuid5."""

from __future__ import annotations

import os
import re
from datetime import datetime
from uuid import UUID, uuid5

LEGAL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NAMESPACE = UUID("5d0b5a52-7d0e-5f6a-9c53-1f0a5e3a7c11")


def is_legal_id(text: str) -> bool:
    """Whether `text` could be an id at all; what could not is not looked up."""
    return LEGAL_ID.fullmatch(text) is not None


def new_id(at: datetime) -> str:
    """A UUIDv7 (RFC 9562) of that instant."""
    milliseconds = int(at.timestamp() * 1000) & (1 << 48) - 1
    random = int.from_bytes(os.urandom(10), "big")
    value = milliseconds << 80 | 0x7 << 76 | (random >> 62 & 0xFFF) << 64 | 0b10 << 62 | random & (1 << 62) - 1
    return str(UUID(int=value))


def derived_id(*parts: str) -> str:
    """The same id for the same parts, wherever and whenever it is asked for."""
    return str(uuid5(_NAMESPACE, "\x1f".join(parts)))
