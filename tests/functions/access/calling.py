"""Functions called directly, as only the platform may write the header that says who calls."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import azure.functions as func

import function_app
from devhost.conversion import http_request, http_response
from devhost.indexing import functions_of
from devhost.routes import parse_route

TENANTS: Final = {
    "contoso": "c0000000-0000-4000-8000-000000000001",
    "fabrikam": "c0000000-0000-4000-8000-000000000002",
    "tailspin": "c0000000-0000-4000-8000-000000000003",
    "vendor": "c0000000-0000-4000-8000-000000000004",
}
UNKNOWN_TENANT: Final = "c0000000-0000-4000-8000-0000000000ff"
Code = Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]


@dataclass(frozen=True)
class Answer:
    """What a function answered."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text)


def principal(organization: str, user: str, *roles: str) -> str:
    """The platform's header for somebody of one of the demo's organizations, or of a tenant nobody knows."""
    tenant = TENANTS.get(organization, UNKNOWN_TENANT)
    claims = [("tid", tenant), ("oid", user), *(("roles", role) for role in roles)]
    document = {"auth_typ": "aad", "claims": [{"typ": typ, "val": value} for typ, value in claims]}
    return base64.b64encode(json.dumps(document).encode()).decode()


async def call(
    who: str | None, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """One request of somebody with that header, None for nobody. Bytes are sent as they are, other bodies as JSON."""
    target = urlsplit(path)
    code, params = taken_by(method, target.path)
    signed = {"x-ms-client-principal": who} if who else {}
    sent = {**signed, "host": "localhost:7071", "content-type": "application/json", **(headers or {})}
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    url, query = f"http://localhost:7071{path}", dict(parse_qsl(target.query))
    status, answered, text = http_response(await code(http_request(method, url, sent, query, params, content)))
    return Answer(status, {name.decode(): value.decode() for name, value in answered}, text.decode("utf-8", "replace"))


def taken_by(method: str, path: str) -> tuple[Code, dict[str, str]]:
    """The function that takes a request, and what its route says."""
    words = [word for word in path.split("/") if word]
    for template, methods, code in _routes():
        params = template.match(words) if method in methods else None
        if params is not None:
            return code, params
    raise AssertionError(f"no function takes {method} {path}")


@cache
def _routes() -> list[tuple[Any, frozenset[str], Code]]:
    """In alphabetical order of the functions' names, as the platform tries them."""
    routes = []
    for function in sorted(functions_of(function_app.app), key=lambda one: str(one.get_function_name())):
        trigger: Any = function.get_trigger()
        facts = trigger.get_dict_repr()
        if facts["type"] == "httpTrigger":
            methods = frozenset(str(getattr(verb, "value", verb)) for verb in facts["methods"])
            routes.append((parse_route(f"/{facts['route']}"), methods, function.get_user_function()))
    return routes
