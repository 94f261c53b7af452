"""Pages: the template engine, the headers every page carries, and the answers pages share."""

from __future__ import annotations

import hashlib
import logging
import os
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

import azure.functions as func

from functions import _unread
from functions._http import TITLES
from functions._identity import caller_of
from shared.domain.errors import CosellError, TooMany, Unavailable
from shared.domain.offers.published import READERS
from shared.domain.organizations.organization import Caller, Role
from shared.services.ports import StoreUnavailable

if TYPE_CHECKING:
    from jinja2 import Environment

log = logging.getLogger(__name__)

WEB: Final = Path(__file__).parents[1] / "web"
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # no-referrer would make a form's Origin "null", and it would be refused
    "Vary": "Accept, Cookie",
}
TYPES: Final = {".css": "text/css", ".svg": "image/svg+xml"}


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The template engine, made at the first page: it escapes everything, and a misspelt name is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from functions._pages import network_words, offer_words, words
    from shared.domain import lists

    made = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    filters = (
        words.day, words.moment, words.money, words.readable, words.state_of, words.span, words.label_of, words.shown,
        words.size_of, words.named, words.done_by, offer_words.offer_label, offer_words.part_of,
        offer_words.done_to_an_offer, offer_words.document_facts, offer_words.evidence_of,
        offer_words.codes_in_words,
    )  # fmt: skip
    made.filters.update({each.__name__: each for each in filters})
    made.globals.update(
        words=words,
        net=network_words,
        offer_words=offer_words,
        lists=lists,
        style=f"/static/desk.css?v={_version('desk.css')}",
        refresh=None,
    )
    return made


def creates_deals(caller: Caller) -> bool:
    """A partner's people create deals, the vendor's sellers send opportunities; the form is for nobody else."""
    at_vendor = caller.organization.kind == "vendor"
    return caller.has_any(Role.SELLER) if at_vendor else caller.has_any(Role.REFERRALS_ADMIN, Role.REFERRALS_USER)


def page(template: str, caller: Caller | None, status: int = 200, /, **context: Any) -> func.HttpResponse:
    """A page, with who is signed in in its header."""
    creates = caller is not None and creates_deals(caller)
    is_partner = caller is not None and caller.organization.kind == "partner"
    at_vendor = caller is not None and not is_partner
    adds_partners = caller is not None and at_vendor and caller.has_any(Role.ACCOUNT_ADMIN)
    reviews = caller is not None and at_vendor and caller.has_any(Role.REVIEWER)
    text = (
        environment()
        .get_template(template)
        .render(
            who=caller,
            creates=creates,
            has_offers=is_partner,
            adds_partners=adds_partners,
            reads_offers=is_partner or (caller is not None and caller.has_any(*READERS)),
            reviews=reviews,
            unread=_unread.of(caller),
            **context,
        )
    )
    return func.HttpResponse(text, status_code=status, headers=HEADERS, mimetype="text/html", charset="utf-8")


def to_login(req: func.HttpRequest) -> func.HttpResponse:
    """A browser that is not signed in goes to sign in, and comes back to the page it asked for."""
    parts = urlsplit(req.url)
    back = f"{parts.path}?{parts.query}" if parts.query else parts.path
    is_page = req.method == "GET" and not parts.path.startswith(("/api/", "//"))
    login = os.environ.get("LOGIN_PATH", "/.auth/login/dev")
    location = f"{login}?post_login_redirect_uri={quote(back if is_page else '/deals', safe='')}"
    return func.HttpResponse(status_code=302, headers={"Location": location, "Cache-Control": "no-store"})


async def problem_page(req: func.HttpRequest, error: CosellError, status: int) -> func.HttpResponse:
    """What was refused, why, and where to go from there."""
    caller = await visitor(req)
    answer = page("problem.html", caller, status, status=status, title=TITLES[status], error=error)
    if isinstance(error, Unavailable | TooMany):
        answer.headers["Retry-After"] = str(max(1, ceil(error.retry_after)))
    return answer


async def visitor(req: func.HttpRequest) -> Caller | None:
    """Whoever is signed in; None for everybody else, who sees what is public."""
    try:
        return await caller_of(req)
    except (CosellError, StoreUnavailable):
        return None


@lru_cache(maxsize=1)
def static_files() -> dict[str, bytes]:
    """Every file of web/static by its name; nothing else is served."""
    return {path.name: path.read_bytes() for path in (WEB / "static").iterdir() if path.suffix in TYPES}


def static(name: str) -> func.HttpResponse | None:
    """One of our own files, or None."""
    content = static_files().get(name)
    if content is None:
        return None
    headers = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
    return func.HttpResponse(content, headers=headers, mimetype=TYPES[Path(name).suffix], charset="utf-8")


def _version(name: str) -> str:
    return hashlib.sha256(static_files()[name]).hexdigest()[:12]
