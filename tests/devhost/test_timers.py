"""Timers: on time, never twice at once, and past due after a pause."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import azure.functions as func
import pytest

from devhost.errors import StartupError
from devhost.invocation import FunctionFailed
from tests.devhost.conftest import Serve, new_app

HOURLY = "0 0 * * * *"


class Runs:
    """What a timer function did."""

    def __init__(self) -> None:
        self.seen: list[func.TimerRequest] = []
        self.active = self.most = 0
        self.pause = 0.0
        self.fails = False

    async def run(self, timer: func.TimerRequest) -> None:
        self.seen.append(timer)
        self.active += 1
        self.most = max(self.most, self.active)
        await asyncio.sleep(self.pause)
        self.active -= 1
        if self.fails:
            raise RuntimeError("this run fails")


def timer_app(
    schedule: str, runs: Runs, run_on_startup: bool = False, use_monitor: bool | None = None
) -> func.FunctionApp:
    app = new_app()

    @app.timer_trigger(arg_name="timer", schedule=schedule, run_on_startup=run_on_startup, use_monitor=use_monitor)
    async def tick(timer: func.TimerRequest) -> None:
        await runs.run(timer)

    return app


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    ends = time.monotonic() + seconds
    for _ in iter(condition, True):
        assert time.monotonic() < ends
        await asyncio.sleep(0.02)


async def test_a_timer_runs_at_its_occurrences_also_after_a_failure(serve: Serve) -> None:
    runs = Runs()
    runs.fails = True
    host, _ = serve(timer_app("%SCHEDULE%", runs), settings={"SCHEDULE": "* * * * * *"})
    await host.start()
    await until(lambda: len(runs.seen) >= 2)
    assert runs.seen[0].past_due is False
    assert [failure["error"] for failure in host.status()["errors"]][:2] == ["RuntimeError", "RuntimeError"]


async def test_a_timer_never_overlaps_itself_even_when_it_is_started_by_hand(serve: Serve) -> None:
    runs = Runs()
    runs.pause = 0.1
    host, client = serve(timer_app(HOURLY, runs))
    await host.start()
    answers = [await client.post("/admin/functions/tick", json={}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 202]
    await until(lambda: len(runs.seen) == 3 and runs.active == 0)
    assert runs.most == 1


async def test_runs_missed_while_the_host_was_down_become_one_past_due_run(serve: Serve, tmp_path: Path) -> None:
    runs = Runs()
    app = timer_app(HOURLY, runs)
    host, _ = serve(app)
    await host.run_now("tick")
    path = tmp_path / "devhost" / "timers.json"
    noted = json.loads(path.read_text())
    noted["tick"]["last"] = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    path.write_text(json.dumps(noted))
    again, _ = serve(app)
    await again.start()
    await until(lambda: len(runs.seen) == 2)
    await asyncio.sleep(0.1)
    assert [timer.past_due for timer in runs.seen] == [False, True]


async def test_a_first_start_is_not_past_due_and_a_broken_status_is_a_first_start(serve: Serve, tmp_path: Path) -> None:
    runs = Runs()
    (tmp_path / "devhost").mkdir()
    (tmp_path / "devhost" / "timers.json").write_text('{"tick": 3}')
    host, _ = serve(timer_app(HOURLY, runs))
    await host.start()
    await asyncio.sleep(0.1)
    assert runs.seen == []


async def test_run_on_startup_is_followed_and_a_frequent_timer_keeps_no_status(serve: Serve, tmp_path: Path) -> None:
    runs = Runs()
    host, _ = serve(timer_app("*/30 * * * * *", runs, run_on_startup=True))
    await host.start()
    await until(lambda: len(runs.seen) == 1)
    assert not (tmp_path / "devhost" / "timers.json").exists()


async def test_stop_waits_for_a_run_and_says_when_it_could_not(serve: Serve) -> None:
    runs = Runs()
    runs.pause = 0.3
    host, _ = serve(timer_app(HOURLY, runs))
    host.start_now("tick", "")
    await until(lambda: runs.active == 1)
    assert await host.stop() is True
    assert runs.active == 0
    other, _ = serve(timer_app(HOURLY, runs))
    other.start_now("tick", "")
    await until(lambda: runs.active == 1)
    assert await other.stop(0.05) is False


async def test_run_now_shows_a_test_what_failed(serve: Serve) -> None:
    runs = Runs()
    runs.fails = True
    host, _ = serve(timer_app(HOURLY, runs))
    with pytest.raises(FunctionFailed) as failure:
        await host.run_now("tick")
    assert isinstance(failure.value.__cause__, RuntimeError)


@pytest.mark.parametrize(("schedule", "word"), [("%NOT_SET%", "NOT_SET"), ("61 * * * * *", "second"), ("", "fields")])
async def test_a_schedule_that_cannot_be_kept_stops_the_host_at_start(serve: Serve, schedule: str, word: str) -> None:
    with pytest.raises(StartupError, match=f"function tick: .*{word}"):
        serve(timer_app(schedule, Runs()))
