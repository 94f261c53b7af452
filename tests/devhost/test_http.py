"""What a function sees of a request, and what a caller sees of its answer."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import azure.functions as func
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devhost.web import Cors
from tests.devhost.conftest import Serve, new_app

app = new_app()


@app.route("echo/{id}/{more?}")
async def echo(req: func.HttpRequest) -> func.HttpResponse:
    seen = {
        "method": req.method,
        "url": req.url,
        "headers": dict(req.headers),
        "params": dict(req.params),
        "route": dict(req.route_params),
        "body": req.get_body().decode(),
    }
    return func.HttpResponse(json.dumps(seen), mimetype="application/json")


@app.route("a_list", methods=["GET"])
async def b_second(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("second")


@app.route("{any}", methods=["GET"])
async def a_first(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("first")


@app.route("posts", methods=["POST"])
def z_sync(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    return func.HttpResponse(
        f"{context.function_name} {len(context.invocation_id)} {context.retry_context.retry_count}"
    )


@app.route("answers/{kind}")
async def odd_answers(req: func.HttpRequest):  # type: ignore[no-untyped-def]  # it answers what it must not
    match req.route_params["kind"]:
        case "none":
            return None
        case "dict":
            return {"a": 1}
        case "int":
            return 3
        case "text":
            return "text"
        case "exit":
            raise SystemExit(3)
        case "empty":
            return func.HttpResponse(status_code=204)
        case "accents":
            return func.HttpResponse("x", headers={"x-name": "é"})
        case "headers":
            response = func.HttpResponse("x", headers={"X-Twice": "1"})
            response.headers.add("x-twice", "2")
            response.headers.add("Set-Cookie", "a=1; Path=/")
            response.headers.add("Set-Cookie", "b=2; HttpOnly")
            return response
    raise RuntimeError("a secret in the message")


@app.route("keys/locked", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
async def locked(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("in")


@app.route("keys/safe", methods=["GET"], auth_level=func.AuthLevel.ADMIN)
async def safe(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("in")


async def test_a_function_sees_the_request_as_the_platform_shows_it(serve: Serve) -> None:
    _, client = serve(app)
    url = "/Echo/a%20b%2Fc?x=1&y=&x=2&z=%C3%A9+1&flag"
    headers = {"X-Custom": "A", "X-MS-CLIENT-PRINCIPAL": "forged", "X-Ms-Token-Aad-Id-Token": "forged"}
    seen = (await client.post(url, content=b"body", headers=headers)).json()
    assert seen["method"] == "POST"
    assert seen["url"] == f"http://localhost:7071{url}"
    assert seen["params"] == {"x": "1,2", "z": "é 1"}
    assert seen["route"] == {"id": "a b%2Fc"}
    assert seen["body"] == "body"
    assert seen["headers"]["x-custom"] == "A"
    assert not [name for name in seen["headers"] if name.startswith("x-ms-")]
    assert all(name == name.lower() for name in seen["headers"])


async def test_functions_are_tried_in_alphabetical_order_whatever_is_more_specific(serve: Serve) -> None:
    _, client = serve(app)
    assert (await client.get("/a_list")).text == "first"


async def test_a_verb_that_is_not_listed_is_not_found_and_get_implies_no_other(serve: Serve) -> None:
    _, client = serve(app)
    assert (await client.put("/posts")).status_code == 404
    assert (await client.head("/a_list")).status_code == 404
    assert (await client.options("/a_list")).status_code == 404


async def test_a_sync_function_runs_in_a_thread_and_gets_its_context(serve: Serve) -> None:
    _, client = serve(app)
    assert (await client.post("/posts/")).text == "z_sync 36 0"


@pytest.mark.parametrize("kind", ["none", "dict", "int", "text", "exit", "accents", "raise"])
async def test_what_is_no_answer_is_a_500_without_a_body_and_with_a_word_in_the_log(
    serve: Serve, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    _, client = serve(app)
    answer = await client.get(f"/answers/{kind}")
    assert (answer.status_code, answer.content) == (500, b"")
    assert any(record.exc_info and record.levelno == logging.ERROR for record in caplog.records)


async def test_a_repeated_header_keeps_its_last_value_except_cookies(serve: Serve) -> None:
    _, client = serve(app)
    answer = await client.get("/answers/headers")
    assert answer.headers.get_list("x-twice") == ["2"]
    assert answer.headers.get_list("set-cookie") == ["a=1; Path=/", "b=2; HttpOnly"]


async def test_an_answer_without_content_has_no_length(serve: Serve) -> None:
    _, client = serve(app)
    answer = await client.get("/answers/empty")
    assert (answer.status_code, "content-length" in answer.headers) == (204, False)


async def test_keys_open_functions_that_are_not_anonymous(serve: Serve, tmp_path: Path) -> None:
    _, client = serve(app)
    keys = json.loads((tmp_path / "devhost" / "keys.json").read_text())
    assert (tmp_path / "devhost" / "keys.json").stat().st_mode & 0o777 == 0o600
    for key in ("locked", "default", "_master"):
        assert (await client.get("/keys/locked", headers={"x-functions-key": keys[key]})).text == "in"
    assert (await client.get("/keys/locked", params={"code": keys["locked"]})).text == "in"
    refused = await client.get("/keys/locked", headers={"x-functions-key": keys["safe"]})
    assert (refused.status_code, refused.content) == (401, b"")
    assert (await client.get("/keys/locked")).status_code == 401
    assert (await client.get("/keys/safe", headers={"x-functions-key": keys["default"]})).status_code == 401
    assert (await client.get("/keys/safe", headers={"x-functions-key": keys["_master"]})).status_code == 200


async def test_keys_survive_a_restart(serve: Serve, tmp_path: Path) -> None:
    serve(app)
    before = (tmp_path / "devhost" / "keys.json").read_text()
    serve(app)
    assert (tmp_path / "devhost" / "keys.json").read_text() == before


async def chunks() -> AsyncIterator[bytes]:
    yield b"part"


async def test_a_chunked_body_is_refused_because_azure_would_lose_it(serve: Serve) -> None:
    _, client = serve(app)
    assert (await client.post("/echo/1", content=chunks())).status_code == 411


async def test_a_body_above_the_limit_is_refused_before_it_is_read(serve: Serve) -> None:
    _, client = serve(app, body_limit=10)
    assert (await client.post("/echo/1", content=b"x" * 11)).status_code == 413
    assert (await client.post("/echo/1", content=b"x" * 10)).status_code == 200
    liar = {"content-length": "3"}
    assert (await client.post("/echo/1", content=b"x" * 11, headers=liar)).status_code == 413
    assert (await client.post("/echo/1", headers={"content-length": "9" * 5000})).status_code == 413


async def test_other_origins_are_answered_by_the_host(serve: Serve) -> None:
    _, client = serve(app, cors=Cors(("http://spa.example",)))
    ask = {"origin": "http://spa.example", "access-control-request-method": "PUT"}
    allowed = await client.options("/echo/1", headers=ask)
    assert (allowed.status_code, allowed.headers["access-control-allow-methods"]) == (204, "PUT")
    refused = await client.options("/echo/1", headers={**ask, "origin": "http://evil.example"})
    assert "access-control-allow-origin" not in refused.headers
    answer = await client.get("/echo/1", headers={"origin": "http://spa.example"})
    assert answer.headers["access-control-allow-origin"] == "http://spa.example"


async def test_dot_segments_are_gone_before_a_route_is_looked_for(serve: Serve) -> None:
    _, client = serve(app)
    for path in ("/admin/%2e%2e/echo/1", "/echo/x/../1"):
        status, body = await raw(serve, path.encode())
        assert status == 200
        assert json.loads(body)["route"] == {"id": "1"}
    assert (await client.get("/echo//1")).status_code == 404


async def raw(
    serve: Serve, path: bytes, query: bytes = b"", headers: Sequence[tuple[bytes, bytes]] = ()
) -> tuple[int, bytes]:
    """A request that no client library would send."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    host, _ = serve(app)
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": "/",
        "raw_path": path,
        "query_string": query,
        "headers": headers,
        "client": ("127.0.0.1", 1),
    }
    await host.asgi(scope, receive, send)
    return sent[0]["status"], sent[1]["body"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (b"/echo/%00", 400),
        (b"/echo/%ff", 400),
        (b"/echo/%zz", 200),
        (b"/echo/%", 200),
        (b"//echo/1", 404),
        (b"", 404),
        (b"*", 200),
        (b"/" + b"x" * 9000, 414),
        (b"/.auth/me", 404),
        (b"/.upload/", 400),
    ],
)
async def test_a_malformed_address_is_answered_never_a_failure_of_the_host(
    serve: Serve, path: bytes, status: int
) -> None:
    assert (await raw(serve, path))[0] == status


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=40), st.binary(max_size=40), st.binary(max_size=20))
async def test_no_bytes_in_path_query_or_header_make_the_host_fail(
    serve: Serve, path: bytes, query: bytes, value: bytes
) -> None:
    status, _ = await raw(serve, b"/echo/" + path, query, [(b"x-any", value), (b"host", value), (b"cookie", value)])
    assert status in (200, 400, 404)
    status, _ = await raw(serve, b"/echo/" + quote(path).encode(), query)
    assert status in (200, 400, 404)
