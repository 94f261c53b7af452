"""An organization's own list of companies: imported from CSV files, from which customers are suggested.

The file is parsed in the guarded child; then each row is one write. An import that breaks off may simply be sent again:
rows that are there already change nothing.
"""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, cast

from shared.domain.errors import Invalid, TooLarge, Unavailable
from shared.domain.instants import instant
from shared.domain.organizations import company
from shared.domain.organizations.company import EXAMPLE, MAX_BYTES, TYPE, Entry
from shared.domain.organizations.organization import Caller
from shared.services.paging import Listed, cursor, limit_of, read_cursor
from shared.services.ports import (
    WORK,
    AlreadyExists,
    ChangedMeanwhile,
    Clock,
    Document,
    DocumentStore,
    FileParser,
    ParserFailed,
    Query,
    Where,
)
from shared.services.uploads.intake import WHY

AT_ONCE: Final = 16
ATTEMPTS: Final = 3
SORT: Final = "name"
LISTED: Final = Query((Where("type", "eq", TYPE),), "sortName")


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of each row, in the order of the file; a row with several wrong cells is there once for each."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many rows were imported, were there already, or are wrong."""
        ends = {row["row"]: row["result"] for row in self.rows}
        return {result: list(ends.values()).count(result) for result in ("imported", "unchanged", "error")}


class Companies:
    def __init__(self, store: DocumentStore, parser: FileParser, clock: Clock) -> None:
        self._store = store
        self._parser = parser
        self._clock = clock

    async def import_file(self, content: bytes, caller: Caller) -> Imported:
        """Take in the good rows and answer every one. Raises TooLarge, Invalid (the file as a whole), Unavailable."""
        if len(content) > MAX_BYTES:
            raise TooLarge(f"The file has {len(content):,} bytes; at most {MAX_BYTES:,} are taken.")
        good, answers = await self._read(content)
        for start in range(0, len(good), AT_ONCE):
            batch = good[start : start + AT_ONCE]
            answers += await asyncio.gather(*(self._take(entry, caller) for entry in batch))
        return Imported(sorted(answers, key=lambda answer: int(answer["row"])))

    async def listed(self, caller: Caller, limit: str | None = None, after: str | None = None) -> Listed:
        """One page of the organization's list, by name. Raises Invalid, Unreadable."""
        query = replace(LISTED, limit=limit_of(limit), after=read_cursor(after, SORT, {}) if after else None)
        page = await self._store.find(WORK, caller.organization_id, query)
        last = page.items[-1] if page.more else None
        return Listed(page.items, cursor(SORT, {}, last["sortName"], last["id"]) if last else None)

    async def _read(self, content: bytes) -> tuple[list[Entry], list[dict[str, Any]]]:
        """The rows to take in, and the answers to all others."""
        good: list[Entry] = []
        answers: list[dict[str, Any]] = []
        for row in await self._parsed(content):
            if "facts" not in row:
                answers.append({"result": "error", **row})
            elif row["facts"] == EXAMPLE:
                answers.append(_unchanged(row["row"], "example_row", "The template's example row is left out."))
            elif "sameAs" in row:
                answers.append(_unchanged(row["row"], "duplicate_row", f"The same as row {row['sameAs']}."))
            else:
                good.append(Entry(row["row"], row["facts"]))
        return good, answers

    async def _parsed(self, content: bytes) -> list[Document]:
        rows: list[Document] = []
        with tempfile.TemporaryDirectory(prefix="companies-") as folder:
            file = Path(folder) / "content"
            await asyncio.to_thread(file.write_bytes, content)
            try:
                async with aclosing(cast(Any, self._parser.parse("companies", file, "companies.csv"))) as lines:
                    async for line in lines:
                        if line["type"] == "rejected":
                            raise Invalid.field("file", line["code"], line["message"])
                        rows += line["rows"] if line["type"] == "companies" else ()
            except ParserFailed as failure:
                raise Invalid.field("file", failure.code, WHY.get(failure.code, WHY["parser_died"])) from None
        return rows

    async def _take(self, entry: Entry, caller: Caller) -> dict[str, Any]:
        for _ in range(ATTEMPTS):
            new = company.entry_document(entry.facts, caller.organization_id, self._clock())
            try:
                known = await self._store.get(WORK, caller.organization_id, new["id"])
                if known is None:
                    await self._store.insert(WORK, new)
                elif company.is_same(known.document, entry.facts):
                    return {"row": entry.row, "result": "unchanged", "id": new["id"]}
                else:
                    kept = {**known.document, **new, "createdAt": known.document["createdAt"]}
                    await self._store.replace(known, WORK, {**kept, "updatedAt": instant(self._clock())})
            except (AlreadyExists, ChangedMeanwhile):
                continue
            return {"row": entry.row, "result": "imported", "id": new["id"]}
        raise Unavailable("The list is being changed from elsewhere; send the file again.")


def _unchanged(row: int, code: str, message: str) -> dict[str, Any]:
    return {"row": row, "result": "unchanged", "column": None, "code": code, "message": message}
