"""Timer: expire what nobody answered in time."""

from __future__ import annotations

import logging

import azure.functions as func

from shared.bootstrap import services

blueprint = func.Blueprint()
log = logging.getLogger(__name__)


@blueprint.timer_trigger(schedule="%EXPIRY_SWEEP_SCHEDULE%", arg_name="timer")
async def expire_unanswered_referrals(timer: func.TimerRequest) -> None:
    """Expire every received referral whose response window is over; safe to run twice, or twice at once."""
    with_ = await services()
    report = await with_.expiry.expire_unanswered()
    log.info("expire_unanswered_referrals: %s", report.as_facts())
    if cleaned := await with_.inquiry_limits.clean():
        log.info("expire_unanswered_referrals let go of %d counters of inquiries", cleaned)
