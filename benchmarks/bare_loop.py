"""The peer of the timers: SQLite making the same conditional updates of the same documents in a plain loop."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from shared.adapters.containers import containers
from shared.adapters.sqlite_rows import Table, encode
from shared.adapters.sqlite_schema import connect, prepare
from shared.services.ports import REFERRALS, Document, Stored

CACHE_KIB: Final = 32_000
BUSY: Final = 5.0


def fill(path: Path, documents: Iterable[Any]) -> int:
    """Rows in bulk, with the adapter's own encoding; nothing is safe until the end. Gives their number."""
    prepare(path, containers(), BUSY)
    table = Table(containers()[REFERRALS])
    count = 0
    with contextlib.closing(connect(path, BUSY, 1_000_000)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for document in documents:
            table.insert(connection, f"{count:x}", encode(table.container, document))
            count += 1
            if count % 20_000 == 0:
                connection.execute("COMMIT")
                connection.execute("BEGIN")
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return count


def seconds_of(path: Path, changes: Sequence[tuple[Stored | None, Document]], per_commit: int) -> float:
    """Wall seconds of the loop: each document encoded and written where nobody wrote since, or inserted."""
    table = Table(containers()[REFERRALS])
    with contextlib.closing(connect(path, BUSY, CACHE_KIB)) as connection:
        began = time.perf_counter()
        for some in _batches(changes, per_commit):
            connection.execute("BEGIN IMMEDIATE")
            for before, after in some:
                row = encode(table.container, after)
                if before is None:
                    table.insert(connection, "bare", row)
                else:
                    table.replace(connection, before.token, "bare", row)
            connection.execute("COMMIT")
        return time.perf_counter() - began


def _batches(
    changes: Sequence[tuple[Stored | None, Document]], size: int
) -> Iterator[Sequence[tuple[Stored | None, Document]]]:
    for start in range(0, len(changes), size):
        yield changes[start : start + size]
