"""What cannot be read or is not one's own is answered clearly, on every route of notices and webhooks; never a 500."""

from __future__ import annotations

import pytest

from tests.functions.access.test_foreign import REQUESTS, routes
from tests.functions.desk import Desk, ok, refused

OPEN = ("/api/notices/read-all", "/api/notice-preferences", "/api/webhooks")


async def test_a_foreign_webhook_is_404_on_every_route_whatever_is_sent(desk: Desk) -> None:
    """As an id that nobody has; nothing is stored."""
    hook = ok(await desk.post("/api/webhooks", {"url": "https://hooks.example.com/a"}), 201)
    sent = ok(await desk.post(f"/api/webhooks/{hook['id']}/test"), 202)
    found = sorted((method, path.replace("{delivery}", sent["id"])) for method, path in routes("webhooks"))
    assert len(found) == 7
    before = desk.contents()
    for persona in ("fabrikam-admin", "vendor-admin"):
        for method, path in found:
            for name, headers, content in REQUESTS:
                address = path.replace("{id}", hook["id"])
                response = await desk.send(method, address, as_=persona, headers=headers, content=content)
                assert response.status_code == 404, (persona, name, method, path, response.text)
    assert desk.contents() == before


@pytest.mark.parametrize("path", OPEN)
async def test_a_body_nobody_can_read_is_refused_or_does_not_matter(desk: Desk, path: str) -> None:
    for name, headers, content in REQUESTS:
        response = await desk.send("POST", path, headers=headers, content=content)
        assert response.status_code < 500, (name, response.text)
        if response.status_code >= 400:
            refused(response, response.status_code)


@pytest.mark.parametrize("id", ["x", "..", "%00", "é", "a" * 65, "01a2e008-0000-7000-8000-000000000000"])
async def test_an_id_that_could_be_nobodys_is_404(desk: Desk, id: str) -> None:
    hook = ok(await desk.post("/api/webhooks", {"url": "https://hooks.example.com/a"}), 201)
    for path in (
        f"/api/notices/{id}/read",
        f"/api/webhooks/{id}/test",
        f"/api/webhooks/{hook['id']}/deliveries/{id}/redeliver",
    ):
        assert (await desk.post(path)).status_code in (400, 404), path


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "after=x", "after=bm90aGluZw"])
async def test_a_page_of_deliveries_nobody_can_ask_for_is_refused(desk: Desk, query: str) -> None:
    hook = ok(await desk.post("/api/webhooks", {"url": "https://hooks.example.com/a"}), 201)
    response = await desk.get(f"/api/webhooks/{hook['id']}/deliveries?{query}")
    refused(response, 422 if "limit" in query else 400)
    page = await desk.get(f"/webhooks/{hook['id']}?{query}", headers={"Accept": "text/html"})
    assert page.status_code == 400


async def test_a_program_has_no_notices_but_may_have_webhooks(desk: Desk) -> None:
    """An app-only token acts as `app:{id}`."""
    import base64
    import json

    from tests.functions.access.calling import call

    claims = [
        ("tid", "c0000000-0000-4000-8000-000000000001"),
        ("appid", "crm"),
        ("idtyp", "app"),
        ("roles", "ReferralsAdmin"),
    ]
    document = {"auth_typ": "aad", "claims": [{"typ": typ, "val": val} for typ, val in claims]}
    crm = base64.b64encode(json.dumps(document).encode()).decode()
    answer = await call(crm, "PUT", "/api/notice-preferences", {"language": "fr"})
    assert (answer.status, answer.body["code"]) == (409, "not_a_person")
    assert (await call(crm, "GET", "/api/notices")).body == {"items": [], "next": None}
    assert (await call(crm, "POST", "/api/webhooks", {"url": "https://hooks.example.com/a"})).status == 201
