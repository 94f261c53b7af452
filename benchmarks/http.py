"""Reads, creates and lists a second through the local host, beside a bare ASGI callable on the same server.

    python -m benchmarks.http

One process serves, over the embedded store; the clients are in this one. The bare callable is sent the same requests
and answers as many bytes, so that what is between the two is ours: routing, converters, identity, services, store.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson

from benchmarks.figures import Figure, table
from benchmarks.http_client import Server, exchange, load, request, serving
from tests.functions.deals import a_deal

CLIENTS: Final = 16
ROUNDS: Final = 5
REQUESTS: Final = {"read": 2_000, "list": 500, "create": 1_000}
STORED: Final = 1_000
PERSONA: Final = "contoso-admin"
NEVER: Final = {
    "DELIVERY_SCHEDULE": "0 0 0 1 1 *",
    "EXPIRY_SWEEP_SCHEDULE": "0 0 0 1 1 *",
    "REMINDER_SCHEDULE": "0 0 0 1 1 *",
}
LIST: Final = "/api/deals?tab=outbound&limit=50"


@dataclass
class Side:
    """One of the two servers, and what it took: requests a second, and CPU microseconds of the server a request."""

    server: Server
    rates: dict[str, list[float]] = field(default_factory=dict)
    costs: dict[str, list[float]] = field(default_factory=dict)

    async def load(self, kind: str, messages: list[bytes], expected: int) -> None:
        before = self.server.cpu_seconds()
        seconds = await load(self.server.port, messages, CLIENTS, expected)
        used = self.server.cpu_seconds() - before
        self.rates.setdefault(kind, []).append(len(messages) / seconds)
        self.costs.setdefault(kind, []).append(used / len(messages) * 1e6)


def measure() -> list[Figure]:
    """Medians of the rounds."""
    with (
        tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as data,
        serving("devhost", "--port", "0", "--data", data, **NEVER) as ours,
        serving("benchmarks.bare_asgi") as bare,
    ):
        return asyncio.run(compared(Side(ours), Side(bare)))


async def compared(ours: Side, bare: Side) -> list[Figure]:
    """In turns: each kind of request, to the one and to the other."""
    numbers = iter(range(10**9))
    ids = [await created(ours.server.port, next(numbers)) for _ in range(STORED)]
    length = {
        "read": len((await exchange(ours.server.port, request("GET", f"/api/referrals/{ids[0]}", PERSONA)))[1]),
        "list": len((await exchange(ours.server.port, request("GET", LIST, PERSONA)))[1]),
    }
    length["create"] = length["read"]
    for _ in range(ROUNDS):
        for kind, count in REQUESTS.items():
            expected = 201 if kind == "create" else 200
            await ours.load(kind, list(requests(kind, count, ids, numbers)), expected)
            await bare.load(kind, list(requests(kind, count, ids, numbers, length[kind])), 200)
    figures = []
    for kind in REQUESTS:
        rate, floor = statistics.median(ours.rates[kind]), statistics.median(bare.rates[kind])
        cost, least = statistics.median(ours.costs[kind]), statistics.median(bare.costs[kind])
        figures.append(Figure(f"HTTP {kind}", rate, "/s", floor, "bare ASGI callable", more_is_better=True))
        figures.append(Figure(f"HTTP {kind}, CPU of the server", cost, "us", least, "bare ASGI callable"))
    return figures


def requests(
    kind: str, count: int, ids: list[str], numbers: Iterator[int], length: int | None = None
) -> Iterator[bytes]:
    """Reads all over, the newest page, and new deals."""
    for n in range(count):
        if kind == "read":
            yield request("GET", f"/api/referrals/{ids[n * 7919 % len(ids)]}", PERSONA, length=length)
        elif kind == "list":
            yield request("GET", LIST, PERSONA, length=length)
        else:
            yield request("POST", "/api/deals", PERSONA, body=new_deal(next(numbers)), length=length)


async def created(port: int, number: int) -> str:
    status, body = await exchange(port, request("POST", "/api/deals", PERSONA, body=new_deal(number)))
    assert status == 201, body
    id: str = orjson.loads(body)["id"]
    return id


def new_deal(number: int) -> dict[str, Any]:
    return a_deal(name=f"Contoso ERP to the cloud {number}", estimatedCloseDate="2099-03-31")


if __name__ == "__main__":
    print(table(measure()))
