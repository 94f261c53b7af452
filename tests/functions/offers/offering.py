"""What the tests of offers do again and again."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from tests.functions import profiles
from tests.functions.deals import Body, an_offer
from tests.functions.desk import Desk, ok
from tests.functions.uploads import uploading
from tests.unit.parsing.tables import file_of

FILES: Final = Path(__file__).parents[2] / "files" / "documents"
SALES: Final = ("Ana Lima", "ana@contoso.example", "Seller", "Partner sales", "FR, DE", "")
CO_SELL: Final[Body] = {
    "solutionType": "ip",
    "platforms": ["azure"],
    "segments": ["enterprise", "corporate"],
    "solutionAreas": [{"area": "data_ai", "subAreas": ["analytics", "databases"]}],
    "landingPageUrl": "https://fabrikam.example/migrator",
}
"""The co-sell tab, filled in."""


def of(as_: str) -> str:
    """A persona of an organization who looks after its offers."""
    return f"{as_}-admin"


async def a_draft(desk: Desk, as_: str = "contoso", **changes: Any) -> Body:
    """A new offer with everything but contacts and documents."""
    return ok(await desk.post("/api/offers", an_offer(**{**CO_SELL, **changes}), of(as_)), 201)


async def read(desk: Desk, id: str, as_: str = "contoso-admin") -> Body:
    """The offer as somebody sees it."""
    return ok(await desk.get(f"/api/offers/{id}", as_))


async def edited(desk: Desk, id: str, as_: str = "contoso", **patch: Any) -> Body:
    """The draft, saved with these fields as it is now."""
    etag = (await desk.get(f"/api/offers/{id}", of(as_))).headers["ETag"]
    answer = await desk.send("PATCH", f"/api/offers/{id}", as_=of(as_), json=patch, headers={"If-Match": etag})
    return ok(answer)


async def publish_offer(desk: Desk, id: str, scope: str = "all", as_: str = "contoso") -> Body:
    """The draft, published; nothing is delivered yet."""
    return ok(await desk.post(f"/api/offers/{id}/publish", {"scope": scope}, of(as_)))


async def published(desk: Desk, as_: str = "contoso", **changes: Any) -> Body:
    """An offer that is validated and in review, not live yet."""
    offer = await a_draft(desk, as_, **changes)
    await publish_offer(desk, offer["id"], as_=as_)
    await desk.deliver()
    return await read(desk, offer["id"], of(as_))


async def live(desk: Desk, as_: str = "contoso", **changes: Any) -> Body:
    """An offer that is live and in review."""
    offer = await published(desk, as_, **changes)
    ok(await desk.post(f"/api/offers/{offer['id']}/go-live", {}, of(as_)))
    await desk.deliver()
    return await read(desk, offer["id"], of(as_))


async def fill(desk: Desk, id: str, as_: str = "contoso") -> None:
    """A complete profile, a sales contact for each country, the two documents that are required."""
    await profiles.drafted(desk, of(as_))
    await uploading.uploaded(desk, id, file_of(SALES), as_=of(as_))
    for kind, name in (("solution_one_pager", "one-pager.pdf"), ("solution_pitch_deck", "pitch-deck.pptx")):
        content = (FILES / name).read_bytes()
        record = await uploading.uploaded(desk, id, content, name, f"/documents/{kind}", of(as_))
        assert record["status"] == "done", record


async def ready(desk: Desk, as_: str = "contoso", **changes: Any) -> Body:
    """An offer that is live, in review, and meets every check of co-sell ready."""
    offer = await a_draft(desk, as_, **changes)
    await fill(desk, offer["id"], as_)
    await publish_offer(desk, offer["id"], as_=as_)
    await desk.deliver()
    ok(await desk.post(f"/api/offers/{offer['id']}/go-live", {}, of(as_)))
    await desk.deliver()
    return await read(desk, offer["id"], of(as_))


async def decide(desk: Desk, id: str, decision: str, **headers: str) -> Any:
    """The Reviewer's answer to what is published."""
    reasons = [{"check": "one_pager", "message": "It does not say what it is for."}] if decision == "send_back" else []
    return await desk.post(
        f"/api/offers/{id}/decision", {"decision": decision, "reasons": reasons}, "vendor-reviewer", **headers
    )


async def queue(desk: Desk) -> list[str]:
    """Ids of what waits for the Reviewer, the oldest request first."""
    return [each["id"] for each in await desk.items("/api/offers?review=in_review", "vendor-reviewer")]
