"""The response record: what an organization's answers say, and the timer for what changes in it by itself."""

from __future__ import annotations

import logging

import azure.functions as func

from functions._http import answer, endpoint
from functions._identity import require
from shared.bootstrap import services
from shared.domain.instants import today

blueprint = func.Blueprint()
log = logging.getLogger(__name__)


@blueprint.route("api/insights", methods=["GET"])
@endpoint()
async def read_insights(req: func.HttpRequest) -> func.HttpResponse:
    """The organization's own response record, and the place it gives in the directory."""
    from shared.domain.insights.view import view  # rare; a cold start pays for none of it

    caller = await require(req)
    with_ = await services()
    record = await with_.records.read(caller)
    return answer(view(record, caller.organization, today(with_.clock()).isoformat()))


@blueprint.timer_trigger(schedule="0 20 0 * * *", arg_name="timer")
async def refresh_records(timer: func.TimerRequest) -> None:
    """Show in the directory that close dates are over and nobody reported an outcome; safe to run twice."""
    report = await (await services()).records.refresh()
    log.info("refresh_records: %s", report.as_facts())
