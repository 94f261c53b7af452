"""Timer: deliver what changes have posted to other organizations' copies, and follow up what has changed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import azure.functions as func

from shared.bootstrap import services

if TYPE_CHECKING:
    from shared.services.sweep import Report

blueprint = func.Blueprint()
log = logging.getLogger(__name__)


@blueprint.timer_trigger(schedule="%DELIVERY_SCHEDULE%", arg_name="timer")
async def deliver_events(timer: func.TimerRequest) -> None:
    """Deliver every event that is due, each exactly once in its effect, bring offers in force, then follow up every
    change; safe to run twice, or twice at once."""
    with_ = await services()
    report = await with_.delivery.deliver()
    if _says_something(report):
        log.info("deliver_events: %s", report.as_facts())
    offered = await with_.offer_delivery.deliver()
    if _says_something(offered):
        log.info("deliver_events of offers: %s", offered.as_facts())
    followed = await with_.announcements.announce()
    if _says_something(followed):
        log.info("deliver_events followed up: %s", followed.as_facts())


def _says_something(report: Report) -> bool:
    return bool(report.done or report.skipped or report.failed or report.remaining)
