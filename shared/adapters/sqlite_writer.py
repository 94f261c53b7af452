"""The one thread that writes. Writes that wait at the same moment are committed together, for one flush of the disk."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TypeAlias

from shared.services.ports import AlreadyExists, ChangedMeanwhile, StoreUnavailable

Outcome: TypeAlias = Exception | None

MAX_BATCH = 100
MAX_WAIT = 0.002  # seconds; far less than one flush saves when others are about to write too
_QUIET = 0.0003  # seconds without a new write after which nobody else is about to
_REFUSALS = (AlreadyExists, ChangedMeanwhile)
# Errors of one write alone: the others of its batch are none the worse.
_OWN_ERRORS = (
    sqlite3.DataError,
    sqlite3.ProgrammingError,
    sqlite3.InterfaceError,
    ValueError,
    OverflowError,
)
_log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Write:
    """One change of one document: `apply` makes it, `done` learns how it went once it is on disk."""

    apply: Callable[[sqlite3.Connection], None]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[None]


class Writer:
    """Commits writes from a thread of its own until `finish`. `commits` counts transactions, `written` their writes."""

    def __init__(
        self, connect: Callable[[], sqlite3.Connection], is_current: Callable[[sqlite3.Connection], bool]
    ) -> None:
        """`connect` opens the connection, now and again after an error that a rollback does not mend; `is_current`
        tells whether the tables are still those this program writes."""
        self.commits = 0
        self.written = 0
        self._connect = connect
        self._is_current = is_current
        self._connection: sqlite3.Connection | None = None
        self._schema_version: int | None = None
        self._queue: SimpleQueue[Write | None] = SimpleQueue()
        self._open = True
        self._entry = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="sqlite-writer", daemon=True)
        self._thread.start()

    async def write(self, apply: Callable[[sqlite3.Connection], None]) -> None:
        """Return when `apply` is committed and flushed. Raises what `apply` raises, and StoreUnavailable."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        with self._entry:
            if not self._open:
                raise StoreUnavailable("the store is closed")
            self._queue.put(Write(apply, loop, done))
        await done

    def finish(self) -> None:
        """Write what waits, then stop; blocks until that is done. A second call only waits."""
        with self._entry:
            if self._open:
                self._open = False
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        together = False
        while (first := self._queue.get()) is not None:
            batch, finished = self._gather(first, together)
            together = len(batch) > 1
            self._settle(batch, self._commit(batch))
            if finished:
                break
        if self._connection is not None:
            self._connection.close()

    def _gather(self, first: Write, together: bool) -> tuple[list[Write], bool]:
        """The writes to commit with `first`, and whether the store is to stop after them.

        Somebody writing alone never waits; only where writes came together lately are more waited for.
        """
        batch = [first]
        deadline = monotonic() + MAX_WAIT
        while len(batch) < MAX_BATCH:
            try:
                following = self._queue.get_nowait()
            except Empty:
                if not together or monotonic() > deadline:
                    break
                try:
                    following = self._queue.get(timeout=_QUIET)
                except Empty:
                    break
            if following is None:
                return batch, True
            batch.append(following)
        return batch, False

    def _commit(self, batch: list[Write]) -> list[Outcome]:
        try:
            outcomes = self._transaction(batch)
        except StoreUnavailable as error:
            self._roll_back()
            return [StoreUnavailable(str(error), error.retry_after) for _ in batch]
        except sqlite3.Error as error:
            _log.warning("%d writes rolled back: %s", len(batch), error)
            self._roll_back()
            return [StoreUnavailable(f"the store cannot write: {error}") for _ in batch]
        except Exception as error:  # noqa: BLE001 - the outermost boundary of this thread, which must go on
            _log.exception("%d writes rolled back", len(batch))
            self._roll_back()
            return [StoreUnavailable(f"the store cannot write: {error!r}") for _ in batch]
        self.commits += 1
        self.written += len(batch)
        return outcomes

    def _transaction(self, batch: list[Write]) -> list[Outcome]:
        if self._connection is None:
            self._connection = self._connect()
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        self._refuse_other_schema(connection)
        try:
            outcomes = [_apply(connection, write) for write in batch]
        except _OWN_ERRORS:
            connection.execute("ROLLBACK")
            connection.execute("BEGIN IMMEDIATE")
            outcomes = [_apply_guarded(connection, write) for write in batch]
        connection.execute("COMMIT")
        return outcomes

    def _refuse_other_schema(self, connection: sqlite3.Connection) -> None:
        """Another version of the program may have rebuilt the tables under us; rows without its new columns would be
        lost to its lists."""
        (found,) = connection.execute("PRAGMA schema_version").fetchone()
        if found != self._schema_version:
            if not self._is_current(connection):
                raise StoreUnavailable("another version of the program rebuilt the store; restart this one")
            self._schema_version = found

    def _roll_back(self) -> None:
        """Leave nothing of a failed batch; a connection that cannot even roll back is given up."""
        connection = self._connection
        if connection is None:
            return
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            self._connection = None
            connection.close()

    def _settle(self, batch: list[Write], outcomes: list[Outcome]) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[None], Outcome]]] = defaultdict(list)
        for write, outcome in zip(batch, outcomes, strict=True):
            by_loop[write.loop].append((write.done, outcome))
        for loop, results in by_loop.items():
            try:
                loop.call_soon_threadsafe(_tell, results)
            except RuntimeError:
                _log.debug("%d writes are stored, but their loop is closed", len(results))


def _apply(connection: sqlite3.Connection, write: Write) -> Outcome:
    """A refusal has written nothing, so nothing need be undone."""
    try:
        write.apply(connection)
    except _REFUSALS as refusal:
        return refusal
    return None


def _apply_guarded(connection: sqlite3.Connection, write: Write) -> Outcome:
    """As `_apply`, undoing what a write did before an error of its own. A savepoint each takes a fifth of the writes
    per second, so they are set only when a batch has met such an error."""
    connection.execute("SAVEPOINT item")
    try:
        outcome = _apply(connection, write)
    except _OWN_ERRORS as error:
        connection.execute("ROLLBACK TO item")
        outcome = error
    connection.execute("RELEASE item")
    return outcome


def _tell(results: list[tuple[asyncio.Future[None], Outcome]]) -> None:
    for done, outcome in results:
        if done.done():  # its caller went away
            continue
        if outcome is None:
            done.set_result(None)
        else:
            done.set_exception(outcome)
