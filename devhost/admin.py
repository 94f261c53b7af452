"""The host's own endpoints, for loopback callers: is it there, what does it run, run a timer or blob function now."""

from __future__ import annotations

import hmac
import ipaddress
import json
from collections.abc import Mapping
from typing import Any, Protocol

from devhost.messages import Answer, Call, Refused, json_answer


class Runs(Protocol):
    """What the admin endpoints need from the host."""

    def status(self) -> Mapping[str, Any]:
        """The document of /admin/host/status."""

    def start_now(self, name: str, text: str) -> None:
        """Start a timer or blob function. Raises LookupError for an unknown one, ValueError if it cannot be started."""


class Admin:
    """Answers below /admin. The master key is asked for only if `key` is given: Core Tools asks for none."""

    def __init__(self, runs: Runs, key: str | None) -> None:
        self._runs = runs
        self._key = key

    async def answer(self, call: Call) -> Answer:
        """Raises Refused (400, 401, 403, 404)."""
        self._check(call)
        match call.method, [part.lower() for part in call.path[1:]]:
            case ("GET" | "POST", ["host", "ping"]):
                return Answer(200, [])
            case ("GET", ["host", "status"]):
                return json_answer(200, self._runs.status())
            case ("POST", ["functions", _]):
                return await self._start(call)
        raise Refused(404)

    def _check(self, call: Call) -> None:
        if not _is_loopback(call.client) or call.headers.get("sec-fetch-site") == "cross-site":
            raise Refused(403)
        given = call.headers.get("x-functions-key", "")
        if self._key is not None and not hmac.compare_digest(given.encode(), self._key.encode()):
            raise Refused(401)

    async def _start(self, call: Call) -> Answer:
        try:
            document = json.loads(await call.body() or b"{}")
            text = document.get("input", "")
            if not isinstance(text, str):
                raise ValueError("input must be a string")
            self._runs.start_now(call.path[2], text)
        except LookupError as error:
            raise Refused(404, str(error.args[0])) from None
        except (ValueError, AttributeError) as error:
            raise Refused(400, f'Send {{}} or {{"input": "..."}}: {error}') from None
        return Answer(202, [])


def _is_loopback(client: str | None) -> bool:
    try:
        address = ipaddress.ip_address(client or "")
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)
