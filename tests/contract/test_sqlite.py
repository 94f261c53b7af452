"""The SQLite file in particular: which indexes answer, how writes share a commit, files of other versions."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from shared.adapters.containers import Container, containers
from shared.adapters.sqlite import SqliteStore
from shared.adapters.sqlite_schema import StoreTooNew, prepare
from shared.adapters.sqlite_writer import MAX_BATCH
from shared.services.deadlines.desk import Walk, candidates
from shared.services.insights.similar import answered_query
from shared.services.organizations.organizations import partners_query
from shared.services.organizations.people import people_query
from shared.services.organizations.routing import received_query
from shared.services.ports import OFFERS, ORGANIZATIONS, REFERRALS, WORK, Query, StoreUnavailable, Where
from tests.contract.samples import DEALS, ids, inserted, read, referral

INDEXES = [(container, fields) for container in containers().values() for fields in container.indexes]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    opened = SqliteStore(path, busy_timeout=0.3)
    yield opened
    await opened.close()


@pytest.mark.parametrize("text", ["x' OR '1'='1", "ß", "\u202e", "a/b", "a b", "'; DROP TABLE referrals; --", "%", "_"])
async def test_ids_are_never_read_as_anything_but_text(store: SqliteStore, text: str) -> None:
    await inserted(store, referral(), referral(text, text))
    assert (await read(store, text, text)).document["id"] == text
    assert await ids(store, Query(), text) == [text]
    assert await store.get(REFERRALS, "contoso", text) is None


@pytest.mark.parametrize(
    ("container", "fields"), INDEXES, ids=lambda value: value.name if isinstance(value, Container) else "-".join(value)
)
def test_every_declared_list_is_read_from_its_index_in_order(
    store: SqliteStore, container: Container, fields: tuple[str, ...]
) -> None:
    equal = tuple(Where(field, "eq", "x") for field in fields[:-1])
    beside = tuple(Where(field, "in", ("x", "y")) for field in container.residual)
    key = "m" if container.fields[fields[-1]] == "text" else 5
    for where, descending, after in itertools.product((equal, equal + beside), (False, True), (None, (key, "i"))):
        query = Query(where, fields[-1], descending, 50, after)
        (line,) = store.explain(container.name, "contoso", query)
        assert line.startswith(f"SEARCH {container.name} USING INDEX {container.name}_by_{'_'.join(fields)} ")
        if after is not None:
            assert f"({fields[-1]},id)" in line  # the walk starts at the cursor


@pytest.mark.parametrize("descending", [False, True])
def test_a_page_within_a_range_starts_at_the_cursor_too(store: SqliteStore, descending: bool) -> None:
    where = (*DEALS, Where("createdAt", "ge", "1"), Where("createdAt", "le", "9"))
    (line,) = store.explain(REFERRALS, "contoso", Query(where, descending=descending, after=("5", "i")))
    assert "(createdAt,id)" in line


@pytest.mark.parametrize("after", [None, ("1", "contoso", "r1")])
@pytest.mark.parametrize(("container", "clock"), [(c.name, clock) for c in containers().values() for clock in c.due])
def test_every_clock_is_walked_by_its_own_index(
    store: SqliteStore, container: str, clock: str, after: tuple[str, str, str] | None
) -> None:
    (line,) = store.explain_due(container, clock, after)
    assert line.startswith(f"SEARCH {container} USING INDEX {container}_due_{clock} ")


@pytest.mark.parametrize("query", [partners_query(None, 50), partners_query("a", 50), people_query(50, ("a", "i"))])
def test_partners_and_people_are_walked_by_their_index(store: SqliteStore, query: Query) -> None:
    (line,) = store.explain(ORGANIZATIONS, "network", query)
    assert line.startswith(
        "SEARCH organizations USING INDEX organizations_by_kind_sortName (organization_id=? AND kind=?"
    )


@pytest.mark.parametrize("query", [received_query("deal", 200), answered_query("lead")])
def test_what_was_received_is_walked_from_its_newest(store: SqliteStore, query: Query) -> None:
    (line,) = store.explain(REFERRALS, "contoso", query)
    assert line.startswith(
        "SEARCH referrals USING INDEX referrals_by_kind_direction_createdAt (organization_id=? AND kind=? AND direction"
    )


@pytest.mark.parametrize("walk", get_args(Walk))
def test_the_deadline_desk_walks_one_stage_by_its_index(store: SqliteStore, walk: Walk) -> None:
    (line,) = store.explain(REFERRALS, "contoso", candidates(walk, datetime(2027, 1, 4, tzinfo=UTC)))
    assert line.startswith("SEARCH referrals USING INDEX referrals_by_stage_deadlineAt (organization_id=? AND stage=?")


def test_ids_and_texts_are_looked_up_not_scanned(store: SqliteStore) -> None:
    favourites = store.explain(REFERRALS, "contoso", Query((*DEALS, Where("id", "in", ("a", "b")))))
    assert favourites[0] == "SEARCH referrals USING INDEX referrals_by_id (organization_id=? AND id=?)"
    searched = store.explain(REFERRALS, "contoso", Query((*DEALS, Where("search", "contains", "abc"))))
    assert searched[0] == "SEARCH referrals USING INTEGER PRIMARY KEY (rowid=?)"
    having = store.explain("organizations", "contoso", Query((Where("terms", "has", "abc"),)))
    assert having[0] == "SEARCH organizations USING INTEGER PRIMARY KEY (rowid=?)"
    assert any("organizations_terms USING PRIMARY KEY (organization_id=? AND term=?)" in line for line in having)


def test_every_sorted_field_is_in_the_summary_so_that_a_cursor_can_be_made() -> None:
    missing = [(container.name, fields[-1]) for container, fields in INDEXES if fields[-1] not in container.summary]
    assert missing == []


async def test_writes_that_come_together_share_commits_and_a_lone_one_waits_for_nobody(store: SqliteStore) -> None:
    await asyncio.gather(*(store.insert(REFERRALS, referral(f"r{n}")) for n in range(500)))
    assert store.writer.written == 500
    assert 500 / MAX_BATCH <= store.writer.commits <= 20
    before = store.writer.commits
    await inserted(store, *(referral(f"s{n}") for n in range(10)))
    assert store.writer.commits == before + 10


async def test_a_refused_write_harms_none_of_its_batch(store: SqliteStore) -> None:
    await inserted(store, referral("taken"))
    many = [store.insert(REFERRALS, referral("taken" if n % 3 == 0 else f"r{n}")) for n in range(30)]
    results = await asyncio.gather(*many, return_exceptions=True)
    assert [isinstance(result, BaseException) for result in results] == [n % 3 == 0 for n in range(30)]
    assert len(await ids(store, Query(order_by="id"))) == 21


async def test_an_error_of_one_write_undoes_that_write_only(store: SqliteStore) -> None:
    def half(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM referrals")
        raise ValueError("the second half is impossible")

    await inserted(store, referral("old"))
    before = store.writer.commits
    results = await asyncio.gather(
        store.insert(REFERRALS, referral("a")),
        store.writer.write(half),
        store.insert(REFERRALS, referral("b")),
        return_exceptions=True,
    )
    assert [type(result).__name__ for result in results] == ["Stored", "ValueError", "Stored"]
    assert await ids(store, Query(order_by="id")) == ["a", "b", "old"]
    assert store.writer.commits - before <= 2


async def test_an_error_of_the_store_undoes_the_whole_batch_and_the_writer_goes_on(store: SqliteStore) -> None:
    def broken(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO nowhere VALUES (1)")

    def unforeseen(connection: sqlite3.Connection) -> None:
        raise RuntimeError("a mistake in the program")

    def lost(connection: sqlite3.Connection) -> None:
        connection.close()

    for breaking in (broken, unforeseen, lost):
        blocked = threading.Event()
        first = asyncio.ensure_future(store.writer.write(_waiting(blocked)))  # so that the next three come together
        await asyncio.sleep(0.01)
        three = [
            asyncio.ensure_future(store.insert(REFERRALS, referral("a"))),
            asyncio.ensure_future(store.writer.write(breaking)),
            asyncio.ensure_future(store.insert(REFERRALS, referral("b"))),
        ]
        await asyncio.sleep(0.01)
        blocked.set()
        results = await asyncio.gather(*three, return_exceptions=True)
        await first
        assert all(isinstance(result, StoreUnavailable) for result in results)
        assert await ids(store, Query(order_by="id")) == []
    await inserted(store, referral("c"))
    assert await ids(store, Query(order_by="id")) == ["c"]


def _waiting(event: threading.Event) -> Callable[[sqlite3.Connection], None]:
    def wait(_: sqlite3.Connection) -> None:
        event.wait(5)

    return wait


async def test_a_caller_who_went_away_does_not_disturb_the_others(store: SqliteStore) -> None:
    calls = [asyncio.ensure_future(store.insert(REFERRALS, referral(f"r{n}"))) for n in range(20)]
    await asyncio.sleep(0)
    for call in calls[::2]:
        call.cancel()
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [isinstance(result, asyncio.CancelledError) for result in results] == [n % 2 == 0 for n in range(20)]
    for n in range(1, 20, 2):
        assert await store.get(REFERRALS, "contoso", f"r{n}") is not None


def test_one_store_serves_several_loops_at_once(path: Path) -> None:
    store = SqliteStore(path)

    async def work(name: int) -> None:
        await asyncio.gather(*(store.insert(REFERRALS, referral(f"{name}-{n}")) for n in range(50)))
        assert await store.get(REFERRALS, "contoso", f"{name}-49") is not None

    threads = [threading.Thread(target=lambda name=name: asyncio.run(work(name))) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    async def count() -> int:
        found = await store.find(REFERRALS, "contoso", Query(order_by="id", limit=500))
        await store.close()
        return len(found.items)

    assert asyncio.run(count()) == 200


async def test_a_file_another_process_holds_too_long_is_unavailable_and_then_available(
    store: SqliteStore, path: Path
) -> None:
    (held,) = await inserted(store, referral())
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable):
            await store.replace(held, REFERRALS, referral(name="renamed"))
        assert (await read(store)).document["name"] == "Contoso ERP"  # who reads does not wait
        other.execute("COMMIT")
    await store.replace(held, REFERRALS, referral(name="renamed"))


async def test_an_unchanged_text_is_not_indexed_again(store: SqliteStore, path: Path) -> None:
    (held,) = await inserted(store, referral(search="a text that stays"))
    with closing(sqlite3.connect(path)) as other:
        before = other.execute("SELECT * FROM referrals_search_data").fetchall()
        held = await store.replace(held, REFERRALS, held.document | {"name": "renamed"})
        assert other.execute("SELECT * FROM referrals_search_data").fetchall() == before
        await store.replace(held, REFERRALS, held.document | {"search": "another text"})
        assert other.execute("SELECT * FROM referrals_search_data").fetchall() != before


async def test_a_store_opened_again_holds_everything(path: Path) -> None:
    first = SqliteStore(path)
    await inserted(first, referral(search="woodgrove"))
    await first.close()
    second = SqliteStore(path)
    assert await ids(second, Query((*DEALS, Where("search", "contains", "grove")))) == ["r1"]
    await second.close()


def _with(container: str, **changes: object) -> dict[str, Container]:
    return {**containers(), container: replace(containers()[container], **changes)}  # type: ignore[arg-type]


async def test_a_new_field_is_filled_from_the_documents_when_the_file_is_opened(path: Path) -> None:
    old = SqliteStore(path)
    held = await inserted(old, *(referral(f"r{n}", region=f"{n % 2}", terms=["cloud"], dueAt="1") for n in range(6)))
    await inserted(old, {"id": "o", "organizationId": "contoso", "createdAt": "1"}, container=OFFERS)
    await old.close()
    was = containers()[REFERRALS]
    newer = _with(
        REFERRALS,
        fields={**was.fields, "region": "text"},
        indexes=(*was.indexes, ("kind", "region")),
        terms=True,
        summary=("region",),
    )
    store = SqliteStore(path, newer)
    found = await store.find(
        REFERRALS, "contoso", Query((Where("kind", "eq", "deal"), Where("region", "eq", "1")), "id")
    )
    assert found.items == [{"id": f"r{n}", "organizationId": "contoso", "region": "1"} for n in (1, 3, 5)]
    assert len(await ids(store, Query((Where("terms", "has", "cloud"),)))) == 6
    assert len(await ids(store, Query((Where("search", "contains", "contoso"),)))) == 6
    assert len(await store.find_due(REFERRALS, "1", 10)) == 6
    assert await ids(store, Query(), container=OFFERS) == ["o"]
    await store.replace(held[0], REFERRALS, referral("r0"))  # what was read before is still the same version
    await store.close()


async def test_a_file_from_before_duplicates_were_looked_for_is_opened_and_its_new_documents_are_found(
    path: Path,
) -> None:
    """What is stored without the new fields stays and is found by all it had; the columns are there from now on."""
    new = ("customerKey", "dunsNumber")
    was = containers()[REFERRALS]
    before = {
        **_with(REFERRALS, fields={f: k for f, k in was.fields.items() if f not in new},
                indexes=tuple(i for i in was.indexes if i[0] not in (*new, "createdAt"))),
        WORK: replace(containers()[WORK], fields={"createdAt": "text"}, indexes=(), residual=(), search=False,
                      summary=()),
    }  # fmt: skip
    prepare(path, before, 5.0, version=1)
    old = sqlite3.connect(path)
    assert "customerKey" not in {name for _, name, *_ in old.execute("PRAGMA table_info(referrals)")}
    old.close()
    store = SqliteStore(path, before)
    await inserted(store, referral("old"))
    await store.insert(WORK, {"id": "f", "organizationId": "contoso", "type": "favourites", "ids": ["old"]})
    await store.close()
    store = SqliteStore(path)
    await inserted(store, referral("new", customerKey="contoso", dunsNumber="123456789"))
    for field, value in (("customerKey", "contoso"), ("dunsNumber", "123456789")):
        assert await ids(store, Query((Where(field, "eq", value),))) == ["new"]
    assert await ids(store, Query(DEALS)) == ["new", "old"]
    assert await ids(store, Query((Where("type", "eq", "company"),), "sortName"), container=WORK) == []
    assert (await store.get(WORK, "contoso", "f")) is not None
    await store.close()


async def test_a_field_no_longer_indexed_stays_in_the_documents(path: Path) -> None:
    first = SqliteStore(path)
    await inserted(first, referral(valueNumber=12.5))
    await first.close()
    was = containers()[REFERRALS]
    fewer = _with(REFERRALS, fields={f: k for f, k in was.fields.items() if f != "valueNumber"}, search=False)
    second = SqliteStore(path, fewer)
    assert (await read(second)).document["valueNumber"] == 12.5
    await second.close()
    third = SqliteStore(path)
    assert await ids(third, Query((Where("valueNumber", "eq", 12.5),))) == ["r1"]
    await third.close()


async def test_a_file_of_a_newer_version_is_refused(store: SqliteStore, path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreTooNew, match=r"version 99.*newer program"):
        SqliteStore(path)


async def test_a_program_whose_tables_were_rebuilt_under_it_writes_no_more(store: SqliteStore, path: Path) -> None:
    await inserted(store, referral())
    prepare(path, _with(WORK, fields={**containers()[WORK].fields, "state": "text"}), 5.0)
    with pytest.raises(StoreUnavailable, match="another version"):
        await inserted(store, referral("r2"))


async def test_a_file_put_in_order_by_its_operator_is_still_written(store: SqliteStore, path: Path) -> None:
    await inserted(store, referral())
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("VACUUM")
    await inserted(store, referral("r2"))


def test_a_file_that_is_no_database_is_unavailable(path: Path) -> None:
    path.write_bytes(b"not a database, " * 1000)
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        SqliteStore(path)
