"""How a lost write is known again: each carries a random mark, and a document keeps the marks of its last writes.

A `Stored.token` of this store is the document's ETag and those marks, so that the next write can hand them on.
"""

from __future__ import annotations

import secrets
from typing import Any, Final

from shared.services.ports import Document, Stored

MARKS: Final = "writeIds"  # newest first
_KEPT: Final = 8  # a lost write is known again behind seven later ones
_OWN_FIELDS: Final = frozenset({MARKS, "_rid", "_self", "_etag", "_attachments", "_ts", "_lsn"})
_CHANGED_SINCE: Final = "changed-since"  # an ETag no document has


def marks_after(token: str | None) -> tuple[str, ...]:
    """The marks of a write in place of what has `token` (None: of something new); its own comes first."""
    earlier = _marks(token) if token else ()
    return (secrets.token_hex(8), *earlier)[:_KEPT]


def with_marks(document: Document, marks: tuple[str, ...]) -> dict[str, Any]:
    return {**document, MARKS: list(marks)}


def token_of(etag: str, marks: tuple[str, ...]) -> str:
    return " ".join((etag, *marks))


def etag_of(token: str) -> str:
    """Its first word: an ETag of Cosmos DB has no space."""
    return token.partition(" ")[0]


def stored(item: dict[str, Any]) -> Stored:
    """A document as Cosmos DB answers it, without what the store added."""
    token = token_of(item["_etag"], tuple(item.get(MARKS, ())))
    return Stored({name: value for name, value in item.items() if name not in _OWN_FIELDS}, token)


def own_write(found: Stored | None, document: Document, mark: str) -> Stored | None:
    """The write with this mark, if what is stored now came of it."""
    if found is None or mark not in _marks(found.token):
        return None
    if _marks(found.token)[0] == mark:
        return Stored(document, found.token)
    return Stored(document, token_of(_CHANGED_SINCE, _marks(found.token)))


def _marks(token: str) -> tuple[str, ...]:
    return tuple(token.split(" ")[1:])
