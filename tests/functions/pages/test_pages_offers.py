"""The pages of offers: the list, a new one, its files and what became of them."""

from __future__ import annotations

from typing import Any

import httpx

from tests.functions.deals import an_offer
from tests.functions.desk import Desk, ok
from tests.functions.reading import ACCEPT, Browser, Page

GOOD = """Name,Email,Job title,Role,Countries/Regions,States/Provinces
Claire Dubois,claire@contoso.example,Directrice,Partner sales,"FR,DE",
Felix Brandt,felix@contoso.example,Leiter,Partnervertrieb,DE,
"""
BAD = """Name,Email,Job title,Role,Countries/Regions,States/Provinces
Claire Dubois,not an address,Directrice,Partner sales,FR,
"""


async def offer_of(desk: Desk) -> str:
    offer: dict[str, Any] = ok(await desk.post("/api/offers", an_offer()), 201)
    return str(offer["id"])


async def upload(desk: Desk, page: Page, action: str, name: str, content: bytes) -> httpx.Response:
    """Choose a file in the page's form and send it, as a browser does."""
    form = page.form(action)
    assert (form.method, form.encoding) == ("post", "multipart/form-data")
    files = {"file": (name, content)} if name else {"file": ("", b"")}
    return await desk.send("POST", form.action, headers={"Accept": ACCEPT}, files=files)


async def ingested(desk: Desk, offer: str, name: str) -> None:
    """What the trigger does once the file lies there."""
    await desk.services.uploads.ingest(f"contoso/{offer}/contacts/{name}")


async def test_an_offer_is_created_by_its_form_for_one_country_or_several(desk: Desk) -> None:
    contoso = Browser(desk, "contoso-admin")
    page = await contoso.send(
        await contoso.open("/offers"), "/api/offers", name="Migrator", offerType="saas", availableCountries="FR"
    )
    assert page.headings[0] == "Migrator"
    assert "France" in page.text
    assert "Migrator" in (await contoso.open("/offers")).links


async def test_an_offer_that_is_not_complete_is_shown_again(desk: Desk) -> None:
    contoso = Browser(desk, "contoso-admin")
    page = await contoso.send(await contoso.open("/offers"), "/api/offers", name="Migrator", offerType="")
    assert page.status == 422
    assert "This is needed." in page.message("new", "offerType")
    assert "This is needed." in page.texts["new-availableCountries"]
    assert dict(page.form("/api/offers").fields)["name"] == "Migrator"


async def test_who_may_not_create_offers_sees_no_form(desk: Desk) -> None:
    page = await Browser(desk, "contoso-auditor").open("/offers")
    assert not page.has_form("/api/offers")
    offer = await Browser(desk, "contoso-auditor").open(f"/offers/{await offer_of(desk)}")
    assert offer.forms == []
    assert (await Browser(desk, "fabrikam-admin").open("/offers/nothing")).status == 404


async def test_contacts_are_uploaded_read_in_force_and_undone(desk: Desk) -> None:
    id = await offer_of(desk)
    contoso = Browser(desk, "contoso-admin")
    answer = await upload(desk, await contoso.open(f"/offers/{id}"), "/contacts", "team.csv", GOOD.encode())
    assert (answer.status_code, answer.headers["location"]) == (303, f"/offers/{id}")
    waiting = await contoso.open(f"/offers/{id}")
    assert 'http-equiv="refresh" content="2"' in waiting.html
    assert "team.csv Waiting to be read" in waiting.text
    await ingested(desk, id, "team.csv")
    page = await contoso.open(f"/offers/{id}")
    assert "http-equiv" not in page.html
    assert "2 contacts in force" in page.text
    assert "2 contacts imported." in page.text
    assert page.links["download them"] == f"/api/offers/{id}/contacts.csv"
    assert not page.has_form("/contacts/undo"), "there is nothing to go back to"
    await upload(desk, page, "/contacts", "smaller.csv", "".join(GOOD.splitlines(keepends=True)[:2]).encode())
    await ingested(desk, id, "smaller.csv")
    page = await contoso.open(f"/offers/{id}")
    assert "1 contact in force" in page.text
    page = await contoso.send(page, "/contacts/undo")
    assert "2 contacts in force" in page.text


async def test_rows_that_are_wrong_are_named_by_row_column_and_code(desk: Desk) -> None:
    id = await offer_of(desk)
    contoso = Browser(desk, "contoso-admin")
    await upload(desk, await contoso.open(f"/offers/{id}"), "/contacts", "team.csv", BAD.encode())
    await ingested(desk, id, "team.csv")
    page = await contoso.open(f"/offers/{id}")
    assert "team.csv Refused" in page.text
    assert "Rows to correct: 1" in page.text
    assert "2 Email" in page.text
    assert "not_an_email" in page.text
    corrected = await desk.get(page.links["Download the file with its errors beside the rows"])
    assert "not an address" in corrected.text


async def test_sending_no_file_says_so_beside_the_field(desk: Desk) -> None:
    id = await offer_of(desk)
    contoso = Browser(desk, "contoso-admin")
    before = await contoso.open(f"/offers/{id}")
    page = Page(await upload(desk, before, "/contacts", "", b""))
    assert page.status == 422
    assert "Choose a file." in page.message("contacts", "file")
    page = Page(await upload(desk, before, "/documents/solution_one_pager", "", b""))
    assert "Choose a file." in page.message("solution_one_pager", "file")


async def test_a_template_is_offered_in_each_language(desk: Desk) -> None:
    page = await Browser(desk, "contoso-admin").open(f"/offers/{await offer_of(desk)}")
    for language in ("English", "Français", "Deutsch", "Español", "Português", "Русский"):
        answer = await desk.get(page.links[language])
        assert answer.headers["content-type"].startswith("text/csv")


async def test_a_hostile_file_name_is_only_text(desk: Desk) -> None:
    id = await offer_of(desk)
    contoso = Browser(desk, "contoso-admin")
    await upload(desk, await contoso.open(f"/offers/{id}"), "/contacts", "<img src=x>.csv", BAD.encode())
    page = await contoso.open(f"/offers/{id}")
    assert "<img" not in page.html
    assert "<img src=x>.csv" in page.text
