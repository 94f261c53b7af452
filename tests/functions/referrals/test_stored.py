"""What is stored, and what of it is never answered (DESIGN.md sections 3 and 4: "Stored values")."""

from __future__ import annotations

import re
from typing import Any, Final

from shared.domain.organizations.organization import Caller
from shared.services.ports import REFERRALS, Document
from tests.functions.deals import a_customer, a_deal, an_acceptance
from tests.functions.desk import Desk, ok, refused

INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
INTERNAL: Final = {
    "schema", "version", "outbox", "outboxSeq", "applied", "commandHash", "dueAt", "pendingAt", "search", "sortName",
    "sortCustomer", "sortExpiry", "valueNumber", "senderTeam", "writeId",
    "announced", "noticeAt",
}  # fmt: skip


async def stored(desk: Desk, referral: dict[str, Any]) -> Document:
    """The document behind an answer."""
    found = await desk.services.store.get(REFERRALS, referral["organizationId"], referral["id"])
    assert found is not None
    return found.document


async def a_story(desk: Desk) -> list[dict[str, Any]]:
    """Both copies of a deal, from the request for help to the win."""
    own, copy = await desk.asked()
    ok(await desk.act(copy["id"], "accept", an_acceptance(), "vendor-seller"))
    ok(await desk.act(own["id"], "notes", {"text": "Note"}))
    await desk.deliver()
    ok(await desk.act(copy["id"], "win", {}, "vendor-seller"))
    return [await desk.read(own["id"]), await desk.read(copy["id"], "vendor-seller")]


def texts(value: object) -> list[str]:
    """Every text in a document, however deep."""
    if isinstance(value, dict):
        return [text for part in value.values() for text in texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in texts(part)]
    return [value] if isinstance(value, str) else []


async def test_every_instant_has_27_characters(desk: Desk) -> None:
    """Wherever it stands: fields, history, invitations, notes, outbox."""
    for seen in await a_story(desk):
        document = await stored(desk, seen)
        instants = [text for text in texts(document) if re.match(r"\d{4}-\d\d-\d\dT", text)]
        assert len(instants) > 5
        assert [text for text in instants if not INSTANT.fullmatch(text)] == []


async def test_every_field_is_always_present(desk: Desk) -> None:
    """A deal with nothing optional has the same fields as one that went through everything."""
    plain = await stored(desk, await desk.created())
    for seen in await a_story(desk):
        assert (await stored(desk, seen)).keys() == plain.keys()
    assert plain["schema"] == 3


async def test_sort_and_search_texts_are_casefolded_and_short(desk: Desk) -> None:
    """So that lists and searches need not."""
    customer = a_customer(name="ZÜRICH Straße")
    document = await stored(desk, await desk.created(a_deal(name="ÀLPHA ß", customer=customer, notes="Ω" * 4000)))
    assert (document["sortName"], document["sortCustomer"]) == ("àlpha ss", "zürich strasse")
    assert len(document["search"]) <= 2000
    assert document["search"] == document["search"].casefold()


async def test_amounts_are_text_and_a_number_only_for_order(desk: Desk) -> None:
    """The text is what counts."""
    document = await stored(desk, await desk.created(a_deal(estimatedValue={"amount": "10.10", "currency": "EUR"})))
    assert (document["estimatedValue"]["amount"], document["valueNumber"]) == ("10.10", 10.1)


async def test_pending_at_is_the_earliest_event_or_null(desk: Desk) -> None:
    """That is all the delivery timer looks at."""
    own = await stored(desk, await desk.created())
    assert (own["pendingAt"], own["outbox"]) == (None, [])
    asked = await desk.created({**a_deal(), "help": {"code": 1, "notes": "x"}, "customerConsent": True})
    document = await stored(desk, asked)
    assert document["pendingAt"] == min(event["notBefore"] for event in document["outbox"])
    await desk.deliver()
    assert (await stored(desk, asked))["pendingAt"] is None


async def test_what_the_store_needs_is_never_answered(desk: Desk) -> None:
    """Neither by a read nor in a list."""
    for seen, persona in zip(await a_story(desk), ("contoso-admin", "vendor-seller"), strict=True):
        assert not seen.keys() & INTERNAL
        for tab in ("inbound", "outbound"):
            for item in await desk.items(f"/api/deals?tab={tab}", persona):
                assert not item.keys() & INTERNAL


async def test_unknown_stored_fields_survive_a_rewrite(desk: Desk) -> None:
    """Two versions run during a deployment; the older must not drop what the newer wrote."""
    deal = await desk.created()
    found = await desk.services.store.get(REFERRALS, "contoso", deal["id"])
    assert found is not None
    newer = {
        **found.document,
        "fromTheFuture": {"kept": True},
        "customer": {**found.document["customer"], "vat": "FR1"},
    }
    await desk.services.store.replace(found, REFERRALS, newer)
    ok(await desk.edit_now(deal["id"], {"name": "Renamed"}))
    ok(await desk.act(deal["id"], "notes", {"text": "x"}))
    ok(await desk.act(deal["id"], "win"))
    document = await stored(desk, deal)
    assert (document["fromTheFuture"], document["customer"]["vat"], document["outcome"]) == (
        {"kept": True},
        "FR1",
        "won",
    )


async def test_personal_data_is_in_an_event_only_until_it_is_delivered(desk: Desk) -> None:
    """Afterwards the outbox is empty and nothing of it is left on the way."""
    own = await desk.created({**a_deal(), "help": {"code": 1, "notes": "x"}, "customerConsent": True})
    assert "ana@contoso.example" in str((await stored(desk, own))["outbox"])
    await desk.deliver()
    assert (await stored(desk, own))["outbox"] == []


async def test_five_hundred_favourites(desk: Desk) -> None:
    """One document per user holds 500; the next is refused and says so (DESIGN.md section 4)."""
    organization = await desk.services.organizations.get("contoso")
    assert organization is not None
    admin = Caller(organization, "contoso-admin", frozenset())
    for n in range(499):
        await desk.services.favourites.mark(f"deal-{n}", admin)
    last, one_more = await desk.created(a_deal(name="last")), await desk.created(a_deal(name="one more"))
    ok(await desk.act(last["id"], "favourite"))
    refused(await desk.act(one_more["id"], "favourite"), 409)
    ok(await desk.act(last["id"], "unfavourite"))
    ok(await desk.act(one_more["id"], "favourite"))
    assert [item["name"] for item in await desk.items("/api/deals?tab=favourites")] == ["one more"]
