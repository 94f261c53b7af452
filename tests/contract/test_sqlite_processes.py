"""Several processes on one file, one of them killed; a disk that is full."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import closing
from pathlib import Path

import pytest

from shared.adapters.sqlite import SqliteStore
from shared.services.ports import REFERRALS, Query, Where
from tests.contract.samples import DEALS, ids, inserted, read, referral


async def child(task: str, *arguments: object) -> Process:
    command = (sys.executable, "-m", "tests.contract.sqlite_child", task, *map(str, arguments))
    return await asyncio.create_subprocess_exec(*command, stdout=PIPE)


async def printed(process: Process) -> list[str]:
    out, _ = await process.communicate()
    return out.decode().splitlines()


async def acknowledged_before_the_kill(process: Process, at_least: int) -> list[str]:
    assert process.stdout is not None
    lines = [(await process.stdout.readline()).decode().strip() for _ in range(at_least)]
    process.kill()
    rest = (await process.stdout.read()).decode().split("\n")[:-1]  # a line cut short was never wholly said
    await process.wait()
    return lines + rest


def assert_sound(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.execute("INSERT INTO referrals_search (referrals_search) VALUES ('integrity-check')")


@pytest.mark.parametrize("at_least", [1, 40, 400])
async def test_a_killed_process_loses_no_write_it_acknowledged(tmp_path: Path, at_least: int) -> None:
    path = tmp_path / "store.db"
    said = await acknowledged_before_the_kill(await child("write", path, "w"), at_least)
    store = SqliteStore(path)
    held = set(await ids(store, Query(order_by="id", limit=100_000)))
    assert set(said) <= held
    for id_ in said[:: max(1, len(said) // 20)]:
        number = id_.removeprefix("w-")
        search = Query((*DEALS, Where("search", "contains", f"number {number}")), limit=1000)
        assert id_ in await ids(store, search)
    await store.close()
    assert_sound(path)


async def test_two_processes_write_at_once_and_one_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    first, second = await asyncio.gather(child("write", path, "a"), child("write", path, "b"))
    killed, other = await asyncio.gather(
        acknowledged_before_the_kill(first, 100), acknowledged_before_the_kill(second, 300)
    )
    store = SqliteStore(path)
    assert {*killed, *other} <= set(await ids(store, Query(order_by="id", limit=100_000)))
    await store.close()
    assert_sound(path)


async def test_processes_that_change_one_document_lose_no_change(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = SqliteStore(path)
    await inserted(store, referral(version=0))
    processes = await asyncio.gather(*(child("count", path, 60) for _ in range(3)))
    for _ in range(60):
        await asyncio.sleep(0.005)
        await read(store)  # beside them
    assert [await process.wait() for process in processes] == [0, 0, 0]
    assert (await read(store)).document["version"] == 180
    await store.close()


async def test_processes_that_open_a_new_file_together_make_it_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "store.db"
    processes = await asyncio.gather(*(child("write", path, f"p{n}") for n in range(3)))
    said = [line for process in processes for line in await acknowledged_before_the_kill(process, 5)]
    store = SqliteStore(path)
    assert set(said) <= set(await ids(store, Query(order_by="id", limit=100_000)))
    await store.close()


async def test_a_full_disk_refuses_whole_batches_and_the_store_goes_on_when_there_is_room(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    said = await printed(await child("fill", path, 2_000_000))
    stored = [line for line in said if line != "StoreUnavailable"]
    assert "StoreUnavailable" in said
    assert stored[-1] == "after"
    store = SqliteStore(path)
    assert sorted(stored) == await ids(store, Query(order_by="id", limit=100_000))
    assert await store.get(REFERRALS, "contoso", "after") is not None
    await store.close()
    assert_sound(path)
