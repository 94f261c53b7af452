"""An uploaded file: where it may lie, what its record says, which imports an offer still needs (DESIGN, "Blobs").

uploads/{organizationId}/{offerId}/contacts/{file}
uploads/{organizationId}/{offerId}/documents/{documentType}/{file}
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, TypedDict, cast

from shared.domain.ids import derived_id, is_legal_id
from shared.domain.instants import instant
from shared.domain.offers.offer import Offer
from shared.domain.offers.posting import with_outbox

Kind = Literal["contacts", "document", "unknown"]
Status = Literal["received", "parsing", "done", "unchanged", "superseded", "rejected", "failed"]

FINAL: Final[frozenset[Status]] = frozenset({"done", "unchanged", "superseded", "rejected"})
UNROUTED: Final = "unrouted"  # stands for the organization of a file that belongs to none we know
MAX_FILE_NAME: Final = 200  # characters
MAX_ERRORS: Final = 1_000  # row errors in the record; all of them are in a file in `derived`
MAX_OTHER_DOCUMENTS: Final = 5
IMPORT_KEPT: Final = timedelta(hours=24)  # what nobody needs any more is kept this long, for whoever is reading it
RETIRED: Final = "import.retired"

DOCUMENT_TYPES: Final = (
    "solution_one_pager",
    "solution_pitch_deck",
    "customer_case_study",
    "customer_wins",
    "channel_pitch_deck",
    "reference_architecture_diagram",
    "other",
)


class Upload(TypedDict):
    """The stored record of one version of one file. `errors` are `{row, column, code, message}`, header = row 1."""

    schema: int
    id: str
    organizationId: str
    offerId: str
    path: str
    etag: str
    kind: Kind
    documentType: str | None
    fileName: str
    size: int
    status: Status
    progress: dict[str, int] | None
    code: str | None
    detail: str | None
    errorCount: int
    errors: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    result: dict[str, Any]
    attempts: int
    lastError: str | None
    uploadedBy: str | None
    sourceModifiedAt: str
    createdAt: str
    updatedAt: str


class BadPath(Exception):
    """A path of no known shape. `organization_id` is whose it claims to be, if that could be an id at all."""

    def __init__(self, code: str, detail: str, organization_id: str | None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.organization_id = organization_id


@dataclass(frozen=True, slots=True)
class Place:
    """What a path says: whose file it is, of which offer, and what it holds."""

    organization_id: str
    offer_id: str
    kind: Kind
    document_type: str | None
    file_name: str

    @property
    def path(self) -> str:
        """Within container `uploads`."""
        folder = "contacts" if self.kind == "contacts" else f"documents/{self.document_type}"
        return f"{self.organization_id}/{self.offer_id}/{folder}/{self.file_name}"


def read_path(path: str) -> Place:
    """The place a path names. Raises BadPath."""
    parts = path.split("/")
    owner = parts[0] if is_legal_id(parts[0]) else None
    if why := file_name_problem(parts[-1]):
        raise BadPath("bad_file_name", why, owner)
    if owner is None or len(parts) < 3 or not is_legal_id(parts[1]):
        raise BadPath("unknown_path", _SHAPES, owner)
    match parts[2:]:
        case ["contacts", name]:
            return Place(owner, parts[1], "contacts", None, name)
        case ["documents", kind, name] if kind in DOCUMENT_TYPES:
            return Place(owner, parts[1], "document", kind, name)
        case ["documents", _, _]:
            raise BadPath("unknown_document_type", f"Document types are: {', '.join(DOCUMENT_TYPES)}.", owner)
    raise BadPath("unknown_path", _SHAPES, owner)


_SHAPES: Final = (
    "Put contacts at {organizationId}/{offerId}/contacts/{file} and documents at "
    "{organizationId}/{offerId}/documents/{documentType}/{file}."
)


def file_name_problem(name: str) -> str | None:
    """Why this cannot be the name of an uploaded file, or None."""
    if not name:
        return "The file has no name."
    if len(name) > MAX_FILE_NAME:
        return f"A file name has at most {MAX_FILE_NAME} characters; shorten it."
    if name.startswith("."):
        return "A file name does not begin with a dot; rename it."
    if any(unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp") or each in "/\\" for each in name):
        return "A file name has no slashes and no control characters; rename it."
    return None


def upload_id(path: str, etag: str) -> str:
    """The id of one version of one file: sha256 of path and ETag, in hex."""
    return hashlib.sha256((path + etag).encode("utf-8", "surrogatepass")).hexdigest()


def import_id(upload: str) -> str:
    """The id of the import that an upload becomes, and of its manifest."""
    return derived_id("import", upload)


def chunk_id(import_id: str, number: int) -> str:
    """The id of an import's chunk, from 0."""
    return f"{import_id}-{number}"


def document_id(offer_id: str, document_type: str, file_name: str) -> str:
    """One document a type; of `other`, one a file name."""
    return derived_id("document", offer_id, document_type, file_name if document_type == "other" else "")


def new_record(place: Place, etag: str, size: int, modified_at: datetime, by: str | None, now: datetime) -> Upload:
    """The record of a file that has arrived and was not read yet."""
    return {
        "schema": 1,
        "id": upload_id(place.path, etag),
        "organizationId": place.organization_id,
        "offerId": place.offer_id,
        "path": place.path,
        "etag": etag,
        "kind": place.kind,
        "documentType": place.document_type,
        "fileName": place.file_name,
        "size": size,
        "status": "received",
        "progress": None,
        "code": None,
        "detail": None,
        "errorCount": 0,
        "errors": [],
        "warnings": [],
        "result": {},
        "attempts": 0,
        "lastError": None,
        "uploadedBy": by,
        "sourceModifiedAt": instant(modified_at),
        "createdAt": instant(now),
        "updatedAt": instant(now),
    }


def unrouted_record(
    path: str, etag: str, size: int, modified_at: datetime, organization_id: str, problem: BadPath, now: datetime
) -> Upload:
    """The record of a file whose path says nothing we know: rejected, with the reason."""
    place = Place(organization_id, "", "unknown", None, path.rpartition("/")[2][:MAX_FILE_NAME])
    record = new_record(place, etag, size, modified_at, None, now)
    record["id"], record["path"] = upload_id(path, etag), path
    record["status"], record["code"], record["detail"] = "rejected", problem.code, problem.detail
    return record


VIEWED: Final = (
    "id", "offerId", "path", "kind", "documentType", "fileName", "size", "status", "progress", "code", "detail",
    "errorCount", "errors", "warnings", "result", "attempts", "lastError", "createdAt", "updatedAt",
)  # fmt: skip
LISTED: Final = (
    "id", "offerId", "path", "kind", "documentType", "fileName", "status", "progress", "code", "detail", "errorCount",
    "createdAt", "updatedAt",
)  # fmt: skip


def view(record: Mapping[str, Any]) -> dict[str, Any]:
    """What people and programs see of one upload."""
    return {field: record[field] for field in VIEWED}


def summary(stored: Mapping[str, Any]) -> dict[str, Any]:
    """One row of a list."""
    return {field: stored[field] for field in LISTED}


def draft_imports(offer: Offer) -> set[str]:
    """The imports the draft needs: the one in force, the one undo brings back, the one that waits to be confirmed."""
    kept = (offer["activeImport"], offer["previousImport"], offer["pendingImport"])
    return {each["importId"] for each in kept if each}


def needed_imports(offer: Offer) -> set[str]:
    """The imports whose chunks must stay: the draft's, the published one, and the one about to be."""
    published = [(each or {}).get("activeImport") for each in (offer["published"], offer["pendingPublication"])]
    return draft_imports(offer) | {each["importId"] for each in published if each}


def retiring(offer: Offer, import_ids: Iterable[str], now: datetime) -> dict[str, Any]:
    """The values that have these imports looked at in a day, and removed if nobody needs them then.

    Outbox bookkeeping: it raises no version and writes no history.
    """
    wanted = set(import_ids)
    outbox = [event for event in offer["outbox"] if event.get("payload", {}).get("importId") not in wanted]
    seq = offer["outboxSeq"]
    for retired in sorted(wanted):
        seq += 1
        outbox.append(
            {
                "id": f"{offer['id']}-{seq}",
                "seq": seq,
                "type": RETIRED,
                "target": {"kind": "contacts"},
                "payload": {"importId": retired},
                "attempts": 0,
                "notBefore": instant(now + IMPORT_KEPT),
            }
        )
    return {**with_outbox(outbox), "outboxSeq": seq}


def due_retirements(offer: Offer, now: datetime) -> list[dict[str, Any]]:
    """The events of `retiring` whose day is over."""
    return [event for event in offer["outbox"] if event["type"] == RETIRED and event["notBefore"] <= instant(now)]


def settled(offer: Offer, event_ids: set[str]) -> Offer:
    """The offer without these events."""
    outbox = [event for event in offer["outbox"] if event["id"] not in event_ids]
    return cast(Offer, {**offer, **with_outbox(outbox)})
