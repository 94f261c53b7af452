"""A person's own notices: read them, mark them, choose what to be told; and the timers that send and clean."""

from __future__ import annotations

import logging

import azure.functions as func

from functions import _again
from functions._body import is_form, model_of, read_values
from functions._http import answer, endpoint, prefers_html, return_path, see_other
from functions._identity import require
from functions._links import next_page
from functions.organizations import asked
from shared.bootstrap import services
from shared.domain.errors import Invalid

blueprint = func.Blueprint()
log = logging.getLogger(__name__)


@blueprint.route("api/notices", methods=["GET"])
@endpoint()
async def list_notices(req: func.HttpRequest) -> func.HttpResponse:
    """One page of the caller's notices, the newest first, in the language they chose."""
    caller = await require(req)
    listed = await (await services()).inbox.list(caller, unread=unread_of(req), **asked(req, "limit", "after"))
    return answer({"items": listed.items, "next": next_page(req, listed.after)})


def unread_of(req: func.HttpRequest) -> bool:
    """Whether only unread ones are asked for. Raises Invalid."""
    text = str(req.params.get("unread", "")).strip().lower()
    if text not in ("", "true", "false"):
        raise Invalid.field("unread", "not_a_truth", "Use true or false.")
    return text == "true"


@blueprint.route("api/notices/{id}/read", methods=["POST"])
@endpoint()
async def read_notice(req: func.HttpRequest) -> func.HttpResponse:
    """Mark one as read; again changes nothing."""
    caller = await require(req)
    notice = await (await services()).inbox.read(str(req.route_params["id"]), caller)
    return see_other(return_path(req, "/notices")) if prefers_html(req) else answer(notice)


@blueprint.route("api/notices/read-all", methods=["POST"])
@endpoint()
async def read_all_notices(req: func.HttpRequest) -> func.HttpResponse:
    """Mark all there are now as read, up to a thousand."""
    caller = await require(req)
    done = await (await services()).inbox.read_all(caller)
    return see_other(return_path(req, "/notices")) if prefers_html(req) else answer({"read": done})


@blueprint.route("api/notice-preferences", methods=["GET"])
@endpoint()
async def read_notice_preferences(req: func.HttpRequest) -> func.HttpResponse:
    """What the caller is told, by which way, in which language."""
    from shared.services.notices.inbox import preferences_view

    caller = await require(req)
    chosen = await (await services()).inbox.preferences(caller)
    return answer(preferences_view(chosen, caller.email))


@blueprint.route("api/notice-preferences", methods=["PUT", "POST"])
@endpoint(again=_again.notice_preferences)
async def choose_notices(req: func.HttpRequest) -> func.HttpResponse:
    """The same, chosen anew and whole; a form may POST it, in which a box that is not ticked says no."""
    from shared.domain.notices.preferences import NoticePreferences  # rare; a cold start pays for none of it
    from shared.services.notices.inbox import preferences_view

    caller = await require(req)
    unticked = {"digest": False, "inapp": [], "mail": []} if is_form(req) else {}
    command = model_of({**unticked, **read_values(req)}, NoticePreferences)
    chosen = await (await services()).inbox.choose(command, caller)
    if prefers_html(req):
        return see_other(return_path(req, "/notices/preferences?done=edit"))
    return answer(preferences_view(chosen, caller.email))


@blueprint.timer_trigger(schedule="%NOTIFICATION_SCHEDULE%", arg_name="timer")
async def send_notifications(timer: func.TimerRequest) -> None:
    """Send the mails and webhook calls that are due, each receiver's in its own lane; safe to run twice at once."""
    report = await (await services()).sending.send()
    if report.done or report.skipped or report.failed or report.remaining:
        log.info("send_notifications: %s", report.as_facts())


@blueprint.timer_trigger(schedule="0 45 3 * * *", arg_name="timer")
async def clean_notifications(timer: func.TimerRequest) -> None:
    """Delete what was kept for NOTICE_RETENTION; safe to run twice."""
    report = await (await services()).sending.clean()
    log.info("clean_notifications: %s", report.as_facts())
