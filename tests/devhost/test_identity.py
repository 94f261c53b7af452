"""The sign-in stand-in: who a function believes is calling."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import azure.functions as func
import httpx
import pytest

from devhost.errors import StartupError
from devhost.host import environment_of
from devhost.identity import LOGIN, Persona, read_personas
from tests.devhost.conftest import Serve, new_app

ANA = Persona("ana", "ana", "tenant-a", ("Seller", "Reviewer"), "Ana Lïma")
BOB = Persona("bob", "bob", "tenant-b")

app = new_app()


@app.route("who", methods=["GET"])
async def who(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(json.dumps({n: v for n, v in req.headers.items() if n.startswith("x-ms-")}))


@pytest.fixture
def client(serve: Serve) -> httpx.AsyncClient:
    return serve(app, personas=[ANA, BOB])[1]


async def test_a_bearer_name_becomes_the_platforms_principal(client: httpx.AsyncClient) -> None:
    seen = (await client.get("/who", headers={"Authorization": "Bearer ana", "X-MS-Client-Principal": "forged"})).json()
    assert seen["x-ms-client-principal-id"] == seen["x-ms-client-principal-name"] == "ana"
    assert seen["x-ms-client-principal-idp"] == "aad"
    principal = json.loads(base64.b64decode(seen["x-ms-client-principal"]))
    assert (principal["auth_typ"], principal["role_typ"]) == ("aad", "roles")
    claims = [(claim["typ"], claim["val"]) for claim in principal["claims"]]
    assert ("tid", "tenant-a") in claims
    assert ("oid", "ana") in claims
    assert ("name", "Ana Lïma") in claims, "what the directory calls her"
    assert [value for typ, value in claims if typ == "roles"] == ["Seller", "Reviewer"]


async def test_nobody_is_let_through_without_a_principal(client: httpx.AsyncClient) -> None:
    assert (await client.get("/who", headers={"x-ms-client-principal-id": "ana"})).json() == {}


async def test_an_unknown_persona_is_told_where_the_others_are(client: httpx.AsyncClient) -> None:
    answer = await client.get("/who", headers={"Authorization": "Bearer nobody"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["title"], problem["status"], problem["code"]) == ("Unauthorized", 401, "unknown_persona")
    assert LOGIN in problem["detail"]
    assert "nobody" not in answer.text


async def test_a_person_signs_in_with_a_button_and_out_again(client: httpx.AsyncClient) -> None:
    page = await client.get(LOGIN, params={"post_login_redirect_uri": '/deals?a="1"'})
    assert '<button name="persona" value="ana"' in page.text
    assert 'action="/.auth/login/dev?post_login_redirect_uri=%2Fdeals%3Fa%3D%221%22"' in page.text
    answer = await client.post(LOGIN, params={"post_login_redirect_uri": "/deals"}, data={"persona": "ana"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/deals")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=Lax" in answer.headers["set-cookie"]
    assert (await client.get("/who")).json()["x-ms-client-principal-id"] == "ana"
    me = (await client.get("/.auth/me")).json()
    assert (me[0]["provider_name"], me[0]["user_id"]) == ("aad", "ana")
    assert (await client.get("/.auth/logout", params={"post_logout_redirect_uri": "/bye"})).headers[
        "location"
    ] == "/bye"
    assert (await client.get("/who")).json() == {}
    assert (await client.get("/.auth/me")).status_code == 401


async def test_a_session_survives_a_restart_and_a_changed_one_does_not_count(serve: Serve) -> None:
    _, first = serve(app, personas=[ANA, BOB])
    cookie = (await first.post(LOGIN, data={"persona": "ana"})).cookies["AppServiceAuthSession"]
    _, second = serve(app, personas=[ANA, BOB])
    good = {"Cookie": f"AppServiceAuthSession={cookie}"}
    assert (await second.get("/who", headers=good)).json()["x-ms-client-principal-id"] == "ana"
    payload, _, signature = cookie.partition(".")
    forged = base64.urlsafe_b64encode(base64.urlsafe_b64decode(payload).replace(b"ana", b"bob")).decode()
    for value in (f"{forged}.{signature}", f"{payload}.", payload, "é", "", "." * 9):
        headers = {"Cookie": f"AppServiceAuthSession={value}".encode()}
        assert (await second.get("/who", headers=headers)).json() == {}


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "http://evil.example", "", "x", "/a\r\nb", "/é"]
)
async def test_signing_in_never_leads_to_another_host(client: httpx.AsyncClient, target: str) -> None:
    answer = await client.post(LOGIN, params={"post_login_redirect_uri": target}, data={"persona": "ana"})
    assert answer.status_code == 400 or answer.headers["location"] == "/"


async def test_another_site_cannot_sign_somebody_in(client: httpx.AsyncClient) -> None:
    answer = await client.post(LOGIN, data={"persona": "ana"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


async def test_the_environment_says_that_sign_in_is_on(tmp_path: Path) -> None:
    environment = environment_of(tmp_path, 7071, signed_in=True)
    assert environment["WEBSITE_AUTH_ENABLED"] == "True"
    assert environment["UPLOAD_LINK_URL"] == "http://localhost:7071/.upload"
    assert environment_of(tmp_path, 7071, signed_in=False)["UPLOAD_LINK_KEY"] == environment["UPLOAD_LINK_KEY"]


def test_links_in_mails_lead_to_the_port_it_listens_on_unless_told_otherwise(tmp_path: Path) -> None:
    """`make run PORT=7391` mailed links to 7071, where nobody answered."""
    assert environment_of(tmp_path, 7391, signed_in=True)["PUBLIC_URL"] == "http://localhost:7391"
    told = environment_of(tmp_path, 7391, signed_in=True, public_url="https://desk.example")
    assert told["PUBLIC_URL"] == "https://desk.example"


@pytest.mark.parametrize("text", ["{", "[1]", '[{"name": "a"}]', '[{"name": "a\\n", "oid": "a", "tid": "t"}]', "{}x"])
def test_a_file_without_personas_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "personas.json"
    path.write_text(text)
    with pytest.raises(StartupError, match="DEVHOST_PERSONAS"):
        read_personas(path)
