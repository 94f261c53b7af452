"""Who hears of what happens to a referral, in the app."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from shared.domain.notices.notice import Notice
from shared.services.ports import NOTIFICATIONS, Query, Where
from tests.functions.deals import Body, a_deal, an_acceptance
from tests.functions.desk import START, WINDOW, Desk, ok, open_desk

PEOPLE = ("contoso-admin", "contoso-referrals", "contoso-user", "contoso-offers", "contoso-auditor", "vendor-seller",
          "vendor-reviewer", "fabrikam-admin")  # fmt: skip


async def signed_in(desk: Desk, *people: str) -> None:
    """Everybody is known from here on."""
    for persona in people or PEOPLE:
        ok(await desk.get("/api/organization", persona))


async def notices(desk: Desk, persona: str, query: str = "") -> list[Body]:
    items: list[Body] = ok(await desk.get(f"/api/notices{query}", persona))["items"]
    return items


async def told(desk: Desk, persona: str) -> list[str]:
    """What a persona's notices are about, the newest first."""
    return [one["event"] for one in await notices(desk, persona)]


async def test_a_received_referral_is_told_to_everybody_who_works_on_referrals_there(desk: Desk) -> None:
    await signed_in(desk)
    _, copy = await desk.sent()
    await desk.announce()
    for persona in ("contoso-admin", "contoso-referrals", "contoso-user"):
        (notice,) = await notices(desk, persona)
        assert notice["event"] == "referral.received"
        assert notice["referralId"] == copy["id"]
        assert notice["href"] == f"/referrals/{copy['id']}"
        assert copy["name"] in notice["title"]
        assert not notice["read"]
    for persona in ("contoso-offers", "contoso-auditor", "vendor-seller", "fabrikam-admin"):
        assert await told(desk, persona) == []


async def test_the_answer_is_told_to_the_team_that_asked_and_not_to_who_gave_it(desk: Desk) -> None:
    await signed_in(desk)
    own, copy = await desk.sent()
    await desk.announce()
    ok(await desk.act(copy["id"], "accept", an_acceptance(), "contoso-referrals"))
    await desk.deliver()
    await desk.announce()
    assert await told(desk, "vendor-seller") == ["invitation.accepted"]
    assert await told(desk, "vendor-reviewer") == []
    assert "referral.accepted" not in await told(desk, "contoso-referrals")
    assert own["teamMembers"] == ["vendor-seller"]
    (notice, *_) = await notices(desk, "vendor-seller")
    assert "Contoso" in notice["title"]


async def test_once_there_is_a_team_only_the_team_is_told(desk: Desk) -> None:
    await signed_in(desk)
    own = await desk.created(a_deal(teamMembers=["contoso-user", "nobody-yet"]))
    await desk.announce()
    ok(await desk.act(own["id"], "win", {}))
    await desk.announce()
    assert await told(desk, "contoso-user") == ["referral.won"]
    assert await told(desk, "contoso-admin") == []
    assert await told(desk, "contoso-referrals") == []


async def test_an_expiry_is_told_on_both_sides(desk: Desk) -> None:
    await signed_in(desk)
    await desk.sent()
    await desk.announce()
    desk.clock.move(WINDOW)
    await desk.expire()
    await desk.deliver()
    await desk.announce()
    assert await told(desk, "contoso-user") == ["referral.expired", "referral.received"]
    assert await told(desk, "vendor-seller") == ["invitation.expired"]


async def test_told_twice_it_is_one_notice(desk: Desk) -> None:
    """A run that died before it was noted comes again."""
    await signed_in(desk)
    _, copy = await desk.sent()
    stored = await desk.services.store.get("referrals", "contoso", copy["id"])
    assert stored is not None
    from shared.domain.referrals.announcing import news

    for _ in range(3):
        await desk.services.notices.follow(stored.document, news(stored.document))  # type: ignore[arg-type]
    await desk.announce()
    assert await told(desk, "contoso-user") == ["referral.received"]


async def test_a_shown_deal_tells_its_mirrors_organization_nothing(desk: Desk) -> None:
    """Nothing is asked of the vendor."""
    await signed_in(desk)
    await desk.created(a_deal(visibleToVendor=True))
    await desk.deliver()
    await desk.announce()
    assert await told(desk, "vendor-seller") == []


async def test_a_withdrawn_consent_is_told_where_it_came_from_elsewhere(desk: Desk) -> None:
    await signed_in(desk)
    own, copy = await desk.asked(customerConsent=True)
    await desk.announce()
    desk.clock.move(timedelta(minutes=1))
    ok(await desk.act(own["id"], "withdraw-consent", {}))
    await desk.deliver()
    await desk.announce()
    assert (await told(desk, "vendor-seller"))[0] == "consent.withdrawn"
    assert "consent.withdrawn" not in await told(desk, "contoso-admin")
    notice = (await notices(desk, "vendor-seller"))[0]
    assert copy["customer"]["contact"]["email"] not in str(notice)


async def test_anything_else_that_has_news_tells_it_by_the_same_way(desk: Desk) -> None:
    """A reminder names whom it is for; said again under its key it is not said again."""
    await signed_in(desk)
    subject = {"referralId": "r1", "name": "Big", "customerName": "Contoso SA", "daysLeft": 3,
               "expiresAt": "2027-01-18T09:30:00.000000Z"}  # fmt: skip
    notice = Notice("r1:reminder:P3D:x", "contoso", "reminder", START, subject, ("contoso-auditor",))
    await desk.services.notices.tell(notice)
    await desk.services.notices.tell(notice)
    (said,) = await notices(desk, "contoso-auditor")
    assert said["title"] == "Answer by 18 Jan 2027, 09:30 UTC: Big"
    assert "Days left: 3" in said["text"]
    assert await told(desk, "contoso-admin") == []


async def test_notices_go_after_ninety_days(desk: Desk) -> None:
    await signed_in(desk)
    await desk.sent()
    await desk.announce()
    desk.clock.move(timedelta(days=90))
    assert await told(desk, "contoso-user") == ["referral.received"]
    desk.clock.move(timedelta(seconds=1))
    assert await told(desk, "contoso-user") == [], "too old to be shown, though still stored"
    await desk.run("clean_notifications")
    query = Query((Where("box", "eq", "inapp:contoso-user"),), "createdAt")
    assert (await desk.services.store.find(NOTIFICATIONS, "contoso", query)).items == []


async def test_no_notice_names_the_customers_contact_or_a_withheld_note(tmp_path: Path) -> None:
    async with open_desk(tmp_path, HIDE_CUSTOMER_UNTIL_ACCEPTED="true") as desk:
        await signed_in(desk)
        own, _ = await desk.asked(customerConsent=True)
        await desk.announce()
        (notice,) = await notices(desk, "vendor-seller")
        contact = own["customer"]["contact"]
        for secret in (contact["email"], contact["lastName"], own["help"]["notes"], own["customer"]["addressLine1"]):
            assert secret not in str(notice)
