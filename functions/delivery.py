"""Timer: deliver what changes have posted to other organizations' copies."""

from __future__ import annotations

import logging

import azure.functions as func

from shared.bootstrap import services

blueprint = func.Blueprint()
log = logging.getLogger(__name__)


@blueprint.timer_trigger(schedule="%DELIVERY_SCHEDULE%", arg_name="timer")
async def deliver_events(timer: func.TimerRequest) -> None:
    """Deliver every event that is due, each exactly once in its effect; safe to run twice, or twice at once."""
    report = await (await services()).delivery.deliver()
    if report.done or report.skipped or report.failed or report.remaining:
        log.info("deliver_events: %s", report.as_facts())
