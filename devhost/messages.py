"""One HTTP exchange as this host sees it: what came in, what goes out, what is refused before any function runs."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote_to_bytes

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

BODY_LIMIT = 100 * 1024 * 1024
URL_LIMIT = 8192  # the platform's web server reads no longer request line
PLATFORM_HEADERS = ("x-ms-client-principal", "x-ms-token-")
ENCODED_SLASH = re.compile("%2f", re.IGNORECASE)


class Answer(NamedTuple):
    """Status, headers and body; the length is added when it is sent."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes = b""


class Refused(Exception):
    """The exchange ends here, with this answer."""

    def __init__(self, status: int, detail: str = "", code: str = "") -> None:
        super().__init__(detail)
        self.answer = problem(status, detail, code) if detail else Answer(status, [])


class ClientGone(Exception):
    """The caller went away before the body was read; nobody is left to answer."""


def problem(status: int, detail: str, code: str = "") -> Answer:
    """An application/problem+json (RFC 9457). The title is the status's own; without a `code` that is made of it."""
    title = HTTPStatus(status).phrase
    code = code or re.sub(r"\W+", "_", title.lower())
    entries = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail}
    body = json.dumps(entries).encode()
    return Answer(status, [(b"content-type", b"application/problem+json")], body)


def json_answer(status: int, document: object) -> Answer:
    """A JSON document, never cached."""
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    return Answer(status, headers, json.dumps(document).encode())


class Call:
    """One request. Identity headers from outside are gone from `headers`; only the platform may set them."""

    __slots__ = (
        "_query",
        "_receive",
        "client",
        "headers",
        "limit",
        "method",
        "path",
        "query_string",
        "raw_path",
        "scheme",
    )

    def __init__(self, scope: Scope, receive: Receive, limit: int = BODY_LIMIT) -> None:
        """Raises Refused (400, 414) for what cannot be read."""
        self._receive = receive
        self._query: dict[str, str] | None = None
        self.limit = limit
        self.method: str = scope["method"]
        self.scheme: str = scope["scheme"]
        self.client: str | None = scope["client"][0] if scope.get("client") else None
        raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
        self.raw_path = raw_path.decode("latin-1")
        self.query_string: str = scope["query_string"].decode("latin-1")
        if len(self.raw_path) + len(self.query_string) > URL_LIMIT:
            raise Refused(414)
        self.path = _segments(self.raw_path)
        self.headers = _headers(scope["headers"])
        self._note_who_calls()

    def _note_who_calls(self) -> None:
        """The platform's front puts the caller's address behind whatever the header said before."""
        if self.client is not None:
            said = self.headers.get("x-forwarded-for")
            self.headers["x-forwarded-for"] = f"{said}, {self.client}" if said else self.client

    @property
    def query(self) -> dict[str, str]:
        """Query values: repeated keys joined by a comma, empty values dropped, names as first written."""
        if self._query is None:
            self._query = _query(self.query_string) if self.query_string else {}
        return self._query

    @property
    def url(self) -> str:
        """The whole address, as the caller wrote it."""
        query = f"?{self.query_string}" if self.query_string else ""
        return f"{self.scheme}://{self.headers.get('host', 'localhost')}{self.raw_path}{query}"

    async def body(self) -> bytes:
        """The body. Raises Refused (411 for a chunked one, 413 above the limit) and ClientGone."""
        headers = self.headers
        if "transfer-encoding" in headers:
            raise Refused(411, "A chunked body would reach an Azure function empty; send a Content-Length")
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdecimal()):
            raise Refused(400)
        size = int(length) if len(length) < 20 else self.limit + 1
        if size > self.limit:
            raise Refused(413, f"A body can have at most {self.limit} bytes")
        return await self._read() if size else b""

    async def _read(self) -> bytes:
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            chunk: bytes = message.get("body", b"")
            size += len(chunk)
            if size > self.limit:
                raise Refused(413, f"A body can have at most {self.limit} bytes")
            chunks.append(chunk)
            if not message.get("more_body"):
                return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _segments(raw_path: str) -> list[str]:
    """The decoded parts of a path; an encoded slash stays encoded, dot segments and a slash at the end are gone."""
    text = raw_path
    if "%" in text:
        try:
            text = unquote_to_bytes(ENCODED_SLASH.sub("%252F", text)).decode()
        except UnicodeDecodeError:
            raise Refused(400) from None
    if "\0" in text:
        raise Refused(400)
    parts = text.removeprefix("/").split("/")
    if "." in parts or ".." in parts:
        parts = _without_dots(parts)
    return parts[:-1] if parts[-1] == "" else parts


def _without_dots(parts: list[str]) -> list[str]:
    kept: list[str] = []
    for part in parts:
        if part == "..":
            del kept[-1:]
        elif part != ".":
            kept.append(part)
    return kept or [""]


def _headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name_bytes, value_bytes in raw:
        name = name_bytes.decode("latin-1").lower()
        if name.startswith("x-ms-") and name.startswith(PLATFORM_HEADERS):
            continue
        try:
            value = value_bytes.decode()
        except UnicodeDecodeError:
            raise Refused(400) from None
        if name in headers:
            value = ("; " if name == "cookie" else ",").join(filter(None, (headers[name], value)))
        headers[name] = value
    return headers


def _query(text: str) -> dict[str, str]:
    names: dict[str, str] = {}
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(text):
        values.setdefault(names.setdefault(name.lower(), name), []).append(value)
    return {name: ",".join(found) for name, found in values.items()}
