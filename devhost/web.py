"""HTTP: a raw ASGI callable over the indexed functions and the host's own endpoints."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass

from devhost.admin import Admin
from devhost.conversion import http_request, http_response
from devhost.identity import EasyAuth
from devhost.indexing import Function, HttpTrigger
from devhost.invocation import Invoker, new_id
from devhost.keys import FunctionKeys
from devhost.messages import BODY_LIMIT, Answer, Call, ClientGone, Receive, Refused, Scope, Send
from devhost.routes import Params, RouteTable
from devhost.uploads import SignedUploads

log = logging.getLogger("devhost.calls")

BODILESS = (204, 304)
FORM_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Cors:
    """The origins that pages may call from; `*` is every one. The host answers for its functions."""

    origins: tuple[str, ...] = ()
    credentials: bool = False

    def headers(self, origin: str) -> list[tuple[bytes, bytes]]:
        """The headers an answer to `origin` gets; none if it is not allowed."""
        if origin not in self.origins and "*" not in self.origins:
            return []
        anyone = "*" in self.origins and not self.credentials
        headers = [(b"access-control-allow-origin", b"*" if anyone else origin.encode("latin-1", "ignore"))]
        headers += [] if anyone else [(b"vary", b"Origin")]
        return headers + ([(b"access-control-allow-credentials", b"true")] if self.credentials else [])

    def preflight(self, call: Call) -> Answer:
        """The answer to an OPTIONS that asks before a call."""
        headers = self.headers(call.headers["origin"])
        if headers:
            wanted = call.headers.get("access-control-request-headers", "")
            headers.append((b"access-control-allow-methods", call.headers["access-control-request-method"].encode()))
            headers += [(b"access-control-allow-headers", wanted.encode())] if wanted else []
        return Answer(204, headers)


class Web:
    """The ASGI application. `limit` is the largest body, in bytes."""

    def __init__(
        self,
        functions: Iterable[Function],
        invoker: Invoker,
        keys: FunctionKeys,
        admin: Admin,
        uploads: SignedUploads,
        *,
        easy_auth: EasyAuth | None = None,
        cors: Cors,
        limit: int = BODY_LIMIT,
    ) -> None:
        self._routes: RouteTable[tuple[Function, HttpTrigger]] = RouteTable(
            (function.trigger.template, function.trigger.methods, (function, function.trigger))
            for function in functions
            if isinstance(function.trigger, HttpTrigger)
        )
        self._invoker, self._keys, self._admin, self._uploads = invoker, keys, admin, uploads
        self._easy_auth, self._cors, self._limit = easy_auth, cors, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One exchange; anything but HTTP is not spoken here."""
        if scope["type"] != "http":
            raise NotImplementedError(scope["type"])
        try:
            answer = await self._answer(Call(scope, receive, self._limit))
        except Refused as refusal:
            answer = refusal.answer
        except ClientGone:
            return
        await _send(send, answer)

    async def _answer(self, call: Call) -> Answer:
        match [part.lower() for part in call.path[:1]]:
            case ["admin" | "runtime"]:
                return await self._admin.answer(call)
            case [".upload"]:
                return await self._uploads.answer(call)
            case [".auth"] if self._easy_auth is not None:
                call.limit = FORM_LIMIT
                return self._easy_auth.answer(call, await call.body())
        if self._cors.origins and "origin" in call.headers:
            return await self._across_origins(call)
        return await self._function(call)

    async def _across_origins(self, call: Call) -> Answer:
        if call.method == "OPTIONS" and "access-control-request-method" in call.headers:
            return self._cors.preflight(call)
        answer = await self._function(call)
        return answer._replace(headers=answer.headers + self._cors.headers(call.headers["origin"]))

    async def _function(self, call: Call) -> Answer:
        found = self._routes.find(call.method, call.path)
        if found is None:
            raise Refused(404)
        (function, trigger), params = found
        if trigger.level != "anonymous":
            given = call.headers.get("x-functions-key") or call.query.get("code")
            if not self._keys.allow(trigger.level, function.name, given):
                raise Refused(401)
        if self._easy_auth is not None:
            self._easy_auth.identify(call)
        return await self._run(function, call, params, await call.body())

    async def _run(self, function: Function, call: Call, params: Params, body: bytes) -> Answer:
        invocation_id, started = new_id(), time.perf_counter()
        status = 500
        try:
            request = http_request(call.method, call.url, call.headers, call.query, params, body)
            result = await self._invoker.call(function, invocation_id, request, call.headers)
            answer = Answer(*http_response(result))
            status = answer.status
        except (Exception, SystemExit):
            self._invoker.note_failure(function.name)
            log.exception("%s raised id=%s", function.name, invocation_id)
            return Answer(500, [])
        finally:
            self._invoker.report(function.name, status, started, invocation_id)
        return answer


async def _send(send: Send, answer: Answer) -> None:
    body = b"" if answer.status in BODILESS else answer.body
    headers = answer.headers
    if answer.status not in BODILESS:
        headers = [*headers, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
