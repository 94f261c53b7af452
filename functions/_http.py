"""HTTP in and out: the boundary around every function, the error -> status table, answers, preconditions."""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable, Mapping
from math import ceil
from typing import Any, Final
from urllib.parse import urlsplit

import azure.functions as func
import orjson

from functions._body import form_fields, is_form
from shared.domain import errors
from shared.services.ports import StoreUnavailable

log = logging.getLogger(__name__)

Handler = Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]
Again = Callable[[func.HttpRequest, errors.CosellError, int], Awaitable[func.HttpResponse]]
"""Shows the page again that a form was sent from, filled in, with each message beside its field."""
Subject = Callable[[func.HttpRequest], Awaitable[object]]
"""Reads what the address names, raising NotFound where the caller has no such thing."""

STATUS: Final[dict[type[errors.CosellError], int]] = {
    errors.Unreadable: 400,
    errors.NotSignedIn: 401,
    errors.NotAllowed: 403,
    errors.UnknownOrganization: 403,
    errors.NotFound: 404,
    errors.NotPossible: 409,
    errors.TooFull: 409,
    errors.ChecksFailed: 409,
    errors.PossibleDuplicate: 409,
    errors.Changed: 412,
    errors.TooLarge: 413,
    errors.WrongMediaType: 415,
    errors.Invalid: 422,
    errors.KeyReused: 422,
    errors.PreconditionNeeded: 428,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}
TITLES: Final = {
    400: "Not readable",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    409: "Not possible now",
    412: "Changed since read",
    413: "Too large",
    415: "Unsupported media type",
    422: "Not valid",
    428: "If-Match needed",
    429: "Too many requests",
    500: "Our fault",
    503: "Not available now",
}
CHANGES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def endpoint(
    *, again: Again | None = None, subject: Subject | None = None, page: bool = False, public: bool = False
) -> Callable[[Handler], Handler]:
    """The boundary of an HTTP function: what it raises becomes an answer, and a form post must be our own.

    `subject` makes another organization's thing 404 whatever else is wrong with the request; `page` answers with pages
    whatever the client accepts. `public` is for functions that ignore who is signed in: a form of another site may post
    to them, cookie or not.
    """

    def decorate(handler: Handler) -> Handler:
        @functools.wraps(handler)
        async def bounded(req: func.HttpRequest) -> func.HttpResponse:
            try:
                return await _guarded(req)
            except Exception:  # the outermost boundary: the log has the cause, the caller an answer
                log.exception("unexpected failure in %s", handler.__name__)
                return _failed(req, page=page)

        async def _guarded(req: func.HttpRequest) -> func.HttpResponse:
            try:
                if not public:
                    _require_own_origin(req)
                return await handler(req)
            except errors.CosellError as error:
                return await _refused(req, await _masked(req, error, subject), again, page=page)
            except StoreUnavailable as error:
                unavailable = errors.Unavailable("The store does not answer.", retry_after=error.retry_after)
                return await _refused(req, unavailable, again, page=page)

        return bounded

    return decorate


_ABOUT_THE_REQUEST: Final = (
    errors.Unreadable,
    errors.NotAllowed,
    errors.Invalid,
    errors.TooLarge,
    errors.WrongMediaType,
    errors.PreconditionNeeded,
)


async def _masked(req: func.HttpRequest, error: errors.CosellError, subject: Subject | None) -> errors.CosellError:
    """NotFound instead of what is wrong with the request, where the caller has no such thing at all."""
    if subject is not None and isinstance(error, _ABOUT_THE_REQUEST):
        try:
            await subject(req)
        except errors.NotFound as not_found:
            return not_found
        except (errors.CosellError, StoreUnavailable):
            return error
    return error


async def _refused(
    req: func.HttpRequest, error: errors.CosellError, again: Again | None, *, page: bool
) -> func.HttpResponse:
    status = STATUS[type(error)]
    if not page and not prefers_html(req):
        return problem(error, status)
    from functions import _html  # pages are heavy; programs never need them

    if isinstance(error, errors.NotSignedIn):
        return _html.to_login(req)
    if again is not None:
        try:
            return await again(req, error, status)
        except (errors.CosellError, StoreUnavailable) as second:
            log.warning("the page a form came from cannot be shown: %s", second)
    return await _html.problem_page(req, error, status)


def _failed(req: func.HttpRequest, *, page: bool) -> func.HttpResponse:
    """Our own fault; nothing that may have failed is asked again to say so."""
    if page or prefers_html(req):
        text = "<!doctype html><html lang=en><title>Our fault</title><h1>Something went wrong here</h1>"
        text += "<p>It has been logged. <a href=/deals>Back to the deals</a></html>"
        return func.HttpResponse(text, status_code=500, mimetype="text/html", headers={"Cache-Control": "no-store"})
    return problem(errors.CosellError("Something went wrong here; it has been logged."), 500)


def problem(error: errors.CosellError, status: int) -> func.HttpResponse:
    """The error as application/problem+json (RFC 9457)."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES[status],
        "status": status,
        "code": error.code,
        "detail": error.detail,
    }
    if isinstance(error, errors.Invalid):
        body["errors"] = [{"field": e.field, "code": e.code, "message": e.message} for e in error.errors]
    if isinstance(error, errors.UnknownOrganization):
        body["tenantId"] = error.tenant_id
    if isinstance(error, errors.NotPossible):
        body["allowedActions"] = list(error.allowed)
    if isinstance(error, errors.ChecksFailed):
        body["failedChecks"] = [{name: each[name] for name in ("id", "evidence", "todo")} for each in error.checks]
    if isinstance(error, errors.PossibleDuplicate):
        body["collisions"] = [{**each, "href": f"/referrals/{each['id']}"} for each in error.collisions]
    headers = {}
    if isinstance(error, errors.Unavailable | errors.TooMany):
        headers["Retry-After"] = str(max(1, ceil(error.retry_after)))
    return _response(body, status, headers, "application/problem+json")


def answer(
    body: Mapping[str, Any], status: int = 200, *, version: int | None = None, headers: Mapping[str, str] | None = None
) -> func.HttpResponse:
    """A JSON answer; `version` becomes its ETag."""
    etag = {} if version is None else {"ETag": f'"{version}"'}
    return _response(body, status, {**etag, **(headers or {})}, "application/json")


def _response(body: Mapping[str, Any], status: int, headers: Mapping[str, str], media_type: str) -> func.HttpResponse:
    return func.HttpResponse(
        orjson.dumps(body), status_code=status, headers={"Cache-Control": "no-store", **headers}, mimetype=media_type
    )


def see_other(path: str) -> func.HttpResponse:
    """303: a browser goes on to the page."""
    return func.HttpResponse(status_code=303, headers={"Location": path, "Cache-Control": "no-store"})


def prefers_html(req: func.HttpRequest) -> bool:
    """Whether the client would rather have a page than JSON; a program that does not say gets JSON."""
    accepted = req.headers.get("accept", "")
    if "text/html" not in accepted:
        return False
    from werkzeug.datastructures import MIMEAccept  # only browsers come this far
    from werkzeug.http import parse_accept_header

    best = parse_accept_header(accepted, MIMEAccept).best_match(["application/json", "text/html"])
    return best == "text/html"


def version_of(req: func.HttpRequest, *, needed: bool = False) -> int | None:
    """The version the caller read: If-Match, or a form's `etag`. None where it did not say, or said any (`*`).

    Text that is no version of ours matches nothing. Raises PreconditionNeeded where one is needed.
    """
    text = (req.headers.get("if-match") or form_value(req, "etag") or "").strip()
    if not text and needed:
        raise errors.PreconditionNeeded("Say which version you edit: send If-Match with the ETag you read.")
    if not text or text == "*":
        return None
    bare = text.removeprefix("W/").strip('"')
    return int(bare) if bare.isascii() and bare.isdecimal() and len(bare) < 16 else -1


def idempotency_key(req: func.HttpRequest) -> str | None:
    """The caller's Idempotency-Key, or a form's hidden `idempotencyKey`. Raises Unreadable for an impossible one."""
    key = (req.headers.get("idempotency-key") or form_value(req, "idempotencyKey") or "").strip()
    if len(key) > 200 or not key.isprintable():
        raise errors.Unreadable("An Idempotency-Key is at most 200 printable characters.", code="bad_idempotency_key")
    return key or None


def form_value(req: func.HttpRequest, name: str) -> str | None:
    """One field of a form, None for another kind of body."""
    return next((text for key, text in form_fields(req) if key == name), None) if is_form(req) else None


def return_path(req: func.HttpRequest, otherwise: str) -> str:
    """Where a form asks to go back to, if that is a page of ours."""
    path = form_value(req, "returnTo") or ""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isascii() and path.isprintable()
    return path if is_ours and " " not in path else otherwise


def _require_own_origin(req: func.HttpRequest) -> None:
    """A change that a browser's cookie vouches for must come from a page of ours (DESIGN section 6)."""
    if req.method not in CHANGES or "cookie" not in req.headers:
        return
    site, origin = req.headers.get("sec-fetch-site"), req.headers.get("origin")
    foreign_site = site is not None and site not in ("same-origin", "none")
    foreign_origin = origin is not None and urlsplit(origin).netloc.lower() != req.headers.get("host", "").lower()
    if foreign_site or foreign_origin:
        raise errors.NotAllowed("This form was sent from another site.", code="foreign_origin")
