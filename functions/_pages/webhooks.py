"""The pages of webhooks: all of them with the form of a new one, and one with what it was sent."""

from __future__ import annotations

from uuid import uuid4

import azure.functions as func

from functions._html import page
from functions._http import form_value
from functions._links import next_page
from functions._pages import notice_words, words
from functions._pages.forms import Form, Refused
from functions.organizations import asked
from shared.bootstrap import services
from shared.domain.errors import Invalid, KeyReused, Unreadable
from shared.domain.organizations.organization import Caller
from shared.services.paging import Listed

SENT_BEFORE = "This form was sent before, with other entries. To add another webhook, send it again."
DONE = {"removed": "Deleted. Nothing more is sent there."}


async def list_page(caller: Caller, *, done: str | None = None, refused: Refused | None = None) -> func.HttpResponse:
    """The addresses that are called, and the form of a new one."""
    from shared.domain.notices.hearing import WEBHOOK_TYPES
    from shared.domain.notices.subscription import view

    with_ = await services()
    found = await with_.subscriptions.all(caller)
    status, refusal = (refused.status, refused.error.detail) if refused else (200, None)
    reused = refused is not None and isinstance(refused.error, KeyReused)
    return page(
        "webhooks.html",
        caller,
        status,
        rows=[view(one) for one in found],
        form=refused.form("new") if refused else Form("new"),
        refusal=SENT_BEFORE if reused else refusal,
        types=WEBHOOK_TYPES,
        names=await with_.people.names(caller),
        local=with_.settings.webhook_allow_local,
        done=DONE.get(done or ""),
        key=uuid4().hex,
    )


async def page_of(req: func.HttpRequest, caller: Caller, id: str, *, secret: str | None = None) -> func.HttpResponse:
    """One webhook and its deliveries; right after it was added or its secret replaced, the secret."""
    from shared.domain.notices.subscription import view

    with_ = await services()
    stored = await with_.subscriptions.read(id, caller)
    status, refusal = 200, None
    query = asked(req, "limit", "after") if req.method == "GET" else {}
    try:
        listed = await with_.subscriptions.deliveries(id, caller, **query)
    except (Invalid, Unreadable) as error:
        listed, status, refusal = Listed([], None), 400, error.detail
    return page(
        "webhook.html",
        caller,
        status,
        it=view(stored),
        rows=listed.items,
        next=next_page(req, listed.after) if req.method == "GET" else None,
        states=notice_words.DELIVERY_STATES,
        names=await with_.people.names(caller),
        secret=secret,
        refusal=refusal,
        done=words.DONE.get(req.params.get("done", "")) if req.method == "GET" else None,
        key=form_value(req, "idempotencyKey") or uuid4().hex,
    )
