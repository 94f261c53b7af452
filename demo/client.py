"""Talks to the app as its callers do: JSON over HTTP, with a persona's name."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException
from typing import Any, Final

Json = dict[str, Any]
BOUNDARY: Final = "-the-demo-sends-a-file-"


class Failed(Exception):
    """The app refused what the demo asked, or did not answer; the text says what."""


class Client:
    """One connection to a running app. Not for threads."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._connection = HTTPConnection("127.0.0.1", port, timeout=10)

    def get(self, path: str, persona: str | None = None) -> Json:
        """Raises Failed."""
        return self.send("GET", path, None, persona)

    def post(self, path: str, body: Json, persona: str | None = None) -> Json:
        """Raises Failed."""
        return self.send("POST", path, body, persona)

    def patch(self, path: str, body: Json, persona: str | None = None) -> Json:
        """An edit of whatever version is there. Raises Failed."""
        return self.send("PATCH", path, body, persona)

    def upload(self, path: str, name: str, content: bytes, persona: str) -> Json:
        """A file, as a form sends it. Raises Failed."""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
        return self._sent("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}, persona)

    def send(self, method: str, path: str, body: Json | None, persona: str | None) -> Json:
        """The answer's document, empty where it has none. Raises Failed."""
        headers = {"Content-Type": "application/json", "If-Match": "*"}
        return self._sent(method, path, None if body is None else json.dumps(body).encode(), headers, persona)

    def _sent(self, method: str, path: str, body: bytes | None, headers: dict[str, str], persona: str | None) -> Json:
        signed = {"Authorization": f"Bearer {persona}"} if persona else {}
        try:
            self._connection.request(method, path, body, {**headers, **signed})
            with self._connection.getresponse() as response:
                status, content = response.status, response.read()
        except (OSError, HTTPException) as error:
            self.close()
            raise Failed(f"{method} {path}: {error!r}") from error
        if status >= 400:
            raise Failed(f"{method} {path}: {status} {content.decode(errors='replace')[:500]}")
        document: Json = json.loads(content) if content else {}
        return document

    def close(self) -> None:
        self._connection.close()
