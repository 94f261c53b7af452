"""When what we stand on fails: 503 while the store does not answer, 500 without a word of the inside."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from shared.services.ports import DocumentStore, StoreUnavailable
from tests.functions.deals import a_deal, an_acceptance, an_offer, an_opportunity
from tests.functions.desk import Desk, ok, open_desk, refused


class FailingStore:
    """A DocumentStore by delegation that raises `error`, once there is one."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        self.error: Exception | None = None

    def __getattr__(self, name: str) -> Any:
        if self.error is not None and name != "close":
            raise self.error
        return getattr(self._store, name)


@pytest.fixture
async def failing(tmp_path: Path) -> AsyncIterator[tuple[Desk, FailingStore, str]]:
    """A desk with a received referral, whose store can be made to fail."""
    made: list[FailingStore] = []

    def wrap(store: DocumentStore) -> DocumentStore:
        made.append(FailingStore(store))
        return made[0]  # type: ignore[return-value]

    async with open_desk(tmp_path, wrap=wrap) as desk:
        _, copy = await desk.sent()
        await desk.items()
        yield desk, made[0], copy["id"]


REQUESTS = [
    ("GET", "/api/deals", None),
    ("GET", "/api/referrals/{}", None),
    ("GET", "/api/offers", None),
    ("POST", "/api/deals", a_deal()),
    ("POST", "/api/offers", an_offer()),
    ("POST", "/api/referrals/{}/accept", an_acceptance()),
    ("POST", "/api/referrals/{}/accept", {"nonsense": 1}),
    ("POST", "/api/referrals/{}/favourite", {}),
    ("GET", "/api/health", None),
]


@pytest.mark.parametrize(("method", "path", "body"), REQUESTS)
async def test_a_store_that_does_not_answer_is_503(
    failing: tuple[Desk, FailingStore, str], method: str, path: str, body: Any
) -> None:
    """With Retry-After; nothing is half-written; afterwards all is as before."""
    desk, store, id = failing
    before = desk.contents()
    store.error = StoreUnavailable("disk SECRET-PATH is busy", retry_after=7.0)
    response = await desk.send(method, path.format(id), json=body)
    if body != {"nonsense": 1}:
        refused(response, 503, "unavailable")
        assert response.headers["Retry-After"] == "7"
    assert response.status_code in (422, 503)
    assert "SECRET-PATH" not in response.text
    store.error = None
    assert desk.contents() == before
    ok(await desk.act(id, "accept", an_acceptance()))


@pytest.mark.parametrize("path", ["/api/deals", "/api/referrals/{}", "/api/offers"])
async def test_a_fault_of_ours_says_nothing_of_the_inside(
    failing: tuple[Desk, FailingStore, str], path: str, caplog: pytest.LogCaptureFixture
) -> None:
    """500 as a problem document; the traceback is in the log, not in the answer."""
    desk, store, id = failing
    store.error = RuntimeError("SECRET-INSIDE")
    response = await desk.get(path.format(id))
    refused(response, 500, "error")
    assert "SECRET-INSIDE" not in response.text
    assert "SECRET-INSIDE" in caplog.text


async def test_a_new_caller_meets_503_as_well(failing: tuple[Desk, FailingStore, str]) -> None:
    """Before it is known who calls."""
    desk, store, _ = failing
    store.error = StoreUnavailable("busy")
    refused(await desk.post("/api/opportunities", an_opportunity(), "tailspin-admin"), 503, "unavailable")


async def test_health_says_on_what_the_app_stands(desk: Desk) -> None:
    """To anybody; embedded adapters are announced, the clock and the window shown, no name told."""
    seen = ok(await desk.get("/api/health", None))
    assert seen["status"] == "ok"
    assert "embedded" in str(seen).lower() or "sqlite" in str(seen).lower()
    assert seen["now"] == "2027-01-04T09:30:00.000000Z"
    assert "contoso" not in str(seen).lower()
