"""Counting changes in response records: all of one busy organization, whose record is as large as it gets, and of many.

    python -m benchmarks.records [referrals]

Each referral's news are followed up once: the record and the referral are read, the record is written, then the
referral is noted as counted. In one organization they stand in line at one document; this is the slowest there is.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, cast

import orjson

from benchmarks.bare_loop import fill
from benchmarks.figures import Figure, table
from shared.adapters.sqlite import SqliteStore
from shared.domain.insights.record import ID, MOST_VALUES
from shared.domain.referrals.document import Referral
from shared.domain.referrals.referral import begun, indexed
from shared.services.insights.records import Records
from shared.services.ports import ORGANIZATIONS
from shared.services.referrals.announcements import Announcements
from tests.scale.engagements import NOW, sent_and_received

REFERRALS: Final = 2_000
SLOWEST: Final = 10.0  # ms a change: 100 a second
COUNTRIES: Final = [f"{a}{b}" for a in "ABCDEFGH" for b in "ABCDEFGH"]


class NoDirectory:
    """Where nobody is published."""

    async def with_record(self, organization_id: str, record: Mapping[str, Any]) -> None: ...


def measure(referrals: int = REFERRALS) -> list[Figure]:
    """Time of one change; the first has the largest record there can be."""
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        one, size = asyncio.run(_counted(Path(folder) / "one.db", referrals, 1))
        many, _ = asyncio.run(_counted(Path(folder) / "many.db", referrals, 300))
    what = f"counting {referrals:,} changes"
    return [
        Figure(f"{what} of one organization: time of one", one, "ms", limit=SLOWEST),
        Figure(f"{what} of 300: time of one", many, "ms", limit=SLOWEST),
        Figure("its record", size / 1000, "KB"),
    ]


async def _counted(path: Path, referrals: int, organizations: int) -> tuple[float, float]:
    """Milliseconds a change, and the bytes of the first organization's record."""
    fill(path, _received(referrals, organizations))
    store, stopping = SqliteStore(path), asyncio.Event()
    records = Records(store, NoDirectory(), lambda: NOW, timedelta(hours=1), stopping)
    announcements = Announcements(store, [records], lambda: NOW, timedelta(hours=1), stopping)
    began = time.perf_counter()
    report = await announcements.announce()
    took = (time.perf_counter() - began) / referrals * 1000
    assert report.as_facts() == {"done": referrals, "skipped": {}, "failed": {}, "remaining": False}
    stored = await store.get(ORGANIZATIONS, "o0", ID)
    assert stored is not None
    await store.close()
    return took, len(orjson.dumps(stored.document))


def _received(referrals: int, organizations: int) -> Iterator[Referral]:
    """Declined ones, of every value a record has room for."""
    for number in range(referrals):
        copy = sent_and_received(number, NOW - timedelta(days=2, minutes=number % 2000)).copy
        facts = {
            **copy,
            "organizationId": f"o{number % organizations}",
            "stage": "archived",
            "outcome": "declined",
            "reason": 1 + number % 7,
            "archivedAt": copy["receivedAt"].replace("T0", "T1") if copy["receivedAt"] else None,
            "locationId": f"place-{number % MOST_VALUES}",
            "customerCountry": COUNTRIES[number % len(COUNTRIES)],
            "customer": {**copy["customer"], "industry": f"Industry {number % 60}"},
            "solutions": [{"kind": "own", "name": f"Solution {(number + n) % 70}"} for n in range(3)],
        }
        yield indexed(begun(cast(dict[str, Any], facts), "receive", "system", NOW))


def main() -> int:
    """Print the figures; 1 if one is over its limit."""
    figures = measure(int(sys.argv[1]) if len(sys.argv) > 1 else REFERRALS)
    print(table(figures))
    return 1 if any(figure.within is False for figure in figures) else 0


if __name__ == "__main__":
    raise SystemExit(main())
