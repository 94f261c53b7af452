"""Deadlines in people's own calendars: a file for whoever is signed in, and a link for programs that cannot sign in."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable
from typing import Any, Final

import azure.functions as func

from functions import _again
from functions._body import read
from functions._http import answer, endpoint, prefers_html, return_path, see_other
from functions._identity import require
from shared.bootstrap import services
from shared.domain.deadlines.commands import MakeCalendarLink
from shared.domain.deadlines.ranking import KINDS, Item
from shared.domain.errors import NotFound
from shared.domain.organizations.organization import Caller
from shared.services.deadlines.calendar_links import CalendarLink
from shared.services.deadlines.desk import is_true, read_filters

blueprint = func.Blueprint()

FRESH_SECONDS: Final = 900
"""How long a calendar program may keep what it fetched; most ask once an hour or less."""


@blueprint.route("api/deadlines.ics", methods=["GET"])
@endpoint()
async def export_deadlines(req: func.HttpRequest) -> func.HttpResponse:
    """The deadlines of the list, filtered alike, as an iCalendar file."""
    caller = await require(req)
    kind, mine = (req.params.get(name, "").strip() or None for name in ("kind", "mine"))
    kinds = read_filters(kind, mine)
    with_ = await services()
    items, _ = await with_.deadline_desk.running(caller, kinds, mine=is_true(mine))
    return await _calendar(req, caller, items, "private, no-cache")


@blueprint.route("api/calendars/{token}.ics", methods=["GET"])
@endpoint()
async def calendar_feed(req: func.HttpRequest) -> func.HttpResponse:
    """What a person's calendar link shows, to whoever has the link; who else is signed in counts nothing."""
    with_ = await services()
    caller, scope = await with_.calendar_links.reader(str(req.route_params["token"]))
    items, _ = await with_.deadline_desk.running(caller, frozenset(KINDS), mine=scope == "mine")
    return await _calendar(req, caller, items, f"private, max-age={FRESH_SECONDS}")


@blueprint.route("api/calendar-link", methods=["GET"])
@endpoint()
async def read_calendar_link(req: func.HttpRequest) -> func.HttpResponse:
    """Whether the caller has a link, and since when; never the link itself, which is not kept."""
    caller = await require(req)
    link = await (await services()).calendar_links.of(caller)
    if link is None:
        raise NotFound("You have no calendar link; POST to make one.")
    return answer(link_view(link))


@blueprint.route("api/calendar-link", methods=["POST"])
@endpoint(again=_again.deadlines)
async def make_calendar_link(req: func.HttpRequest) -> func.HttpResponse:
    """The caller's link, made anew: the one before stops working. Shown this once."""
    caller = await require(req)
    command = read(req, MakeCalendarLink)
    with_ = await services()
    link = await with_.calendar_links.make(caller, command.scope)
    url = f"{with_.settings.public_url}/api/calendars/{link.token}.ics"
    if prefers_html(req):
        from functions._pages import deadlines  # pages are heavy; programs never need them

        return await deadlines.page_of(caller, made=url)
    return answer({**link_view(link), "url": url}, 201)


@blueprint.route("api/calendar-link", methods=["DELETE"])
@endpoint()
async def delete_calendar_link(req: func.HttpRequest) -> func.HttpResponse:
    """The caller's link stops working; `user` names a colleague's, for an AccountAdmin."""
    caller = await require(req)
    await (await services()).calendar_links.revoke(caller, req.params.get("user", "").strip() or None)
    return func.HttpResponse(status_code=204, headers={"Cache-Control": "no-store"})


@blueprint.route("api/calendar-link/revoke", methods=["POST"])
@endpoint(again=_again.deadlines)
async def revoke_calendar_link(req: func.HttpRequest) -> func.HttpResponse:
    """The same for a form."""
    caller = await require(req)
    await (await services()).calendar_links.revoke(caller)
    if prefers_html(req):
        return see_other(return_path(req, "/deadlines?done=revoke-link"))
    return func.HttpResponse(status_code=204, headers={"Cache-Control": "no-store"})


async def _calendar(
    req: func.HttpRequest, caller: Caller, items: Iterable[Item], cache_control: str
) -> func.HttpResponse:
    """The file, or 304 where the caller has the same already. Written in a thread: it is more than the loop's share."""
    title, base_url = f"Deadlines of {caller.organization.name}", (await services()).settings.public_url
    running = [item for item in items if not item.is_over]
    content = await asyncio.to_thread(_written, running, title, base_url)
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": cache_control, "X-Content-Type-Options": "nosniff"}
    if _has_already(req, etag):
        return func.HttpResponse(status_code=304, headers=headers)
    headers["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    return func.HttpResponse(content, headers=headers, mimetype="text/calendar", charset="utf-8")


def _written(items: list[Item], title: str, base_url: str) -> bytes:
    from shared.services.deadlines.calendar import calendar_of  # its library is heavy; only calendars need it

    return calendar_of(items, title, base_url)


def _has_already(req: func.HttpRequest, etag: str) -> bool:
    """Whether If-None-Match names the ETag; weak ones do as well (RFC 9110, 13.1.2)."""
    known = [each.strip().removeprefix("W/") for each in req.headers.get("if-none-match", "").split(",")]
    return etag in known or "*" in known


def link_view(link: CalendarLink) -> dict[str, Any]:
    """What is known of a link once its address is forgotten."""
    return {"scope": link.scope, "createdAt": link.created_at}
