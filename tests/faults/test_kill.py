"""SIGKILL of the real host under load, again and again: what was acknowledged is there, and nothing happens twice."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.bootstrap import build
from shared.settings import Settings
from tests.faults.invariants import all_referrals, assert_settled, assert_sound
from tests.faults.load import Ledger, Load
from tests.faults.real_host import RealHost

SETTINGS = {
    "DELIVERY_SCHEDULE": "* * * * * *",
    "EXPIRY_SWEEP_SCHEDULE": "* * * * * *",
    "RESPONSE_WINDOW": "PT6S",  # short enough that some expire while others are answered
}


async def killed_again_and_again(folder: Path, kills: int, writes: int) -> Ledger:
    """Start, load, kill, `kills` times; `writes` are acknowledged before each kill."""
    ledger = Ledger()
    for crowd in range(kills):
        with RealHost(folder / "data", folder / "host.log", **SETTINGS) as host:
            await Load(host.url, ledger, crowd).run(writes, host.kill)
    assert ledger.acknowledged >= kills * writes
    return ledger


async def after_the_last_delivery(folder: Path) -> list[dict[str, Any]]:
    """Everything stored, once a fresh process delivered what was left."""
    services = build(Settings(local_data=folder / "data"), lambda: datetime.now(UTC))
    while (report := await services.delivery.deliver()).done:
        assert not report.failed
    referrals = await all_referrals(services.store)
    await services.close()
    return referrals


def assert_kept(ledger: Ledger, referrals: list[dict[str, Any]]) -> None:
    """Each acknowledged write is there once; what was never acknowledged is there once or not at all."""
    by_id = {referral["id"]: referral for referral in referrals}
    own = [referral for referral in referrals if not referral["sender"]]
    assert {id: by_id[id]["name"] for id in ledger.created} == ledger.created
    names = Counter(referral["name"] for referral in own)
    assert set(names.values()) == {1}
    assert set(names) <= {*ledger.created.values(), *ledger.unanswered_creates}
    notes = Counter((note["text"], referral["id"]) for referral in own for note in referral["noteEntries"])
    assert set(ledger.noted.items()) <= set(notes)
    assert set(notes.values()) <= {1}
    for id, action in ledger.answered.items():
        assert [entry["action"] for entry in by_id[id]["history"]] == ["receive", action]


async def assert_nothing_is_lost(folder: Path, ledger: Ledger) -> None:
    referrals = await after_the_last_delivery(folder)
    assert_kept(ledger, referrals)
    assert_settled(referrals)
    assert_sound(folder / "data" / "cosell.sqlite3")
    assert "Traceback" not in (folder / "host.log").read_text()


@pytest.mark.slow
async def test_two_kills_of_the_host_under_load_lose_nothing(tmp_path: Path) -> None:
    """400 acknowledged creates, notes and answers; every event takes its effect exactly once."""
    ledger = await killed_again_and_again(tmp_path, kills=2, writes=200)
    await assert_nothing_is_lost(tmp_path, ledger)


@pytest.mark.faults
async def test_ten_kills_of_the_host_under_load_lose_nothing(tmp_path: Path) -> None:
    """2,000 acknowledged writes; the crowds in between answer, and some referrals expire."""
    ledger = await killed_again_and_again(tmp_path, kills=10, writes=210)
    assert ledger.acknowledged >= 2_000
    assert set(ledger.answered.values()) == {"accept", "decline"}
    await assert_nothing_is_lost(tmp_path, ledger)
