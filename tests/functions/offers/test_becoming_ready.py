"""From an empty offer to co-sell ready, and on to IP co-sell eligible, through the API and uploads only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from tests.functions.desk import Desk, ok, refused
from tests.functions.offers.becoming import (
    REVIEWER,
    an_empty_offer,
    certify,
    check,
    complete_the_listing,
    complete_the_profile,
    contacts,
    decide,
    delivered,
    person,
    publish,
    publish_and_go_live,
    readiness,
    remove,
    upload,
)
from tests.functions.offers.offering import edited, read

Mend = Callable[[Desk, str], Awaitable[Any]]


async def _profile(desk: Desk, id: str) -> None:
    await complete_the_profile(desk)


FIXES: Final[dict[str, Mend]] = {
    "profile_complete": _profile,
    "offer_live": publish_and_go_live,
    "listing_complete": complete_the_listing,
    "one_pager": lambda desk, id: upload(desk, id, "solution_one_pager"),
    "pitch_deck": lambda desk, id: upload(desk, id, "solution_pitch_deck"),
    "sales_contacts": lambda desk, id: contacts(desk, id, person("FR, US")),
    "reference_architecture": lambda desk, id: upload(desk, id, "reference_architecture_diagram"),
    "revenue": lambda desk, id: certify(desk, id, "revenue", "120000.00"),
    "technical_validation": lambda desk, id: certify(desk, id, "technical_validation"),
}
"""What each check's own fix says to do."""


async def open_checks(desk: Desk, id: str, part: str) -> list[str]:
    """What is still to be done; what is published is published last."""
    found = (await readiness(desk, id))[part]["checks"]
    names = [one["id"] for one in found if not one["passed"]]
    return sorted(names, key=lambda name: name == "offer_live")


async def mended(desk: Desk, id: str, part: str) -> list[str]:
    """Every open check of a part mended, one after the other; each passes once it is, and stays so."""
    order = []
    while names := await open_checks(desk, id, part):
        await FIXES[names[0]](desk, id)
        order.append(names[0])
        assert names[0] not in await open_checks(desk, id, part)
        assert await open_checks(desk, id, part) == names[1:]
    return order


async def test_an_empty_offer_becomes_co_sell_ready_by_doing_what_its_checks_say(desk: Desk) -> None:
    id = await an_empty_offer(desk)
    order = await mended(desk, id, "coSell")
    assert order == ["profile_complete", "listing_complete", "one_pager", "pitch_deck", "sales_contacts", "offer_live"]
    assert (await read(desk, id))["coSellStatus"] == "in_review"  # ready is not decided
    assert (await readiness(desk, id, REVIEWER))["coSell"]["passed"]
    ok(await decide(desk, id, "co_sell_ready"))
    offer = await read(desk, id)
    assert (offer["coSellStatus"], offer["reviewState"], offer["review"]["decision"]) == (
        "co_sell_ready", "decided", "co_sell_ready",
    )  # fmt: skip


async def test_it_becomes_ip_co_sell_eligible_by_what_is_left(desk: Desk) -> None:
    id = await an_empty_offer(desk)
    await mended(desk, id, "coSell")
    ok(await decide(desk, id, "co_sell_ready"))
    assert await mended(desk, id, "ipCoSell") == ["reference_architecture", "revenue", "technical_validation"]
    refused(await decide(desk, id, "ip_co_sell_eligible"), 409)  # the diagram is not published yet
    await publish(desk, id, "co_sell")
    assert (await read(desk, id))["coSellStatus"] == "co_sell_ready"  # it holds until the new one is decided
    ok(await decide(desk, id, "ip_co_sell_eligible"))
    offer = await read(desk, id)
    assert (offer["coSellStatus"], offer["state"]) == ("ip_co_sell_eligible", "live")
    assert [each["scope"] for each in offer["publications"]] == ["all", "co_sell"]


async def test_the_way_there_is_kept_with_its_moments_and_causes(desk: Desk) -> None:
    id = await an_empty_offer(desk)
    await mended(desk, id, "coSell")
    found = await readiness(desk, id)
    assert found["stored"]["isCurrent"]
    turned = [(name, each["cause"]) for each in found["changes"] for name, passed in each["became"].items() if passed]
    assert turned == [
        ("eligible_type", "create"), ("profile_complete", "profile"), ("listing_complete", "edit"),
        ("ip_solution", "edit"), ("one_pager", "upload_document"), ("pitch_deck", "upload_document"),
        ("sales_contacts", "import_contacts"), ("offer_live", "go-live"), ("co_sell_ready", "go-live"),
    ]  # fmt: skip
    assert all(each["at"] and each["by"] for each in found["changes"])


async def test_readiness_changes_no_status(desk: Desk) -> None:
    id = await an_empty_offer(desk)
    await mended(desk, id, "coSell")
    ok(await decide(desk, id, "co_sell_ready"))
    await remove(desk, id, "solution_one_pager")
    assert not (await check(desk, id, "one_pager"))["passed"]
    assert (await read(desk, id))["coSellStatus"] == "co_sell_ready"
    assert (await check(desk, id, "one_pager", REVIEWER))["passed"]  # what is published still has it


async def test_nobody_decides_past_a_failed_check(desk: Desk) -> None:
    """Sent back with reasons for each check, mended, published again, decided."""
    id = await an_empty_offer(desk)
    await publish_and_go_live(desk, id)
    answer = refused(await decide(desk, id, "co_sell_ready"), 409)
    failed = {one["id"] for one in answer["failedChecks"]}
    assert failed == {"profile_complete", "listing_complete", "one_pager", "pitch_deck", "sales_contacts"}
    reasons = [{"check": name, "message": f"See the to-do of {name}."} for name in sorted(failed)]
    ok(await decide(desk, id, "send_back", *reasons))
    offer = await read(desk, id)
    assert (offer["coSellStatus"], offer["review"]["reasons"]) == ("sent_back", reasons)
    await mended(desk, id, "coSell")
    await publish(desk, id, "co_sell")
    assert (await read(desk, id))["coSellStatus"] == "in_review"
    ok(await decide(desk, id, "co_sell_ready"))
    assert (await read(desk, id))["coSellStatus"] == "co_sell_ready"


async def test_the_vendor_judges_what_is_published_not_the_draft(desk: Desk) -> None:
    id = await an_empty_offer(desk)
    await mended(desk, id, "coSell")
    await edited(desk, id, platforms=[])
    assert not (await check(desk, id, "listing_complete"))["passed"]
    found = await readiness(desk, id, REVIEWER)
    assert (found["of"], found["coSell"]["passed"], found["changes"], found["stored"]) == ("published", True, [], None)
    for other in ("fabrikam-admin", "tailspin-admin"):
        refused(await desk.get(f"/api/offers/{id}/readiness", other), 404)


async def test_an_offer_open_to_csp_shows_other_partners_no_readiness(desk: Desk) -> None:
    id = await an_empty_offer(desk, availableInCsp=True)
    await publish_and_go_live(desk, id)
    ok(await desk.get(f"/api/offers/{id}", "fabrikam-admin"))
    refused(await desk.get(f"/api/offers/{id}/readiness", "fabrikam-admin"), 404)
    for reader in ("vendor-seller", REVIEWER, "vendor-admin"):
        ok(await desk.get(f"/api/offers/{id}/readiness", reader))
    await delivered(desk)
