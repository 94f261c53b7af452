"""What the tests of offers do again and again."""

from __future__ import annotations

from typing import Any, Final

from tests.functions.deals import Body, an_offer
from tests.functions.desk import Desk, ok

CO_SELL: Final[Body] = {
    "solutionType": "ip",
    "platforms": ["azure"],
    "segments": ["enterprise"],
    "solutionAreas": [{"area": "data_ai", "subAreas": ["analytics"]}],
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
