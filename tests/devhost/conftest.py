"""Small FunctionApps in view, and hosts over them without a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import azure.functions as func
import httpx
import pytest

from devhost.configuration import HostJson
from devhost.host import Host

Serve = Callable[..., tuple[Host, httpx.AsyncClient]]
QUICK = {"DEVHOST_BLOB_SCAN_SECONDS": "0.05", "DEVHOST_BLOB_RETRY_SECONDS": "0.02"}


def new_app() -> func.FunctionApp:
    return func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@pytest.fixture
async def serve(tmp_path: Path) -> AsyncIterator[Serve]:
    """serve(app, settings={...}, host_json=..., ...) gives a host and a client; both are put away after the test."""
    opened: list[tuple[Host, httpx.AsyncClient]] = []

    def start(
        app: Any, settings: Mapping[str, str] | None = None, host_json: HostJson | None = None, **more: Any
    ) -> tuple[Host, httpx.AsyncClient]:
        rules = host_json or HostJson(route_prefix="")
        host = Host(app, settings={**QUICK, **(settings or {})}, data=tmp_path, host_json=rules, **more)
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app=host.asgi), base_url="http://localhost:7071")
        opened.append((host, client))
        return host, client

    yield start
    for host, client in opened:
        await client.aclose()
        await host.stop(5)
