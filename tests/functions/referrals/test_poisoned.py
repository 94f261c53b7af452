"""An event that can never take its effect: given up with a reason, its sender told, nobody else held up.

(DESIGN.md section 3: "After 10 attempts with growing delay an event is `failed`".)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest

from shared.domain.engagements import following, invitations, mirrors
from shared.domain.organizations.network import NETWORK
from shared.domain.referrals import outbox
from shared.domain.referrals.document import Event, Referral
from shared.domain.referrals.referral import upgraded
from shared.services.ports import ORGANIZATIONS, REFERRALS, Document
from tests.functions.deals import (
    Body,
    a_deal,
    a_deal_with_help,
    a_help_request,
    a_partner_invitation,
    an_acceptance,
    an_opportunity,
)
from tests.functions.desk import Desk, ok

SELLER: Final = "vendor-seller"
HOUR: Final = timedelta(hours=1)


async def stored(desk: Desk, seen: Body) -> Document:
    found = await desk.services.store.get(REFERRALS, seen["organizationId"], seen["id"])
    assert found is not None
    return found.document


async def rewritten(desk: Desk, seen: Body, change: Callable[[Referral], Referral]) -> None:
    """The stored document as another program would have left it."""
    found = await desk.services.store.get(REFERRALS, seen["organizationId"], seen["id"])
    assert found is not None
    after: Any = change(upgraded(found.document))
    await desk.services.store.replace(found, REFERRALS, after)


async def removed(desk: Desk, container: str, organization: str, id: str) -> Document:
    found = await desk.services.store.get(container, organization, id)
    assert found is not None
    await desk.services.store.delete(found, container)
    desk.clock.move(HOUR)  # organizations are remembered for a minute
    return found.document


async def given_up(desk: Desk) -> Counter[str]:
    """Every attempt there will be; the reasons of those that failed."""
    reasons: Counter[str] = Counter()
    for _ in range(12):
        reasons += (await desk.deliver()).failed
        desk.clock.move(HOUR)
    return reasons


async def warned(desk: Desk, seen: Body, as_: str) -> list[str]:
    warnings = (await desk.read(seen["id"], as_))["warnings"]
    return [one["message"] for one in warnings if one["code"] == "delivery_failed"]


async def test_one_poisoned_event_among_many_holds_up_none_of_them(desk: Desk) -> None:
    """Its organization was deleted. The others, of every kind, arrive in the first run; it alone is tried ten times."""
    sent, copy = await desk.sent(name="note", customerConsent=True)
    asked, _ = await desk.asked(name="change")
    _, answered = await desk.sent(name="answer")
    stuck = an_opportunity(partnerId="tailspin", name="stuck")
    poisoned = ok(await desk.post("/api/opportunities", stuck, SELLER), 201)
    away = await removed(desk, ORGANIZATIONS, NETWORK, "tailspin")
    fine = [
        ok(await desk.post("/api/opportunities", an_opportunity(partnerId=partner, name="fine"), SELLER), 201)
        for partner in ("contoso", "fabrikam") * 3
    ]
    await desk.created(a_deal(name="mirrored", visibleToVendor=True))
    ok(await desk.act(sent["id"], "notes", {"text": "Hello", "audience": "shared"}, SELLER))
    ok(await desk.act(sent["id"], "withdraw-consent", as_=SELLER))
    ok(await desk.edit_now(asked["id"], {"name": "changed"}))
    ok(await desk.act(answered["id"], "accept", an_acceptance()))
    report = await desk.deliver()
    assert (report.done, dict(report.failed)) == (len(fine) + 5, {"there is no organization tailspin": 1})
    received = await desk.read(copy["id"])
    assert ("contact" in received["customer"], [one["text"] for one in received["noteEntries"]]) == (False, ["Hello"])
    assert await given_up(desk) == {"there is no organization tailspin": 9}
    assert await warned(desk, poisoned, SELLER) == ["tailspin could not be told: there is no organization tailspin"]
    assert await warned(desk, fine[0], SELLER) == []
    await desk.services.store.insert(ORGANIZATIONS, away)
    assert (await desk.deliver()).as_facts() == {"done": 0, "skipped": {}, "failed": {}, "remaining": False}
    ok(await desk.act(poisoned["id"], "send-again", as_=SELLER))
    assert (await desk.deliver()).done == 1
    assert (await desk.copy_of(poisoned, "tailspin-admin"))["stage"] == "received"
    assert await warned(desk, poisoned, SELLER) == []


async def test_what_waits_behind_a_poisoned_event_arrives_in_order_once_it_is_sent_again(desk: Desk) -> None:
    """One deal, three partners, one of them gone: the other two hear everything, the third catches up later."""
    opportunity = an_opportunity(partnerId="contoso", customerConsent=True)
    own = ok(await desk.post("/api/opportunities", opportunity, SELLER), 201)
    for partner in ("fabrikam", "tailspin"):
        ok(await desk.act(own["id"], "invite-partner", a_partner_invitation(partnerId=partner), SELLER))
    away = await removed(desk, ORGANIZATIONS, NETWORK, "tailspin")
    ok(await desk.act(own["id"], "notes", {"text": "First", "audience": "shared"}, SELLER))
    ok(await desk.edit_now(own["id"], {"name": "Renamed"}, SELLER))
    ok(await desk.act(own["id"], "notes", {"text": "Second", "audience": "shared"}, SELLER))
    failures = await given_up(desk)
    assert failures == {"there is no organization tailspin": 10}, "those behind it are not tried at all"
    document = await stored(desk, own)
    assert (document["pendingAt"], len(document["outbox"])) == (None, 4), "nothing wakes the timer for it"
    for persona in ("contoso-admin", "fabrikam-admin"):
        assert notes_and_name(await desk.copy_of(own, persona)) == (["First", "Second"], "Renamed")
    await desk.services.store.insert(ORGANIZATIONS, away)
    ok(await desk.act(own["id"], "send-again", as_=SELLER))
    assert (await desk.deliver()).done == 4
    assert notes_and_name(await desk.copy_of(own, "tailspin-admin")) == (["First", "Second"], "Renamed")
    assert (await stored(desk, own))["outbox"] == []


def notes_and_name(copy: Body) -> tuple[list[str], str]:
    return [one["text"] for one in copy["noteEntries"]], copy["senderView"]["name"]


def with_first(change: Callable[[Event], Any]) -> Callable[[Referral], Referral]:
    """The referral with the head of its outbox changed."""
    return lambda referral: outbox.with_outbox(referral, [change(referral["outbox"][0]), *referral["outbox"][1:]])


async def test_an_event_of_a_newer_version_waits_for_that_version(desk: Desk) -> None:
    """During a deployment the older program meets it: kept as it is, tried again, and sent once the newer one runs."""
    own = await desk.created(a_deal_with_help())
    other = await desk.created(a_deal_with_help(name="other"))
    await rewritten(desk, own, with_first(lambda event: {**event, "type": "invitation.v9", "newer": {"kept": 1}}))
    report = await desk.deliver()
    assert (report.done, dict(report.failed)) == (1, {"this version does not know the event invitation.v9": 1})
    assert (await desk.copy_of(other, SELLER))["stage"] == "received"
    (event,) = (await stored(desk, own))["outbox"]
    assert (event["attempts"], event["newer"], "failed" in event) == (1, {"kept": 1}, False)
    await rewritten(desk, own, with_first(lambda event: {**event, "type": invitations.SENT}))
    desk.clock.move(HOUR)
    assert (await desk.deliver()).done == 1
    assert (await desk.copy_of(own, SELLER))["stage"] == "received"


async def one_pending(desk: Desk, kind: str) -> tuple[Body, str]:
    """A referral with one event of this kind to deliver, and who reads it."""
    if kind == invitations.SENT:
        return await desk.created(a_deal_with_help()), "contoso-admin"
    if kind == mirrors.OPENED:
        return await desk.created(a_deal(visibleToVendor=True)), "contoso-admin"
    if kind == mirrors.RETIRED:
        own = await desk.created(a_deal(visibleToVendor=True))
        await desk.deliver()
        ok(await desk.act(own["id"], "request-help", a_help_request()))
        await rewritten(desk, own, lambda referral: outbox.with_outbox(referral, referral["outbox"][1:]))
        return own, "contoso-admin"
    own, copy = await desk.asked()
    if kind == invitations.ANSWERED:
        ok(await desk.act(copy["id"], "decline", {"reason": 1}, SELLER))
        return copy, SELLER
    if kind == following.SENDER_CHANGED:
        ok(await desk.edit_now(own["id"], {"name": "Renamed"}))
    elif kind == following.NOTE_SHARED:
        ok(await desk.act(own["id"], "notes", {"text": "Hello", "audience": "shared"}))
    else:
        ok(await desk.act(own["id"], "withdraw-consent"))
    return own, "contoso-admin"


READ: Final = (
    invitations.SENT, invitations.ANSWERED, mirrors.OPENED, mirrors.RETIRED, following.SENDER_CHANGED,
    following.NOTE_SHARED, following.CONSENT_WITHDRAWN,
)  # fmt: skip
"""The events whose payload is read."""


@pytest.mark.parametrize("payload", [{}, {"unheard": "of"}, None])
@pytest.mark.parametrize("kind", READ)
async def test_a_payload_nobody_can_read_is_given_up_with_a_reason(desk: Desk, kind: str, payload: object) -> None:
    """Nothing of it takes effect; a second event to somebody else, in the same run, does."""
    own, reader = await one_pending(desk, kind)
    (event,) = (await stored(desk, own))["outbox"]
    assert event["type"] == kind
    await rewritten(desk, own, with_first(lambda event: {**event, "payload": payload}))
    target = event["target"]
    before = await desk.services.store.get(REFERRALS, target["organizationId"], target["id"])
    other = ok(await desk.post("/api/opportunities", an_opportunity(name="other"), SELLER), 201)
    report = await desk.deliver()
    assert (report.done, sum(report.failed.values())) == (1, 1)
    assert (await desk.copy_of(other, "contoso-admin"))["stage"] == "received"
    assert sum((await given_up(desk)).values()) == 9
    (why,) = await warned(desk, own, reader)
    assert "it cannot be understood" in why
    assert await desk.services.store.get(REFERRALS, target["organizationId"], target["id"]) == before


async def test_a_copy_that_was_deleted_is_named_and_its_organizations_other_copies_hear(desk: Desk) -> None:
    """A declined copy is erased by hand; the newer one of the same organization still learns of the withdrawn
    consent, although the events to the erased one come first."""
    own, first = await desk.asked()
    ok(await desk.act(first["id"], "decline", {"reason": 1}, SELLER))
    await desk.deliver()
    ok(await desk.act(own["id"], "request-help", a_help_request()))
    await desk.deliver()
    await removed(desk, REFERRALS, "vendor", first["id"])
    second = await desk.copy_of(own, SELLER)
    assert "contact" in second["customer"]
    ok(await desk.act(own["id"], "withdraw-consent"))
    report = await desk.deliver()
    assert (report.done, dict(report.failed)) == (1, {f"vendor has no referral {first['id']}": 1})
    assert "contact" not in (await desk.read(second["id"], SELLER))["customer"]
    assert sum((await given_up(desk)).values()) == 9
    assert await warned(desk, own, "contoso-admin") == [
        f"vendor could not be told: vendor has no referral {first['id']}"
    ]


async def test_a_sender_that_was_deleted_is_named_to_the_receiver(desk: Desk) -> None:
    """The receiver's answer stands; it is told that nobody heard of it."""
    own, copy = await desk.sent()
    await removed(desk, REFERRALS, "vendor", own["id"])
    ok(await desk.act(copy["id"], "accept", an_acceptance()))
    assert sum((await given_up(desk)).values()) == 10
    assert (await desk.read(copy["id"]))["stage"] == "accepted"
    (why,) = await warned(desk, copy, "contoso-admin")
    assert why == f"vendor could not be told: vendor has no referral {own['id']}"
