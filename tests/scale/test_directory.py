"""The directory with 100,000 profiles: how long a search takes, and that it finds what a plain walk would."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Final

import pytest

from shared.adapters.sqlite import SqliteStore
from shared.domain.directory.criteria import read_criteria
from shared.domain.directory.listing import DIRECTORY
from shared.services.directory.candidates import CANDIDATES, listings_query
from shared.services.directory.directory import Directory
from shared.services.ports import ORGANIZATIONS, Query, Where
from tests.scale.profiles import KINDS, NOW, fill, floor, listings, p95, search_times

PROFILES: Final = 100_000
EACH: Final = 25
LIMIT: Final = 60.0  # milliseconds, of 95 searches of 100
FLOORS: Final = (
    10  # the same on a machine that is busy or slow: in times of reading what is ranked, 6 ms where it is not
)


@pytest.mark.slow
async def test_of_a_hundred_thousand_profiles_95_searches_of_100_take_at_most_60_ms(tmp_path: Path) -> None:
    """Judged by the processor's time: what others do on this machine is no search's fault."""
    fill(tmp_path / "store.db", PROFILES)
    store = SqliteStore(tmp_path / "store.db")
    took = await search_times(Directory(store, lambda: NOW), EACH)
    least = await floor(store)
    await store.close()
    cpu = p95(one.cpu for times in took.values() for one in times)
    kinds = {name: round(p95(one.cpu for one in times), 1) for name, times in took.items()}
    assert cpu <= max(LIMIT, FLOORS * least), f"{cpu:.1f} ms, {cpu / least:.1f} times the floor: {kinds}"


async def test_what_a_search_ranks_is_what_a_walk_over_everything_would_find(tmp_path: Path) -> None:
    """However it is looked up: by the rarest word, by the list, or by all that have a word."""
    fill(tmp_path / "store.db", 3_000)
    everything = sorted(listings(3_000), key=lambda one: (one["placementKey"], one["id"]), reverse=True)
    store = SqliteStore(tmp_path / "store.db")
    chance = random.Random(5)
    for kind in KINDS * 6:
        criteria = read_criteria(kind.ask(chance))
        one_ofs = [*(ask.terms for ask in criteria.asks), *criteria.must]
        conditions = tuple(Where("terms", "has", one_of) for one_of in one_ofs)
        page = await store.find(ORGANIZATIONS, DIRECTORY, listings_query(conditions))
        matching = [one["id"] for one in everything if all(set(one_of) & set(one["terms"]) for one_of in one_ofs)]
        assert [one["id"] for one in page.items] == matching[:CANDIDATES], (kind.name, one_ofs)
        assert page.more == (len(matching) > CANDIDATES)
    await store.close()


def plan(store: SqliteStore, query: Query) -> list[str]:
    return store.explain(ORGANIZATIONS, DIRECTORY, query)


async def test_the_best_placed_are_read_from_an_index_in_their_order(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "store.db")
    (step,) = plan(store, listings_query(()))
    assert step.startswith("SEARCH organizations USING INDEX organizations_by_kind_placementKey (")
    await store.close()
