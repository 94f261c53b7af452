"""What the use cases need of the world outside: a document store, a blob store, a parser, a clock.

Adapters implement these; `shared.bootstrap` picks them. One contract suite (`tests/contract`) says what an adapter must
do, and every adapter passes it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias

Document: TypeAlias = dict[str, Any]
Scalar: TypeAlias = str | int | float | bool | None
Clock: TypeAlias = Callable[[], datetime]  # aware, UTC

REFERRALS = "referrals"
OFFERS = "offers"
CONTACTS = "contacts"
DOCUMENTS = "documents"
ORGANIZATIONS = "organizations"
UPLOADS = "uploads"
NOTIFICATIONS = "notifications"
WORK = "work"

UPLOADS_CONTAINER = "uploads"
DERIVED_CONTAINER = "derived"


class AlreadyExists(Exception):
    """insert: the organization has a document of that id."""


class ChangedMeanwhile(Exception):
    """replace, delete: the document is no longer the one that was read (or is gone)."""


class StoreUnavailable(Exception):
    """The store did not answer in time; nothing is known to have been written. `retry_after` is in seconds."""

    def __init__(self, detail: str, retry_after: float = 1.0) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as the store holds it. `token` is the store's own mark, meaningful to its adapter only."""

    document: Document
    token: str


@dataclass(frozen=True, slots=True)
class Where:
    """One condition. `in` takes a tuple; `contains` is a case-blind substring of the `search` field (>= 3 characters,
    already casefolded); `has` asks whether the `terms` array holds the word, or one of a tuple's."""

    field: str
    op: Literal["eq", "in", "lt", "le", "gt", "ge", "contains", "has"]
    value: Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A page of one organization's documents: all of `where`, ordered by (`order_by`, `id`), both in one direction.

    `after` is the (`order_by`, `id`) of the last item of the page before. `order_by` is a field that is never null.
    """

    where: tuple[Where, ...] = ()
    order_by: str = "createdAt"
    descending: bool = False
    limit: int = 50
    after: tuple[Scalar, str] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """`items` are summaries: the fields the container's index data names, plus id and organizationId."""

    items: list[Document]
    more: bool


DueKey: TypeAlias = tuple[str, str, str]  # (instant, organizationId, id)


class DocumentStore(Protocol):
    """Documents by (container, organizationId, id); every document holds both ids. All instants are stored text."""

    async def insert(self, container: str, document: Document) -> Stored:
        """Store a new document. Raises AlreadyExists, StoreUnavailable."""
        ...

    async def get(self, container: str, organization_id: str, id: str) -> Stored | None:
        """Point read. Raises StoreUnavailable."""
        ...

    async def replace(self, stored: Stored, container: str, document: Document) -> Stored:
        """Write `document` in place of `stored` if nobody wrote since. Raises ChangedMeanwhile, StoreUnavailable."""
        ...

    async def delete(self, stored: Stored, container: str) -> None:
        """Delete `stored` if nobody wrote since. Raises ChangedMeanwhile, StoreUnavailable."""
        ...

    async def find(self, container: str, organization_id: str, query: Query) -> Page:
        """One page of summaries of one organization, in one store operation. Raises StoreUnavailable."""
        ...

    async def find_due(self, container: str, until: str, limit: int, after: DueKey | None = None) -> list[Stored]:
        """Whole documents of all organizations with `dueAt` <= until, by (dueAt, organizationId, id), past `after`."""
        ...

    async def find_pending(self, container: str, until: str, limit: int, after: DueKey | None = None) -> list[Stored]:
        """The same by `pendingAt`."""
        ...

    async def find_unannounced(
        self, container: str, until: str, limit: int, after: DueKey | None = None
    ) -> list[Stored]:
        """The same by `noticeAt`."""
        ...

    async def close(self) -> None:
        """Let go of everything; waiting writes are finished first."""
        ...


class BlobMissing(Exception):
    """No blob at that path."""


class BlobChanged(Exception):
    """The blob is no longer the one whose ETag was given."""


@dataclass(frozen=True, slots=True)
class BlobFacts:
    """A blob as HEAD tells it: path within its container, the store's ETag, length in bytes, last write (aware UTC)."""

    path: str
    etag: str
    length: int
    modified_at: datetime


class BlobStore(Protocol):
    """Files by (container, path). A write is seen whole or not at all."""

    async def head(self, container: str, path: str) -> BlobFacts | None: ...

    async def write(self, container: str, path: str, content: bytes | AsyncIterator[bytes]) -> BlobFacts:
        """Create or overwrite."""
        ...

    def read(self, container: str, path: str, etag: str) -> AsyncIterator[bytes]:
        """The blob's bytes in ranges of at most 4 MB. Raises BlobMissing; BlobChanged if it is no longer `etag`'s."""
        ...

    async def delete(self, container: str, path: str) -> None:
        """Deleting what is not there is no error."""
        ...

    def list(self, container: str, prefix: str = "") -> AsyncIterator[BlobFacts]: ...

    async def upload_link(self, path: str, expires_at: datetime) -> str:
        """An address that lets whoever has it write this one blob of `uploads` by PUT, and nothing else, until then."""
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...


class ParserFailed(Exception):
    """The guarded child gave no answer: it hit a limit (`too_slow`, `too_much_memory`, `too_much_output`) or died
    (`parser_died`). The file is to blame, so it is rejected, not tried again."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


FileKind: TypeAlias = Literal["contacts", "companies", "document"]


class FileParser(Protocol):
    """Parses an uploaded file in a guarded child process; yields its JSON lines (see shared/parsing/guard.py)."""

    def parse(self, kind: FileKind, file: Path, name: str) -> AsyncIterator[Document]:
        """Raises ParserFailed."""
        ...
