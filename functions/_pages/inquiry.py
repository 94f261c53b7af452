"""The pages of customers who wrote to a partner: the form again, thanks, and the confirmation of their address."""

from __future__ import annotations

from math import ceil
from typing import Final

import azure.functions as func

from functions._html import page
from functions._pages.forms import Form, Refused
from shared.bootstrap import services
from shared.domain.errors import CosellError, TooMany, Unavailable

LABELS: Final = {
    "contact": "You",
    "contactMe": "Please contact me",
    "company": "Company",
    "size": "Size of your company",
    "need": "What do you need?",
    "consent": "Your consent",
    "solutions": "Solutions",
}


def inquiry_form(partner_id: str, values: dict[str, str] | None = None) -> Form:
    """The form of an inquiry as it starts."""
    return Form("inquiry", {"partnerId": partner_id, **(values or {})}, labels=LABELS)


async def again_page(refused: Refused) -> func.HttpResponse:
    """What was sent, with each message beside its field; nobody has to type it twice."""
    form = Form("inquiry", refused.values, refused.errors, LABELS)
    partner = await (await services()).organizations.get(form.value("partnerId"))
    return page(
        "inquiry.html",
        None,
        refused.status,
        form=form,
        partner=partner.name if partner and not form.errors_of("partnerId") else None,
        refusal=refused.error.detail,
    )


async def thanks_page() -> func.HttpResponse:
    return page("inquiry_thanks.html", None, window=(await services()).settings.response_window)


async def confirm_page(token: str) -> func.HttpResponse:
    """Which inquiries would be confirmed, with a button; once they are, that they are."""
    inquiries = await (await services()).confirmations.look(token)
    done = all(one.confirmed for one in inquiries)
    return page("inquiry_confirm.html", None, inquiries=inquiries, token=token, done=done)


def problem_page(error: CosellError, status: int) -> func.HttpResponse:
    """What cannot be done, for somebody who is nobody here."""
    answer = page("inquiry_problem.html", None, status, error=error)
    if isinstance(error, TooMany | Unavailable):
        answer.headers["Retry-After"] = str(max(1, ceil(error.retry_after)))
    return answer
