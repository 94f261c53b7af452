"""A contacts list says what it changes; where it waits, somebody confirms it or lets it go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from shared.domain.offers.upload import chunk_id, import_id
from shared.services.ports import CONTACTS, DERIVED_CONTAINER
from shared.services.uploads.contact_diffs import diff_path
from tests.functions.desk import Body, Desk, ok, open_desk, refused
from tests.functions.uploads.uploading import BO, an_offer, imported, names, send_file, trigger, uploaded
from tests.unit.parsing.tables import ANA, file_of

CY = ["Cy Roy", "cy@contoso.example", "Boss", "Partner marketing", "OOO", ""]
ANA_MOVED = ["Ana Lima", "ANA@contoso.example", "Director", "Partner sales", "US, CA", "US-WA"]
NOTHING = {"added": 0, "removed": 0, "changed": 0, "untouched": 0}


@pytest.fixture
async def waiting(tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk where contacts wait to be confirmed."""
    async with open_desk(tmp_path, CONTACTS_CONFIRM="true") as opened:
        yield opened


async def sent(desk: Desk, offer: str, *rows: list[str], name: str = "next.csv") -> Body:
    """A file taken in a second after the one before."""
    desk.clock.move(timedelta(seconds=1))
    return await uploaded(desk, offer, file_of(*rows), name)


async def in_force(desk: Desk, *rows: list[str]) -> str:
    """An offer with a list that was confirmed."""
    offer: str = (await an_offer(desk))["id"]
    await sent(desk, offer, *rows, name="first.csv")
    ok(await act(desk, offer, "confirm"))
    return offer


async def act(desk: Desk, offer: str, action: str, body: Body | None = None, **headers: str) -> httpx.Response:
    return await desk.post(f"/api/offers/{offer}/contacts/{action}", body, **headers)


async def diff_of(desk: Desk, offer: str) -> Body:
    return ok(await desk.get(f"/api/offers/{offer}/contacts/diff"))


async def shown(desk: Desk, offer: str) -> Body:
    return ok(await desk.get(f"/api/offers/{offer}"))


async def test_an_import_says_what_it_changed(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    await imported(desk, offer, ANA, BO)
    record = await sent(desk, offer, ANA_MOVED, CY)
    assert (record["status"], record["result"]["contacts"]) == ("done", 2)
    assert {kind: record["result"][kind] for kind in NOTHING} == {
        "added": 1,
        "removed": 1,
        "changed": 1,
        "untouched": 0,
    }
    diff = await diff_of(desk, offer)
    assert (diff["pending"], diff["counts"]) == (False, {"added": 1, "removed": 1, "changed": 1, "untouched": 0})
    assert [row["name"] for row in diff["added"]] == ["Cy Roy"]
    assert [row["name"] for row in diff["removed"]] == ["Bo Li"]
    (changed,) = diff["changed"]
    assert changed["fields"] == ["email", "jobTitle"]
    assert (changed["before"]["jobTitle"], changed["after"]["jobTitle"]) == ("Seller", "Director")


async def test_one_address_with_two_roles_is_two_contacts(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    second = [*ANA[:3], "Partner marketing", *ANA[4:]]
    await imported(desk, offer, ANA, second)
    record = await sent(desk, offer, ANA)
    assert {kind: record["result"][kind] for kind in NOTHING} == {**NOTHING, "removed": 1, "untouched": 1}


async def test_the_same_rows_in_another_file_change_nothing(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    await imported(desk, offer, ANA, BO)
    before = await shown(desk, offer)
    desk.clock.move(timedelta(seconds=1))
    record = await uploaded(desk, offer, file_of(ANA, BO).replace(b"\r\n", b"\n"), "unix.csv")
    assert record["status"] == "unchanged"
    assert await shown(desk, offer) == before


async def test_a_list_in_another_order_is_another_list(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    await imported(desk, offer, ANA, BO)
    record = await sent(desk, offer, BO, ANA)
    assert record["status"] == "done"
    assert {kind: record["result"][kind] for kind in NOTHING} == {**NOTHING, "untouched": 2}
    assert await names(desk, offer) == ["Bo Li", "Ana Lima"]


async def test_there_is_nothing_to_compare_before_anything_was_imported(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    refused(await desk.get(f"/api/offers/{offer}/contacts/diff"), 404, "no_diff")
    for action in ("confirm", "discard"):
        refused(await act(desk, offer, action), 409, "nothing_to_confirm")


async def test_a_list_waits_until_it_is_confirmed(waiting: Desk) -> None:
    offer = await in_force(waiting, ANA)
    record = await sent(waiting, offer, ANA, BO)
    assert (record["status"], record["result"]["pending"]) == ("done", True)
    assert record["detail"].startswith("The list was read and waits")
    assert await names(waiting, offer) == ["Ana Lima"]
    before = await shown(waiting, offer)
    assert (before["contactCount"], before["pendingImport"]["contacts"]) == (1, 2)
    diff = await diff_of(waiting, offer)
    assert (diff["pending"], diff["counts"]) == (True, {**NOTHING, "added": 1, "untouched": 1})
    after = ok(await act(waiting, offer, "confirm", {"importId": diff["importId"]}))
    assert (after["contactCount"], after["pendingImport"]) == (2, None)
    assert after["history"][-1]["action"] == "confirm_contacts"
    assert await names(waiting, offer) == ["Ana Lima", "Bo Li"]
    assert (await diff_of(waiting, offer))["counts"] == {**NOTHING, "added": 1, "untouched": 1}
    ok(await act(waiting, offer, "undo"))
    assert await names(waiting, offer) == ["Ana Lima"]


async def test_a_list_that_waits_can_be_let_go(waiting: Desk) -> None:
    offer = await in_force(waiting, ANA)
    await sent(waiting, offer, BO)
    after = ok(await act(waiting, offer, "discard"))
    assert (after["pendingImport"], after["history"][-1]["action"]) == (None, "discard_contacts")
    assert await names(waiting, offer) == ["Ana Lima"]
    refused(await act(waiting, offer, "confirm"), 409, "nothing_to_confirm")


async def test_a_newer_file_takes_the_place_of_the_one_that_waits(waiting: Desk) -> None:
    offer = await in_force(waiting, ANA)
    first = await sent(waiting, offer, BO, name="one.csv")
    second = await sent(waiting, offer, CY, name="two.csv")
    assert (await shown(waiting, offer))["pendingImport"]["uploadId"] == second["id"]
    refused(
        await act(waiting, offer, "confirm", {"importId": import_id(first["id"])}),
        412,
        "changed_since_read",
    )
    ok(await act(waiting, offer, "confirm"))
    assert await names(waiting, offer) == ["Cy Roy"]


async def test_a_file_that_says_what_is_in_force_lets_the_one_that_waits_go(waiting: Desk) -> None:
    offer = await in_force(waiting, ANA)
    await sent(waiting, offer, BO, name="mistake.csv")
    assert (await sent(waiting, offer, ANA, name="back.csv"))["status"] == "unchanged"
    assert (await shown(waiting, offer))["pendingImport"] is None
    await sent(waiting, offer, BO, name="again.csv")
    waiting.clock.move(timedelta(seconds=1))
    same = await uploaded(waiting, offer, file_of(ANA).replace(b"\r\n", b"\n"), "unix.csv")
    assert same["status"] == "unchanged"
    assert (await shown(waiting, offer))["pendingImport"] is None


async def test_the_same_file_twice_waits_once(waiting: Desk) -> None:
    offer = await in_force(waiting, ANA)
    await sent(waiting, offer, BO)
    before = await shown(waiting, offer)
    again = await sent(waiting, offer, BO, name="again.csv")
    assert (again["status"], again["result"]["pending"]) == ("unchanged", True)
    assert await shown(waiting, offer) == before


async def test_what_was_seen_is_confirmed_and_nothing_newer(waiting: Desk) -> None:
    offer = await in_force(waiting, ANA)
    await sent(waiting, offer, BO)
    seen = (await waiting.get(f"/api/offers/{offer}/contacts/diff")).headers["ETag"]
    await sent(waiting, offer, CY, name="newer.csv")
    refused(await act(waiting, offer, "confirm", None, if_match=seen), 412)
    refused(await act(waiting, offer, "discard", None, if_match=seen), 412)
    refused(await act(waiting, offer, "undo", None, if_match=seen), 412)
    assert await names(waiting, offer) == ["Ana Lima"]


async def test_of_two_who_confirm_at_once_one_does(waiting: Desk) -> None:
    offer = await in_force(waiting, ANA)
    await sent(waiting, offer, BO)
    answers = await asyncio.gather(*(act(waiting, offer, "confirm") for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]
    actions = [entry["action"] for entry in (await shown(waiting, offer))["history"]]
    assert actions.count("confirm_contacts") == 2, "the first list, and this one once"


async def test_a_file_taken_in_while_another_is_confirmed_ends_as_one_list_or_waits(waiting: Desk) -> None:
    offer = await in_force(waiting, ANA)
    await sent(waiting, offer, BO)
    waiting.clock.move(timedelta(seconds=1))
    record = ok(await send_file(waiting, offer, file_of(CY), "newer.csv"), 202)
    await asyncio.gather(trigger(waiting, record["path"]), act(waiting, offer, "confirm"))
    now = await shown(waiting, offer)
    if now["pendingImport"] is None:
        assert await names(waiting, offer) == ["Cy Roy"]
    else:
        assert await names(waiting, offer) == ["Bo Li"]
        assert now["pendingImport"]["uploadId"] == record["id"]
        diff = await diff_of(waiting, offer)
        assert diff["base"] == now["activeImport"]["importId"]
        assert [row["name"] for row in diff["removed"]] == ["Bo Li"]


async def test_after_an_undo_the_list_that_waits_is_compared_with_what_is_in_force_then(waiting: Desk) -> None:
    offer = await in_force(waiting, ANA)
    await sent(waiting, offer, ANA, BO)
    ok(await act(waiting, offer, "confirm"))
    await sent(waiting, offer, BO, CY, name="third.csv")
    assert [row["name"] for row in (await diff_of(waiting, offer))["removed"]] == ["Ana Lima"]
    ok(await act(waiting, offer, "undo"))
    diff = await diff_of(waiting, offer)
    assert (diff["pending"], [row["name"] for row in diff["added"]]) == (True, ["Bo Li", "Cy Roy"])
    ok(await act(waiting, offer, "confirm"))
    assert (await diff_of(waiting, offer))["counts"] == {**NOTHING, "added": 2, "removed": 1}


async def test_a_list_that_waits_is_kept_and_one_let_go_is_removed_with_its_diff(waiting: Desk) -> None:
    offer = await in_force(waiting, ANA)
    record = await sent(waiting, offer, BO)
    id = import_id(record["id"])

    async def kept() -> tuple[bool, bool]:
        chunk = await waiting.services.store.get(CONTACTS, "contoso", chunk_id(id, 0))
        told = await waiting.services.blobs.head(DERIVED_CONTAINER, diff_path("contoso", offer, id))
        return chunk is not None, told is not None

    waiting.clock.move(timedelta(hours=25))
    assert (await waiting.services.contact_cleaning.clean()).done == 0
    assert await kept() == (True, True)
    ok(await act(waiting, offer, "discard"))
    waiting.clock.move(timedelta(hours=25))
    assert (await waiting.services.contact_cleaning.clean()).done == 1
    assert await kept() == (False, False)


async def test_what_others_read_is_kept_however_long_ago_it_was_replaced(desk: Desk) -> None:
    offer = (await an_offer(desk))["id"]
    first = await imported(desk, offer, ANA)
    stored = await desk.services.store.get("offers", "contoso", offer)
    assert stored is not None
    published = {"number": 1, "activeImport": stored.document["activeImport"]}
    await desk.services.store.replace(stored, "offers", {**stored.document, "published": published})
    await sent(desk, offer, BO, name="two.csv")
    await sent(desk, offer, CY, name="three.csv")
    for _ in range(3):
        desk.clock.move(timedelta(hours=25))
        assert (await desk.services.contact_cleaning.clean()).done == 0
    assert await desk.services.store.get(CONTACTS, "contoso", chunk_id(import_id(first["id"]), 0)) is not None
    stored = await desk.services.store.get("offers", "contoso", offer)
    assert stored is not None
    await desk.services.store.replace(stored, "offers", {**stored.document, "published": None})
    desk.clock.move(timedelta(hours=25))
    assert (await desk.services.contact_cleaning.clean()).done == 1
    assert await desk.services.store.get(CONTACTS, "contoso", chunk_id(import_id(first["id"]), 0)) is None


async def test_readiness_follows_the_list_in_force_and_not_the_one_that_waits(waiting: Desk) -> None:
    offer = (await an_offer(waiting))["id"]

    async def covered() -> tuple[bool, str]:
        kept = (await shown(waiting, offer))["readiness"]
        (check,) = [each for each in kept["coSell"]["checks"] if each["id"] == "sales_contacts"]
        return check["passed"], kept["cause"]

    await sent(waiting, offer, [*ANA[:4], "US, FR", ""])
    assert await covered() == (False, "stage_contacts")
    ok(await act(waiting, offer, "confirm"))
    assert await covered() == (True, "confirm_contacts")
    await sent(waiting, offer, BO)
    ok(await act(waiting, offer, "confirm"))
    assert await covered() == (False, "confirm_contacts")
    ok(await act(waiting, offer, "undo"))
    assert await covered() == (True, "undo_contacts_import")
