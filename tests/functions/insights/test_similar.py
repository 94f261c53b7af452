"""What was alike, and what fits: from the organization's own answers and outcomes only (issue 5, item 7)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from shared.services.ports import REFERRALS
from tests.contract.counting import CountingStore
from tests.functions.deals import ABSENT, a_customer, an_acceptance
from tests.functions.desk import Desk, ok, open_desk, refused
from tests.functions.reading import Browser

MOVER: Final = {"kind": "third_party", "name": "Data Mover"}


async def answered(desk: Desk, how: str, **changes: Any) -> str:
    """An opportunity that Contoso answered, a minute after the one before; its id."""
    desk.clock.move(timedelta(minutes=1))
    _, copy = await desk.sent(**changes)
    if how == "declined":
        ok(await desk.act(copy["id"], "decline", {"reason": 4}))
        return str(copy["id"])
    ok(await desk.act(copy["id"], "accept", an_acceptance(name=changes.get("name", "Ours"))))
    if how in ("won", "lost"):
        ok(await desk.act(copy["id"], "win" if how == "won" else "lose", {} if how == "won" else {"reason": 3}))
    return str(copy["id"])


async def similar(desk: Desk, id: str, as_: str = "contoso-auditor") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = ok(await desk.get(f"/api/referrals/{id}/similar", as_))["items"]
    return items


async def test_the_likest_come_first_with_what_became_of_them_and_why(desk: Desk) -> None:
    in_italy = await answered(desk, "won", name="In Italy", customer=a_customer(country="IT"))
    same = await answered(desk, "declined", name="The same")
    other = await answered(desk, "accepted", name="Other", solutions=[MOVER], customer=a_customer(size=ABSENT))
    await desk.sent(name="Waiting")
    _, asked = await desk.sent(name="New")
    found = await similar(desk, asked["id"])
    assert [(one["id"], one["outcome"], one["likeness"]) for one in found] == [
        (same, "declined", 0.75), (in_italy, "won", 0.55)
    ], "a country in common is too little, and what waits was not answered"  # fmt: skip
    assert found[0]["reasons"] == [
        "the same solution (Fabrikam Migrator)", "the same country (FR)",
        "a customer of the same size (51 to 250 employees)",
    ]  # fmt: skip
    assert found[0].keys() == {
        "id", "name", "kind", "stage", "outcome", "createdAt", "acceptedAt", "archivedAt", "customer", "likeness",
        "reasons",
    }  # fmt: skip
    assert {one["id"] for one in await similar(desk, same)} == {in_italy}, "not itself"
    assert other not in {one["id"] for one in found}


async def test_nobody_elses_record_is_looked_at(desk: Desk) -> None:
    _, theirs = await desk.sent(partnerId="fabrikam", name="Theirs")
    ok(await desk.act(theirs["id"], "decline", {"reason": 4}, "fabrikam-admin"))
    _, copy = await desk.sent()
    assert await similar(desk, copy["id"]) == []
    refused(await desk.get(f"/api/referrals/{copy['id']}/similar", "fabrikam-admin"), 404, "not_found")
    refused(await desk.get("/api/referrals/nothing/similar"), 404, "not_found")


async def test_an_error_is_nothing_to_learn_from_and_own_deals_are_no_answers(desk: Desk) -> None:
    id = await answered(desk, "accepted")
    ok(await desk.act(id, "close-as-error", {"reason": 7}))
    own = await desk.created()
    _, copy = await desk.sent()
    assert await similar(desk, copy["id"]) == []
    assert own["fitsYou"] is None


async def test_a_received_referral_says_whether_it_fits_by_the_record_so_far(desk: Desk) -> None:
    _, first = await desk.sent()
    seen = await desk.read(first["id"])
    assert seen["fitsYou"] == {"fits": False, "reasons": ["Too few requests like it have been answered to tell."]}
    for how in ("won", "accepted", "lost", "declined"):
        await answered(desk, how)
    for _ in range(3):
        await answered(desk, "declined", solutions=[MOVER], customer=a_customer(country="IT", size="1to9employees"))
    await desk.announce()
    seen = await desk.read(first["id"])
    assert seen["fitsYou"]["fits"] is True
    assert seen["fitsYou"]["reasons"][0] == (
        "You accepted 3 of 4 requests about Fabrikam Migrator, and won 1 of 2 that were closed."
    )
    _, other = await desk.sent(solutions=[MOVER], customer=a_customer(country="IT"))
    unfit = (await desk.read(other["id"]))["fitsYou"]
    assert unfit["fits"] is False
    assert "You accepted 0 of 3 requests from IT." in unfit["reasons"]
    ok(await desk.act(first["id"], "accept", an_acceptance()))
    assert (await desk.read(first["id"]))["fitsYou"] is None, "it is decided"


async def test_accepted_outside_fit_and_then_lost_lowers_the_fit(desk: Desk) -> None:
    for _ in range(4):
        await answered(desk, "declined")
    await desk.announce()
    _, copy = await desk.sent()
    ok(await desk.act(copy["id"], "accept", an_acceptance()))
    await desk.announce()
    ok(await desk.act(copy["id"], "lose", {"reason": 4}))
    await desk.announce()
    assert ok(await desk.get("/api/insights"))["total"]["misfits"] == 1


async def test_the_page_of_a_received_referral_says_so_and_links_to_the_likest(desk: Desk) -> None:
    before = [await answered(desk, "won", name=f"Before {n}") for n in range(4)]
    await desk.announce()
    _, copy = await desk.sent()
    page = await Browser(desk, "contoso-user").open(f"/referrals/{copy['id']}")
    assert "Fits you" in page.headings
    assert "You accepted 4 of 4 requests from FR, and won 4 of 4 that were closed." in page.text
    assert page.links["Before 3"] == f"/referrals/{before[3]}"
    assert "Before 0" not in page.text, "three are enough on a page"
    page = await Browser(desk, "contoso-user").open(f"/referrals/{before[0]}")
    assert "Fits you" not in page.headings


async def test_the_look_is_two_finds_however_much_was_answered(tmp_path: Path) -> None:
    counted: list[CountingStore] = []

    def wrap(store: Any) -> Any:
        counted.append(CountingStore(store))
        return counted[0]

    async with open_desk(tmp_path, wrap=wrap) as desk:
        _, copy = await desk.sent()
        ok(await desk.get(f"/api/referrals/{copy['id']}/similar"))
        counted[0].calls.clear()
        await similar(desk, copy["id"], "contoso-admin")
        assert sorted(counted[0].calls) == [("find", REFERRALS)] * 2 + [("get", REFERRALS)]


async def test_the_insights_page_shows_figures_charts_and_tips(desk: Desk) -> None:
    empty = await Browser(desk, "contoso-auditor").open("/insights")
    assert (empty.status, "Nothing received yet" in empty.text) == (200, True)
    await answered(desk, "won")
    await answered(desk, "declined", solutions=[{"kind": "own", "name": "<b>Bold & co</b>"}])
    await desk.announce()
    page = await Browser(desk, "contoso-auditor").open("/insights")
    assert page.headings[:4] == ["Insights", "In total", "Time to answer", "By location"]
    for words in (
        "Answered in time 100 % 2 of 2", "Half of the answers within 1 hour", "Accepted 50 % 1 of 2 answered",
        "Answered 2 of 2 requests in time, half of them within 1 hour.", "Requirement not met", "France",
        "51 to 250 employees", "Be choosy", "<b>Bold & co</b>", "It counts once your profile is published.",
    ):  # fmt: skip
        assert words in page.text, words
    assert "<b>Bold" not in page.html
    assert 'role="img"' in page.html
    assert "≤ 1 hour: 2; ≤ 4 hours: 0" in page.html
