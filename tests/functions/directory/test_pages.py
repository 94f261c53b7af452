"""The pages of the directory and of the profile, as people without JavaScript use them."""

from __future__ import annotations

import pytest

from tests.functions.desk import Desk, ok
from tests.functions.profiles import A_CONTACT, drafted, published
from tests.functions.reading import Browser, Page


def bare_fields(page: Page) -> list[dict[str, str]]:
    """Those nobody can name."""
    return [
        one
        for one in page.inputs
        if one.get("type") != "hidden" and not one["labelled"] and one.get("id") not in page.labels
    ]


# The profile


async def test_a_profile_admin_fills_in_the_draft_and_publishes_it(desk: Desk) -> None:
    keeper = Browser(desk, "contoso-profile")
    page = await keeper.open("/profile")
    assert "Not in the public directory. You receive no leads" in page.text
    assert page.links["Keywords"] == "#profile-keywords"
    contacts = {f"contacts__{n}__{name}": text for n in range(2) for name, text in A_CONTACT.items()}
    page = await keeper.send(
        page, "/api/profile", description="We build.", industries="Retail\nEnergy", keywords="erp",
        solutions="Migrator",
        markets="FR", customerSizes="10to50employees", **contacts,
    )  # fmt: skip
    assert "Draft saved." in page.text
    assert "The saved draft is complete." in page.text
    page = await keeper.send(page, "/api/profile/publish")
    assert "Published." in page.text
    assert page.links["See what everybody sees"] == "/directory/contoso"
    assert ok(await desk.get("/api/directory/contoso", None))["industries"] == ["Retail", "Energy"]
    page = await keeper.send(page, "/api/profile/unpublish")
    assert "Taken out of the directory." in page.text


async def test_publishing_too_early_names_each_field_that_is_missing(desk: Desk) -> None:
    keeper = Browser(desk, "contoso-profile")
    page = await keeper.send(await keeper.open("/profile"), "/api/profile/publish")
    assert (page.status, page.headings[1]) == (422, "The profile is not complete yet.")
    assert "Say what you do" in page.message("profile", "description")
    assert "profile-markets" in page.ids and "profile-contacts" in page.ids, "the links lead somewhere"


async def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(desk: Desk) -> None:
    keeper = Browser(desk, "contoso-profile")
    page = await keeper.send(
        await keeper.open("/profile"), "/api/profile",
        industries=f"Retail\n{'x' * 101}", keywords="erp\nsap", contacts__1__firstName="Leo",
    )  # fmt: skip
    assert page.status == 422
    assert "Entry 2: " in page.message("profile", "industries")
    # Only the second location says anything: its row is the first that was sent.
    assert "This is needed." in page.message("profile", "contacts.0.lastName")
    form = dict(page.form("/api/profile").fields)
    assert form["keywords"] == "erp\nsap"
    lyon = ok(await desk.get("/api/organization"))["locations"][1]
    assert (form["contacts.0.locationId"], form["contacts.0.firstName"]) == (lyon["id"], "Leo")


async def test_who_saves_an_older_draft_is_told_and_keeps_what_was_typed(desk: Desk) -> None:
    keeper = Browser(desk, "contoso-profile")
    old = await keeper.open("/profile")
    await drafted(desk, keywords=["first"])
    page = await keeper.send(old, "/api/profile", keywords="second")
    assert page.status == 412
    assert "your entries are still in the form" in page.text
    assert (await keeper.send(page, "/api/profile")).status == 200
    assert ok(await desk.get("/api/profile"))["keywords"] == ["second"]


async def test_the_page_says_when_the_directory_shows_something_older(desk: Desk) -> None:
    await published(desk)
    await drafted(desk, keywords=["new"])
    page = await Browser(desk, "contoso-profile").open("/profile")
    assert "have changed since. Publish again" in page.text


@pytest.mark.parametrize("persona", ["contoso-auditor", "contoso-user"])
async def test_others_read_the_profile_and_find_no_form(desk: Desk, persona: str) -> None:
    await drafted(desk)
    page = await Browser(desk, persona).open("/profile")
    assert "A business profile administrator of your organization keeps this page." in page.text
    assert "aude@partner.example" in page.text
    assert not page.has_form("/api/profile")
    assert not page.has_form("/api/profile/publish")


async def test_the_vendors_people_are_told_that_the_vendor_has_none(desk: Desk) -> None:
    page = await Browser(desk, "vendor-admin").open("/profile")
    assert "the vendor has no profile in it" in page.text
    assert "Profile" not in page.links


# The directory


async def test_a_visitor_who_is_nobody_finds_a_partner_and_why(desk: Desk) -> None:
    await published(desk)
    await published(desk, "fabrikam-admin", markets=["US"])
    visitor = Browser(desk, None)
    page = await visitor.open("/directory?q=erp&country=FR")
    assert page.status == 200
    assert "1 partner" in page.headings
    assert page.links["Contoso"] == "/directory/contoso"
    assert "Names erp in its offering." in page.text
    assert "No request has been answered or has expired yet" in page.text
    assert "1 partner was left out" in page.text
    assert not {"Deals", "Leads", "Sign out"} & page.links.keys()


async def test_a_search_that_finds_nothing_says_so(desk: Desk) -> None:
    await published(desk)
    page = await Browser(desk, None).open("/directory?q=zeppelin")
    assert "No partner matches" in page.headings
    assert "Nobody here names zeppelin." in page.text
    near = await Browser(desk, None).open("/directory?q=zeppelin+erp")
    assert "No partner has everything you ask for." in near.text
    assert near.links["Contoso"] == "/directory/contoso"


async def test_a_search_that_cannot_be_is_shown_again_with_its_mistake(desk: Desk) -> None:
    page = await Browser(desk, None).open("/directory?q=x&size=huge")
    assert page.status == 400
    assert "at least two letters" in page.message("search", "q")
    assert (await Browser(desk, None).open("/directory?after=nonsense")).status == 400


async def test_a_partners_page_shows_what_is_published_and_the_form_of_an_inquiry(desk: Desk) -> None:
    await published(desk)
    page = await Browser(desk, None).open("/directory/contoso")
    assert page.headings[0] == "Contoso"
    for words in ("We move the business systems", "Retail, Manufacturing", "France", "10 to 50 employees", "Lyon"):
        assert words in page.text
    for secret in ("Aude", "aude@", "98 76", "contoso-admin"):
        assert secret not in page.html
    assert page.form("/api/inquiries", ["company", "need", "consent", "website"]).method == "post"
    assert not page.has_form("/competencies")
    assert (await Browser(desk, None).open("/directory/fabrikam")).status == 404


async def test_a_reviewer_records_competencies_on_the_partners_page(desk: Desk) -> None:
    await published(desk)
    reviewer = Browser(desk, "vendor-reviewer")
    page = await reviewer.send(
        await reviewer.open("/directory/contoso"), "/competencies",
        competencies__0__name="Data and AI", competencies__0__awardedDate="2026-05-01",
        endorsements__0__text="On time.",
    )  # fmt: skip
    assert "Recorded." in page.text
    assert "Data and AI , since 1 May 2026" in page.text
    page = await reviewer.send(page, "/competencies", competencies__0__name="")
    assert page.status == 422
    assert "This is needed." in page.message("recorded", "competencies.0.name")
    assert "Data and AI" in (await Browser(desk, None).open("/directory/contoso")).text


async def test_every_field_of_these_pages_has_a_label(desk: Desk) -> None:
    await published(desk)
    for persona, path in (
        ("contoso-profile", "/profile"), (None, "/directory"), (None, "/directory/contoso"),
        ("vendor-reviewer", "/directory/contoso"),
    ):  # fmt: skip
        assert bare_fields(await Browser(desk, persona).open(path)) == []


async def test_whoever_is_signed_in_keeps_their_own_navigation(desk: Desk) -> None:
    await published(desk)
    for path in ("/directory", "/directory/contoso"):
        page = await Browser(desk, "contoso-auditor").open(path)
        assert (page.links["Deals"], page.links["Profile"]) == ("/deals", "/profile")
