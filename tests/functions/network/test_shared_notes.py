"""Shared notes go to every organization with a live copy; internal ones never leave (DOMAIN: "Notes")."""

from __future__ import annotations

from tests.functions.desk import Desk, ok, refused

SELLER = "vendor-seller"


async def test_a_shared_note_reaches_the_other_side_both_ways(desk: Desk) -> None:
    """From the deal's owner to the receiver, and back, with the name of who wrote it."""
    own, copy = await desk.accepted()
    ok(await desk.act(own["id"], "notes", {"text": "We start on Monday", "audience": "shared"}, SELLER))
    ok(await desk.act(copy["id"], "notes", {"text": "Our architect joins", "audience": "shared"}))
    await desk.deliver()
    here = (await desk.read(own["id"], SELLER))["noteEntries"]
    there = (await desk.read(copy["id"]))["noteEntries"]
    assert {(n["text"], n.get("organizationName")) for n in there} == {
        ("We start on Monday", "The Vendor"),
        ("Our architect joins", None),
    }
    assert {n["text"] for n in here} == {"We start on Monday", "Our architect joins"}
    assert (await desk.deliver()).done == 0


async def test_an_internal_note_stays(desk: Desk) -> None:
    """Nothing is posted for it."""
    own, copy = await desk.accepted()
    ok(await desk.act(own["id"], "notes", {"text": "Their budget is thin"}, SELLER))
    assert (await desk.deliver()).done == 0
    assert (await desk.read(copy["id"]))["noteEntries"] == []


async def test_an_archived_copy_gets_no_more_notes_and_the_report_says_so(desk: Desk) -> None:
    """Only live copies do."""
    own, copy = await desk.accepted()
    ok(await desk.act(own["id"], "notes", {"text": "Too late", "audience": "shared"}, SELLER))
    ok(await desk.act(copy["id"], "win"))
    report = await desk.deliver()
    assert report.skipped["note not passed on: their copy is archived"] == 1
    assert (await desk.read(copy["id"]))["noteEntries"] == []


async def test_an_explicit_no_to_consent_refuses_help_whatever_was_recorded(desk: Desk) -> None:
    """The consent given when the deal was created was taken for one that was just denied."""
    deal = await desk.created()
    body = {
        "code": 3,
        "notes": "a proof of concept",
        "customerContact": deal["customer"].get("contact"),
        "customerConsent": False,
    }
    refused(await desk.act(deal["id"], "request-help", body), 422, "invalid")
    assert (await desk.read(deal["id"]))["dealType"] == "private"
