"""What happens to an uploaded file: recorded, checked, read whole from the blob store, parsed in the guarded child, put
in force, and told in its record.

A file that can never be read ends `rejected` and raises nothing; a storage fault is noted in the record and raised, so
that the platform tries again. Every step may be done twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Final, cast
from weakref import WeakValueDictionary

from shared.domain.errors import Invalid, NotFound, TooLarge
from shared.domain.ids import is_legal_id
from shared.domain.instants import instant
from shared.domain.offers import upload as uploads
from shared.domain.offers.readiness.limits import Limits
from shared.domain.offers.upload import UNROUTED, BadPath, Place, Status, Upload
from shared.domain.organizations.organization import Caller
from shared.services.organizations.organizations import Organizations
from shared.services.paging import Listed, cursor, limit_of, read_cursor
from shared.services.ports import (
    OFFERS,
    UPLOADS,
    UPLOADS_CONTAINER,
    BlobChanged,
    BlobFacts,
    BlobMissing,
    BlobStore,
    Clock,
    Document,
    DocumentStore,
    FileParser,
    ParserFailed,
    Query,
    StoreUnavailable,
    Where,
)
from shared.services.uploads.contact_imports import ContactImports
from shared.services.uploads.documents import DocumentUploads
from shared.services.uploads.overtaken import REPLACED, Overtaken
from shared.services.uploads.records import Outcome, UploadRecord

log = logging.getLogger(__name__)

LINK_LIFETIME: Final = timedelta(minutes=60)  # DESIGN section 4
VERSIONS: Final = 3  # of one file that is written again and again while it is read
NO_FACTS: Final = BlobFacts("", "", 0, datetime(1970, 1, 1, tzinfo=UTC))
SORT: Final = "-created"
WHY: Final = {
    "too_slow": "The file takes too long to read; make it smaller, or export it again.",
    "too_much_memory": "The file needs more memory than one file may take; make it smaller.",
    "too_much_output": "The file holds more than one file may; split it.",
    "parser_died": "The file cannot be read; open it in its program, save it and upload that.",
}


class Uploads:
    def __init__(
        self,
        store: DocumentStore,
        blobs: BlobStore,
        parser: FileParser,
        organizations: Organizations,
        clock: Clock,
        limits: dict[uploads.Kind, int],
        *,
        readiness: Limits,
        confirm_contacts: bool = False,
    ) -> None:
        """`limits` are the largest file of each kind, in bytes, `readiness` those of its checks; `confirm_contacts`: a
        list waits for somebody's yes."""
        self._store = store
        self._blobs = blobs
        self._organizations = organizations
        self._clock = clock
        self._limits = limits
        self._imports = ContactImports(store, blobs, parser, clock, readiness, confirm=confirm_contacts)
        self._documents = DocumentUploads(store, blobs, parser, clock, readiness)
        self._overtaken = Overtaken(store, blobs, clock)
        self._under_way: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def ingest(self, path: str, length: int | None = None) -> Status | None:
        """Work on the newest version of the file at `path`; None if it is gone. `length` is what the trigger says.

        Events of one file that come at once wait for each other here: the second finds the work done, and the one
        parser free for other files. Raises StoreUnavailable, OSError: the platform tries again.
        """
        alone = self._under_way.setdefault(path, asyncio.Lock())
        async with alone:
            return await self._ingest_newest(path, length)

    async def _ingest_newest(self, path: str, length: int | None) -> Status | None:
        for _ in range(VERSIONS):
            facts = await self._facts(path)
            try:
                place = uploads.read_path(path)
            except BadPath as problem:
                return await self._refuse_path(path, facts or NO_FACTS, problem)
            if facts is None:
                log.info("upload %s is gone before it was read", path)
                return None
            try:
                return await self._ingest_version(place, facts, length)
            except (BlobChanged, BlobMissing):
                log.info("upload %s was replaced while it was read", path)
        raise StoreUnavailable("the file changes faster than it can be read")

    async def _facts(self, path: str) -> BlobFacts | None:
        try:
            return await self._blobs.head(UPLOADS_CONTAINER, path)
        except ValueError:  # a path the blob store could not hold
            return None

    async def _refuse_path(self, path: str, facts: BlobFacts, problem: BadPath) -> Status:
        known = problem.organization_id and await self._organizations.get(problem.organization_id)
        owner = problem.organization_id if known and problem.organization_id else UNROUTED
        log.warning("upload refused (%s) for %s: %s", problem.code, owner, path)
        new = uploads.unrouted_record(
            path, facts.etag, facts.length, facts.modified_at, owner, problem, self._clock()
        )  # fmt: skip
        await UploadRecord.opened(self._store, self._clock, new)
        return "rejected"

    async def _ingest_version(self, place: Place, facts: BlobFacts, length: int | None) -> Status | None:
        if await self._organizations.get(place.organization_id) is None:
            problem = BadPath("unknown_organization", "No such organization takes part.", None)
            return await self._refuse_path(place.path, facts, problem)
        new = uploads.new_record(place, facts.etag, facts.length, facts.modified_at, None, self._clock())
        record = await UploadRecord.opened(self._store, self._clock, new)
        if record.is_final:  # the run that ended it may have died before it came to the others
            await self._overtaken.settle_before(record.upload)
            return record.upload["status"]
        try:
            outcome = await self._outcome(place, record, max(facts.length, length or 0))
            await record.settle(outcome)
            await self._overtaken.settle_before(record.upload)
        except (BlobChanged, BlobMissing):
            await record.settle(REPLACED)
            raise
        except Exception as error:  # whatever it is, the record says why before the platform tries again
            await self._note_failure(record, error)
            raise
        log.info("upload %s of %s: %s", record.upload["id"], place.organization_id, record.upload["status"])
        return record.upload["status"]

    async def _outcome(self, place: Place, record: UploadRecord, length: int) -> Outcome:
        limit = self._limits[place.kind]
        if length > limit:
            detail = f"The file has {length:,} bytes and at most {limit:,} are taken; make it smaller."
            return Outcome("rejected", "too_large", detail)
        if await self._store.get(OFFERS, place.organization_id, place.offer_id) is None:
            return Outcome("rejected", "no_such_offer", "There is no such offer; put the file below an offer's id.")
        await record.write({"status": "parsing"})
        with tempfile.TemporaryDirectory(prefix="upload-") as folder:
            file = Path(folder) / "content"
            content_hash = await self._download(record.upload, file)
            work = self._imports if place.kind == "contacts" else self._documents
            try:
                return await work.run(record, file, content_hash)
            except ParserFailed as failure:
                log.warning("upload %s: %s: %s", record.upload["id"], failure.code, failure.detail)
                return Outcome("rejected", failure.code, WHY.get(failure.code, WHY["parser_died"]))

    async def _download(self, upload: Upload, file: Path) -> str:
        """The version's bytes into `file`; gives their sha256 in hex. Raises BlobChanged, BlobMissing."""
        digest = hashlib.sha256()
        with file.open("wb") as target:
            async for piece in self._blobs.read(UPLOADS_CONTAINER, upload["path"], upload["etag"]):
                await asyncio.to_thread(_add, piece, target, digest)
        return digest.hexdigest()

    async def _note_failure(self, record: UploadRecord, error: Exception) -> None:
        try:
            await record.fail(str(error) or type(error).__name__)
        except StoreUnavailable:
            log.warning("upload %s failed, and its record could not be written", record.upload["id"])

    async def receive(self, place: Place, content: bytes, caller: Caller) -> Upload:
        """Store a file that somebody sends us where the trigger finds it, and its record.

        Raises NotFound, Invalid, TooLarge, StoreUnavailable.
        """
        await self._require_offer(place)
        if why := uploads.file_name_problem(place.file_name):
            raise Invalid.field("file", "bad_file_name", why)
        if len(content) > self._limits[place.kind]:
            raise TooLarge(f"The file has {len(content):,} bytes; at most {self._limits[place.kind]:,} are taken.")
        try:
            facts = await self._blobs.write(UPLOADS_CONTAINER, place.path, content)
        except ValueError:
            raise Invalid.field("file", "bad_file_name", "Give the file a shorter, plainer name.") from None
        new = uploads.new_record(place, facts.etag, facts.length, facts.modified_at, caller.user, self._clock())
        return (await UploadRecord.opened(self._store, self._clock, new)).upload

    async def link(self, place: Place) -> tuple[str, str]:
        """Where this one file may be written by PUT, and until when. Raises NotFound, Invalid, Unavailable."""
        await self._require_offer(place)
        if why := uploads.file_name_problem(place.file_name):
            raise Invalid.field("fileName", "bad_file_name", why)
        if place.kind == "document" and place.document_type not in uploads.DOCUMENT_TYPES:
            raise Invalid.field("documentType", "unknown_value", f"Use one of: {', '.join(uploads.DOCUMENT_TYPES)}.")
        until = self._clock() + LINK_LIFETIME
        try:
            return await self._blobs.upload_link(place.path, until), instant(until)
        except ValueError:
            raise Invalid.field("fileName", "bad_file_name", "Give the file a shorter, plainer name.") from None

    async def _require_offer(self, place: Place) -> None:
        stored = None
        if is_legal_id(place.offer_id):
            stored = await self._store.get(OFFERS, place.organization_id, place.offer_id)
        if stored is None:
            raise NotFound("There is no such offer.")

    async def read(self, id: str, caller: Caller) -> Upload:
        """Raises NotFound, also for another organization's."""
        stored = await self._store.get(UPLOADS, caller.organization_id, id) if is_legal_id(id) else None
        if stored is None:
            raise NotFound("There is no such upload.")
        return cast(Upload, stored.document)

    async def list(
        self, caller: Caller, offer_id: str | None = None, limit: str | None = None, after: str | None = None
    ) -> Listed:
        """One page of the organization's uploads, newest first. Raises Invalid, Unreadable."""
        filters: dict[str, str | None] = {"offerId": offer_id}
        query = Query(
            where=(Where("offerId", "eq", offer_id),) if offer_id else (),
            descending=True,
            limit=limit_of(limit),
            after=read_cursor(after, SORT, filters) if after else None,
        )
        page = await self._store.find(UPLOADS, caller.organization_id, query)
        last: Document | None = page.items[-1] if page.more else None
        go_on = cursor(SORT, filters, last["createdAt"], last["id"]) if last else None
        return Listed([uploads.summary(item) for item in page.items], go_on)


def _add(piece: bytes, target: BinaryIO, digest: Any) -> None:
    target.write(piece)
    digest.update(piece)
