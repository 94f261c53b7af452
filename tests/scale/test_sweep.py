"""The sweep among many: it finds what is due by an index, and expires all of it once."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from shared.adapters.sqlite import SqliteStore
from shared.domain.instants import instant
from shared.services.ports import REFERRALS, Document, DueKey, Stored
from shared.services.referrals.expiry import Expiry
from tests.scale.engagements import NOW, referrals

REFERRALS_STORED = 50_000
DUE = 2_000
AT_ONCE = 500  # inserts that wait together; the store commits up to a hundred at a time


async def filled(path: Path) -> SqliteStore:
    """A store with all of them."""
    store = SqliteStore(path)
    documents = referrals(REFERRALS_STORED, DUE)
    while some := list(itertools.islice(documents, AT_ONCE)):
        await asyncio.gather(*(store.insert(REFERRALS, cast(dict[str, Any], referral)) for referral in some))
    return store


async def all_pending(store: SqliteStore) -> list[Document]:
    """Every referral with an event to deliver."""
    found: list[Document] = []
    after: DueKey | None = None
    while page := await store.find_pending(REFERRALS, instant(NOW), 500, after):
        found += [stored.document for stored in page]
        after = key_of(page[-1])
    return found


def key_of(last: Stored) -> DueKey:
    return last.document["pendingAt"], last.document["organizationId"], last.document["id"]


@pytest.mark.slow
async def test_a_sweep_of_two_thousand_due_among_fifty_thousand_expires_each_once(tmp_path: Path) -> None:
    """Expired = events = due; a second run has nothing to do."""
    store = await filled(tmp_path / "store.db")
    expiry = Expiry(store, lambda: NOW, timedelta(minutes=4), asyncio.Event())
    report = await expiry.expire_unanswered()
    assert report.as_facts() == {"done": DUE, "skipped": {}, "failed": {}, "remaining": False}
    pending = await all_pending(store)
    assert len(pending) == DUE
    for referral in pending:
        assert referral["outcome"] == "expired"
        assert [entry["action"] for entry in referral["history"]] == ["receive", "expire"]
        assert [event["payload"]["status"] for event in referral["outbox"]] == ["expired"]
    again = await expiry.expire_unanswered()
    assert again.as_facts() == {"done": 0, "skipped": {}, "failed": {}, "remaining": False}
    await store.close()


@pytest.mark.parametrize("after", [None, (instant(NOW), "contoso", "x")], ids=["first page", "later page"])
@pytest.mark.parametrize("field", ["dueAt", "pendingAt"])
async def test_the_timers_walk_an_index_in_its_order(tmp_path: Path, field: str, after: DueKey | None) -> None:
    """Nothing is scanned and nothing sorted, however many referrals there are; later pages start where one ended."""
    store = SqliteStore(tmp_path / "store.db")
    (step,) = store.explain_due(REFERRALS, field, after)
    assert step.startswith(f"SEARCH {REFERRALS} USING INDEX {REFERRALS}_due_{field} (")
    assert f"{field}>?" in step.replace(" ", "").replace('"', "") or f"{field}<?" in step
    await store.close()
