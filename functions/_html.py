"""Pages: the template engine, and the answers pages share."""

from __future__ import annotations

import os
from urllib.parse import quote, urlsplit

import azure.functions as func

from shared.domain.errors import CosellError


def to_login(req: func.HttpRequest) -> func.HttpResponse:
    """A browser that is not signed in goes to sign in, and comes back to the page it asked for."""
    parts = urlsplit(req.url)
    back = f"{parts.path}?{parts.query}" if parts.query else parts.path
    login = os.environ.get("LOGIN_PATH", "/.auth/login/dev")
    location = f"{login}?post_login_redirect_uri={quote(back if req.method == 'GET' else '/deals', safe='')}"
    return func.HttpResponse(status_code=302, headers={"Location": location})


async def problem_page(req: func.HttpRequest, error: CosellError, status: int) -> func.HttpResponse:
    return func.HttpResponse(f"{status} {error.detail}", status_code=status)
