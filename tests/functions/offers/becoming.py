"""How an offer is made ready over HTTP and by uploads, one check at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tests.functions.deals import Body
from tests.functions.desk import Desk, ok
from tests.functions.offers.offering import edited
from tests.functions.profiles import drafted
from tests.functions.uploads.uploading import uploaded
from tests.unit.parsing.tables import file_of

FILES: Final = Path(__file__).parents[2] / "files" / "documents"
REVIEWER: Final = "vendor-reviewer"
DOCUMENTS: Final = {
    "solution_one_pager": "one-pager.pdf",
    "solution_pitch_deck": "pitch-deck.pptx",
    "reference_architecture_diagram": "diagram.png",
}
"""A real file for each required type."""
COMPLETE: Final[Body] = {
    "solutionType": "ip",
    "platforms": ["azure"],
    "segments": ["enterprise"],
    "solutionAreas": [{"area": "business_applications", "subAreas": ["erp"]}],
}


async def an_empty_offer(desk: Desk, **changes: Any) -> str:
    """The least an offer can be created with; its id."""
    body = {"name": "Contoso Migrator", "offerType": "saas", "availableCountries": ["FR", "US"], **changes}
    return str(ok(await desk.post("/api/offers", body), 201)["id"])


async def readiness(desk: Desk, id: str, as_: str = "contoso-admin") -> Body:
    """The whole answer."""
    return ok(await desk.get(f"/api/offers/{id}/readiness", as_))


async def check(desk: Desk, id: str, name: str, as_: str = "contoso-admin") -> Body:
    """One check as it is now; `co_sell_ready` is of the second part."""
    found = await readiness(desk, id, as_)
    (one,) = [one for part in ("coSell", "ipCoSell") for one in found[part]["checks"] if one["id"] == name]
    return dict(one)


async def upload(desk: Desk, id: str, kind: str, file: str | None = None) -> Body:
    """A document sent and taken in."""
    name = file or DOCUMENTS[kind]
    record = await uploaded(desk, id, (FILES / name).read_bytes(), name, f"/documents/{kind}")
    assert record["status"] == "done", record
    return record


async def remove(desk: Desk, id: str, kind: str) -> None:
    """A document taken away."""
    path = f"/api/offers/{id}/documents/{kind}/{DOCUMENTS[kind]}"
    assert (await desk.send("DELETE", path)).status_code in (200, 204)


def person(countries: str, role: str = "Partner sales", name: str = "Ana Lima", states: str = "") -> list[str]:
    """A row of a contacts file."""
    return [name, f"{name.split()[0].lower()}@contoso.example", "Seller", role, countries, states]


async def contacts(desk: Desk, id: str, *rows: Sequence[str]) -> Body:
    """The list put in force, in the place of the one before."""
    record = await uploaded(desk, id, file_of(*rows))
    assert record["status"] == "done", record
    return record


async def delivered(desk: Desk) -> None:
    """What is posted takes its effect: publications are validated and in force, decisions reach their offer."""
    await desk.run("deliver_events")


async def publish(desk: Desk, id: str, scope: str = "all") -> Body:
    """Published, and validated or sent back."""
    ok(await desk.post(f"/api/offers/{id}/publish", {"scope": scope}))
    await delivered(desk)
    return ok(await desk.get(f"/api/offers/{id}"))


async def go_live(desk: Desk, id: str) -> None:
    """Live, for the vendor too."""
    ok(await desk.post(f"/api/offers/{id}/go-live"))
    await delivered(desk)


async def publish_and_go_live(desk: Desk, id: str) -> None:
    await publish(desk, id)
    await go_live(desk, id)


async def certify(desk: Desk, id: str, kind: str, amount: str | None = None, currency: str = "USD") -> None:
    """Recorded by the vendor's reviewer, and known to the offer."""
    body: Body = {"kind": kind, "evidence": "Marketplace report 2026-12"}
    if amount:
        body["amount"] = {"amount": amount, "currency": currency}
    ok(await desk.post(f"/api/offers/{id}/certificates", body, REVIEWER))
    await delivered(desk)


async def decide(desk: Desk, id: str, decision: str, *reasons: Body, as_: str = REVIEWER) -> Any:
    """The reviewer's answer, and what it did to the offer."""
    body: Body = {"decision": decision} | ({"reasons": list(reasons)} if reasons else {})
    answer = await desk.post(f"/api/offers/{id}/decision", body, as_)
    await delivered(desk)
    return answer


async def complete_the_profile(desk: Desk) -> None:
    await drafted(desk)


async def complete_the_listing(desk: Desk, id: str) -> None:
    await edited(desk, id, **COMPLETE)
