"""One machine's worth of the app: its store in a folder, its functions called as people, its timers a step at a time.

Killing is a store that makes no more calls from its n-th moment on; what follows is a new start on the same folder.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from shared import bootstrap
from shared.bootstrap import Services
from shared.services.ports import REFERRALS, Document, DueKey, Stored
from shared.services.sweep import Report
from shared.settings import read_settings
from tests.faults.blob_events import Death, Killed, SteppedStore, Steps
from tests.functions.access.calling import Answer, call
from tests.functions.desk import ROOT, MovableClock
from tests.network.marks import Marks
from tests.network.people import Person

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - what is killed here is the process, never the machine


KILLED: Final = Answer(0, {}, "{}")


class OneSource:
    """A DocumentStore whose timers find one document, as it was when it was read; maybe long ago."""

    def __init__(self, store: Any, source: Stored) -> None:
        self._store, self._source = store, source

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def find_pending(self, container: str, until: str, limit: int, after: DueKey | None = None) -> list[Stored]:
        return [self._source] if container == REFERRALS and after is None else []

    find_due = find_unannounced = find_pending


@dataclass(frozen=True)
class Row:
    """A stored document: `token` changes with every write, `text` is every column of it."""

    container: str
    organization: str
    id: str
    document: Document
    text: str


class World:
    """`marks` are looked for in every answer. Use as an async context, so that nothing stays open."""

    def __init__(self, marks: Marks, **settings: str) -> None:
        self.marks = marks
        self.clock = MovableClock()
        self._folder = tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
        self._settings = {"LOCAL_DATA": self._folder.name, **settings}
        self._tokens: dict[tuple[str, str, str], str] = {}
        self._services: Services | None = None
        database = Path(self._folder.name) / "cosell.sqlite3"
        database.write_bytes(seeded_store())
        self._reader = sqlite3.connect(f"file:{database}?mode=ro", uri=True)

    @property
    def services(self) -> Services:
        assert self._services is not None
        return self._services

    async def start(self) -> None:
        """A process begins; the one before it is gone."""
        await self.stop()
        self._services = bootstrap.build(read_settings(self._settings), self.clock)
        bootstrap.use(self._services)

    async def stop(self) -> None:
        bootstrap.use(None)
        if self._services is not None:
            await self._services.close()
            self._services = None

    async def end(self) -> None:
        """And leave nothing behind."""
        self._reader.close()
        await self.stop()
        self._folder.cleanup()

    # People

    async def ask(
        self, person: Person, method: str, path: str, body: Any = None, *, kill_at: int | None = None,
        meanwhile: Steps | None = None, **headers: str,
    ) -> Answer:  # fmt: skip
        """One request, through the function's own front door. Its answer is searched for what its reader may not see.

        With `kill_at` the process dies at that moment of its store calls, if there are so many; KILLED then.
        """
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            async with _Stepping(self.services, Death(kill_at) if kill_at else meanwhile):
                answer = await call(person.principal, method, path, body, named)
        except Killed:
            await self.start()
            return KILLED
        assert answer.status < 500, f"{person.user} {method} {path}: {answer.text}"
        where = f"{method} {path} to {person.name}"
        self.marks.assert_may_read(person.organization, answer.text + str(answer.headers), where)
        return answer

    async def read(self, person: Person, id: str) -> dict[str, Any]:
        """A referral that this person can read, checked with its ETag."""
        answer = await self.ask(person, "GET", f"/api/referrals/{id}")
        assert answer.status == 200, answer.text
        document: dict[str, Any] = answer.body
        return document | {"etag": answer.headers["etag"]}

    # Timers

    async def pending(self) -> list[Stored]:
        """Every source with something to deliver, by due time."""
        found = await self.services.store.find_pending(REFERRALS, "9999", 1000)
        return sorted(found, key=lambda stored: str(stored.document["pendingAt"]))

    async def due(self) -> list[Stored]:
        """Every referral whose time is up."""
        return await self.services.store.find_due(REFERRALS, self.services_now(), 1000)

    def services_now(self) -> str:
        return self.clock().isoformat(timespec="microseconds").replace("+00:00", "Z")

    async def deliver(
        self, source: Stored, kill_at: int | None = None, meanwhile: Steps | None = None
    ) -> Report | None:
        """A run of the delivery timer that finds this source alone; None where it was killed."""
        services = replace(self.services, store=OneSource(self.services.store, source))  # type: ignore[arg-type]
        return await self._run(services, lambda them: them.delivery.deliver(), kill_at, meanwhile)

    async def expire(self, due: Stored, kill_at: int | None = None) -> Report | None:
        """A run of the sweep that finds this referral alone."""
        services = replace(self.services, store=OneSource(self.services.store, due))  # type: ignore[arg-type]
        return await self._run(services, lambda them: them.expiry.expire_unanswered(), kill_at, None)

    async def _run(
        self,
        services: Services,
        timer: Callable[[Services], Awaitable[Report]],
        kill_at: int | None,
        meanwhile: Steps | None,
    ) -> Report | None:
        steps = Death(kill_at) if kill_at else meanwhile
        if steps:
            services = replace(services, store=SteppedStore(services.store, steps))  # type: ignore[arg-type]
        try:
            return await timer(services)
        except* Killed:
            await self.start()
        return None

    # Storage

    def changed(self) -> list[Row]:
        """Every document that was written since it was last asked for, of every container."""
        return [row for table in document_tables() for row in self._changed_in(table)]

    def everything(self) -> list[Row]:
        """Every document there is."""
        return [
            _row(table, dict(zip(columns, values, strict=True)))
            for table, columns in document_tables().items()
            for values in self._reader.execute(f"SELECT * FROM [{table}]")  # noqa: S608
        ]

    def _changed_in(self, table: str) -> Iterator[Row]:
        tokens = self._reader.execute(f"SELECT row, organization_id, id, token FROM [{table}] ORDER BY row")  # noqa: S608
        for number, organization, id, token in tokens.fetchall():
            if self._tokens.get((table, organization, id)) == token:
                continue
            self._tokens[table, organization, id] = token
            (values,) = self._reader.execute(f"SELECT * FROM [{table}] WHERE row = ?", (number,))  # noqa: S608
            yield _row(table, dict(zip(document_tables()[table], values, strict=True)))


def _row(table: str, columns: dict[str, Any]) -> Row:
    text = " ".join(value.decode() if isinstance(value, bytes) else str(value) for value in columns.values())
    return Row(table, columns["organization_id"], columns["id"], json.loads(columns["document"]), text)


class _Stepping:
    """While it lasts, something happens between the store calls of this process's functions."""

    def __init__(self, services: Services, steps: Steps | None) -> None:
        self._services, self._steps = services, steps

    async def __aenter__(self) -> None:
        if self._steps:
            store: Any = SteppedStore(self._services.store, self._steps)
            bootstrap.use(replace(self._services, store=store))

    async def __aexit__(self, *_: object) -> None:
        bootstrap.use(self._services)


@cache
def seeded_store() -> bytes:
    """A store with the organizations of the demo, made once a process."""
    organizations = str(ROOT / "demo" / "organizations.json")
    with tempfile.TemporaryDirectory() as folder:

        async def seed() -> None:
            settings = read_settings({"LOCAL_DATA": folder, "LOCAL_ORGANIZATIONS": organizations})
            services = bootstrap.build(settings, MovableClock())
            await bootstrap.seed_local_organizations(services)
            await services.close()

        asyncio.run(seed())
        return (Path(folder) / "cosell.sqlite3").read_bytes()


@cache
def document_tables() -> dict[str, tuple[str, ...]]:
    """The store's tables that hold documents, each with its columns."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(seeded_store())
        file.flush()
        with closing(sqlite3.connect(file.name)) as connection:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            found = {name: _columns(connection, name) for name in names}
    return {name: columns for name, columns in found.items() if {"document", "token"} <= {*columns}}


def _columns(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    return tuple(column[1] for column in connection.execute(f"PRAGMA table_info([{table}])"))
