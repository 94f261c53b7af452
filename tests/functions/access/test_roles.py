"""Who may do what (DOMAIN.md: "Roles", and the table's "by"), persona by persona."""

from __future__ import annotations

from typing import Final

import pytest

from tests.functions.deals import BODIES, a_deal, an_acceptance, an_offer, an_opportunity
from tests.functions.desk import Desk, ok, refused

CONTOSO: Final = (
    "contoso-admin", "contoso-referrals", "contoso-user", "contoso-offers", "contoso-profile", "contoso-auditor",
)  # fmt: skip
OTHERS: Final = ("fabrikam-admin", "tailspin-admin", "vendor-seller", "vendor-reviewer", "vendor-admin")
EVERYBODY: Final = (*CONTOSO, *OTHERS)
ADMINS: Final = {"contoso-admin", "contoso-referrals"}
WORK: Final = ["edit", "invite-partner", "lose", "notes", "request-help", "share", "win"]
ANSWERS: Final = ["accept", "decline"]

MAY: Final[dict[tuple[str, str], list[str]]] = {
    ("the admin's deal", "contoso-admin"): ["close-as-error", *WORK],
    ("the admin's deal", "contoso-referrals"): ["close-as-error", *WORK],
    ("the admin's deal", "contoso-user"): [],
    ("the user's deal", "contoso-admin"): ["close-as-error", *WORK],
    ("the user's deal", "contoso-referrals"): ["close-as-error", *WORK],
    ("the user's deal", "contoso-user"): WORK,
    ("a received opportunity", "contoso-admin"): ["accept", "close-as-error", "decline", "notes"],
    ("a received opportunity", "contoso-referrals"): ["accept", "close-as-error", "decline", "notes"],
    ("a received opportunity", "contoso-user"): ANSWERS,
    ("a request for help", "vendor-seller"): ["accept", "decline", "notes"],
    ("a request for help", "vendor-admin"): ["accept", "close-as-error", "decline", "notes"],
}
"""What each persona may do to each thing its organization has; the personas not named may only read."""

READERS: Final = {
    "the admin's deal": CONTOSO,
    "the user's deal": CONTOSO,
    "a received opportunity": CONTOSO,
    "a request for help": ("vendor-seller", "vendor-reviewer", "vendor-admin"),
}


async def the(thing: str, desk: Desk) -> str:
    """The id of one of the things above."""
    match thing:
        case "the admin's deal":
            return str((await desk.created())["id"])
        case "the user's deal":
            return str((await desk.created(as_="contoso-user"))["id"])
        case "a received opportunity":
            return str((await desk.sent())[1]["id"])
    return str((await desk.asked())[1]["id"])


@pytest.mark.parametrize("thing", READERS)
async def test_reading_is_for_the_whole_organization_and_nobody_else(desk: Desk, thing: str) -> None:
    """Every role of the organization reads it and sees what it may do; to all others it does not exist."""
    id = await the(thing, desk)
    for persona in EVERYBODY:
        response = await desk.get(f"/api/referrals/{id}", persona)
        if persona in READERS[thing]:
            assert ok(response)["allowedActions"] == MAY.get((thing, persona), []), persona
        else:
            refused(response, 404, "not_found")


@pytest.mark.parametrize("thing", READERS)
async def test_an_action_is_403_for_those_it_is_not_for_and_404_for_other_organizations(desk: Desk, thing: str) -> None:
    """What allowedActions leaves out for a persona is refused when that persona tries it, and changes nothing."""
    id = await the(thing, desk)
    possible = {action for (name, _), actions in MAY.items() if name == thing for action in actions}
    before = desk.contents()
    for persona in EVERYBODY:
        for action in sorted(possible - set(MAY.get((thing, persona), []))):
            response = await desk.attempt(id, action, persona)
            status, code = (403, "access_denied") if persona in READERS[thing] else (404, "not_found")
            refused(response, status, code)
    assert desk.contents() == before


@pytest.mark.parametrize(("thing", "persona"), [key for key, actions in MAY.items() if actions])
async def test_an_action_in_allowed_actions_is_allowed(desk: Desk, thing: str, persona: str) -> None:
    """The team may do what it is offered: each on a fresh one."""
    for action in MAY[thing, persona]:
        ok(await desk.attempt(await the(thing, desk), action, persona))


async def test_a_user_made_a_team_member_may_work_the_deal(desk: Desk) -> None:
    """`teamMembers` is set by edit too; whoever leaves it out loses it."""
    deal = await desk.created()
    assert deal["teamMembers"] == ["contoso-admin"]
    ok(await desk.edit_now(deal["id"], {"teamMembers": ["contoso-admin", "contoso-user"]}))
    assert (await desk.read(deal["id"], "contoso-user"))["allowedActions"] == WORK
    ok(await desk.edit_now(deal["id"], {"crmId": "OPP-43"}, "contoso-user"))
    ok(await desk.edit_now(deal["id"], {"teamMembers": ["contoso-admin"]}))
    refused(await desk.act(deal["id"], "win", {}, "contoso-user"), 403, "access_denied")


async def test_whoever_creates_a_deal_is_on_its_team(desk: Desk) -> None:
    """Also when the body names others: what the server knows is added to it."""
    deal = await desk.created(a_deal(teamMembers=["somebody-else"]), "contoso-user")
    assert set(deal["teamMembers"]) == {"somebody-else", "contoso-user"}


async def test_a_user_who_answers_an_unclaimed_referral_is_its_team_from_then_on(desk: Desk) -> None:
    """An incoming referral with no team may be answered by any ReferralsUser, who can then work it."""
    _, copy = await desk.sent()
    seen = ok(await desk.act(copy["id"], "accept", an_acceptance(), "contoso-user"))
    assert "contoso-user" in seen["teamMembers"]
    assert seen["allowedActions"] == ["edit", "lose", "notes", "win"]
    ok(await desk.act(copy["id"], "win", {}, "contoso-user"))


async def test_an_incoming_referral_of_a_team_is_not_answered_by_other_users(desk: Desk) -> None:
    """Once accepted by an admin, a ReferralsUser outside the team only reads it."""
    _, copy = await desk.accepted()
    assert (await desk.read(copy["id"], "contoso-user"))["allowedActions"] == []
    refused(await desk.act(copy["id"], "win", {}, "contoso-user"), 403, "access_denied")


@pytest.mark.parametrize("persona", EVERYBODY)
async def test_who_may_create(desk: Desk, persona: str) -> None:
    """Deals: a partner's referral roles. Opportunities: a Seller. Offers: a partner's solution admin."""
    for path, body, allowed in (
        ("/api/deals", a_deal(), {*ADMINS, "contoso-user", "fabrikam-admin", "tailspin-admin"}),
        ("/api/opportunities", an_opportunity(), {"vendor-seller", "vendor-admin"}),
        ("/api/offers", an_offer(), {"contoso-admin", "contoso-offers", "fabrikam-admin", "tailspin-admin"}),
    ):
        response = await desk.post(path, body, persona)
        if persona in allowed:
            ok(response, 201)
        else:
            refused(response, 403, "access_denied")


@pytest.mark.parametrize("persona", EVERYBODY)
async def test_every_role_reads_the_lists_of_its_organization(desk: Desk, persona: str) -> None:
    """Reading is organization-wide; another organization's list does not show it."""
    deal = await desk.created()
    offer = ok(await desk.post("/api/offers", an_offer()), 201)
    expected = [deal["id"]] if persona in CONTOSO else []
    assert [item["id"] for item in await desk.items(as_=persona)] == expected
    shown = [item["id"] for item in await desk.items("/api/offers", persona)]
    assert shown == ([offer["id"]] if persona in CONTOSO else [])
    response = await desk.get(f"/api/offers/{offer['id']}", persona)
    assert response.status_code == (200 if persona in CONTOSO else 404)


@pytest.mark.parametrize("persona", EVERYBODY)
async def test_a_heart_is_for_any_reader(desk: Desk, persona: str) -> None:
    """Favourites need no role beyond reading, and a deal one may not read gets none."""
    deal = await desk.created()
    for action, favourite in (("favourite", True), ("unfavourite", False)):
        response = await desk.act(deal["id"], action, as_=persona)
        if persona in CONTOSO:
            assert ok(response)["favourite"] is favourite
        else:
            refused(response, 404, "not_found")


ROUTES: Final = [
    ("POST", "/api/deals"), ("GET", "/api/deals"), ("POST", "/api/opportunities"),
    ("GET", "/api/referrals/x"), ("PATCH", "/api/referrals/x"),
    *(("POST", f"/api/referrals/x/{action}") for action in (*BODIES, "favourite", "unfavourite")),
    ("POST", "/api/offers"), ("GET", "/api/offers"), ("GET", "/api/offers/x"),
    ("GET", "/api/suggest/customers?q=contoso"), ("GET", "/api/suggest/employees"), ("POST", "/api/companies"),
    ("GET", "/api/companies-template.csv"),
]  # fmt: skip


async def test_nobody_is_401_everywhere_but_health(desk: Desk) -> None:
    """Programs that are not signed in are told so, whatever they ask for."""
    for method, path in ROUTES:
        refused(await desk.send(method, path, as_=None, json={}), 401, "unauthenticated")
    ok(await desk.get("/api/health", None))


async def test_a_forged_principal_is_nobody(desk: Desk) -> None:
    """The header that says who calls is believed only from the platform; the host strips it from outside."""
    forged = {"X-MS-CLIENT-PRINCIPAL": "eyJhdXRoX3R5cCI6ICJhYWQiLCAiY2xhaW1zIjogW119"}
    response = await desk.get("/api/deals", None, headers=forged)
    refused(response, 401, "unauthenticated")


async def test_identity_is_off_when_the_platform_does_not_say_it_is_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without WEBSITE_AUTH_ENABLED anybody could have written the header."""
    monkeypatch.delenv("WEBSITE_AUTH_ENABLED")
    refused(await desk.get("/api/deals"), 401, "unauthenticated")
