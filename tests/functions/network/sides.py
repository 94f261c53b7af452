"""What each organization has of one piece of business, found by every way there is to find it."""

from __future__ import annotations

from typing import Final

from tests.functions.deals import Body
from tests.functions.desk import Desk, ok, refused

READERS: Final = {
    "contoso": "contoso-auditor",
    "fabrikam": "fabrikam-admin",
    "tailspin": "tailspin-admin",
    "vendor": "vendor-reviewer",
}
"""One of each organization who reads."""

Sides = dict[str, list[str]]


async def sides(desk: Desk, own: Body) -> Sides:
    """`{"contoso": ["accepted co_sell; vendor pending"], "vendor": ["received co_sell"]}`, in no order of time.

    For whoever has nothing of it there is nothing: no list, no search, no engagement, no address shows it.
    """
    found = {organization: await _of(desk, own, reader) for organization, reader in READERS.items()}
    everything = {copy["id"] for copies in found.values() for copy in copies}
    for organization, copies in found.items():
        await _assert_found_everywhere(desk, own, READERS[organization], copies)
        for id in everything - {copy["id"] for copy in copies}:
            refused(await desk.get(f"/api/referrals/{id}", READERS[organization]), 404)
    return {organization: sorted(map(in_words, copies)) for organization, copies in found.items() if copies}


async def copies_of(desk: Desk, own: Body, organization: str) -> list[Body]:
    """An organization's copies, oldest first, as it reads them."""
    return await _of(desk, own, READERS[organization])


async def copy_of(desk: Desk, own: Body, organization: str) -> Body:
    """Its only live one, or its only one."""
    copies = await copies_of(desk, own, organization)
    (copy,) = [copy for copy in copies if copy["stage"] != "archived"] if len(copies) > 1 else copies
    return copy


def in_words(copy: Body) -> str:
    stage = copy["outcome"] or copy["stage"]
    mirror = "mirror " if copy.get("mirror") else ""
    invitations = "".join(f"; {one['target']} {one['status']}" for one in copy["invitations"])
    return f"{mirror}{stage} {copy['dealType']}{invitations}"


async def engagement(desk: Desk, own: Body, organization: str) -> Body:
    return ok(await desk.get(f"/api/engagements/{own['engagementId']}", READERS[organization]))


async def timeline(desk: Desk, own: Body, organization: str) -> list[tuple[str, str]]:
    """Who did what, as this organization knows it."""
    entries = (await engagement(desk, own, organization))["timeline"]
    assert [entry["at"] for entry in entries] == sorted(entry["at"] for entry in entries)
    return [(entry["organizationId"], entry["what"]) for entry in entries]


async def _of(desk: Desk, own: Body, reader: str) -> list[Body]:
    items = []
    for tab, direction in (("inbound", "incoming"), ("outbound", "outgoing")):
        listed = await desk.items(f"/api/deals?tab={tab}&limit=200&sort=created", reader)
        assert {item["direction"] for item in listed} <= {direction}
        items += [item for item in listed if item["engagementId"] == own["engagementId"]]
    return [await desk.read(item["id"], reader) for item in items]


async def _assert_found_everywhere(desk: Desk, own: Body, reader: str, copies: list[Body]) -> None:
    """By the engagement and by search as well as by the lists; or by none of them."""
    mine = {copy["id"] for copy in copies}
    response = await desk.get(f"/api/engagements/{own['engagementId']}", reader)
    if copies:
        assert {copy["id"] for copy in ok(response)["copies"]} == mine
    else:
        refused(response, 404, "not_found")
    hits = [
        item
        for tab in ("inbound", "outbound")
        for item in await desk.items(f"/api/deals?tab={tab}&q={own['customer']['name']}&limit=200", reader)
        if item["engagementId"] == own["engagementId"]
    ]
    assert {item["id"] for item in hits} == mine
