"""The whole app in this process: real routing, converters, identity, services and stores; only the clock is ours."""

from __future__ import annotations

import asyncio
import atexit
import os
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import httpx

import function_app
from devhost.configuration import HostJson
from devhost.host import Host
from devhost.identity import read_personas
from devhost.indexing import functions_of
from shared import bootstrap
from shared.bootstrap import Services
from shared.services.ports import DocumentStore
from shared.services.sweep import Report
from shared.settings import read_settings
from tests.emulators.pair import chosen_pair, contents, on_azure
from tests.functions.deals import BODIES, Body, a_deal, a_deal_with_help, an_acceptance, an_opportunity

ROOT: Final = Path(__file__).parents[2]
START: Final = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
WINDOW: Final = timedelta(days=14)
SCHEDULES: Final = {
    "EXPIRY_SWEEP_SCHEDULE": "0 0 0 1 1 *",
    "DELIVERY_SCHEDULE": "0 0 0 1 1 *",
    "NOTIFICATION_SCHEDULE": "0 0 0 1 1 *",
    "REMINDER_SCHEDULE": "0 0 0 1 1 *",
}


class MovableClock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


class Desk:
    """Cosell Desk as its callers meet it: HTTP with a persona, the two timers, and the clock on the wall."""

    def __init__(self, services: Services, client: httpx.AsyncClient, clock: MovableClock) -> None:
        self.services = services
        self.client = client
        self.clock = clock

    async def send(
        self, method: str, path: str, *, as_: str | None = "contoso-admin", headers: dict[str, str] | None = None,
        **more: Any
    ) -> httpx.Response:  # fmt: skip
        """One request by a persona; None is nobody."""
        signed = {"Authorization": f"Bearer {as_}"} if as_ else {}
        return await self.client.request(method, path, headers={**signed, **(headers or {})}, **more)

    async def get(self, path: str, as_: str | None = "contoso-admin", **more: Any) -> httpx.Response:
        return await self.send("GET", path, as_=as_, **more)

    async def post(
        self, path: str, body: Any = None, as_: str | None = "contoso-admin", **headers: str
    ) -> httpx.Response:
        """POST JSON; `if_match="..."` and the like become headers."""
        return await self.send("POST", path, as_=as_, json={} if body is None else body, headers=_named(headers))

    async def act(
        self, id: str, action: str, body: Any = None, as_: str | None = "contoso-admin", **headers: str
    ) -> httpx.Response:
        """POST an action to a referral."""
        return await self.post(f"/api/referrals/{id}/{action}", body, as_, **headers)

    async def edit(self, id: str, patch: Any, etag: str | None, as_: str | None = "contoso-admin") -> httpx.Response:
        """PATCH a referral."""
        headers = {} if etag is None else {"If-Match": etag}
        return await self.send("PATCH", f"/api/referrals/{id}", as_=as_, json=patch, headers=headers)

    async def edit_now(self, id: str, patch: Any, as_: str | None = "contoso-admin") -> httpx.Response:
        """PATCH a referral as it is now."""
        return await self.edit(id, patch, await self.etag(id, as_), as_)

    async def attempt(self, id: str, action: str, as_: str = "contoso-admin") -> httpx.Response:
        """Any action that changes a referral, with a body that is valid for it."""
        if action == "edit":
            return await self.edit_now(id, {"crmId": "OPP-43"}, as_)
        return await self.act(id, action, BODIES[action], as_)

    async def etag(self, id: str, as_: str | None = "contoso-admin") -> str:
        return (await self.get(f"/api/referrals/{id}", as_)).headers.get("ETag", '"0"')

    async def read(self, id: str, as_: str = "contoso-admin") -> Body:
        """The referral as its organization sees it."""
        return ok(await self.get(f"/api/referrals/{id}", as_))

    async def items(self, path: str = "/api/deals?tab=outbound", as_: str = "contoso-admin") -> list[Body]:
        """One page of a list."""
        items: list[Body] = ok(await self.get(path, as_))["items"]
        return items

    async def deliver(self) -> Report:
        """One run of the delivery timer: of referrals, whose report it is, and of offers."""
        report = await self.services.delivery.deliver()
        await self.services.offer_delivery.deliver()
        return report

    async def announce(self) -> Report:
        """The second half of the same: what follows the changes there have been."""
        return await self.services.announcements.announce()

    async def notify(self) -> Report:
        """One run of the timer that sends mails and calls webhooks."""
        return await self.services.sending.send()

    async def expire(self) -> Report:
        """One run of the expiry timer."""
        return await self.services.expiry.expire_unanswered()

    async def remind(self) -> Report:
        """One run of the reminder timer."""
        return await self.services.reminders.send()

    async def run(self, timer: str) -> None:
        """A timer function as the platform runs it."""
        await _host().run_now(timer)

    async def created(self, body: Body | None = None, as_: str = "contoso-admin") -> Body:
        """A new own deal."""
        return ok(await self.post("/api/deals", body or a_deal(), as_), 201)

    async def asked(self, as_: str = "contoso-admin", **changes: Any) -> tuple[Body, Body]:
        """A partner's deal with help asked, and the vendor's copy of it, received."""
        own = await self.created(a_deal_with_help(**changes), as_)
        await self.deliver()
        return own, await self.copy_of(own, "vendor-seller")

    async def sent(self, **changes: Any) -> tuple[Body, Body]:
        """A seller's opportunity, and the partner's copy of it, received."""
        body = an_opportunity(**changes)
        own = ok(await self.post("/api/opportunities", body, "vendor-seller"), 201)
        await self.deliver()
        return own, await self.copy_of(own, f"{body['partnerId']}-admin")

    async def accepted(self, **changes: Any) -> tuple[Body, Body]:
        """A seller's opportunity that Contoso accepted; the seller knows."""
        own, copy = await self.sent(**changes)
        copy = ok(await self.act(copy["id"], "accept", an_acceptance()))
        await self.deliver()
        return await self.read(own["id"], "vendor-seller"), copy

    async def copy_of(self, own: Body, as_: str) -> Body:
        """The one incoming copy of a deal's engagement that the persona's organization has."""
        items = await self.items("/api/deals?tab=inbound&limit=200", as_)
        (copy,) = [item for item in items if item["engagementId"] == own["engagementId"]]
        return await self.read(copy["id"], as_)

    def contents(self) -> dict[str, Any]:
        """Everything that is stored but who was seen: each table's rows, each file's size."""
        folder = self.services.settings.local_data
        if on_azure():
            return contents(folder)
        containers = [path for name in ("uploads", "derived") for path in (folder / name).rglob("*") if path.is_file()]
        return {**_tables(folder / "cosell.sqlite3"), "files": sorted((str(p), p.stat().st_size) for p in containers)}


def ok(response: httpx.Response, status: int = 200) -> Body:
    """The answer's document, once its status is the one expected."""
    assert response.status_code == status, f"{response.status_code} {response.text[:600]}"
    body: Body = response.json()
    return body


def refused(response: httpx.Response, status: int, code: str | None = None) -> Body:
    """The problem document of a refusal, checked for what every one must have (RFC 9457, DESIGN section 5)."""
    assert response.status_code == status, f"{response.status_code} {response.text[:600]}"
    assert response.headers["content-type"].split(";")[0] == "application/problem+json"
    problem: Body = response.json()
    assert {"type", "title", "status", "code", "detail"} <= problem.keys()
    assert all(problem[name] and isinstance(problem[name], str) for name in ("type", "title", "code", "detail"))
    assert problem["status"] == status
    assert code in (None, problem["code"]), problem
    if problem["code"] == "invalid":
        assert problem["errors"], "a 422 names the fields"
        assert all(error.keys() == {"field", "code", "message"} for error in problem["errors"])
    return problem


def fields_of(problem: Body) -> dict[str, str]:
    """The refused fields, each with its code."""
    return {error["field"]: error["code"] for error in problem["errors"]}


Wrap = Callable[[DocumentStore], DocumentStore]


@asynccontextmanager
async def open_desk(
    folder: Path, clock: MovableClock | None = None, wrap: Wrap | None = None, **settings: str
) -> AsyncIterator[Desk]:
    """The app over an embedded store in `folder`, with the organizations of the demo; put away at the end."""
    assert os.environ["WEBSITE_AUTH_ENABLED"] == "True", "identity comes from the platform only when it says it is on"
    clock = clock or MovableClock()
    values = {"LOCAL_DATA": str(folder), **chosen_pair(folder), **settings}
    if "COSMOS_ENDPOINT" in values:
        values["LOCAL_ORGANIZATIONS"] = str(ROOT / "demo" / "organizations.json")
    else:
        (folder / "cosell.sqlite3").write_bytes(_seeded_store())
    services = bootstrap.build(read_settings(values), clock)
    await bootstrap.seed_local_organizations(services)
    if wrap:
        services = replace(services, store=wrap(services.store))
    bootstrap.use(services)
    transport = httpx.ASGITransport(app=_host().asgi)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:7071") as client:
            yield Desk(services, client, clock)
    finally:
        await bootstrap.close()


@cache
def _seeded_store() -> bytes:
    """A store with the organizations of the demo, made once a process."""
    with tempfile.TemporaryDirectory() as folder:
        organizations = str(ROOT / "demo" / "organizations.json")
        settings = read_settings({"LOCAL_DATA": folder, "LOCAL_ORGANIZATIONS": organizations})

        async def seed() -> None:
            services = bootstrap.build(settings, MovableClock())
            await bootstrap.seed_local_organizations(services)
            await services.close()

        with ThreadPoolExecutor(1) as apart:  # this thread's own loop runs already
            apart.submit(asyncio.run, seed()).result()
        return (Path(folder) / "cosell.sqlite3").read_bytes()


@cache
def _host() -> Host:
    """The host over the app, indexed once a process. Nothing starts its timers and its look-out for blobs."""
    folder = tempfile.mkdtemp(prefix="cosell-host-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    prefix, personas = HostJson(route_prefix=""), read_personas(ROOT / "demo" / "personas.json")
    host = Host(
        functions_of(function_app.app), settings=SCHEDULES, data=Path(folder), host_json=prefix, personas=personas
    )
    atexit.register(lambda: asyncio.run(host.stop(0)))
    return host


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _tables(database: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        real = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        names = [name for (name,) in connection.execute(real)]
        rows = {name: connection.execute(f"SELECT * FROM [{name}]{_but_people(name)}") for name in names}  # noqa: S608
        return {name: sorted(map(repr, found)) for name, found in rows.items()}


def _but_people(table: str) -> str:
    """Whoever calls is noted, also where what they ask for is refused."""
    return " WHERE kind IS NOT 'person'" if table == "organizations" else ""
