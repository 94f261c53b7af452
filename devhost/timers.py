"""Timer functions: each waits for its next occurrence, runs, and never overlaps itself."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from devhost.conversion import timer_request
from devhost.indexing import Function, TimerTrigger
from devhost.invocation import FunctionFailed, Invoker
from devhost.keys import write_private

log = logging.getLogger("devhost.timers")

LONGEST_SLEEP = 60.0  # seconds; a laptop that slept, or a clock that was set, is noticed within a minute
MONITORED_FROM = timedelta(minutes=1)  # the platform keeps no status for a timer that runs more often


class TimerStatus:
    """When each monitored timer ran last and runs next, kept over restarts."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._entries: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._entries = {}

    def read(self, name: str) -> tuple[datetime, datetime] | None:
        """Last and next occurrence, as they were noted; None if they are not known."""
        try:
            entry = self._entries[name]
            return datetime.fromisoformat(entry["last"]), datetime.fromisoformat(entry["next"])
        except (LookupError, TypeError, ValueError):
            return None

    def write(self, name: str, last: datetime, upcoming: datetime) -> None:
        """Note a run."""
        self._entries[name] = {"last": last.isoformat(), "next": upcoming.isoformat()}
        write_private(self._path, json.dumps(self._entries, indent=2))


class Timer:
    """One timer function."""

    def __init__(self, function: Function, trigger: TimerTrigger, status: TimerStatus, invoker: Invoker) -> None:
        self.function = function
        self._trigger, self._status, self._invoker = trigger, status, invoker
        self._alone = asyncio.Lock()
        self._last: datetime | None = None
        self._monitored = trigger.use_monitor if trigger.use_monitor is not None else self._is_slow()

    async def run(self, past_due: bool = False) -> None:
        """Run now, after a run that is under way. Raises FunctionFailed."""
        async with self._alone:
            began = datetime.now(UTC)
            upcoming = self._trigger.schedule.next_after(began)
            try:
                await self._invoker.run(self.function, timer_request(past_due, self._last, upcoming), "timer")
            finally:
                self._last = began
                if self._monitored:
                    self._status.write(self.function.name, began, upcoming)

    async def keep_time(self, stopping: asyncio.Event) -> None:
        """Run at every occurrence until `stopping`. Those missed while the host was down count once, as past due."""
        if self._is_past_due():
            await self._attempt(past_due=True)
        elif self._trigger.run_on_startup:
            await self._attempt()
        while not stopping.is_set():
            upcoming = self._trigger.schedule.next_after(datetime.now(UTC))
            if await _sleep_until(upcoming, stopping):
                await self._attempt()

    async def _attempt(self, past_due: bool = False) -> None:
        try:
            await self.run(past_due)
        except FunctionFailed:
            log.info("%s waits for its next occurrence", self.function.name)

    def _is_past_due(self) -> bool:
        noted = self._status.read(self.function.name) if self._monitored else None
        if noted is None:
            if self._monitored:
                now = datetime.now(UTC)
                self._status.write(self.function.name, now, self._trigger.schedule.next_after(now))
            return False
        self._last = noted[0]
        # Asked of the schedule of today: the one that was noted may have been changed since.
        return self._trigger.schedule.next_after(noted[0]) <= datetime.now(UTC)

    def _is_slow(self) -> bool:
        first = self._trigger.schedule.next_after(datetime.now(UTC))
        return self._trigger.schedule.next_after(first) - first >= MONITORED_FROM


def timers_of(functions: Iterable[Function], status: TimerStatus, invoker: Invoker) -> dict[str, Timer]:
    """The timer functions by name."""
    return {
        function.name: Timer(function, function.trigger, status, invoker)
        for function in functions
        if isinstance(function.trigger, TimerTrigger)
    }


async def _sleep_until(moment: datetime, stopping: asyncio.Event) -> bool:
    while (left := (moment - datetime.now(UTC)).total_seconds()) > 0:
        try:
            await asyncio.wait_for(stopping.wait(), min(left, LONGEST_SLEEP))
        except TimeoutError:
            continue
        return False
    return not stopping.is_set()
