"""An inquiry while the store fails, and a customer that takes its consent back: nothing lost, nothing twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shared.domain.leads.customer_mail import customer_mails
from shared.domain.referrals.announcing import news
from shared.services.ports import DocumentStore, StoreUnavailable
from tests.functions.deals import an_acceptance
from tests.functions.desk import Desk, ok, open_desk, refused
from tests.functions.leads.leading import an_inquiry, inquired, published

OPERATIONS = 9  # of one inquiry by a client and an address nobody has seen


class Failing:
    """A store whose `at`-th operation from now fails, before it is done or after."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        self.at: int | None = None
        self.done = False
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._store, name)
        if name == "close":
            return real

        async def counted(*args: Any) -> Any:
            self.calls += 1
            fails = self.calls == self.at
            result = None if fails and not self.done else await real(*args)
            if fails:
                raise StoreUnavailable("gone for a moment", retry_after=2.0)
            return result

        return counted


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(1, OPERATIONS + 1))
async def test_whenever_the_store_fails_sending_it_again_makes_the_lead_once(
    tmp_path: Path, at: int, done: bool
) -> None:
    """The two writes of an inquiry are no transaction: between them it is remembered and not there yet."""
    made: list[Failing] = []

    def wrap(store: DocumentStore) -> DocumentStore:
        made.append(Failing(store))
        return made[0]  # type: ignore[return-value]

    async with open_desk(tmp_path, wrap=wrap) as desk:
        await published(desk)
        store = made[0]
        store.at, store.done, store.calls = at, done, 0
        first = await desk.post("/api/inquiries", an_inquiry(), None)
        if first.status_code != 201:
            assert refused(first, 503, "unavailable")
            assert first.headers["retry-after"] == "2"
        store.at = None
        again = ok(await desk.post("/api/inquiries", an_inquiry(), None), 201)
        assert first.status_code == 503 or first.json() == again
        (row,) = await desk.items("/api/leads?tab=marketplace")
        stored = await desk.services.store.get("referrals", "contoso", row["id"])
        assert stored is not None
        lead: Any = stored.document
        links = {"confirm": "c", "directory": "d"}
        kinds = [mail.kind for entry in news(lead) for mail in customer_mails(lead, entry, [], links)]
        assert kinds == ["confirmation"]


async def test_an_inquiry_costs_few_store_operations(tmp_path: Path) -> None:
    """The client's counter, the profile, the address, the lead: a read and a write each where one is written. The
    partner and its routing are remembered."""
    made: list[Failing] = []

    def wrap(store: DocumentStore) -> DocumentStore:
        made.append(Failing(store))
        return made[0]  # type: ignore[return-value]

    async with open_desk(tmp_path, wrap=wrap) as desk:
        await published(desk)
        ok(await desk.post("/api/inquiries", an_inquiry(need="first"), None), 201)
        made[0].calls = 0
        ok(await desk.post("/api/inquiries", an_inquiry(), None), 201)
        assert made[0].calls == 6


async def test_a_customer_takes_its_consent_back(desk: Desk) -> None:
    """The contact goes for good, out of its own words too, and nobody writes to it any more."""
    lead = await inquired(desk, need="Call Mara Okafor, +33 6 12 34 56 78, about 40 shops")
    ok(await desk.act(lead["id"], "accept", an_acceptance()))
    after = ok(await desk.act(lead["id"], "withdraw-consent"))
    assert "contact" not in after["customer"]
    assert after["customerTold"] == {"allowed": False, "reason": "The customer withdrew its consent."}
    stored = await desk.services.store.get("referrals", "contoso", lead["id"])
    assert stored is not None
    assert after["need"] == "Call [hidden] [hidden], [hidden], about 40 shops"
    assert "okafor" not in str(stored.document).casefold()


async def test_a_consent_taken_back_reaches_the_partner_of_a_recommended_lead(desk: Desk) -> None:
    from tests.functions.leads.leading import recommended

    own, copy = await recommended(desk)
    ok(await desk.act(own["id"], "withdraw-consent", None, "vendor-seller"))
    await desk.deliver()
    after = await desk.read(copy["id"])
    assert "contact" not in after["customer"]
    assert after["customerTold"]["allowed"] is False
