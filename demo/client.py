"""Talks to the app as its callers do: JSON over HTTP, with a persona's name."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException
from typing import Any

Json = dict[str, Any]


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

    def send(self, method: str, path: str, body: Json | None, persona: str | None) -> Json:
        """The answer's document, empty where it has none. Raises Failed."""
        headers = {"Content-Type": "application/json", "If-Match": "*"} | (
            {"Authorization": f"Bearer {persona}"} if persona else {}
        )
        try:
            self._connection.request(method, path, None if body is None else json.dumps(body).encode(), headers)
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
