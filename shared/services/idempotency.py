"""Creates that may be sent twice: the same key and the same command make one thing (DESIGN section 4)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Generic, TypeVar

import orjson

from shared.domain.errors import KeyReused
from shared.domain.ids import derived_id
from shared.domain.organizations.organization import Caller
from shared.domain.values import Value

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Created(Generic[T]):
    """What a create answers: the thing, and whether it was there already."""

    document: T
    replayed: bool


def keyed_id(caller: Caller, function: str, key: str) -> str:
    """The id of what this key creates."""
    return derived_id(caller.organization_id, caller.user, function, key)


def hash_of(command: Value) -> str:
    """Identifies a validated command, whatever its spelling on the way in."""
    return hashlib.sha256(orjson.dumps(command.document(), option=orjson.OPT_SORT_KEYS)).hexdigest()


def require_same(stored_hash: str | None, command_hash: str | None) -> None:
    """Raises KeyReused unless both are of one command."""
    if stored_hash != command_hash:
        raise KeyReused("This Idempotency-Key was used before for another request; use a new one.")
