"""The stand-in for App Service Authentication: personas from a file, a signed cookie for people, a name for programs.

Outside Azure nobody proves who they are; this exists so that the app can be used and tested as every role. Whatever a
caller sends in the platform's own identity headers is dropped before this looks (messages.Call).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import html
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from devhost.errors import StartupError
from devhost.messages import Answer, Call, Refused, json_answer

COOKIE = "AppServiceAuthSession"
SESSION_SECONDS = 8 * 3600  # as long as a session of the real thing
LOGIN = "/.auth/login/dev"
PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in: local host</title>
<style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}}
li{{margin:.5rem 0}}button{{font:inherit;padding:.5rem 1rem;min-width:14rem;text-align:left}}</style></head>
<body><main><h1>Sign in as</h1>
<p>This is the local host. Choose one of its personas; in Azure the platform's own sign-in takes this place.</p>
<form method="post" action="{action}"><ul>{items}</ul></form></main></body>
</html>
"""
ITEM = """<li><button name="persona" value="{name}" aria-describedby="roles-{n}">{name}</button>
<span id="roles-{n}">{about}</span></li>
"""


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody to be: `tid` is the tenant, `roles` the app roles, `display_name` what the directory calls them and
    `email` their address there."""

    name: str
    oid: str
    tid: str
    roles: tuple[str, ...] = ()
    display_name: str = ""
    email: str = ""

    def claims(self) -> list[dict[str, str]]:
        """The claims as the platform lists them: one entry a value."""
        single = [("tid", self.tid), ("oid", self.oid), ("name", self.display_name or self.name)]
        single += [("preferred_username", self.email)] if self.email else []
        return [{"typ": typ, "val": value} for typ, value in [*single, *(("roles", role) for role in self.roles)]]


def read_personas(path: Path) -> tuple[Persona, ...]:
    """Personas of a JSON file [{name, oid, tid, roles, displayName, email}], the last three as needed.

    Raises StartupError.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        personas = tuple(_persona(entry) for entry in entries)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StartupError(f"DEVHOST_PERSONAS: {path} is not a list of personas: {error!r}") from error
    if len({persona.name for persona in personas}) != len(personas):
        raise StartupError(f"DEVHOST_PERSONAS: {path} names a persona twice")
    return personas


def _persona(entry: Mapping[str, Any]) -> Persona:
    texts = [entry["name"], entry["oid"], entry["tid"], *entry.get("roles", [])]
    if not all(isinstance(text, str) and text.isascii() and text.isprintable() and text for text in texts):
        raise ValueError("name, oid, tid and roles are printable ASCII")
    display_name = entry.get("displayName", "")
    if not isinstance(display_name, str) or (display_name and not display_name.isprintable()):
        raise ValueError("displayName is printable")
    email = entry.get("email", "")
    if not isinstance(email, str) or not (email.isascii() and email.isprintable()):
        raise ValueError("email is printable ASCII")
    return Persona(entry["name"], entry["oid"], entry["tid"], tuple(entry.get("roles", [])), display_name, email)


class EasyAuth:
    """Signs callers in, and writes the principal headers that functions read."""

    def __init__(self, personas: Iterable[Persona], session_key: str) -> None:
        self._personas = {persona.name: persona for persona in personas}
        self._headers = {name: _principal(persona) for name, persona in self._personas.items()}
        self._key = session_key.encode()

    def identify(self, call: Call) -> None:
        """Add the principal headers of who is calling, if anybody is. Raises Refused (401) for an unknown persona."""
        name = self._caller(call.headers)
        if name is not None:
            call.headers.update(self._headers[name])

    def answer(self, call: Call, form: bytes) -> Answer:
        """The /.auth endpoints. Raises Refused."""
        page = "/" + "/".join(call.path)
        if page == LOGIN and call.method in ("GET", "POST"):
            target = relative(call.query.get("post_login_redirect_uri", "/"))
            return self._login_page(target) if call.method == "GET" else self._log_in(call, form, target)
        if page == "/.auth/me" and call.method == "GET":
            return self._me(call)
        if page == "/.auth/logout" and call.method == "GET":
            target = relative(call.query.get("post_logout_redirect_uri", LOGIN))
            return _redirect(target, f"{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
        raise Refused(404)

    def _caller(self, headers: Mapping[str, str]) -> str | None:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            if token.strip() not in self._personas:
                raise Refused(401, f"Unknown persona. GET {LOGIN} lists those of this host", "unknown_persona")
            return token.strip()
        cookie = headers.get("cookie")
        return self._session(cookie) if cookie and COOKIE in cookie else None

    def _session(self, cookie: str) -> str | None:
        try:
            value = SimpleCookie(cookie)[COOKIE].value
            payload, _, signature = value.partition(".")
            if not hmac.compare_digest(signature.encode(), self._sign(payload).encode()):
                return None
            name, _, expires = base64.urlsafe_b64decode(payload).decode().rpartition("|")
        except (CookieError, KeyError, ValueError, binascii.Error):
            return None
        return name if int(expires) > time.time() and name in self._personas else None

    def _sign(self, payload: str) -> str:
        return hmac.new(self._key, payload.encode(), hashlib.sha256).hexdigest()

    def _login_page(self, target: str) -> Answer:
        items = "".join(
            ITEM.format(n=n, name=html.escape(persona.name), about=html.escape(_about(persona)))
            for n, persona in enumerate(self._personas.values())
        )
        action = html.escape(f"{LOGIN}?{urlencode({'post_login_redirect_uri': target})}")
        headers = [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store")]
        return Answer(200, headers, PAGE.format(action=action, items=items).encode())

    def _log_in(self, call: Call, form: bytes, target: str) -> Answer:
        if call.headers.get("sec-fetch-site") == "cross-site":
            raise Refused(403, "Sign in from this host's own page")
        fields = dict(parse_qsl(form.decode("utf-8", "replace"), max_num_fields=20))
        name = fields.get("persona", "")
        if name not in self._personas:
            raise Refused(400, f"Unknown persona. GET {LOGIN} lists those of this host", "unknown_persona")
        payload = base64.urlsafe_b64encode(f"{name}|{int(time.time()) + SESSION_SECONDS}".encode()).decode()
        session = f"{COOKIE}={payload}.{self._sign(payload)}; Path=/; Max-Age={SESSION_SECONDS}; HttpOnly; SameSite=Lax"
        return _redirect(target, session)

    def _me(self, call: Call) -> Answer:
        name = self._caller(call.headers)
        if name is None:
            return json_answer(401, [])
        entry = {"provider_name": "aad", "user_id": name, "user_claims": self._personas[name].claims()}
        return json_answer(200, [entry])


def _about(persona: Persona) -> str:
    return ": ".join(filter(None, (persona.display_name, ", ".join(persona.roles))))


def relative(target: str) -> str:
    """A redirect target that stays on this host. Raises Refused (400) for any other."""
    if not target.startswith("/") or target[1:2] in ("/", "\\") or not (target.isascii() and target.isprintable()):
        raise Refused(400, "The return address must be a path on this host")
    return target


def _redirect(target: str, cookie: str) -> Answer:
    headers = [(b"location", target.encode()), (b"set-cookie", cookie.encode()), (b"cache-control", b"no-store")]
    return Answer(303, headers)


def _principal(persona: Persona) -> dict[str, str]:
    principal = {"auth_typ": "aad", "name_typ": "name", "role_typ": "roles", "claims": persona.claims()}
    return {
        "x-ms-client-principal": base64.b64encode(json.dumps(principal).encode()).decode(),
        "x-ms-client-principal-id": persona.oid,
        "x-ms-client-principal-name": persona.name,
        "x-ms-client-principal-idp": "aad",
    }
