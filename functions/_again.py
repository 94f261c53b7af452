"""The page a form was sent from, shown again filled in, with each message beside its field."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import azure.functions as func

from functions._http import form_value
from functions._identity import caller_of
from shared.bootstrap import services
from shared.domain.errors import CosellError, Invalid, NotAllowed, NotFound, Unavailable

ELSEWHERE: Final = (NotAllowed, NotFound, Unavailable)
"""What no form can mend: a page of its own says it."""


async def new_deal(req: func.HttpRequest, error: CosellError, status: int) -> func.HttpResponse:
    """/deals/new"""
    from functions._html import problem_page  # pages are heavy; programs never need them
    from functions._pages import deals, forms

    if isinstance(error, ELSEWHERE):
        return await problem_page(req, error, status)
    refused = forms.refused(req, error, status)
    key = form_value(req, "idempotencyKey") if refused.values else None
    return await deals.new_page(await caller_of(req), refused, key)


async def referral(req: func.HttpRequest, error: CosellError, status: int) -> func.HttpResponse:
    """/referrals/{id}"""
    from functions._html import problem_page
    from functions._pages import forms
    from functions._pages import referral as page

    if isinstance(error, ELSEWHERE):
        return await problem_page(req, error, status)
    caller = await caller_of(req)
    id = str(req.route_params["id"])
    found = await (await services()).referrals.read(id, caller)
    last = urlsplit(req.url).path.rstrip("/").rpartition("/")[2]
    action = "edit" if last == id else last
    return await page.page_of(found, caller, action=action, refused=forms.refused(req, error, status))


async def offers(req: func.HttpRequest, error: CosellError, status: int) -> func.HttpResponse:
    """/offers"""
    from functions._html import problem_page
    from functions._pages import forms
    from functions._pages import offers as page

    if isinstance(error, ELSEWHERE):
        return await problem_page(req, error, status)
    return await page.list_page(req, await caller_of(req), forms.refused(req, error, status))


async def offer(req: func.HttpRequest, error: CosellError, status: int) -> func.HttpResponse:
    """/offers/{id} or the page of it that has the form"""
    from functions._html import problem_page
    from functions._pages import forms, offer_compare, offer_contacts, offer_form
    from functions._pages import offer as page

    if isinstance(error, ELSEWHERE):
        return await problem_page(req, error, status)
    caller, id = await caller_of(req), str(req.route_params["id"])
    sent_as = urlsplit(req.url).path.rstrip("/").rpartition("/")[2]
    refused = forms.refused(req, error, status)
    if sent_as in ("confirm", "discard"):
        return await offer_contacts.page_of(req, caller, refused=refused)
    if sent_as in (id, "publish"):
        page_of = offer_form.page_of if sent_as == id else offer_compare.page_of
        return await page_of(await (await services()).offers.read(id, caller), caller, refused)
    return await page.page_of(id, caller, sent_as=sent_as, refused=refused)


async def organization(req: func.HttpRequest, error: CosellError, status: int) -> func.HttpResponse:
    """/organization"""
    from functions._html import problem_page
    from functions._pages import forms
    from functions._pages import organization as page
    from functions.organizations import organization_values

    if isinstance(error, ELSEWHERE):
        return await problem_page(req, error, status)
    refused = forms.refused(req, error, status, organization_values)
    return await page.own_page(req, await caller_of(req), refused=refused)


async def organizations(req: func.HttpRequest, error: CosellError, status: int) -> func.HttpResponse:
    """/organizations"""
    from functions._html import problem_page
    from functions._pages import forms
    from functions._pages import organization as page

    if isinstance(error, ELSEWHERE):
        return await problem_page(req, error, status)
    return await page.list_page(req, await caller_of(req), forms.refused(req, error, status))


async def routing(req: func.HttpRequest, error: CosellError, status: int) -> func.HttpResponse:
    """/routing"""
    from functions._html import problem_page
    from functions._pages import forms
    from functions._pages import routing as page
    from functions.routing import routing_values

    if isinstance(error, ELSEWHERE):
        return await problem_page(req, error, status)
    refused = forms.refused(req, error, status, routing_values)
    return await page.page_of(await caller_of(req), refused=refused, base=form_value(req, "etag"))


async def companies(req: func.HttpRequest, error: CosellError, status: int) -> func.HttpResponse:
    """/companies"""
    from functions._html import problem_page
    from functions._pages import companies as page
    from functions._pages import forms

    if isinstance(error, ELSEWHERE):
        return await problem_page(req, error, status)
    return await page.list_page(req, await caller_of(req), refused=forms.Refused({}, error, status))


async def notice_preferences(req: func.HttpRequest, error: CosellError, status: int) -> func.HttpResponse:
    """/notices/preferences"""
    from functions._html import problem_page
    from functions._pages import forms
    from functions._pages import notices as page

    if isinstance(error, ELSEWHERE):
        return await problem_page(req, error, status)
    return await page.preferences_page(await caller_of(req), refused=forms.refused(req, error, status))


async def webhooks(req: func.HttpRequest, error: CosellError, status: int) -> func.HttpResponse:
    """/webhooks"""
    from functions._html import problem_page
    from functions._pages import forms
    from functions._pages import webhooks as page

    if isinstance(error, ELSEWHERE):
        return await problem_page(req, error, status)
    return await page.list_page(await caller_of(req), refused=forms.refused(req, error, status))


async def deadlines(req: func.HttpRequest, error: CosellError, status: int) -> func.HttpResponse:
    """/deadlines"""
    from functions._html import problem_page
    from functions._pages import deadlines as page
    from functions._pages import forms

    if isinstance(error, ELSEWHERE):
        return await problem_page(req, error, status)
    return await page.page_of(await caller_of(req), refused=forms.refused(req, error, status))


async def inquiry(req: func.HttpRequest, error: CosellError, status: int) -> func.HttpResponse:
    """The public form of an inquiry."""
    from functions._pages import forms
    from functions._pages import inquiry as page

    refused = forms.refused(req, error, status)
    if not isinstance(error, Invalid) or not refused.values:
        return page.problem_page(error, status)
    return await page.again_page(refused)


async def confirmation(req: func.HttpRequest, error: CosellError, status: int) -> func.HttpResponse:
    """/inquiries/confirm: there is nothing to correct, only to be told."""
    from functions._pages import inquiry as page

    return page.problem_page(error, status)


async def new_lead(req: func.HttpRequest, error: CosellError, status: int) -> func.HttpResponse:
    """/leads/new"""
    from functions._html import problem_page
    from functions._pages import forms, leads

    if isinstance(error, ELSEWHERE):
        return await problem_page(req, error, status)
    refused = forms.refused(req, error, status)
    key = form_value(req, "idempotencyKey") if refused.values else None
    return await leads.new_page(await caller_of(req), refused, key)


async def profile(req: func.HttpRequest, error: CosellError, status: int) -> func.HttpResponse:
    """/profile"""
    from functions._html import problem_page
    from functions._pages import forms
    from functions._pages import profile as page
    from functions.profile import profile_values

    if isinstance(error, ELSEWHERE):
        return await problem_page(req, error, status)
    is_draft = urlsplit(req.url).path.rstrip("/").endswith("/api/profile")
    refused = forms.refused(req, error, status, profile_values) if is_draft else forms.Refused({}, error, status)
    return await page.own_page(await caller_of(req), refused=refused, is_draft=is_draft)


async def competencies(req: func.HttpRequest, error: CosellError, status: int) -> func.HttpResponse:
    """/directory/{id}"""
    from functions._html import problem_page
    from functions._pages import directory as page
    from functions._pages import forms

    if isinstance(error, ELSEWHERE):
        return await problem_page(req, error, status)
    refused = forms.refused(req, error, status)
    return await page.partner_page(req, str(req.route_params["id"]), recording=refused)
