"""What was delivered to whom: one row a (function, path), kept over restarts and kill -9.

A row names the version (ETag) that is being delivered or was, how many attempts it took, and whether it is settled. A
newer version replaces the row, and with it the message that was still waiting.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS receipts (
  function TEXT NOT NULL, path TEXT NOT NULL, etag TEXT NOT NULL, attempts INTEGER NOT NULL, settled INTEGER NOT NULL,
  PRIMARY KEY (function, path)
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Message:
    """One version of one blob on its way to one function; `path` is "container/name"."""

    function: str
    path: str
    etag: str


class Receipts:
    """The table. Used from one thread at a time."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute(
            "PRAGMA synchronous=NORMAL"
        )  # safe against the end of the process; a power cut repeats a delivery
        self._db.execute(SCHEMA)

    def known(self) -> dict[tuple[str, str], str]:
        """The version of every (function, path) that has a row."""
        return {(row[0], row[1]): row[2] for row in self._db.execute("SELECT function, path, etag FROM receipts")}

    def waiting(self) -> list[Message]:
        """What was not settled when the last process ended."""
        rows = self._db.execute("SELECT function, path, etag FROM receipts WHERE NOT settled ORDER BY path")
        return [Message(*row) for row in rows]

    def add(self, messages: Iterable[Message], gone: Iterable[tuple[str, str]]) -> None:
        """New versions to deliver, and rows to forget because the blob is gone."""
        self._db.execute("BEGIN IMMEDIATE")
        rows = [(message.function, message.path, message.etag) for message in messages]
        self._db.executemany("INSERT OR REPLACE INTO receipts VALUES (?, ?, ?, 0, 0)", rows)
        self._db.executemany("DELETE FROM receipts WHERE function = ? AND path = ?", list(gone))
        self._db.execute("COMMIT")

    def begin(self, message: Message) -> int | None:
        """Count an attempt, before it is made; its number, or None if the message is settled or superseded."""
        row = self._db.execute(
            "UPDATE receipts SET attempts = attempts + 1"
            " WHERE function = ? AND path = ? AND etag = ? AND NOT settled RETURNING attempts",
            (message.function, message.path, message.etag),
        ).fetchone()
        return int(row[0]) if row else None

    def settle(self, message: Message) -> None:
        """This version needs no more attempts: it was delivered, or given up."""
        self._db.execute(
            "UPDATE receipts SET settled = 1 WHERE function = ? AND path = ? AND etag = ?",
            (message.function, message.path, message.etag),
        )

    def close(self) -> None:
        """Close the file."""
        self._db.close()
