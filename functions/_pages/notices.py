"""The pages of one's own notices: the list, and what one wants to be told."""

from __future__ import annotations

import azure.functions as func

from functions._html import page
from functions._links import next_page
from functions._pages import notice_words, words
from functions._pages.forms import Form, Refused, flat
from functions.notices import unread_of
from functions.organizations import asked
from shared.bootstrap import services
from shared.domain.errors import Invalid, Unreadable
from shared.domain.organizations.organization import Caller, Role
from shared.services.paging import Listed


async def list_page(req: func.HttpRequest, caller: Caller) -> func.HttpResponse:
    """What happened, the newest first."""
    with_ = await services()
    unread, status, refusal = False, 200, None
    try:
        unread = unread_of(req)
        listed = await with_.inbox.list(caller, unread=unread, **asked(req, "limit", "after"))
    except (Invalid, Unreadable) as error:
        listed, status, refusal = Listed([], None), 400, error.detail
    return page(
        "notices.html",
        caller,
        status,
        rows=listed.items,
        next=next_page(req, listed.after),
        only_unread=unread,
        refusal=refusal,
        keeps_webhooks=keeps_webhooks(caller),
        here="/notices?unread=true" if unread else "/notices",
    )


def keeps_webhooks(caller: Caller) -> bool:
    return caller.has_any(Role.REFERRALS_ADMIN, Role.ACCOUNT_ADMIN)


async def preferences_page(
    caller: Caller, *, done: str | None = None, refused: Refused | None = None
) -> func.HttpResponse:
    """A box for each event and way, the language, the digest."""
    from shared.domain.notices.notice import EVENTS

    with_ = await services()
    chosen = await with_.inbox.preferences(caller)
    status, refusal = (refused.status, refused.error.detail) if refused else (200, None)
    form = refused.form("preferences") if refused else Form("preferences", flat(chosen.document()))
    settings = with_.settings
    return page(
        "notice_preferences.html",
        caller,
        status,
        form=form,
        refusal=refusal,
        events={event: notice_words.EVENTS[event] for event in EVENTS},
        languages=words.LANGUAGES,
        address=caller.email,
        mails=settings.smtp_host is not None,
        most_singly=settings.mails_a_day,
        hour=settings.digest_hour,
        is_program=caller.user.startswith("app:"),
        keeps_webhooks=keeps_webhooks(caller),
        done=words.DONE.get(done or ""),
    )
