"""A request that must be refused, and how rows of such requests are written."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

SECRET: Final = "SECRET-7f3a"  # noqa: S105
"""Stands in the values sent; no answer may contain it."""

JSON: Final = {"Content-Type": "application/json"}
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
EDIT: Final = {**JSON, "If-Match": "*"}
OWN: Final = "/api/referrals/{deal}"
RECEIVED: Final = "/api/referrals/{received}"


@dataclass(frozen=True)
class Bad:
    """A request, and its refusal. `{deal}`, `{received}` and `{offer}` in a path are ids that Contoso has."""

    name: str
    status: int
    code: str
    fields: frozenset[str] = frozenset()
    method: str = "POST"
    path: str = "/api/deals"
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: JSON)
    as_: str = "contoso-admin"


def sent(name: str, code: str, content: bytes | str, status: int = 400, **more: Any) -> Bad:
    """A body that cannot be read."""
    return Bad(name, status, code, content=content.encode() if isinstance(content, str) else content, **more)


def invalid(name: str, fields: str, body: Any, **more: Any) -> Bad:
    """A body that can be read and is not valid; `fields` are those named, separated by blanks."""
    content = json.dumps(body).encode()
    return Bad(name, 422, "invalid", frozenset(fields.split()), content=content, **more)
