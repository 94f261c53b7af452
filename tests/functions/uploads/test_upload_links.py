"""Links that let a tool write one file and nothing else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.emulators.pair import on_azure
from tests.functions.desk import START, Desk, fields_of, ok, open_desk, refused
from tests.functions.uploads.uploading import ANA, an_offer, file_of, names, trigger

CONTACTS = {"kind": "contacts", "fileName": "people.csv"}


@pytest.fixture
async def linked(desk: Desk) -> str:
    """An offer of Contoso's."""
    return str((await an_offer(desk))["id"])


@pytest.mark.skipif(on_azure(), reason="the local host's own signed address; tests/contract shows Azurite's")
async def test_a_link_is_for_one_file_and_an_hour(tmp_path: Path) -> None:
    """What is put there is imported like every other upload; devhost's tests show the PUT itself."""
    host = {"UPLOAD_LINK_URL": "http://localhost:7071/.upload", "UPLOAD_LINK_KEY": "key"}
    async with open_desk(tmp_path, **host) as desk:
        await _one_file_and_an_hour(desk, (await an_offer(desk))["id"])


async def _one_file_and_an_hour(desk: Desk, linked: str) -> None:
    link = ok(await desk.post(f"/api/offers/{linked}/upload-links", CONTACTS), 201)
    assert link["path"] == f"contoso/{linked}/contacts/people.csv"
    assert link["expiresAt"].startswith((START + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"))
    address = urlsplit(link["url"])
    assert (address.path, "signature=" in address.query) == (f"/.upload/uploads/{link['path']}", True)
    await desk.services.blobs.write("uploads", link["path"], file_of(ANA))
    await trigger(desk, link["path"])
    assert await names(desk, linked) == ["Ana Lima"]


async def test_only_who_may_upload_gets_a_link(desk: Desk, linked: str) -> None:
    """The auditor reads; another organization has no such offer."""
    refused(await desk.post(f"/api/offers/{linked}/upload-links", CONTACTS, "contoso-auditor"), 403, "access_denied")
    refused(await desk.post(f"/api/offers/{linked}/upload-links", CONTACTS, "fabrikam-admin"), 404, "not_found")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "contacts", "fileName": "../people.csv"}, "fileName"),
        ({"kind": "contacts", "fileName": ".hidden"}, "fileName"),
        ({"kind": "document", "fileName": "deck.pptx"}, "documentType"),
        ({"kind": "document", "documentType": "poem", "fileName": "deck.pptx"}, "documentType"),
        ({"kind": "bulk", "fileName": "deals.csv"}, "kind"),
    ],
)
async def test_a_link_for_what_cannot_be_uploaded_is_refused(
    desk: Desk, linked: str, body: dict[str, str], field: str
) -> None:
    """By field, before any address is made."""
    response = await desk.post(f"/api/offers/{linked}/upload-links", body)
    assert field in fields_of(refused(response, 422, "invalid"))
