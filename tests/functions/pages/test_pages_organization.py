"""The pages of one's own organization, of the partners, and of those who are let in nowhere; people by their names."""

from __future__ import annotations

import pytest

from tests.functions.deals import a_deal, a_new_partner
from tests.functions.desk import Desk, ok
from tests.functions.reading import ACCEPT, OFF, Browser

ADATUM = "c0000000-0000-4000-8000-000000000005"


async def test_the_front_door_leads_to_the_deals(desk: Desk) -> None:
    for persona in ("contoso-admin", None):
        answer = await desk.get("/", persona, headers={"Accept": ACCEPT})
        assert (answer.status_code, answer.headers["location"]) == (303, "/deals")


@pytest.mark.parametrize("persona", ["contoso-admin", "contoso-auditor", "vendor-seller"])
async def test_everybody_finds_their_organization_from_every_page(desk: Desk, persona: str) -> None:
    reader = Browser(desk, persona)
    deals = await reader.open("/deals")
    assert deals.links["Contoso" if persona.startswith("contoso") else "The Vendor"] == "/organization"
    page = await reader.open("/organization")
    assert page.status == 200
    assert page.has_form("/api/organization") is persona.endswith("admin")


async def test_the_page_shows_facts_locations_and_people_by_name(desk: Desk) -> None:
    await desk.created(as_="contoso-user")
    page = await Browser(desk, "contoso-auditor").open("/organization")
    assert page.headings[:4] == ["Contoso", "The organization", "Locations", "People"]
    for words in (
        "Partner", "France", "c0000000-0000-4000-8000-000000000001", "Paris Default", "3 quai Perrache, Lyon, France",
        "Aude Contoso contoso-auditor Auditor; last seen 4 Jan 2027", "Ulla Contoso contoso-user ReferralsUser;",
    ):  # fmt: skip
        assert words in page.text
    assert "Fabrikam" not in page.html


async def test_an_admin_renames_it_adds_a_location_and_removes_another(desk: Desk) -> None:
    contoso = Browser(desk, "contoso-admin")
    page = await contoso.send(
        await contoso.open("/organization"),
        "/api/organization",
        name="Contoso Europe",
        locations__1__remove="true",
        locations__2__name="Roma",
        locations__2__country="IT",
    )
    assert page.headings[0] == "Contoso Europe"
    assert "Saved." in page.text
    assert "Roma Italy" in page.text
    assert "Lyon" not in page.text
    assert "Edited by Alba Contoso" in page.text
    assert "Changed: Locations, Organization name" in page.text
    places = ok(await desk.get("/api/organization"))["locations"]
    assert [(place["name"], place["isDefault"]) for place in places] == [("Paris", True), ("Roma", False)]


async def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_still_there(desk: Desk) -> None:
    contoso = Browser(desk, "contoso-admin")
    page = await contoso.send(
        await contoso.open("/organization"),
        "/api/organization",
        name="",
        locations__0__remove="true",
        locations__1__name="Lyon 7e",
        locations__2__city="Roma",
    )
    assert page.status == 422
    assert "This is needed." in page.message("edit", "name")
    assert page.links["Organization name"] == "#edit-name"
    assert page.links["Location 2: Name"] == "#edit-locations-1-name"
    assert "This is needed." in page.message("edit", "locations.1.name")
    assert "This is needed." in page.message("edit", "locations.1.country")
    form = dict(page.form("/api/organization").fields)
    assert (form["locations.0.name"], form["locations.1.city"]) == ("Lyon 7e", "Roma"), "what is removed is gone here"


async def test_no_default_or_two_are_refused_beside_the_locations(desk: Desk) -> None:
    contoso = Browser(desk, "contoso-admin")
    for ticked in ({"locations__0__isDefault": OFF}, {"locations__1__isDefault": "true"}):
        page = await contoso.send(await contoso.open("/organization"), "/api/organization", **ticked)
        assert page.status == 422
        assert "Choose exactly one default location." in page.texts["edit-locations"]
        assert page.links["Locations"] == "#edit-locations"


async def test_who_edits_what_was_changed_meanwhile_is_told_and_keeps_the_entries(desk: Desk) -> None:
    contoso = Browser(desk, "contoso-admin")
    before = await contoso.open("/organization")
    await contoso.send(await contoso.open("/organization"), "/api/organization", name="First")
    page = await contoso.send(before, "/api/organization", name="Second")
    assert (page.status, page.headings[0]) == (412, "First")
    assert "your entries are still in the form" in page.text
    assert dict(page.form("/api/organization").fields)["name"] == "Second"
    saved = await contoso.send(page, "/api/organization")
    assert saved.headings[0] == "Second"


async def test_a_form_of_an_organization_with_many_locations_loses_none(desk: Desk) -> None:
    """Twenty rows were all a form had."""
    places = [{"name": f"Place {n:02}", "country": "FR", "isDefault": n == 0} for n in range(30)]
    body = {"name": "Contoso", "country": "FR", "locations": places}
    ok(await desk.send("PUT", "/api/organization", json=body, headers={"If-Match": "*"}))
    contoso = Browser(desk, "contoso-admin")
    await contoso.send(await contoso.open("/organization"), "/api/organization", name="Contoso Europe")
    assert len(ok(await desk.get("/api/organization"))["locations"]) == 30


async def test_every_field_has_a_label(desk: Desk) -> None:
    for persona, path in (("contoso-admin", "/organization"), ("vendor-admin", "/organizations")):
        page = await Browser(desk, persona).open(path)
        bare = [
            one for one in page.inputs
            if one.get("type") != "hidden" and not one["labelled"] and one.get("id") not in page.labels
        ]  # fmt: skip
        assert bare == []


# Partners


async def test_the_vendors_admin_adds_a_partner_and_finds_it(desk: Desk) -> None:
    vendor = Browser(desk, "vendor-admin")
    start = await vendor.open("/deals")
    assert start.links["Partners"] == "/organizations"
    page = await vendor.send(
        await vendor.open("/organizations"), "/api/organizations", name="Adatum", country="IT", tenantId=ADATUM
    )
    assert "Added. Its people are let in from now on." in page.text
    assert "Adatum Italy" in page.text
    found = await vendor.open("/organizations?q=adat")
    assert "Adatum" in found.text
    assert "Contoso" not in found.text
    assert "No partner matches" in (await vendor.open("/organizations?q=nobody")).text
    assert (await Browser(desk, "adatum-admin").open("/deals")).status == 200


async def test_a_partner_that_does_not_fit_is_shown_again(desk: Desk) -> None:
    vendor = Browser(desk, "vendor-admin")
    page = await vendor.send(
        await vendor.open("/organizations"), "/api/organizations", name="Adatum", country="", tenantId="adatum"
    )
    assert page.status == 422
    assert "This is needed." in page.message("new", "country")
    assert "Use the directory's tenant id" in page.message("new", "tenantId")
    taken = await vendor.send(page, "/api/organizations", country="IT", tenantId="c0000000-0000-4000-8000-000000000001")
    assert taken.status == 409
    assert "This directory is an organization's already." in taken.text
    assert dict(taken.form("/api/organizations").fields)["name"] == "Adatum"


async def test_a_double_click_adds_one_partner_and_shows_it(desk: Desk) -> None:
    vendor = Browser(desk, "vendor-admin")
    form = await vendor.open("/organizations")
    for _ in range(2):
        page = await vendor.send(form, "/api/organizations", name="Adatum", country="IT", tenantId=ADATUM)
        assert "Added." in page.text


@pytest.mark.parametrize("persona", ["contoso-admin", "vendor-seller", "vendor-reviewer"])
async def test_the_page_of_the_partners_is_the_vendors_admins(desk: Desk, persona: str) -> None:
    reader = Browser(desk, persona)
    assert "Partners" not in (await reader.open("/deals")).links
    assert (await reader.open("/organizations")).status == 403


async def test_a_seller_chooses_the_partner_by_name(desk: Desk) -> None:
    ok(await desk.post("/api/organizations", a_new_partner(), "vendor-admin"), 201)
    page = await Browser(desk, "vendor-seller").open("/deals/new")
    assert '<option value="contoso">Contoso</option>' in page.html
    assert ">Adatum</option>" in page.html


async def test_a_partner_chooses_whom_to_invite_by_name_and_never_itself(desk: Desk) -> None:
    own = await desk.created()
    page = await Browser(desk, "contoso-admin").open(f"/referrals/{own['id']}")
    assert '<option value="fabrikam">Fabrikam</option>' in page.html
    assert '<option value="contoso">' not in page.html


# Those who are let in nowhere


async def test_who_is_of_no_organization_here_is_told_what_to_do(desk: Desk) -> None:
    page = await Browser(desk, "adatum-admin").open("/deals")
    assert (page.status, page.headings) == (403, ["Your company does not take part here yet"])
    assert "Write to the vendor who runs the programme" in page.text
    assert ADATUM in page.text
    assert "Sign out" in page.links


# People by name


async def test_people_are_called_by_their_names_wherever_they_are_known(desk: Desk) -> None:
    ok(await desk.get("/api/deals", "contoso-user"))
    own = await desk.created(a_deal(teamMembers=["contoso-user", "somebody-unseen"]))
    ok(await desk.act(own["id"], "notes", {"text": "Called them"}, "contoso-user"))
    page = await Browser(desk, "contoso-admin").open(f"/referrals/{own['id']}")
    assert "Ulla Contoso, 4 Jan 2027" in page.text
    assert "Create by Alba Contoso" in page.text
    assert "May work on it here: Ulla Contoso, somebody-unseen, Alba Contoso" in page.text
    assert "Contoso Alba Contoso Sign out" in page.text


async def test_another_organizations_people_are_called_by_its_name(desk: Desk) -> None:
    own, copy = await desk.asked()
    ok(await desk.act(own["id"], "notes", {"text": "For you", "audience": "shared"}))
    await desk.deliver()
    page = await Browser(desk, "vendor-seller").open(f"/referrals/{copy['id']}")
    assert "Contoso, 4 Jan 2027" in page.text
    assert "contoso-admin" not in page.text


async def test_the_field_for_team_members_offers_the_colleagues(desk: Desk) -> None:
    own = await desk.created()
    ok(await desk.get("/api/deals", "contoso-user"))
    ok(await desk.get("/api/deals", "fabrikam-admin"))
    page = await Browser(desk, "contoso-admin").open(f"/referrals/{own['id']}")
    assert '<option value="contoso-user">Ulla Contoso</option>' in page.html
    assert "fabrikam-admin" not in page.html
    (field,) = [one for one in page.inputs if one.get("name") == "teamMembers.1"]
    assert field["list"] == "colleagues"
    assert "Member 1: Alba Contoso" in page.text


async def test_a_name_that_is_html_is_only_text(desk: Desk) -> None:
    ok(
        await desk.send(
            "PUT", "/api/organization", json={"name": "<b>x</b>", "country": "FR"}, headers={"If-Match": "*"}
        )
    )
    page = await Browser(desk, "contoso-admin").open("/organization")
    assert page.headings[0] == "<b>x</b>"
    assert "<b>x</b>" not in page.html


async def test_a_received_referral_says_where_it_belongs(desk: Desk) -> None:
    _, copy = await desk.sent()
    page = await Browser(desk, "contoso-admin").open(f"/referrals/{copy['id']}")
    assert "Location Paris" in page.text


async def test_a_page_of_people_that_does_not_exist_says_so(desk: Desk) -> None:
    page = await Browser(desk, "contoso-admin").open("/organization?after=nonsense")
    assert page.status == 400
    assert "start again" in page.text
