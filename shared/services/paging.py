"""Keyset cursors: where a list goes on. One holds sort, filter hash and last key, never an organization."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from shared.domain.errors import Invalid, Unreadable
from shared.services.ports import Scalar

DEFAULT_LIMIT: Final = 50
MOST: Final = 200
_LIMITS: Final = {str(n): n for n in range(1, MOST + 1)}


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of summaries, and the cursor of the next one."""

    items: list[dict[str, Any]]
    after: str | None


def limit_of(text: str | None) -> int:
    """How many items a page may have. Raises Invalid."""
    limit = _LIMITS.get(text or str(DEFAULT_LIMIT))
    if limit is None:
        raise Invalid.field("limit", "out_of_range", f"Use a number from 1 to {MOST}.")
    return limit


def cursor(sort: str, filters: Mapping[str, str | None], key: Scalar, id: str) -> str:
    """The opaque text that stands for "after this item"."""
    raw = orjson.dumps([sort, _hash(filters), key, id])
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_cursor(text: str, sort: str, filters: Mapping[str, str | None]) -> tuple[str, str]:
    """The key to go on from. Raises Unreadable for a cursor that is broken or belongs to another list."""
    parts = _parts(text)
    if parts[:2] != [sort, _hash(filters)]:
        raise Unreadable("This cursor belongs to another list; start again without `after`.", code="wrong_cursor")
    return parts[2], parts[3]


def _parts(text: str) -> list[Any]:
    try:
        parts = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        parts = None
    if not isinstance(parts, list) or len(parts) != 4 or not all(isinstance(part, str) for part in parts):
        raise Unreadable("`after` is not a cursor this list gave; start again without it.", code="wrong_cursor")
    return parts


def _hash(filters: Mapping[str, str | None]) -> str:
    return hashlib.sha256(orjson.dumps(dict(filters), option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
