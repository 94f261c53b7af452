"""The page a form was sent from, shown again filled in, with each message beside its field."""

from __future__ import annotations

import azure.functions as func

from shared.domain.errors import CosellError


async def new_deal(req: func.HttpRequest, error: CosellError, status: int) -> func.HttpResponse:
    """/deals/new"""
    return await _page(req, error, status)


async def referral(req: func.HttpRequest, error: CosellError, status: int) -> func.HttpResponse:
    """/referrals/{id}"""
    return await _page(req, error, status)


async def offers(req: func.HttpRequest, error: CosellError, status: int) -> func.HttpResponse:
    """/offers"""
    return await _page(req, error, status)


async def _page(req: func.HttpRequest, error: CosellError, status: int) -> func.HttpResponse:
    from functions import _html  # pages are heavy; programs never need them

    return await _html.problem_page(req, error, status)
