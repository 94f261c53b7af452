"""How many notices whoever asks for a page has not read: counted as they are recognized, shown in its navigation."""

from __future__ import annotations

import logging
from contextvars import ContextVar
from typing import Final

import azure.functions as func

from functions._http import prefers_html
from shared.bootstrap import services
from shared.domain.organizations.organization import Caller
from shared.services.ports import StoreUnavailable

log = logging.getLogger(__name__)

_counted: Final[ContextVar[tuple[str, str, int] | None]] = ContextVar("unread notices", default=None)


async def count(req: func.HttpRequest, caller: Caller) -> None:
    """For a browser; a store that does not answer costs the number, not the page."""
    if not prefers_html(req):
        return
    try:
        number = await (await services()).inbox.unread(caller)
    except StoreUnavailable as error:
        log.info("unread notices were not counted: %r", error)
        return
    _counted.set((caller.organization_id, caller.user, number))


def of(caller: Caller | None) -> int:
    """What was counted for this caller in this request; 0 where nothing was."""
    counted = _counted.get()
    if caller is None or counted is None or counted[:2] != (caller.organization_id, caller.user):
        return 0
    return counted[2]
