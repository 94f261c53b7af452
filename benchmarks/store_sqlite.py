"""The embedded store beside what SQLite itself takes for the same work, on the same disk in the same run.

    python -m benchmarks.store_sqlite [documents]

Writes are conditional replaces of referrals of 2 KB, acknowledged once flushed; the peer is a bare sqlite3 loop of the
same conditional update on a table of the same columns and indexes, one commit each and one commit per 100.
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from shared.adapters.containers import containers
from shared.adapters.sqlite import SqliteStore
from shared.adapters.sqlite_rows import Table, encode
from shared.adapters.sqlite_schema import connect, prepare
from shared.services.ports import Document, Query, Where

ROUNDS = 5
WRITES = 1_000  # a round
DOCUMENTS = 50_000  # in the lists
WORDS = ("cloud", "migration", "retail", "insurance", "analytics", "security", "factory", "logistics", "network")


def referral(number: int) -> Document:
    """A deal of about 2 KB as the services store it."""
    word, other = WORDS[number % len(WORDS)], WORDS[number // 7 % len(WORDS)]
    minute = f"{number // 60 % 24:02d}:{number % 60:02d}"
    at = f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d}T{minute}:00.{number:06d}Z"
    return {
        "id": f"r{number:07d}", "organizationId": "contoso", "engagementId": f"e{number}", "kind": "deal",
        "direction": "outbound", "dealType": "co_sell", "stage": ("received", "accepted", "archived")[number % 3],
        "outcome": "open", "name": f"{word} {other} {number}", "customerName": f"Customer {number % 997}",
        "sortName": f"{word} {other} {number}", "sortCustomer": f"customer {number % 997}", "sortExpiry": at,
        "createdAt": at, "updatedAt": at, "valueNumber": number * 10.5, "dueAt": None, "pendingAt": None, "version": 1,
        "search": f"{word} {other} {number} customer {number % 997} r{number:07d} opp-{number}",
        "history": [{"at": at, "who": "u1", "action": "edit", "fields": ["notes"]}] * 8, "notes": "x" * 600,
    }  # fmt: skip


def bare_replaces(folder: Path, per_commit: int) -> float:
    """Writes a second of the plain loop."""
    path = folder / f"bare{per_commit}.db"
    container = containers()["referrals"]
    prepare(path, containers(), 5.0)
    table = Table(container)
    with contextlib.closing(connect(path, 5.0, 32_000)) as connection:
        connection.execute("BEGIN")
        for number in range(WRITES):
            table.insert(connection, "0", encode(container, referral(number)))
        connection.execute("COMMIT")

        def one_round(turn: int) -> None:
            for number in range(WRITES):
                if number % per_commit == 0:
                    connection.execute("BEGIN IMMEDIATE")
                row = encode(container, {**referral(number), "version": turn})
                table.replace(connection, str(turn), str(turn + 1), row)
                if number % per_commit == per_commit - 1:
                    connection.execute("COMMIT")

        return statistics.median(_rate(one_round, turn) for turn in range(ROUNDS))


def _rate(one_round: Callable[[int], None], turn: int) -> float:
    began = time.perf_counter()
    one_round(turn)
    return WRITES / (time.perf_counter() - began)


async def store_replaces(folder: Path, writers: int) -> tuple[float, float]:
    """Acknowledged writes a second, and writes per commit."""
    store = SqliteStore(folder / f"store{writers}.db")
    held = await asyncio.gather(*(store.insert("referrals", referral(number)) for number in range(WRITES)))
    commits = store.writer.commits
    rates = []
    for turn in range(ROUNDS):
        waiting = list(range(WRITES))

        async def write(turn: int = turn, waiting: list[int] = waiting) -> None:
            while waiting:
                number = waiting.pop()
                document = {**referral(number), "version": turn}
                held[number] = await store.replace(held[number], "referrals", document)

        began = time.perf_counter()
        await asyncio.gather(*(write() for _ in range(writers)))
        rates.append(WRITES / (time.perf_counter() - began))
    together = WRITES * ROUNDS / (store.writer.commits - commits)
    await store.close()
    return statistics.median(rates), together


async def microseconds(action: Callable[[], Awaitable[object]], times: int) -> float:
    """Median of one call."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        await action()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1e6


async def reads(folder: Path, documents: int) -> None:
    """Point reads, lists and searches among `documents` of one organization."""
    store = SqliteStore(folder / "reads.db")
    began = time.perf_counter()
    for first in range(0, documents, 500):
        await asyncio.gather(*(store.insert("referrals", referral(n)) for n in range(first, first + 500)))
    print(f"inserting {documents} at 500 a time: {documents / (time.perf_counter() - began):,.0f}/s")
    deals = (Where("kind", "eq", "deal"), Where("direction", "eq", "outbound"))
    at = referral(documents // 2)
    pages = {
        "list of 50, newest first": Query(deals, descending=True),
        "list of 50, in the middle": Query(deals, after=(at["createdAt"], at["id"])),
        "list of 50, one stage": Query((*deals, Where("stage", "eq", "accepted")), "sortName"),
        "search, rare": Query((*deals, Where("search", "contains", "opp-1234"))),
        "search, every third": Query((*deals, Where("search", "contains", "migr"))),
        "search, all": Query((*deals, Where("search", "contains", "customer"))),
        "search, none": Query((*deals, Where("search", "contains", "zzzzqqq"))),
    }
    keys = iter(range(10**9))
    taken = await microseconds(lambda: store.get("referrals", "contoso", f"r{next(keys) * 7919 % documents:07d}"), 2000)
    print(f"point read: {taken:.0f} us")
    for name, query in pages.items():
        taken = await microseconds(lambda query=query: store.find("referrals", "contoso", query), 30)  # type: ignore[misc]
        print(f"{name}: {taken:,.0f} us")
    await store.close()


def main() -> None:
    """Print the figures."""
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        each, hundred = bare_replaces(folder, 1), bare_replaces(folder, 100)
        print(f"bare sqlite3, a commit each: {each:,.0f}/s; a commit per 100: {hundred:,.0f}/s")
        for writers in (1, 64):
            rate, together = asyncio.run(store_replaces(folder, writers))
            print(
                f"store, {writers} writers: {rate:,.0f}/s ({together:.1f} a commit), "
                f"{rate / each:.2f} x a commit each, {rate / hundred:.2f} x a commit per 100"
            )
        asyncio.run(reads(folder, documents))


if __name__ == "__main__":
    main()
