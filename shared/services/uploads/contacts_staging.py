"""A contacts file on its way in: its chunks, staged where nobody looks yet, and what the parser said of its rows."""

from __future__ import annotations

from typing import BinaryIO, Final

from shared.domain.offers.contact_coverage import coverage, sales_states
from shared.domain.offers.contact_diff import Comparison
from shared.domain.offers.offer import ActiveImport
from shared.domain.offers.upload import MAX_ERRORS, Upload, chunk_id, import_id
from shared.parsing.csv_text import BOM, csv_text
from shared.services.ports import CONTACTS, Document, DocumentStore
from shared.services.uploads.records import Outcome
from shared.services.uploads.writing import put

MAX_WARNINGS: Final = 100  # kept in the record; all are counted


class Staging:
    """Chunks written as they come; nothing reads them before the offer names their import."""

    def __init__(self, store: DocumentStore, upload: Upload) -> None:
        self._store = store
        self._upload = upload
        self.import_id = import_id(upload["id"])
        self.chunks = 0
        self.comparison = Comparison()

    async def take(self, contacts: list[Document]) -> None:
        self.comparison.add(contacts)
        number, self.chunks = self.chunks, self.chunks + 1
        await put(self._store, CONTACTS, self._document(chunk_id(self.import_id, number), {"contacts": contacts}))

    async def finish(self, end: Document, now: str) -> None:
        """The manifest: what readiness and clean-up need to know without reading a chunk."""
        facts = {
            "counts": end["counts"],
            "contacts": end["contacts"],
            "chunks": self.chunks,
            "source": self._upload["path"],
            "uploadId": self._upload["id"],
            "size": self._upload["size"],
            "stagedAt": now,
        }
        await put(self._store, CONTACTS, self._document(self.import_id, facts))

    def staged(self, end: Document, content_hash: str, now: str) -> ActiveImport:
        """What the offer refers to it by."""
        return {
            "importId": self.import_id,
            "uploadId": self._upload["id"],
            "path": self._upload["path"],
            "contentHash": content_hash,
            "sourceModifiedAt": self._upload["sourceModifiedAt"],
            "contacts": end["contacts"],
            "chunks": self.chunks,
            "activatedAt": now,
            "coverage": coverage(end["counts"]),
            "salesStates": sales_states(end["counts"]),
        }

    def _document(self, id: str, values: Document) -> Document:
        place = {"organizationId": self._upload["organizationId"], "offerId": self._upload["offerId"]}
        return {"schema": 1, "id": id, **place, "importId": self.import_id, **values}


class Reading:
    """What the parser's lines amount to; every row error goes to a file, the first ones are kept, and the file itself
    comes back to another, with its errors."""

    def __init__(self, errors: BinaryIO, returned: BinaryIO) -> None:
        self._file = errors
        self._returned = returned
        self.encoding: str | None = None
        self._errors: list[Document] = []
        self._warnings: list[Document] = []
        self.error_count = 0
        self.rejected: Document | None = None
        self.end: Document = {}
        self._write(BOM, ["row", "column", "code", "message"])

    def take(self, line: Document) -> None:
        match line["type"]:
            case "error":
                self._error({key: line[key] for key in ("row", "column", "code", "message")})
            case "warning" if len(self._warnings) < MAX_WARNINGS:
                self._warnings.append({key: line[key] for key in ("row", "column", "code", "message")})
            case "returned":
                self.encoding = line["encoding"]
                self._returned.write(line["text"].encode(line["encoding"]))
            case "rejected":
                self.rejected = line
            case "end":
                self.end = line

    def _error(self, error: Document) -> None:
        self.error_count += 1
        if len(self._errors) < MAX_ERRORS:
            self._errors.append(error)
        self._write("", [str(error["row"]), error["column"] or "", error["code"], error["message"]])

    def _write(self, before: str, cells: list[str]) -> None:
        self._file.write((before + csv_text([cells])).encode())

    def values(self, result: Document) -> Document:
        """For the record."""
        read = {key: self.end[key] for key in ("rows", "contacts", "encoding", "delimiter") if key in self.end}
        counted = {"warnings": self.end["warnings"]} if "warnings" in self.end else {}
        progress = {"progress": {"rows": read["rows"], "of": read["rows"]}} if "rows" in read else {}
        known = {"errors": self._errors, "errorCount": self.error_count, "warnings": self._warnings}
        return {**known, **progress, "result": {**read, **counted, **result}}

    def refusal(self, files: Document) -> Outcome:
        """Why nothing was imported; `files` says where all that is wrong can be read."""
        if self.rejected:
            return Outcome("rejected", self.rejected["code"], self.rejected["message"], self.values({}))
        errors = "1 error" if self.error_count == 1 else f"{self.error_count:,} errors"
        detail = f"{errors}; nothing was imported and the list in force stays."
        return Outcome("rejected", "invalid_rows", detail, self.values(files))
