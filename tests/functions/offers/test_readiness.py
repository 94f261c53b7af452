"""Readiness over HTTP, and the reference data beside it."""

from __future__ import annotations

import json
from pathlib import Path

from shared.services.offering.reference_file import OURS
from tests.functions.deals import Body
from tests.functions.desk import Desk, ok, open_desk, refused
from tests.functions.offers.offering import a_draft, edited
from tests.functions.profiles import drafted


async def readiness(desk: Desk, id: str, as_: str = "contoso-admin") -> Body:
    """The checks by id, of both parts."""
    found = ok(await desk.get(f"/api/offers/{id}/readiness", as_))
    return {check["id"]: check for part in ("coSell", "ipCoSell") for check in found[part]["checks"]}


async def test_it_is_that_of_the_draft_and_of_the_profile_as_they_are_now(desk: Desk) -> None:
    offer = await a_draft(desk, platforms=[])
    before = await readiness(desk, offer["id"])
    assert not before["listing_complete"]["passed"]
    assert not before["profile_complete"]["passed"]
    await edited(desk, offer["id"], platforms=["azure"])
    await drafted(desk)
    now = await readiness(desk, offer["id"])
    assert now["listing_complete"]["passed"]
    assert now["profile_complete"]["passed"]


async def test_it_is_answered_with_the_etag_of_the_offer(desk: Desk) -> None:
    offer = await a_draft(desk)
    answer = await desk.get(f"/api/offers/{offer['id']}/readiness")
    assert answer.headers["ETag"] == (await desk.get(f"/api/offers/{offer['id']}")).headers["ETag"]
    found = ok(answer)
    assert (found["of"], found["offerId"], found["coSellStatus"]) == ("draft", offer["id"], "none")
    assert [row["country"] for row in found["grid"]] == offer["availableCountries"]


async def test_a_draft_is_nobody_elses(desk: Desk) -> None:
    offer = await a_draft(desk)
    for other in ("fabrikam-admin", "vendor-seller", "vendor-reviewer", "vendor-admin"):
        refused(await desk.get(f"/api/offers/{offer['id']}/readiness", other), 404)
    refused(await desk.get("/api/offers/nothing/readiness"), 404)
    refused(await desk.get(f"/api/offers/{offer['id']}/readiness", None), 401)


async def test_reference_data_is_open_to_everybody_who_is_signed_in(desk: Desk) -> None:
    ours = json.loads(OURS.read_bytes())
    for persona in ("contoso-auditor", "vendor-seller"):
        assert ok(await desk.get("/api/offer-reference", persona)) == {
            **ours,
            "limits": {"solutionAreas": 3, "subAreas": 2},
        }
    refused(await desk.get("/api/offer-reference", None), 401)


async def test_the_operators_own_reference_data_takes_its_place(tmp_path: Path) -> None:
    document = {**json.loads(OURS.read_bytes()), "version": "7", "segments": [{"id": "banks", "name": "Banks"}]}
    file = tmp_path / "reference.json"
    file.write_text(json.dumps(document))
    async with open_desk(tmp_path, OFFER_REFERENCE=str(file), MAX_SOLUTION_AREAS="5") as desk:
        found = ok(await desk.get("/api/offer-reference"))
    assert (found["version"], found["segments"]) == ("7", document["segments"])
    assert found["limits"]["solutionAreas"] == 5
