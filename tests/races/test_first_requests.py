"""The first requests to a fresh host all come at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

import function_app
from devhost.configuration import HostJson
from devhost.host import Host
from devhost.identity import read_personas
from devhost.indexing import functions_of
from shared import bootstrap
from tests.functions.desk import ROOT, SCHEDULES


@pytest.fixture
async def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """A host over an empty folder, configured by its environment as a real one is; nothing is built yet."""
    settings = {
        **SCHEDULES,
        "LOCAL_DATA": str(tmp_path),
        "LOCAL_ORGANIZATIONS": str(ROOT / "demo" / "organizations.json"),
        "WEBSITE_AUTH_ENABLED": "True",
        "AZURE_FUNCTIONS_ENVIRONMENT": "Development",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    personas = read_personas(ROOT / "demo" / "personas.json")
    host = Host(
        functions_of(function_app.app),
        settings=settings,
        data=tmp_path,
        host_json=HostJson(route_prefix=""),
        personas=personas,
    )
    bootstrap.use(None)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=host.asgi), base_url="http://localhost") as client:
        yield client
    await host.stop(5)
    await bootstrap.close()


async def test_the_first_callers_of_a_fresh_host_are_all_known(fresh: httpx.AsyncClient) -> None:
    """The services were once handed out before the organizations were stored: all but the first caller got 403."""
    personas = ("contoso-admin", "fabrikam-admin", "tailspin-admin", "vendor-seller") * 4
    answers = await asyncio.gather(
        *(fresh.get("/api/deals?tab=inbound", headers={"Authorization": f"Bearer {one}"}) for one in personas)
    )
    assert [answer.status_code for answer in answers] == [200] * len(personas)
