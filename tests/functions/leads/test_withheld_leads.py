"""HIDE_CUSTOMER_UNTIL_ACCEPTED: of leads too, who it is stays hidden until somebody takes it on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.functions.deals import an_acceptance
from tests.functions.desk import Desk, ok, open_desk
from tests.functions.leads.leading import a_customer_contact, inquired, recommended

NEED = "Call Mara Okafor at +33 6 12 34 56 78 about our 40 shops"


@pytest.fixture
async def hiding(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path, HIDE_CUSTOMER_UNTIL_ACCEPTED="true") as desk:
        yield desk


async def test_an_inquiry_shows_its_need_and_nobody_to_call(hiding: Desk) -> None:
    """There would be nothing to decide on otherwise."""
    lead = await inquired(hiding, need=NEED)
    assert "contact" not in lead["customer"]
    assert "our 40 shops" in lead["need"]
    page = await hiding.get(f"/referrals/{lead['id']}", headers={"accept": "text/html"})
    for word in ("Okafor", "12 34 56", "mara@"):
        assert word not in str(lead)
        assert word not in page.text
    accepted = ok(await hiding.act(lead["id"], "accept", an_acceptance()))
    assert accepted["customer"]["contact"] == a_customer_contact()
    assert accepted["need"] == NEED


async def test_what_a_seller_wrote_is_hidden_as_on_a_deal(hiding: Desk) -> None:
    _, lead = await recommended(hiding, need=NEED)
    assert (lead["need"], lead["notes"], lead["sender"]["notes"]) == (None, None, None)
    assert "contact" not in lead["customer"]
    assert await hiding.items("/api/leads?tab=qualified&q=40 shops") == []
    assert "40 shops" not in (await hiding.get("/api/leads.csv?tab=qualified")).text
    accepted = ok(await hiding.act(lead["id"], "accept", an_acceptance()))
    assert accepted["need"] == NEED
