"""Who sees which page, and what those see who may not: clear pages, never JSON, never another organization's things."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import azure.functions as func
import httpx
import pytest

from functions.pages import deals_page
from shared import bootstrap
from shared.services.ports import StoreUnavailable
from tests.functions.desk import ROOT, Desk
from tests.functions.reading import ACCEPT, Browser, Page


@pytest.mark.parametrize(
    "path",
    [
        "/deals",
        "/deals?tab=outbound&q=abc",
        "/deals/new",
        "/referrals/x",
        "/offers",
        "/offers/x",
        "/offers/x/edit",
        "/offers/x/compare",
        "/offers/x/contacts",
        "/review",
        "/documents",
        "/organization",
        "/organizations",
        "/companies",
    ],
)
async def test_a_visitor_is_sent_to_sign_in_and_comes_back(desk: Desk, path: str) -> None:
    for headers in ({"Accept": ACCEPT}, {"Accept": "*/*"}):
        answer = await desk.get(path, None, headers=headers)
        assert answer.status_code == 302
        login, _, back = answer.headers["location"].partition("?post_login_redirect_uri=")
        assert (login, unquote(back)) == ("/.auth/login/dev", path)


async def test_signing_in_leads_to_the_page_and_signing_out_ends_it(desk: Desk) -> None:
    client, headers = desk.client, {"Accept": ACCEPT}
    asked = await client.get("/deals?tab=outbound", headers=headers)
    signed = await client.post(asked.headers["location"], data={"persona": "contoso-user"}, headers=headers)
    assert signed.headers["location"] == "/deals?tab=outbound"
    page = Page(await client.get(signed.headers["location"], headers=headers))
    assert "Contoso" in page.text
    assert "Ulla Contoso" in page.text
    await client.get(page.links["Sign out"], headers=headers)
    assert (await client.get("/deals", headers=headers)).status_code == 302


async def test_a_form_sent_after_the_session_ended_leads_back_to_the_deals(desk: Desk) -> None:
    answer = await desk.send("POST", "/api/deals", as_=None, headers={"Accept": ACCEPT}, data={"name": "x"})
    assert unquote(answer.headers["location"]).endswith("=/deals")


async def test_another_organizations_referral_is_a_page_that_says_not_found(desk: Desk) -> None:
    own = await desk.created()
    unknown = await Browser(desk, "fabrikam-admin").open("/referrals/01234567-nothing")
    page = await Browser(desk, "fabrikam-admin").open(f"/referrals/{own['id']}")
    assert (page.status, page.headings) == (404, ["Not found"])
    assert page.text == unknown.text
    assert own["name"] not in page.html


async def test_a_form_to_another_organizations_referral_is_not_found_too(desk: Desk) -> None:
    own = await desk.created()
    answer = await desk.send(
        "POST", f"/api/referrals/{own['id']}/win", as_="fabrikam-admin", headers={"Accept": ACCEPT}, data={"x": "y"}
    )
    page = Page(answer)
    assert (page.status, page.headings) == (404, ["Not found"])


async def test_a_role_that_does_not_permit_it_is_a_page_that_says_so(desk: Desk) -> None:
    page = await Browser(desk, "contoso-auditor").open("/deals/new")
    assert (page.status, page.headings) == (403, ["Not allowed"])
    assert "/deals/new" not in page.links.values()


async def test_somebody_of_no_organization_here_is_told_so(desk: Desk) -> None:
    claims = [{"typ": "tid", "val": "elsewhere"}, {"typ": "oid", "val": "somebody"}]
    principal = base64.b64encode(json.dumps({"auth_typ": "aad", "claims": claims}).encode()).decode()

    request = func.HttpRequest(
        "GET", "http://localhost:7071/deals", headers={"x-ms-client-principal": principal}, params={}, body=b""
    )
    page = Page(_as_httpx(await deals_page(request)))
    assert page.status == 403
    assert "has not joined the programme" in page.text
    assert "Write to the vendor who runs the programme" in page.text
    assert "elsewhere" in page.text, "the tenant id, to pass on"


def _as_httpx(answer: Any) -> httpx.Response:
    return httpx.Response(answer.status_code, content=answer.get_body(), headers=dict(answer.headers))


class _Down:
    """A store that does not answer."""

    def __init__(self, store: Any) -> None:
        self._store = store

    async def get(self, *_: Any) -> None:
        raise StoreUnavailable("down", retry_after=7)

    find = get

    async def close(self) -> None:
        await self._store.close()


async def test_a_store_that_does_not_answer_is_a_page_that_asks_to_wait(desk: Desk) -> None:
    bootstrap.use(replace(desk.services, store=_Down(desk.services.store)))  # type: ignore[arg-type]
    page = await Browser(desk, "contoso-admin").open("/deals")
    assert (page.status, page.headings) == (503, ["Not available now"])
    assert page.headers["retry-after"] == "7"
    bootstrap.use(desk.services)


async def test_pages_carry_a_strict_policy_and_are_not_kept(desk: Desk) -> None:
    for path in ("/deals", "/deals/new", "/referrals/unknown"):
        headers = (await Browser(desk, "contoso-admin").open(path)).headers
        policy = headers["content-security-policy"]
        for rule in ("default-src 'none'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'"):
            assert rule in policy
        assert "unsafe" not in policy
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-type"] == "text/html; charset=utf-8"


async def test_static_files_are_served_by_safe_names_only(desk: Desk) -> None:
    page = await Browser(desk, None).open("/static/nothing.css")
    assert page.status == 404
    style = await desk.get("/static/desk.css", None)
    assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "http" not in style.text, "nothing is fetched from elsewhere"
    for name in ("..%2f..%2ffunction_app.py", "%2e%2e%5cbase.html", "desk.css%00", ".", "desk.css.bak"):
        assert (await desk.get(f"/static/{name}", None)).status_code in (400, 404)


async def test_a_form_from_another_site_is_refused_with_a_page(desk: Desk) -> None:
    own = await desk.created()
    headers = {"Accept": ACCEPT, "Cookie": "any=1", "Sec-Fetch-Site": "cross-site"}
    answer = await desk.send("POST", f"/api/referrals/{own['id']}/win", headers=headers, data={"x": "y"})
    assert Page(answer).headings == ["Not allowed"]
    assert (await desk.read(own["id"]))["stage"] == "accepted"


async def test_a_heart_never_leads_to_another_site(desk: Desk) -> None:
    own = await desk.created()
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        answer = await desk.send(
            "POST", f"/api/referrals/{own['id']}/favourite", headers={"Accept": ACCEPT}, data={"returnTo": target}
        )
        assert answer.headers["location"] == f"/referrals/{own['id']}"


def test_importing_the_app_does_not_load_what_only_pages_need() -> None:
    """A cold start answers a program before anybody needs a template."""
    code = "import sys, function_app; print([name for name in ('jinja2', 'pycountry') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
