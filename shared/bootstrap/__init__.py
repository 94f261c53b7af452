"""The composition root: the only place that picks adapters. Built at first use, so that importing the app needs no
setting, no store and no network.
"""

from __future__ import annotations

import asyncio
import logging
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shared.bootstrap import stores
from shared.bootstrap.offering import Offering
from shared.bootstrap.telling import Telling
from shared.domain.errors import NotPossible, Unreadable
from shared.domain.instants import instant
from shared.services.ports import Clock
from shared.settings import Settings, SettingsError, read_settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Services(Telling, Offering):
    """Every use case."""

    def facts(self) -> dict[str, Any]:
        """What the operator should know about this composition; health shows it."""
        return {
            "store": type(self.store).__name__,
            "blobs": type(self.blobs).__name__,
            "embedded": not self.settings.on_cosmos or not self.settings.on_blob_storage,
            "now": instant(self.clock()),
            "clockOffsetSeconds": self.settings.clock_offset.total_seconds(),
            "responseWindowSeconds": self.settings.response_window.total_seconds(),
            "mail": "set up" if self.settings.smtp_host else "not set up: notices stay in the app",
            "webhooks": "local addresses too" if self.settings.webhook_allow_local else "public addresses only",
        }

    async def close(self) -> None:
        """Tell timers to stop, finish waiting writes, let go of the store."""
        self.stopping.set()
        if "webhooks" in self.__dict__:  # else nobody was called
            await self.webhooks.close()
        await self.store.close()
        await self.blobs.close()


def build(settings: Settings, clock: Clock | None = None) -> Services:
    """Services on the adapters the settings name. Raises SettingsError where embedded ones would run in Azure."""
    return Services(
        settings=settings,
        store=stores.cosmos_store(settings) if settings.on_cosmos else stores.embedded_store(settings),
        blobs=stores.azure_blobs(settings) if settings.on_blob_storage else stores.embedded_blobs(settings),
        clock=clock or shifted_clock(settings),
        stopping=asyncio.Event(),
    )


def shifted_clock(settings: Settings) -> Clock:
    """The real time, UTC, moved by CLOCK_OFFSET."""
    offset = settings.clock_offset
    return lambda: datetime.now(UTC) + offset


async def seed_local_organizations(services: Services) -> None:
    """Put the organizations of LOCAL_ORGANIZATIONS into an embedded store, where they are not there yet."""
    path = services.settings.local_organizations
    if path is None:
        return
    from shared.services.organizations.files import read_organizations  # only where a file is named

    try:
        commands = read_organizations(path.read_bytes())
    except Unreadable as error:
        raise SettingsError(f"LOCAL_ORGANIZATIONS: {error.detail}") from None
    for command in commands:
        try:
            await services.organizations.put(command)
        except NotPossible as reason:  # somebody added it by hand, under another id
            log.warning("%s of LOCAL_ORGANIZATIONS was left out: %s", command.name, reason.detail)


class _Process:
    """This process's services: built at first use, replaced by tests. `start` is the building under way."""

    services: Services | None = None
    start: asyncio.Task[Services] | None = None


async def services() -> Services:
    """The services of this process, ready: whoever asks while they are being built waits. Raises SettingsError."""
    if _Process.services is not None:
        return _Process.services
    if _Process.start is None or _Process.start.done():
        _Process.start = asyncio.create_task(_start())
    return await asyncio.shield(_Process.start)


async def _start() -> Services:
    built = build(read_settings(os.environ))
    try:
        await seed_local_organizations(built)
    except BaseException:
        await built.close()
        raise
    _Process.services = built
    return built


def use(services: Services | None) -> None:
    """Give this process its services, or None to build them anew; for tests and scripts."""
    _Process.services = services


def stopping() -> None:
    """Tell this process's timers to end between items."""
    if _Process.services is not None:
        _Process.services.stopping.set()


async def close() -> None:
    """Close this process's services, if any were built."""
    built, _Process.services = _Process.services, None
    if built is not None:
        await built.close()
