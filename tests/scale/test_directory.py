"""The directory as its index finds it: what a plain walk would find, and in the index's order. How long that takes with
100,000 profiles is measured by `python -m benchmarks.directory`."""

from __future__ import annotations

import random
from pathlib import Path

from shared.adapters.sqlite import SqliteStore
from shared.domain.directory.criteria import read_criteria
from shared.domain.directory.listing import DIRECTORY
from shared.services.directory.candidates import CANDIDATES, listings_query
from shared.services.ports import ORGANIZATIONS, Query, Where
from tests.scale.profiles import KINDS, fill, listings


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
