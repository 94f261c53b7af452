"""Timer: remind of what was received and is not answered, before it expires."""

from __future__ import annotations

import logging

import azure.functions as func

from shared.bootstrap import services

blueprint = func.Blueprint()
log = logging.getLogger(__name__)


@blueprint.timer_trigger(schedule="%REMINDER_SCHEDULE%", arg_name="timer")
async def send_reminders(timer: func.TimerRequest) -> None:
    """Tell each reminder whose moment has come, once; with the last one the administrators too. Safe to run twice, or
    twice at once."""
    report = await (await services()).reminders.send()
    log.info("send_reminders: %s", report.as_facts())
