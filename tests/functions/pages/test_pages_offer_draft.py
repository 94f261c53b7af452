"""The form of an offer's draft, and the page that says what it still needs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.functions.desk import Desk, ok
from tests.functions.offers.offering import a_draft, fill, read
from tests.functions.reading import ACCEPT, Browser, Page
from tests.functions.uploads.uploading import uploaded
from tests.unit.parsing.tables import file_of

OUR: dict[str, Any] = {"solutionAreas": [{"area": "business_applications", "subAreas": ["erp", "finance"]}]}


async def edited(desk: Desk, page: Page, id: str, **changes: str | list[str]) -> Page:
    """The form as it stands, with these fields otherwise; where it leads."""
    form = page.form(f"/api/offers/{id}")
    kept = [(name, value) for name, value in form.fields if name.replace(".", "__") not in changes]
    body: dict[str, list[str]] = {}
    for name, value in kept:
        body.setdefault(name, []).append(value)
    for name, new in changes.items():
        body[name.replace("__", ".")] = [new] if isinstance(new, str) else new
    answer = await desk.send("POST", form.action, headers={"Accept": ACCEPT}, data=body)
    if answer.status_code == 303:
        return await Browser(desk, "contoso-admin").open(answer.headers["location"])
    return Page(answer)


async def test_a_form_that_is_sent_as_it_came_changes_nothing(desk: Desk) -> None:
    offer = await a_draft(desk, availableInCsp=True, **OUR)
    page = await Browser(desk, "contoso-admin").open(f"/offers/{offer['id']}/edit")
    page = await edited(desk, page, offer["id"])
    assert "Draft saved." in page.text
    assert await read(desk, offer["id"]) == offer


async def test_every_field_is_saved_and_emptied_by_the_form(desk: Desk) -> None:
    offer = await a_draft(desk, **OUR)
    id, contoso = offer["id"], Browser(desk, "contoso-admin")
    page = await edited(
        desk,
        await contoso.open(f"/offers/{id}/edit"),
        id,
        name="ERP Mover",
        offerType="azure_container",
        availableCountries=["FR", "CH"],
        availableInCsp="true",
        solutionType="managed_service",
        platforms=["azure", "sql_server"],
        segments="education",
        solutionAreas__0__subAreas=["sales", ""],
        solutionAreas__1__area="security",
        solutionAreas__1__subAreas="compliance",
        landingPageUrl="",
    )
    assert page.headings[0] == "ERP Mover"
    saved = await read(desk, id)
    assert saved["availableCountries"] == ["CH", "FR"]
    assert (saved["availableInCsp"], saved["solutionType"]) == (True, "managed_service")
    assert (saved["platforms"], saved["segments"]) == (["azure", "sql_server"], ["education"])
    assert saved["solutionAreas"] == [
        {"area": "business_applications", "subAreas": ["sales"]},
        {"area": "security", "subAreas": ["compliance"]},
    ]
    assert saved["landingPageUrl"] is None
    none = {"platforms": "", "segments": "", "availableInCsp": "", "solutionType": ""}
    areas = {f"solutionAreas__{n}__{field}": "" for n in (0, 1) for field in ("area", "subAreas")}
    await edited(desk, await contoso.open(f"/offers/{id}/edit"), id, **none, **areas)
    saved = await read(desk, id)
    assert (saved["platforms"], saved["segments"], saved["solutionAreas"]) == ([], [], [])
    assert (saved["availableInCsp"], saved["solutionType"]) == (False, None)


async def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(desk: Desk) -> None:
    offer = await a_draft(desk, **OUR)
    page = await Browser(desk, "contoso-admin").open(f"/offers/{offer['id']}/edit")
    page = await edited(
        desk,
        page,
        offer["id"],
        name="",
        landingPageUrl="not an address",
        solutionAreas__1__area="business_applications",
        solutionAreas__1__subAreas="sales",
    )
    assert (page.status, page.headings[0]) == (422, "Edit the draft")
    assert "This is needed." in page.message("edit", "name")
    assert "https://example.com/product" in page.message("edit", "landingPageUrl")
    assert dict(page.form(f"/api/offers/{offer['id']}").fields)["landingPageUrl"] == "not an address"
    page = await edited(desk, page, offer["id"], name="x", landingPageUrl="")
    assert "This area is there already." in page.message("edit", "solutionAreas.1.area")
    assert "Solution area 2: Area" in page.text
    for link in page.links.values():
        assert not link.startswith("#") or link.removeprefix("#") in page.ids, link


async def test_an_edit_of_what_changed_meanwhile_keeps_what_was_typed(desk: Desk) -> None:
    offer = await a_draft(desk)
    page = await Browser(desk, "contoso-admin").open(f"/offers/{offer['id']}/edit")
    etag = (await desk.get(f"/api/offers/{offer['id']}")).headers["ETag"]
    ok(await desk.send("PATCH", f"/api/offers/{offer['id']}", json={"transactable": True}, headers={"If-Match": etag}))
    page = await edited(desk, page, offer["id"], name="Typed here")
    assert page.status == 412
    assert "your entries are still in the form" in page.text
    page = await edited(desk, page, offer["id"])
    assert page.headings[0] == "Typed here"


async def test_guidance_stands_beside_types_documents_and_roles(desk: Desk) -> None:
    offer, contoso = await a_draft(desk), Browser(desk, "contoso-admin")
    form = await contoso.open(f"/offers/{offer['id']}/edit")
    assert "Software that is your own intellectual property" in form.text
    assert "The vendor's own lists of platforms, segments and solution areas are not public." in form.text
    page = await contoso.open(f"/offers/{offer['id']}")
    assert "A seller reads it in a minute" in page.text
    assert "Whom a seller calls about a customer." in page.text


async def test_the_page_says_what_is_missing_and_where_it_is_mended(desk: Desk) -> None:
    id = (await a_draft(desk, segments=[]))["id"]
    contoso = Browser(desk, "contoso-admin")
    page = await contoso.open(f"/offers/{id}")
    assert page.headings[1] == "5 things are missing"
    assert page.links["Fill in the co-sell details"] == f"/offers/{id}/edit"
    assert page.links["Review and publish"] == f"/offers/{id}/compare"
    for link in page.links.values():
        assert not link.startswith("#") or link.removeprefix("#") in page.ids, link
    await fill(desk, id)
    page = await contoso.open(f"/offers/{id}")
    assert page.headings[1] == "1 thing is missing"
    assert "2 of 2 with a sales contact" in page.text
    assert "Readiness over time" in page.text
    reader = await Browser(desk, "contoso-auditor").open(f"/offers/{id}")
    assert reader.forms == []
    assert "Fill in the co-sell details" not in reader.links


async def test_a_country_without_a_sales_contact_stands_out_in_the_grid(desk: Desk) -> None:
    id = (await a_draft(desk, availableCountries=["FR", "US", "JP"]))["id"]
    row = ("Ana Lima", "ana@contoso.example", "Seller", "Partner sales", "FR, US", "US-CA")
    await uploaded(desk, id, file_of(row))
    page = await Browser(desk, "contoso-admin").open(f"/offers/{id}")
    assert "2 of 3 with a sales contact" in page.text
    assert "Japan Missing" in page.text
    assert "states nobody is named for" in page.text


async def test_documents_show_what_was_read_can_be_had_and_removed(desk: Desk) -> None:
    id = (await a_draft(desk))["id"]
    await fill(desk, id)
    contoso = Browser(desk, "contoso-admin")
    page = await contoso.open(f"/offers/{id}")
    at = f"/api/offers/{id}/documents/solution_one_pager/one-pager.pdf"
    assert page.links["one-pager.pdf"] == at
    assert f'<img src="{at}/preview"' in page.html
    for link in (at, f"{at}/preview"):
        assert (await desk.get(link)).status_code == 200
    page = await contoso.send(page, f"{at}/remove")
    assert "one-pager.pdf" not in page.links
    assert "Upload a solution one-pager" in page.text


@pytest.mark.parametrize("persona", ["contoso-auditor", "contoso-referrals"])
async def test_who_may_not_change_offers_gets_no_form_of_one(desk: Desk, persona: str) -> None:
    id = (await a_draft(desk))["id"]
    page = await Browser(desk, persona).open(f"/offers/{id}/edit")
    assert (page.status, page.headings) == (403, ["Not allowed"])
    assert (await Browser(desk, "fabrikam-admin").open(f"/offers/{id}/edit")).status == 404


async def test_what_somebody_wrote_is_only_text(desk: Desk) -> None:
    id = (await a_draft(desk, name="<b>Bold</b>", landingPageUrl="https://x.example/?a=<i>"))["id"]
    for path in ("", "/edit", "/compare", "/contacts"):
        page = await Browser(desk, "contoso-admin").open(f"/offers/{id}{path}")
        assert "<b>" not in page.html
        assert "<i>" not in page.html
